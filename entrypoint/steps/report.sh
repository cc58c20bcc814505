#!/usr/bin/env bash
# Compares and renders, without any network.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

if [ ! -f "$BENCHVERDICT_WORK/measure/measure.json" ]; then
  echo "Nothing is reported: nothing was measured (see the steps before)."
  exit
fi
# One line for each member, so that no text in it can look like this one.
if grep -qx ' "status": "skipped",' "$BENCHVERDICT_WORK/measure/measure.json"; then
  echo "Nothing is reported: nothing was measured, on purpose (see the step before)."
  exit
fi
arguments=(--measure "$BENCHVERDICT_WORK/measure" --baseline "$BENCHVERDICT_WORK/baseline" --output "$BENCHVERDICT_WORK/report")
case $BENCHVERDICT_INPUT_FORMAT in
  '' | [Aa][Uu][Tt][Oo]) ;;
  *) arguments+=(--format "$BENCHVERDICT_INPUT_FORMAT") ;;
esac
if [ -n "$BENCHVERDICT_INPUT_MODE" ]; then
  arguments+=(--mode "$BENCHVERDICT_INPUT_MODE")
fi
if [ -n "$BENCHVERDICT_INPUT_CONFIG" ]; then
  arguments+=(--config "$BENCHVERDICT_INPUT_CONFIG")
fi
if [ -n "$BENCHVERDICT_INPUT_COMPARE" ]; then
  arguments+=(--compare "$BENCHVERDICT_INPUT_COMPARE")
fi
if [ -n "$BENCHVERDICT_INPUT_FAIL_ON" ]; then
  arguments+=(--fail-on "$BENCHVERDICT_INPUT_FAIL_ON")
fi
if [ -f "$BENCHVERDICT_WORK/override.json" ]; then
  arguments+=(--override "$BENCHVERDICT_WORK/override.json")
fi
# What is saved is a baseline, and its report says so. An output of an earlier step says it, which no command can change.
if [ "${BENCHVERDICT_SAVING:-false}" = true ]; then
  arguments+=(--saving)
fi
if [ -n "${GITHUB_ACTION_REPOSITORY:-}" ]; then
  arguments+=(--home "${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_ACTION_REPOSITORY")
fi
# What an earlier look left must not pass for the outcome of a later one that fails.
rm -f "$BENCHVERDICT_WORK/report/"{verdict.json,next-step.json,baseline.json.gz}
record report isolated report -m reporter report "${arguments[@]}"
