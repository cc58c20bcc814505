"""How a project of Python is installed in a workflow, and its commands run: by its lock file."""

from __future__ import annotations

import configparser
import json
import posixpath
import re
import shlex
from typing import TYPE_CHECKING, Any

from reporter.commands.detectors.project import within

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.commands.detectors.found import Found
    from reporter.commands.detectors.project import Project

SETUP_PYTHON = """\
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          @version@
"""


def setup_python(project: Project, found: Found) -> str:
    """Return the step that brings Python: the version that the project names, else a newer one."""
    own = within(found.folder, ".python-version")
    chosen = f"python-version-file: {json.dumps(own)}" if project.has(own) else 'python-version: "3.13"'
    return SETUP_PYTHON.replace("@version@", chosen)


def installing(project: Project, found: Found) -> str:
    """Return the script that installs the project with its benchmarks, and puts its programs first in the path."""
    return _PYTHON[_manager(project, found)](project, found)


def prefix_of(project: Project, found: Found) -> str:
    """Return what goes before a command to run it in the project's own environment, such as ``uv run``."""
    if found.language != "python":
        return ""
    manager = _manager(project, found)
    return {"uv": "uv run ", "poetry": "poetry run ", "pdm": "pdm run ", "hatch": "hatch run "}.get(manager, "")


def _manager(project: Project, found: Found) -> str:
    """Return how a Python project is installed: by its lock file, else by the only place that names the tool."""
    here = found.folder
    locked = next((name for lock, name in _LOCKS.items() if project.has(within(here, lock))), None)
    if locked:
        return locked
    if _hatch_environment(project, found):
        return "hatch"
    if not _pip_words(project, found)[1] and _tox_environment(project, found):
        return "tox"
    return "conda" if _conda_file(project, found) else "pip"


_NAME = re.compile(r"[\w.-]+")
"""What may be named in a script: no character of it means anything to a shell."""
_POETRY_EXTRAS = ("tool", "poetry", "extras")
_LOCKS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm"}


def _with_uv(project: Project, found: Found) -> str:
    groups = _groups(project, found)
    words = [*_all_extras(project, found), *(f"--group {name}" for name in groups)]
    more = [] if groups or _extras(project, found) else [f"uv pip install {' '.join(found.packages)}"]
    lines = ["pip install uv", " ".join(("uv sync", *words)), *more, _first_in_path("$PWD/.venv/bin")]
    return "\n".join(lines)


def _with_poetry(project: Project, found: Found) -> str:
    tables = _table(project, found, "tool", "poetry", "group")
    named = {name: group for name, group in tables.items() if _NAME.fullmatch(name) and isinstance(group, dict)}
    needed = {name: group.get("dependencies") for name, group in named.items()}
    groups = [name for name, entries in needed.items() if _names(entries, found.packages)]
    words = [*_all_extras(project, found), *(f"--with {name}" for name in groups)]
    old = _names(_table(project, found, "tool", "poetry", "dev-dependencies"), found.packages)
    more = [] if groups or old or _extras(project, found) else [f"poetry run pip install {' '.join(found.packages)}"]
    place = _first_in_path("$(poetry env info --path)/bin")
    return "\n".join(["pip install poetry", " ".join(("poetry install", *words)), *more, place])


def _with_pdm(project: Project, found: Found) -> str:
    kept = _table(project, found, "tool", "pdm", "dev-dependencies")
    groups = [
        *_groups(project, found),
        *(name for name in kept if _NAME.fullmatch(name) and _names(kept[name], found.packages)),
    ]
    words = [f"-G {name}" for name in (*groups, *_extras(project, found))]
    more = [] if words else [f"pdm run python -m pip install {' '.join(found.packages)}"]
    place = _first_in_path('$(dirname "$(pdm info --python)")')
    return "\n".join(["pip install pdm", " ".join(("pdm sync", *words)), *more, place])


def _with_hatch(project: Project, found: Found) -> str:
    name = _hatch_environment(project, found)
    return f"pip install hatch\nhatch env create {name}\n{_first_in_path(f'$(hatch env find {name})/bin')}"


def _with_tox(project: Project, found: Found) -> str:
    name = _tox_environment(project, found)
    return f"pip install tox\ntox run -e {name} --notest\n{_first_in_path(f'$PWD/.tox/{name}/bin')}"


def _with_conda(project: Project, found: Found) -> str:
    place = "$RUNNER_TEMP/conda"
    words = " ".join(_pip_words(project, found)[0])
    return (
        f'"$CONDA/bin/conda" env create --file {_conda_file(project, found)} --prefix "{place}"\n'
        f'"{place}/bin/pip" install {words}\n{_first_in_path(f"{place}/bin")}'
    )


