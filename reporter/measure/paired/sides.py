"""The two sides as they lie on disk: where, what belongs to them, and how everything of them is removed again.

``OUTPUT/sides/base/NAME`` and ``OUTPUT/sides/head/NAME`` are the trees (NAME is that of the user's folder; equal
lengths, because the length of a path can shift memory), ``OUTPUT/sides/python-base`` and ``python-head`` the virtual
environments. ``OUTPUT/sides/state.json`` is written before anything else is made, so that whatever a killed measuring
left is known.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.measure.paired import virtual
from reporter.measure.paired.git import GitError, Repository, unled
from reporter.measure.record import writing_to
from reporter.shared.files import read_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reporter.measure.plan import Plan

FOLDER = "sides"
NAMES = ("base", "head")
_STATE = "state.json"
_CARGO_TARGET = "CARGO_TARGET_DIR"
_TREE_VARIABLES = ("GITHUB_WORKSPACE", "PWD", "PYTHONPATH")


@dataclass(frozen=True)
class Side:
    """One side. ``tree`` is its worktree, ``folder`` the working directory in it.

    ``environment`` is the folder of its virtual environment, ``None`` where it has none.
    """

    name: str
    commit: str
    tree: Path
    folder: Path
    environment: Path | None = None


@dataclass(frozen=True)
class Sides:
    """Both sides of one measuring. ``root`` is the user's tree, ``modules`` name the Python modules that lie in it."""

    root: Path
    base: Side
    head: Side
    modules: tuple[str, ...] = ()

    @property
    def both(self) -> tuple[Side, Side]:
        """Base and head."""
        return self.base, self.head


def tree_of(output: Path, name: str, root: Path) -> Path:
    """Return the place of a side's tree."""
    return output / FOLDER / name / (root.name or "tree")


def environment_of(output: Path, name: str) -> Path:
    """Return the place of a side's virtual environment."""
    return output / FOLDER / f"python-{name}"


def begin(output: Path, root: Path) -> None:
    """Leave word of what is about to be made.

    Raises:
        UsageError: the folder cannot be written.
    """
    _write(output, {"root": str(root), "ready": False})


def keep(output: Path, sides: Sides, plan: Plan) -> None:
    """Leave word that the sides can be run; raises as ``begin`` does."""
    _write(output, {"root": str(sides.root), "ready": True, "plan": _key(plan), "sides": asdict(sides)})


def kept(output: Path, plan: Plan) -> Sides | None:
    """Return the sides that an earlier call made for this plan and left, if it did."""
    state = _state(output)
    if state is None or not state.get("ready") or state["plan"] != _key(plan):
        return None
    base, head = (_side(state["sides"][name]) for name in NAMES)
    return Sides(Path(state["root"]), base, head, tuple(state["sides"]["modules"]))


def clean(output: Path, environ: Mapping[str, str]) -> bool:
    """Remove the worktrees and environments below ``output``; whether nothing is left of them. Never raises.

    A folder of that name in which measure left no word is somebody else's and stays.
    """
    state = _state(output)
    if state is None:
        return True
    repository = Repository(Path(state["root"]), unled(environ))
    for name in NAMES:
        with suppress(GitError):
            repository.remove_worktree(tree_of(output, name, repository.root))
    remove_folder(output / FOLDER)
    with suppress(GitError):
        if any(output / FOLDER in path.parents for path in repository.worktrees()):
            repository.prune_worktrees()
    return not (output / FOLDER).exists()


def remove_folder(folder: Path) -> None:
    """Remove a folder as far as that is possible, also what is protected from writing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for path in (folder, *folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                with suppress(OSError):
                    path.chmod(stat.S_IRWXU)
        shutil.rmtree(folder, ignore_errors=True)


def carry(paths: Iterable[str], source: Path, target: Path) -> None:
    """Make files of one tree as they are in another: copied, or removed where it has none. Raises ``OSError``."""
    for path in paths:
        origin, copy = source / path, target / path
        if os.path.lexists(copy) and not copy.is_dir():
            copy.unlink()
        if origin.is_symlink() or origin.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, copy, follow_symlinks=False)


def variables(side: Side, root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of a side.

    Its virtual environment is on, and what named a place in the user's tree names that of the side, if it is there too.
    Cargo builds in its own tree: in one place for both sides, each would build again what the other one built.
    """
    led = unled(environ) if side.environment is None else virtual.variables(side.environment, unled(environ))
    for name in _TREE_VARIABLES:
        if led.get(name):
            led[name] = os.pathsep.join(_led(entry, root, side.tree) for entry in led[name].split(os.pathsep))
    if Path(led.get(_CARGO_TARGET) or ".").is_absolute():
        led[_CARGO_TARGET] = str(side.folder / "target")
    led["PWD"] = str(side.folder)
    return led


def _led(entry: str, root: Path, tree: Path) -> str:
    path = Path(os.path.realpath(entry))
    if not Path(entry).is_absolute() or root not in (path, *path.parents):
        return entry
    moved = tree / path.relative_to(root)
    return str(moved) if moved.exists() else entry


def _write(output: Path, state: dict[str, Any]) -> None:
    path = output / FOLDER / _STATE
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(state, default=str))


def _state(output: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = read_json(output / FOLDER / _STATE)
    except (OSError, ValueError):
        return None
    return state


def _side(values: dict[str, Any]) -> Side:
    folders = {key: Path(values[key]) for key in ("tree", "folder")}
    environment = values["environment"]
    return Side(values["name"], values["commit"], **folders, environment=Path(environment) if environment else None)


def _key(plan: Plan) -> Any:
    """Return what the sides depend on, as it reads after a way through JSON."""
    return json.loads(json.dumps([plan.script, plan.command, asdict(plan.pairs) if plan.pairs else None]))
