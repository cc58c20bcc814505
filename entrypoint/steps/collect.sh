#!/usr/bin/env bash
# Collects the reports of every suite of a run into one folder, and says whether there is one to upload.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

heading 'Collect'
record collect isolated collect -m entrypoint collect --work "$BENCHVERDICT_WORK"
if [ -f "$BENCHVERDICT_WORK/report/index.html" ]; then
  echo report=true >>"$GITHUB_OUTPUT"
fi
