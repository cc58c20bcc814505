#!/usr/bin/env bash
# When the first look left suspects, measures the head again and reports on both looks. Then says what is uploaded.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

python=$(find_python 9)
next_steps() {
  "$python" -I -B "$action/entrypoint/next_steps.py" --work "$BENCHVERDICT_WORK"
}

if next_steps | grep -qx confirm=true; then
  bash "$action/entrypoint/steps/measure.sh" --confirm
  bash "$action/entrypoint/steps/report.sh"
else
  echo "Nothing to confirm."
fi
next_steps >>"$GITHUB_OUTPUT"
