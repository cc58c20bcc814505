#!/usr/bin/env bash
# Says whether a shallow checkout lacks the base commit. It asks git in the checkout, so this step has no token.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

if ! of_checkout cat-file -e "$BENCHVERDICT_BASE^{commit}" 2>/dev/null; then
  echo "base=$BENCHVERDICT_BASE" >>"$GITHUB_OUTPUT"
fi
