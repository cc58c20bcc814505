#!/usr/bin/env bash
# Runs the benchmark command on the host, in the job's own environment; arguments go to measure. The command is the pull
# request's code: this step has no token that it could find. It fails where the command may still run, and then no step
# with a token follows.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

if [ ! -f "$BENCHVERDICT_WORK/plan.json" ]; then
  echo "Nothing is measured: there is no plan (see the step before)."
  exit
fi
python=$(find_python 9)
record measure "$python" -I -B "$action/reporter/measure" \
  --plan "$BENCHVERDICT_WORK/plan.json" --output "$BENCHVERDICT_WORK/measure" "$@"
# What a command finds of these files, although it is not told where they are, would set the environment, the path and
# the outputs of the steps after this one. Nothing of ours is in them.
for file in "${GITHUB_ENV:-}" "${GITHUB_PATH:-}" "${GITHUB_OUTPUT:-}" "${GITHUB_STATE:-}" "${GITHUB_STEP_SUMMARY:-}"; do
  [ -z "$file" ] || : >"$file"
done
# The codes of an end of its own (reporter/measure/command_line.py). After any other, such as that of a signal, what the
# command has started may still be there.
case $code in
  0 | 2 | 3 | 4 | 130) ;;
  *)
    echo "Measuring was killed, or could not end everything that the command started (exit code $code). What is left could read the token of later steps, so nothing is published." |
      tee -a "$BENCHVERDICT_WORK/messages/measure" >&2
    exit 1
    ;;
esac
