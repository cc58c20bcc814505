#!/usr/bin/env bash
# Brings the fetched base commit into the checkout. This step has no token.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

store=$BENCHVERDICT_WORK/base.git
trap 'rm -rf "$store"' EXIT
if of_checkout fetch --quiet --depth=1 --no-tags "$store" refs/heads/base; then
  echo "brought the base commit $BENCHVERDICT_BASE into the clone"
else
  echo "the base commit $BENCHVERDICT_BASE is not in this clone and cannot be fetched: add 'fetch-depth: 0' below 'with:' of the checkout step"
fi
