# shellcheck shell=bash
# How the benchmark command is run; sourced by the steps that measure, after runtime.sh.
# shellcheck disable=SC2154 # action and code are of runtime.sh

host_python=$(find_python 9)

# Runs the benchmark command on the host, in the job's own environment; arguments go to measure, and its exit code is left
# in $code. The command is the pull request's code: a step that calls this has no token that it could find. The step fails
# where the command may still run, and then no step with a token follows.
measure() {
  local file
  record measure "$host_python" -I -B "$action/reporter/measure" \
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
}
