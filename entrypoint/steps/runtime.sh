# shellcheck shell=bash
# What the steps share; sourced, never run. Works in the bash 3.2 of macOS and in Git Bash on Windows.
#
# Every step reads BENCHVERDICT_WORK (the work folder) and, when it runs our Python with its dependencies,
# BENCHVERDICT_RUNTIME (docker or python) with BENCHVERDICT_IMAGE or BENCHVERDICT_PYTHON: all outputs of setup.sh, which
# the benchmark command cannot change, as it could a file.

# shellcheck disable=SC2034 # read by the steps that source this
action=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Ends the step with exit code $1 and message $2, shown as an annotation of the job.
fail() {
  local message=${2//'%'/%25}
  message=${message//$'\r'/%0D}
  printf '::error title=Benchverdict::%s\n' "${message//$'\n'/%0A}" >&2
  exit "$1"
}

# Ends the step with exit code $1 and message $2, which the gate shows in the annotation, the summary and the outputs. It
# is one line, so that no input in it begins another one, which could be a workflow command.
refuse() {
  printf '%s\n' "$1" >"$BENCHVERDICT_WORK/exit/setup"
  printf '%s\n' "${2//[$'\r\n']/ }" | tee "$BENCHVERDICT_WORK/messages/setup" >&2
  exit "$1"
}

# Begins a part of the log.
heading() {
  printf '\n== %s ==\n' "$1"
}

# Prints the first interpreter that is Python 3.$1 or later: the job's own first, then those the runner brings.
find_python() {
  local candidate
  for candidate in python3 python python3.{19..9} "${RUNNER_TOOL_CACHE:-/none}"/Python/3.*/*/{bin/python3,python.exe}; do
    if "$candidate" -I -c "import sys; sys.exit(sys.version_info < (3, $1))" >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Runs a verb and keeps its exit code for the gate, so that the verbs after it still get their turn, and what it writes to
# standard error: the gate, the summary and the comment show with it why the verb failed. A file and not a pipe, because
# something that the verb leaves running would keep a pipe open. Leaves the exit code in $code.
record() {
  local verb=$1
  shift
  code=0
  "$@" 2>"$BENCHVERDICT_WORK/messages/$verb" || code=$?
  cat "$BENCHVERDICT_WORK/messages/$verb" >&2
  printf '%s\n' "$code" >"$BENCHVERDICT_WORK/exit/$verb"
}

# Runs git in the checkout and nothing that only its configuration names: no command of a lazy fetch. It may belong to
# another user (a job in a container), and so may one below the workspace; no other folder is trusted.
of_checkout() {
  local workspace
  workspace=$(cd "$GITHUB_WORKSPACE" && pwd -P)
  GIT_NO_LAZY_FETCH=1 git -c safe.directory="$workspace" -c safe.directory="$workspace/*" -C "$workspace" "$@"
}

# Goes to the folder of the checkout that the input working-directory names, which is $1, and leaves its path in $entered.
# Ends with 1 where it is not really below the checkout: a step before, or the command, may have laid a link in its way.
enter() {
  local root place given=$1
  given=${given#"${given%%[![:space:]]*}"}
  given=${given%"${given##*[![:space:]]}"} # as the verbs read an input: without blanks around it
  [ -n "$given" ] || return 0
  root=$(cd "$GITHUB_WORKSPACE" && pwd -P) && place=$(cd "$GITHUB_WORKSPACE/$given" && pwd -P) || return 1
  case $place/ in
    "$root"/*) entered=$GITHUB_WORKSPACE/$given ;;
    *) return 1 ;;
  esac
  cd "$entered" || return 1
}

# Writes for the gate that the verb $1 found no such folder.
no_folder() {
  printf '2\n' >"$BENCHVERDICT_WORK/exit/$1"
  echo "The input working-directory names no folder of the checkout any more, or a link that leads out of it." |
    tee "$BENCHVERDICT_WORK/messages/$1" >&2
}

# Prints the file with the certificates that the runner trusts, where it names one: by the first of these variables.
certificates() {
  local file
  for file in "${REQUESTS_CA_BUNDLE:-}" "${CURL_CA_BUNDLE:-}" "${SSL_CERT_FILE:-}"; do
    if [ -f "$file" ]; then
      printf '%s\n' "$file"
      return
    fi
  done
}

# Runs python with our dependencies and the arguments after the verb: in the image, or in the private environment.
isolated() {
  local verb=$1 trusted
  shift
  trusted=$(certificates)
  if [ -n "$trusted" ]; then
    export REQUESTS_CA_BUNDLE=$trusted
  fi
  if [ "$BENCHVERDICT_RUNTIME" = docker ]; then
    contained "$verb" "$@"
  else
    # What one step has compiled the next one need not: kept in the environment, which lives as long as this use.
    "$BENCHVERDICT_PYTHON" -I -X "pycache_prefix=${BENCHVERDICT_PYTHON%/*/*}/compiled" "$@"
  fi
}

# Hands the container what clients of stores find credentials with, variables and the files that some of them name, and
# the folder that is the store.
credentials_of_store() {
  local name
  for name in $(compgen -e); do
    case $name in
      AWS_* | AZURE_* | GOOGLE_* | PG*) options+=(--env "$name") ;;
    esac
    case $name in
      AWS_WEB_IDENTITY_TOKEN_FILE | AZURE_FEDERATED_TOKEN_FILE | GOOGLE_APPLICATION_CREDENTIALS | PGPASSFILE | \
        PGSERVICEFILE | PGSSLROOTCERT | PGSSLCERT | PGSSLKEY)
        [ ! -f "${!name}" ] || options+=(--volume "${!name}:${!name}:ro") ;;
    esac
  done
  name=${BENCHVERDICT_INPUT_STORE:-}
  name=${name#"${name%%[![:space:]]*}"}
  name=${name%"${name##*[![:space:]]}"}
  case $name in
    [Ff][Ii][Ll][Ee]:///*) folder_of_store "${name#*://}" ;;
  esac
}

