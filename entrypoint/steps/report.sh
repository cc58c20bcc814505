#!/usr/bin/env bash
# Compares and renders, without any network; measures what the report asks for (next-step.json) and reports again, until
# it asks for nothing. Then says what is uploaded.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"
# shellcheck source=entrypoint/steps/measuring.sh
source "$(dirname "${BASH_SOURCE[0]}")/measuring.sh"

if [ ! -f "$BENCHVERDICT_WORK/measure/measure.json" ]; then
  echo "Nothing is reported: nothing was measured (see the steps before)."
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
if [ -n "${BENCHVERDICT_INPUT_EXPLAIN:-}" ]; then
  arguments+=(--explain "$BENCHVERDICT_INPUT_EXPLAIN")
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

folder=$BENCHVERDICT_WORK/report
report() {
  # What an earlier look left must not pass for the outcome of a later one that fails.
  rm -rf "$folder/"{verdict.json,next-step.json,baseline.json.gz}
  record report isolated report -m reporter report "${arguments[@]}"
}

# Whether a file is there that is no link: the command could have laid one.
is_there() {
  [ -f "$1" ] && [ ! -L "$1" ]
}

# What to measure next, and whether there is anything, is decided by the report alone (reporter/pipeline/next_step.py).
# What could not be measured is reported and not measured again.
report
while is_there "$folder/next-step.json"; do
  measure --next "$folder/next-step.json"
  measured=$code
  report
  [ "$measured" = 0 ] || break
done
rm -rf "$folder/next-step.json"

uploads=(report=false logs=false save-baseline=false)
if is_there "$folder/verdict.json"; then
  uploads[0]=report=true
else
  for log in "$folder"/logs/*.txt; do
    ! is_there "$log" || uploads[1]=logs=true
  done
fi
if [ "${BENCHVERDICT_SAVING:-false}" = true ] && is_there "$folder/baseline.json.gz"; then
  uploads[2]=save-baseline=true
  uploads+=("baseline-path=$folder/baseline.json.gz")
fi
printf '%s\n' "${uploads[@]}" >>"$GITHUB_OUTPUT"
