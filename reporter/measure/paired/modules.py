"""Which modules a tree has, and where each side imports them from: the proof that both sides run their own code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.paired import virtual
from reporter.measure.paired.user_python import INSIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reporter.measure.paired.sides import Side

_NOT_MEASURED = re.compile(r"tests?|test_\w+|\w+_test|conftest|setup|noxfile|bench\w*|docs?|examples?|tools?|scripts?")
_STANDARD = {*sys.builtin_module_names, *(path.stem for path in Path(os.__file__).parent.iterdir())}
_SECONDS = 60.0


def names_in(folders: Iterable[Path]) -> tuple[str, ...]:
    """Name the modules and packages that lie in project folders or their ``src``.

    Tests and the like are left out, and what has the name of a standard module, which is found there first.
    """
    names: dict[str, None] = {}
    for folder in folders:
        for place in (folder / "src", folder):
            packages = [path.parent.name for path in sorted(place.glob("*/__init__.py"))]
            modules = [path.stem for path in sorted(place.glob("*.py"))]
            names.update(dict.fromkeys(packages + modules))
    usable = [name for name in names if name.isidentifier() and name not in _STANDARD]
    return tuple(name for name in usable if not _NOT_MEASURED.fullmatch(name))


def found_by(side: Side, names: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Ask a side's Python where it would import modules from; those it does not find are left out."""
    if side.environment is None:
        return {}
    command = [str(virtual.python(side.environment)), "-B", str(INSIDE / "find_modules.py"), *names]
    try:
        done = subprocess.run(
            command, cwd=side.folder, capture_output=True, env=dict(environ), timeout=_SECONDS, check=True
        )
        found: dict[str, str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return {}
    return found


def outside(found: Mapping[str, str], side: Side) -> dict[str, str]:
    """Return the modules that do not come from a side's own tree."""
    tree = side.tree.resolve()
    return {name: where for name, where in found.items() if tree not in Path(where).resolve().parents}
