#!/usr/bin/env bash
# Measures what the plan begins with.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"
# shellcheck source=entrypoint/steps/measuring.sh
source "$(dirname "${BASH_SOURCE[0]}")/measuring.sh"

heading 'Measure'
if [ ! -f "$BENCHVERDICT_WORK/plan.json" ]; then
  echo "Nothing is measured: there is no plan (see the step before)."
  exit
fi
if ! enter "${BENCHVERDICT_INPUT_WORKING_DIRECTORY:-}"; then
  no_folder measure
  exit
fi
measure "$@"
