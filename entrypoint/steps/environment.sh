#!/usr/bin/env bash
# Makes the private environment of this use of the action, from packages that a cache has kept or from the package index.
# Each use makes its own: what an earlier one of the job has left may be changed by then, because its benchmark command
# ran in between. Hashes decide what comes in, whoever kept it, and nothing of it is built, which would run its code.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

packages=$BENCHVERDICT_PACKAGES
requirements=$action/requirements/runtime.txt
if [ "${BENCHVERDICT_INPUT_STAGE:-}" = store ]; then
  requirements=$action/requirements/stores.txt # the others, and clients of stores, which not every platform has built
fi
wanted=(--only-binary :all: --no-deps --require-hashes --requirement "$requirements") # all there are
host=$(find_python 11)
environment=$(mktemp -d "${packages%/*}/.environment.XXXXXXXX")
python=$environment/bin/python
if [ "$RUNNER_OS" = Windows ]; then
  python=$environment/Scripts/python.exe
fi

# Makes the environment without a pip of its own, which takes half of the time, where the host has one. A .pth file shows
# it where our code is, because -I ignores PYTHONPATH. Leaves in $site where its packages go.
make() {
  local has_pip='import importlib.util, sys; sys.exit(importlib.util.find_spec("pip") is None)'
  pip=("$host" -I -m pip)
  if "$host" -I -c "$has_pip"; then
    "$host" -I -m venv --clear "$environment" --without-pip
  else
    "$host" -I -m venv --clear "$environment"
    pip=("$python" -I -m pip)
  fi
  site=$("$python" -I -c 'import pathlib, sys, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
(site / "benchverdict.pth").write_text(sys.argv[1] + "\n", encoding="utf-8")
sys.stdout.write(str(site))' "$action")
}

# Where the settings of the host ask for a virtual environment, pip would refuse to work for one from outside.
private_pip() {
  PIP_REQUIRE_VIRTUALENV=0 "${pip[@]}" --quiet --disable-pip-version-check "$@"
}

# Installs the packages that are kept. A wrong one of them has another hash.
install() {
  private_pip install --target "$site" --no-compile --no-index --find-links "$packages" "${wanted[@]}"
}

# Fetches the packages again, and leaves in $fetched that the cache may keep them.
fetch() {
  rm -rf "$packages"
  private_pip download --dest "$packages" "${wanted[@]}"
  fetched=true
}

# Makes and fills the environment.
fill() {
  make && { { [ -d "$packages" ] && install; } || { fetch && install; }; }
}

fetched=false
fill ||
  refuse 3 "The private Python environment of Benchverdict could not be made (the reason is in the log above). It needs Python's venv module and a package index that pip reaches; a Linux runner with Docker needs neither."
printf '%s\n' "python=$python" "fetched=$fetched" >>"$GITHUB_OUTPUT"
