#!/usr/bin/env bash
# Tells the reviewers, also when a verb failed so early that there is no report; or looks at who asks for what.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

heading 'Publish'
verb=publish
case $BENCHVERDICT_INPUT_STAGE in
  request | watch) verb=$BENCHVERDICT_INPUT_STAGE ;;
esac
record publish isolated publish -m entrypoint "$verb" --work "$BENCHVERDICT_WORK"