# Hands the container the folder $1, or ends with 2: the engine would make one that is missing, and splits it at a colon.
folder_of_store() {
  case $1 in
    *[%:]*) echo "The input store names a folder with % or a colon. Name one without." >&2 ;;
    *)
      if [ -d "$1" ]; then
        options+=(--volume "$1:$1")
        return 0
      fi
      echo "The input store names a folder that is not there. Make it before this job, on a disk that stays." >&2 ;;
  esac
  return 2
}

# The container of a verb: the caller's user, nothing writable but what the verb writes, no network unless it speaks to
# GitHub (then the runner's own, with its proxy and names). Values go in by name, so none is in an argument.
contained() {
  local verb=$1 trusted=${trusted:-} name
  local options=(--rm --init --user "$(id -u):$(id -g)" --read-only --cap-drop ALL --security-opt no-new-privileges
    --tmpfs /tmp --volume /home/benchverdict --workdir /tmp)
  shift
  case $verb in
    fetch | report | store)
      options+=(--volume "$GITHUB_WORKSPACE:$GITHUB_WORKSPACE:ro" --workdir "${entered:-$GITHUB_WORKSPACE}") ;;
  esac
  case $verb in
    report)
      options+=(--network none --volume "$BENCHVERDICT_WORK:$BENCHVERDICT_WORK:ro"
        --volume "$BENCHVERDICT_WORK/report:$BENCHVERDICT_WORK/report") ;;
    fetch | collect | store | publish)
      options+=(--network host --volume "$BENCHVERDICT_WORK:$BENCHVERDICT_WORK"
        --volume "$GITHUB_EVENT_PATH:$GITHUB_EVENT_PATH:ro")
      if [ -n "$trusted" ]; then
        options+=(--volume "$trusted:$trusted:ro" --env REQUESTS_CA_BUNDLE)
      fi
      for name in $(compgen -e); do
        case $name in
          GITHUB_ENV | GITHUB_PATH | GITHUB_OUTPUT | GITHUB_STATE | GITHUB_STEP_SUMMARY | GITHUB_TOKEN) ;;
          GITHUB_* | RUNNER_* | BENCHVERDICT_* | [Hh][Tt][Tt][Pp]_* | [Hh][Tt][Tt][Pp][Ss]_* | [Nn][Oo]_[Pp][Rr][Oo][Xx][Yy])
            options+=(--env "$name") ;;
        esac
      done ;;
  esac
  [ "$verb" != store ] || credentials_of_store || return 2
  docker run "${options[@]}" "$BENCHVERDICT_IMAGE" python -I -B "$@"
}
