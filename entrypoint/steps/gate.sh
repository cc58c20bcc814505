#!/usr/bin/env bash
# Removes the worktrees of pairs, sets the outputs and the job summary, and ends with the first exit code that is not 0.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

heading 'Gate'
python=$(find_python 9)
if [ -d "$BENCHVERDICT_WORK/measure/sides" ]; then
  "$python" -I -B "$action/reporter/measure" --output "$BENCHVERDICT_WORK/measure" --clean || true
fi
exec "$python" -I -B "$action/entrypoint/gate.py" --work "$BENCHVERDICT_WORK" --stage "$BENCHVERDICT_INPUT_STAGE"
