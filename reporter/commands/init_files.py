"""The files that ``init`` writes: the configuration and the workflows of docs/forks.md, for what was found."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.commands.init_install import SUBMODULES, setup_of, steps
from reporter.commands.init_python import prefix_of
from reporter.commands.init_workflows import MEASURE, PUBLISH, SITE
from reporter.measure import checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.found import Found
    from reporter.commands.detectors.project import Project

MAIN = "main"
"""The default branch where git does not tell of another."""
CONFIGURATION = "benchverdict.toml"
WORKFLOWS = Path(".github", "workflows")


def files_for(project: Project, found: list[Found], chosen: Found) -> dict[Path, str]:
    """Return the content of each file by its place; workflows lie in the root of the repository."""
    top, folder = _top(project.root), _folder(project, chosen)
    return {
        project.root / chosen.folder / CONFIGURATION: configuration(project, found, chosen),
        top / WORKFLOWS / "benchmarks.yml": measure_workflow(project, chosen, folder),
        top / WORKFLOWS / "benchmarks-publish.yml": PUBLISH.replace("@place@", _place(folder)),
    }


def site_workflow(project: Project) -> dict[Path, str]:
    """Return the workflow that deploys the site of the history, by its place."""
    return {_top(project.root) / WORKFLOWS / "benchmarks-site.yml": SITE}


def configuration(project: Project, found: list[Found], chosen: Found) -> str:
    """Return the configuration: what is chosen runs, each other suite of its folder is a mode."""
    others = [each for each in found if each is not chosen and each.command and each.folder == chosen.folder]
    lines = [f"# Try it here: {prefix_of(project, chosen)}benchverdict run", "[measure]", *_settings(project, chosen)]
    names: list[str] = []
    for each in others:
        names.append(each.tool)
        number = names.count(each.tool)
        name = each.tool if number == 1 else f"{each.tool}-{number}"
        lines += ["", f"[modes.{name}]", *_settings(project, each)]
    return "\n".join(lines) + "\n"


def measure_workflow(project: Project, chosen: Found, folder: str) -> str:
    """Return the workflow that installs what the project needs, and measures in a folder of the repository."""
    branch = checkout.main_branch(project.root) or MAIN
    named = branch if re.fullmatch(r"[\w./-]+", branch) else json.dumps(branch)
    brought = "\n          submodules: true" if project.has(SUBMODULES) else ""
    workflow = MEASURE.replace("@branch@", named).replace("@place@", _place(folder)).replace("@submodules@", brought)
    return workflow.replace("@steps@", steps(project, chosen, folder))


def _place(folder: str) -> str:
    return "" if folder == "." else f"\n          working-directory: {json.dumps(folder, ensure_ascii=False)}"


def trying(project: Project, chosen: Found) -> str:
    """Return the one command that measures on this machine, from where ``init`` was called."""
    folder = os.path.normpath(project.root / chosen.folder)
    place = "" if folder == "." else f" -C {shlex.quote(folder)}"
    return f"{prefix_of(project, chosen)}benchverdict{place} run"


def _settings(project: Project, found: Found) -> Iterator[str]:
    yield f"command = {_toml(found.command)}"
    if found.results:
        yield f"results = {json.dumps(list(found.results), ensure_ascii=False)}"
    setup = setup_of(project, found)
    if setup:
        yield f"setup = {_toml(setup)} # prepares each side of a pair"


def _toml(text: str) -> str:
    """Return a text as TOML: in lines where it has several, and as it is where that can be."""
    if "\n" in text and "'''" not in text:
        return f"'''\n{text}'''"
    return json.dumps(text, ensure_ascii=False)


def _top(root: Path) -> Path:
    """Return the root of the repository, as it is reached from the folder of ``init``."""
    found = checkout.top(root)
    return Path(os.path.normpath(root / os.path.relpath(found, root.resolve()))) if found else root


def _folder(project: Project, chosen: Found) -> str:
    """Return the folder of a suite from the root of the repository."""
    found = checkout.top(project.root)
    own = Path(os.path.relpath(project.root.resolve(), found)).as_posix() if found else "."
    return os.path.normpath(f"{own}/{chosen.folder}").replace(os.sep, "/")
