#!/usr/bin/env bash
# Sets the outputs and the job summary, and ends with the first exit code that is not 0.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

exec "$(find_python 9)" -I -B "$action/entrypoint/gate.py" --work "$BENCHVERDICT_WORK"
