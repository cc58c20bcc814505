#!/usr/bin/env bash
# Checks what cannot be checked later, makes the work folder, and chooses where our Python runs: in the container, or in
# a private virtual environment. The project's own environment is never touched.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

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

# Leaves in $python the interpreter of a private environment, made once for the job; hashes decide what comes in.
make_environment() {
  local environment=$folder/.environment host
  host=$(find_python 11) ||
    fail 2 "Reporting without Docker needs Python 3.11 or later on this runner, and none was found. Add actions/setup-python with python-version: '3.13', or use a Linux runner with Docker."
  python=$environment/bin/python
  if [ "$RUNNER_OS" = Windows ]; then
    python=$environment/Scripts/python.exe
  fi
  if [ ! -f "$environment/ready" ]; then
    "$host" -I -m venv --clear "$environment"
    "$python" -I -m pip install --quiet --disable-pip-version-check --require-hashes -r "$action/requirements/runtime.txt"
    # A .pth file, because -I ignores PYTHONPATH.
    "$python" -I -c 'import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "benchverdict.pth").write_text(sys.argv[1] + "\n", encoding="utf-8")' "$action"
    touch "$environment/ready"
  fi
}

name=$BENCHVERDICT_INPUT_NAME
runtime=$BENCHVERDICT_INPUT_RUNTIME
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$ ]] ||
  fail 2 "The input name is '$name'. It names files and artifacts: use at most 80 letters, digits, '.', '_' and '-', beginning with a letter or digit."
[[ $runtime =~ ^(auto|docker|python)$ ]] ||
  fail 2 "The input runtime is '$runtime'. Use auto, docker or python."
find_python 9 >/dev/null ||
  fail 2 "Measuring needs Python 3.9 or later on this runner, and none was found. Add actions/setup-python before this action."

folder=${RUNNER_TEMP//\\//}/benchverdict
BENCHVERDICT_WORK=$folder/$name
rm -rf "$BENCHVERDICT_WORK"
mkdir -p "$BENCHVERDICT_WORK/exit" "$BENCHVERDICT_WORK/baseline" "$BENCHVERDICT_WORK/report"

image='' python=''
if [ "$runtime" != python ]; then
  find_obstacle
  [ -z "$obstacle" ] || [ "$runtime" = auto ] ||
    fail 2 "The input runtime is docker, but $obstacle. Use runtime: auto, or a Linux runner with Docker."
  runtime=docker
fi
if [ "$runtime" = python ] || [ -n "$obstacle" ]; then
  runtime=python image=
  make_environment
fi
printf 'Fetching, reporting and publishing run in %s%s.\n' "${image:-a private Python environment}" "${obstacle:+, because $obstacle}"
printf '%s\n' "work=$BENCHVERDICT_WORK" "runtime=$runtime" "image=$image" "python=$python" >>"$GITHUB_OUTPUT"
