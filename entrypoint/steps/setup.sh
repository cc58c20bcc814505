#!/usr/bin/env bash
# Checks what cannot be checked later, makes the work folder, and chooses where our Python runs: in the container, or in
# a private virtual environment, which environment.sh makes. The project's own environment is never touched.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

heading 'Set up'

# Leaves in $obstacle why the container cannot be used; else it is empty and $image is set. The last check is the one
# that counts: the engine must know every option we use, and a remote engine, or the engine of the machine around a
# container, sees other files than we do.
find_obstacle() {
  local touch='import pathlib, sys; pathlib.Path(sys.argv[1]).touch()'
  obstacle=
  if [ "$RUNNER_OS" != Linux ]; then
    obstacle="the runner is not Linux"
  elif [ -n "${BENCHVERDICT_JOB_CONTAINER:-}" ]; then
    obstacle="the job itself runs in a container"
  elif ! docker info >/dev/null 2>&1; then
    obstacle="there is no Docker engine that this job may use"
  elif ! image=$(bash "$action/entrypoint/steps/image.sh"); then
    obstacle="the image could not be pulled or built (the reason is above)"
  elif ! BENCHVERDICT_IMAGE=$image contained report -c "$touch" "$BENCHVERDICT_WORK/report/.probe" ||
    ! rm "$BENCHVERDICT_WORK/report/.probe"; then
    obstacle="the Docker engine cannot write to this runner's files"
  fi
}

# Refuses the input $1 with the value $2 when it is none of the words after it.
one_of() {
  local input=$1 value=$2 known
  shift 2
  for known in "$@"; do
    [ "$value" != "$known" ] || return 0
  done
  refuse 2 "The input $input is '$value'$("$any_python" -I -B "$action/entrypoint/nearest.py" "$value" "$@") Use one of: $*."
}

# Makes the work folder of $suite.
make_work() {
  BENCHVERDICT_WORK=$folder/$suite
  rm -rf "$BENCHVERDICT_WORK"
  mkdir -p "$BENCHVERDICT_WORK/"{exit,messages,baseline,report}
  printf '%s\n' "work=$BENCHVERDICT_WORK" >>"$GITHUB_OUTPUT"
}

# Leaves in $packages the folder of packages that a cache may hold, and in $key its name there: other requirements, another
# interpreter, another cache. Nothing of it is trusted: environment.sh installs what has the right hash, and nothing else.
name_packages() {
  local host
  host=$(find_python 11) ||
    refuse 2 "Reporting without Docker needs Python 3.11 or later on this runner, and none was found. Add actions/setup-python with python-version: '3.13', or use a Linux runner with Docker."
  packages=$folder/.packages
  key=benchverdict-packages-$("$host" -I -c 'import hashlib, pathlib, sys, sysconfig
print(sysconfig.get_platform(), sys.implementation.cache_tag, hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest()[:32], sep="-")' "$action/requirements/runtime.txt")
}

name=$BENCHVERDICT_INPUT_NAME
shard=$BENCHVERDICT_INPUT_SHARD
runner=$BENCHVERDICT_INPUT_RUNNER
runtime=$BENCHVERDICT_INPUT_RUNTIME
stage=$BENCHVERDICT_INPUT_STAGE
folder=${RUNNER_TEMP//\\//}/benchverdict
any_python=$(find_python 9) ||
  fail 2 "Measuring needs Python 3.9 or later on this runner, and none was found. Add actions/setup-python before this action."

# What names a folder is checked before there is one of that name; no suite can be called as this one.
suite=.refused
if ! [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$ ]]; then
  make_work
  refuse 2 "The input name is '$name'. It names files and artifacts: use at most 80 letters, digits, '.', '_' and '-', beginning with a letter or digit."
fi
# Which job of its matrix this is, counted from 1, unless it says so itself.
if [ "$shard" = auto ] && [[ ${BENCHVERDICT_JOB_INDEX:-} =~ ^[0-9]{1,3}$ ]]; then
  shard=$((10#$BENCHVERDICT_JOB_INDEX + 1))/${BENCHVERDICT_JOB_TOTAL:-}
elif [[ $shard == 'auto '?* ]]; then # with nothing behind it, a matrix has no such key: check_part refuses it
  shard=${shard#auto }
fi
# One of how many jobs this is. Leaves with the message when it is not written as in 2/4.
check_part() {
  if ! [[ $2 =~ ^([1-9][0-9]{0,2})/([1-9][0-9]{0,2})$ ]] || ((BASH_REMATCH[1] > BASH_REMATCH[2] || BASH_REMATCH[2] > 256)); then
    make_work
    refuse 2 "The input $1 is '$2'. Say which part of how many this job measures, such as 2/4; at most 256."
  fi
}
if [ -n "$shard" ] && [ -n "$runner" ]; then
  make_work
  refuse 2 "The inputs shard and runner are both given. Split the suite by benchmarks (shard) or by pairs (runner)."
fi
# A shard or runner is measured and saved as a suite of its own, whose name no other suite can have.
named=$name
if [ -n "$shard" ]; then
  check_part shard "$shard"
  named="$name~${shard%/*}of${shard#*/}"
elif [ -n "$runner" ]; then
  check_part runner "$runner"
  named="$name~r${runner%/*}of${runner#*/}"
fi
suite=$named
make_work
one_of runtime "$runtime" auto docker python
one_of stage "$stage" all request publish aggregate store watch
[ -z "$shard$runner" ] || [ "$stage" = all ] ||
  refuse 2 "The inputs shard and runner are for a job that measures; the stage $stage puts all together without them."

artifact=benchverdict-report-$suite
if [ "$stage" = aggregate ]; then
  artifact=benchverdict-collected-$name # no report- in front, or the next one would collect it
fi
# The artifact service of an enterprise server does not speak with upload-artifact from v4 on, which would fail the job.
uploads=true
case ${GITHUB_SERVER_URL:-https://github.com} in
  https://github.com | https://*.ghe.com) ;;
  *) uploads=false ;;
esac
# What tells this use of the action from others of the same run, so that two with one name are found out.
use=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "suite=$suite" "artifact=$artifact" "uploads=$uploads" "use=$use" >>"$GITHUB_OUTPUT"

image='' packages='' key=''
if [ "$runtime" != python ]; then
  find_obstacle
  [ -z "$obstacle" ] || [ "$runtime" = auto ] ||
    refuse 2 "The input runtime is docker, but $obstacle. Use runtime: auto, or a Linux runner with Docker."
  runtime=docker
fi
if [ "$runtime" = python ] || [ -n "$obstacle" ]; then
  runtime=python image=
  name_packages
fi
printf 'Fetching, reporting and publishing run in %s%s.\n' "${image:-a private Python environment}" "${obstacle:+, because $obstacle}"
printf '%s\n' "runtime=$runtime" "image=$image" "packages=$packages" "packages-key=$key" >>"$GITHUB_OUTPUT"
