#!/usr/bin/env bash
# Tells the reviewers, also when a verb failed so early that there is no report.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

record publish isolated publish -m entrypoint publish --work "$BENCHVERDICT_WORK"
