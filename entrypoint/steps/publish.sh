#!/usr/bin/env bash
# Tells the reviewers.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

if [ ! -f "$BENCHVERDICT_WORK/report/verdict.json" ]; then
  echo "Nothing is published: there is no report (see the steps before)."
  exit
fi
record publish isolated publish -m entrypoint publish --work "$BENCHVERDICT_WORK"
