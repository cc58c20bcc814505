#!/usr/bin/env bash
# Says which base commit of the plan a shallow checkout lacks. It asks git in the checkout, so this step has no token.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

plan=$BENCHVERDICT_WORK/plan.json
if [ ! -f "$plan" ]; then
  exit
fi
base=$(sed -n 's/^  "base_sha": "\([0-9a-f]\{40,64\}\)",\{0,1\}$/\1/p' "$plan")
if [ -n "$base" ] && ! of_checkout cat-file -e "$base^{commit}" 2>/dev/null; then
  echo "base=$base" >>"$GITHUB_OUTPUT"
fi
