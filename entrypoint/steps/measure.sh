#!/usr/bin/env bash
# Runs the benchmark command on the host, in the job's own environment; arguments go to measure. The command is the pull
# request's code: it gets neither our token (no step but fetch and publish has it) nor the runner's command files and
# tokens, through which it could reach the steps after it.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

if [ ! -f "$BENCHVERDICT_WORK/plan.json" ]; then
  echo "Nothing is measured: there is no plan (see the step before)."
  exit
fi
unset GITHUB_ENV GITHUB_PATH GITHUB_OUTPUT GITHUB_STATE GITHUB_STEP_SUMMARY
for name in $(compgen -e ACTIONS_); do
  unset "$name"
done
python=$(find_python 9)
record measure "$python" -I -B "$action/reporter/measure" \
  --plan "$BENCHVERDICT_WORK/plan.json" --output "$BENCHVERDICT_WORK/measure" "$@"
