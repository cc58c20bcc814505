#!/usr/bin/env bash
# Adds what this run measured to the store that lasts, and says whether there is a history to upload as a file.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

heading 'Store'
record store isolated store -m entrypoint store --work "$BENCHVERDICT_WORK"
if [ -f "$BENCHVERDICT_WORK/report/baseline.json.gz" ]; then
  echo baseline=true >>"$GITHUB_OUTPUT"
fi
