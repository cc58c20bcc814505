#!/usr/bin/env bash
# Measures what the report asks for, as often as it asks for more: further pairs of base and head, or runs of the head.
# Then says what is uploaded.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

python=$(find_python 9)
next_steps() {
  "$python" -I -B "$action/entrypoint/next_steps.py" --work "$BENCHVERDICT_WORK" "$@"
}

# A report asks for a handful of looks at most; what has failed is not measured again.
for look in {1..12}; do
  arguments=()
  while IFS= read -r argument; do
    [ -z "$argument" ] || arguments+=("$argument")
  done < <(next_steps --measure)
  if [ ${#arguments[@]} -eq 0 ] || [ "$(cat "$BENCHVERDICT_WORK/exit/measure" 2>/dev/null)" != 0 ]; then
    break
  fi
  echo "Look $((look + 1)): measure ${arguments[*]}"
  bash "$action/entrypoint/steps/measure.sh" "${arguments[@]}"
  bash "$action/entrypoint/steps/report.sh"
done
rm -f "$BENCHVERDICT_WORK/report/next-step.json"
saving=()
[ "${BENCHVERDICT_SAVING:-false}" != true ] || saving=(--saving)
next_steps ${saving[@]+"${saving[@]}"} >>"$GITHUB_OUTPUT"
