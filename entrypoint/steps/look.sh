#!/usr/bin/env bash
# Says what is checked out, as only the host's git knows it. The configuration of a checkout can name programs that git
# runs, so this step has no token.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

commit=$(of_checkout cat-file -p HEAD 2>/dev/null) || commit=
sha=$(of_checkout rev-parse HEAD 2>/dev/null) || sha=
parents=$(printf '%s\n' "$commit" | sed -n -e '/^$/q' -e 's/^parent //p' | tr '\n' ' ')
printf '%s\n' "checkout-sha=$sha" "checkout-parents=${parents% }" >>"$GITHUB_OUTPUT"
