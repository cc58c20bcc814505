#!/usr/bin/env bash
# Finds out what this job is about and which baseline counts, and opens the check. What is refused is not measured.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

heading 'Find the baseline'
record fetch isolated fetch -m entrypoint fetch --work "$BENCHVERDICT_WORK"
if [ "$code" != 0 ]; then
  rm -f "$BENCHVERDICT_WORK/plan.json" # so that nothing is measured
  exit
fi
# Whether a baseline is saved, and the base, are settled here: a file could be changed by the benchmark command, an output
# of this step cannot.
cat "$BENCHVERDICT_WORK/outputs" >>"$GITHUB_OUTPUT"
