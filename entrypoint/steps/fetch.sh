#!/usr/bin/env bash
# Finds out what this job is about and which baseline counts. Says what is checked out, as only the host's git knows it.
# Then opens the check, so that reviewers see that something is being measured. What either refuses is not measured.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

# The checkout may belong to another user (a job in a container): that is no danger to a command that only reads. Its
# configuration can name programs, so git does not get the token.
of_checkout() {
  env -u BENCHVERDICT_TOKEN git -c safe.directory='*' -C "$GITHUB_WORKSPACE" "$@" 2>/dev/null
}
commit=$(of_checkout cat-file -p HEAD) || commit=
BENCHVERDICT_CHECKOUT_SHA=$(of_checkout rev-parse HEAD) || BENCHVERDICT_CHECKOUT_SHA=
BENCHVERDICT_CHECKOUT_PARENTS=$(printf '%s\n' "$commit" | sed -n -e '/^$/q' -e 's/^parent //p' | tr '\n' ' ')
export BENCHVERDICT_CHECKOUT_SHA BENCHVERDICT_CHECKOUT_PARENTS=${BENCHVERDICT_CHECKOUT_PARENTS% }

record fetch isolated fetch -m entrypoint fetch --work "$BENCHVERDICT_WORK"
if [ "$code" = 0 ]; then
  record start isolated publish -m entrypoint publish --start --work "$BENCHVERDICT_WORK"
fi
if [ "$code" != 0 ]; then
  rm -f "$BENCHVERDICT_WORK/plan.json" # so that nothing is measured
elif [ -f "$BENCHVERDICT_WORK/plan.json" ]; then
  bash "$action/entrypoint/steps/bring-base.sh"
fi
