#!/usr/bin/env bash
# Runs the benchmark command on the host, in the job's own environment; arguments go to measure. The command is the pull
# request's code: this step has no token that it could find.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

if [ ! -f "$BENCHVERDICT_WORK/plan.json" ]; then
  echo "Nothing is measured: there is no plan (see the step before)."
  exit
fi
python=$(find_python 9)
record measure "$python" -I -B "$action/reporter/measure" \
  --plan "$BENCHVERDICT_WORK/plan.json" --output "$BENCHVERDICT_WORK/measure" "$@"