def _with_pip(project: Project, found: Found) -> str:
    return f"pip install {' '.join(_pip_words(project, found)[0])}"


_PYTHON: dict[str, Callable[[Project, Found], str]] = {
    "uv": _with_uv,
    "poetry": _with_poetry,
    "pdm": _with_pdm,
    "hatch": _with_hatch,
    "tox": _with_tox,
    "conda": _with_conda,
    "pip": _with_pip,
}


def _pip_words(project: Project, found: Found) -> tuple[list[str], bool]:
    """Return what pip is to install, and whether the project itself names the tool there."""
    here = found.folder
    is_project = any(project.has(within(here, name)) for name in ("pyproject.toml", "setup.py"))
    extras, groups = _extras(project, found), _groups(project, found)
    files = [file for file in _requirements(project, here) if _names(project.text(file).splitlines(), found.packages)]
    plain = [file for file in (within(here, "requirements.txt"),) if project.has(file) and file not in files]
    own = f'-e ".[{",".join(extras)}]"' if extras else "-e ."
    words = [own] if is_project else []
    words += [f"-r {shlex.quote(posixpath.relpath(file, here))}" for file in (*plain, *files[:1])]
    words += [f"--group {name}" for name in groups]
    named = bool(extras or groups or files)
    return [*words, *(() if named else found.packages)], named


def _requirements(project: Project, folder: str) -> list[str]:
    inside = [file for file in project.named("*.txt", "*.in") if folder == "." or file.startswith(f"{folder}/")]
    return sorted((file for file in inside if "requirements" in file and file.endswith(".txt")), key=len)


def _extras(project: Project, found: Found) -> list[str]:
    return _holding(_table(project, found, "project", "optional-dependencies"), found.packages)


def _all_extras(project: Project, found: Found) -> list[str]:
    """Return the option for all extras: benchmarks import what is optional, and one lock file holds all of it.

    Extras that the project says are in conflict cannot be installed together.
    """
    has_some = any(_table(project, found, *place) for place in (("project", "optional-dependencies"), _POETRY_EXTRAS))
    conflicting = _table(project, found, "tool", "uv").get("conflicts")
    return ["--all-extras"] if has_some and not conflicting else []


def _groups(project: Project, found: Found) -> list[str]:
    return _holding(_table(project, found, "dependency-groups"), found.packages)


def _holding(tables: dict[str, Any], packages: tuple[str, ...]) -> list[str]:
    named = [name for name, entries in tables.items() if _NAME.fullmatch(name) and _names(entries, packages)]
    return named[:1]


def _names(entries: object, packages: tuple[str, ...]) -> bool:
    """Return whether one of the requirements, a list or a table, is a package of these."""
    if not isinstance(entries, list | dict):
        return False
    first = (re.split(r"[\s<>=!~;\[@,]", str(entry).strip(), maxsplit=1)[0] for entry in entries)
    wanted = {_plainly(package) for package in packages}
    return any(_plainly(name) in wanted for name in first)


def _plainly(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _table(project: Project, found: Found, *keys: str) -> dict[str, Any]:
    value: Any = project.toml(within(found.folder, "pyproject.toml"))
    for key in keys:
        value = value.get(key, {}) if isinstance(value, dict) else {}
    return value if isinstance(value, dict) else {}


def _hatch_environment(project: Project, found: Found) -> str | None:
    for name, table in _table(project, found, "tool", "hatch", "envs").items():
        kinds = ("dependencies", "extra-dependencies") if isinstance(table, dict) else ()
        if _NAME.fullmatch(name) and any(_names(table.get(kind), found.packages) for kind in kinds):
            return str(name)
    return None


def _tox_environment(project: Project, found: Found) -> str | None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(project.text(within(found.folder, "tox.ini")))
    except configparser.Error:
        return None
    for section in parser.sections():
        deps = [line.rpartition(":")[2] for line in parser.get(section, "deps", fallback="").splitlines()]
        name = "py" if section == "testenv" else section.removeprefix("testenv:")
        if section.startswith("testenv") and _NAME.fullmatch(name) and _names(deps, found.packages):
            return name
    return None


def _conda_file(project: Project, found: Found) -> str | None:
    return next(
        (file for file in ("environment.yml", "environment.yaml") if project.has(within(found.folder, file))), None
    )


def _first_in_path(folder: str) -> str:
    return f'echo "{folder}" >> "$GITHUB_PATH"'
