"""The steps of a workflow that install what a project needs, by its lock files."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors import node
from reporter.commands.detectors.project import within
from reporter.commands.init_python import installing, setup_python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.found import Found
    from reporter.commands.detectors.project import Project

SETUP_NODE = """\
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          @version@
"""
SUBMODULES = ".gitmodules"
_BUILDS_ITSELF = frozenset(("rust", "dotnet"))
"""Languages whose command builds what it lacks, so that only pairs need it built before."""
_PLAIN = re.compile(r"[A-Za-z][\w ./=+@-]*")
_K6 = """\
sudo gpg -k
sudo gpg --no-default-keyring --keyring /usr/share/keyrings/k6-archive-keyring.gpg \\
  --keyserver hkp://keyserver.ubuntu.com:80 --recv-keys C5AD17C747E3415A3642D57D77C6C491D6AC1D69
echo "deb [signed-by=/usr/share/keyrings/k6-archive-keyring.gpg] https://dl.k6.io/deb stable main" |
  sudo tee /etc/apt/sources.list.d/k6.list
sudo apt-get update
sudo apt-get install --yes k6"""


def steps(project: Project, found: Found, folder: str) -> str:
    """Return the steps of a workflow; ``folder`` is where they run, from the root of the repository."""
    prepared = _prepared(project, found)
    scripts = [*_installing(project, found)]
    if prepared and found.language not in _BUILDS_ITSELF:
        scripts.append(prepared)
    brought = {"python": setup_python, "node": _setup_node}.get(found.language)
    language = brought(project, found) if brought else ""
    return language + "".join(_step(script, folder) for script in scripts)


def setup_of(project: Project, found: Found) -> str:
    """Return the script that prepares a side of a pair; the sides of a repository with submodules lack these."""
    prepared = _prepared(project, found)
    return f"git submodule update --init\n{prepared}" if prepared and project.has(SUBMODULES) else prepared


def _prepared(project: Project, found: Found) -> str:
    """Return the script that prepares a fresh checkout: what the tool needs built, or the packages of Node."""
    if found.setup or found.language != "node":
        return found.setup
    install = _node_packages(project, found.folder)
    by_script = found.command.startswith("npm run ")  # such a script builds what it needs
    if by_script or not node.is_built(project, found.folder):
        return install
    return f"{install}\n{node.manager_of(project, found.folder)} run build"


def _step(script: str, folder: str) -> str:
    place = "" if folder == "." else f"        working-directory: {json.dumps(folder, ensure_ascii=False)}\n"
    if _PLAIN.fullmatch(script):
        return f"      - run: {script}\n{place}"
    lines = "".join(f"          {line}\n" for line in script.split("\n"))
    return f"      - run: |\n{lines}{place}"


def _installing(project: Project, found: Found) -> Iterator[str]:
    if found.language == "python":
        yield installing(project, found)
    elif found.language == "node":
        yield from _node_manager(project, found.folder)
    elif found.tool == "libtest":
        yield "rustup toolchain install nightly --profile minimal"
    elif found.language in ("cmake", "shell") and found.packages:
        yield f"sudo apt-get update\nsudo apt-get install --yes {' '.join(found.packages)}"
    elif found.language == "k6":
        yield _K6


def _setup_node(project: Project, found: Found) -> str:
    """Return the step that brings Node: the version that the project names, else a newer one than runners have."""
    places = (within(found.folder, name) for name in (".nvmrc", ".node-version"))
    own = next((file for file in places if project.has(file)), None)
    chosen = f"node-version-file: {json.dumps(own)}" if own else 'node-version: "24"'
    return SETUP_NODE.replace("@version@", chosen)


def _node_manager(project: Project, folder: str) -> Iterator[str]:
    """Yield how a package manager is brought that the runners lack, in the version that the project names."""
    manager = node.manager_of(project, folder)
    named = str(project.json("package.json").get("packageManager", "")).partition("+")[0]
    version = named if re.fullmatch(rf"{manager}@\d[\w.-]*", named) else manager
    if manager == "pnpm" or (manager == "yarn" and _is_first_yarn(project, folder)):
        yield f"npm install --global {version}"
    elif manager == "yarn":
        yield "corepack enable"


def _node_packages(project: Project, folder: str) -> str:
    manager = node.manager_of(project, folder)
    home = project.nearest(within(folder, "package.json"), *node.LOCKS)
    install = {
        "npm": "npm ci" if home is not None else "npm install",
        "pnpm": "pnpm install --frozen-lockfile",
        "yarn": f"yarn install --{'frozen-lockfile' if _is_first_yarn(project, folder) else 'immutable'}",
    }.get(manager, "npm install")
    if home in (None, folder):
        return install
    return f"(cd {shlex.quote(posixpath.relpath(home or '.', folder))} && {install})"


def _is_first_yarn(project: Project, folder: str) -> bool:
    home = project.nearest(within(folder, "package.json"), "yarn.lock")
    return home is not None and "yarn lockfile v1" in project.text(within(home, "yarn.lock"))[:500]
