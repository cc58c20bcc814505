"""measure and what is shared stand alone: they import each other and the standard library, whatever is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.measure_plans import ENTRY, NEWEST, OLDEST, ROOT, interpreter

if TYPE_CHECKING:
    from pathlib import Path

RUN_BY_OTHERS = ("inside", "pytest_plugin")
"""Folders with code that the user's Python runs; nothing of measure imports it."""
SHARED = ROOT / "reporter" / "shared"
MODULES = sorted(
    path for folder in (ENTRY, SHARED) for path in folder.rglob("*.py") if path.parent.name not in RUN_BY_OTHERS
)


def imported(path: Path) -> set[str]:
    """All modules that a file imports, also inside functions and for type checking only."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_measure_and_the_standard_library(path: Path) -> None:
    own = {name for name in imported(path) if name.split(".")[0] == "reporter"}
    assert {name.split(".")[1] for name in own} <= {"measure", "shared"}
    assert {name.split(".")[0] for name in imported(path) - own} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_module_imports_without_site_packages(version: str) -> None:
    found = [path.relative_to(ROOT).with_suffix("") for path in MODULES if not path.stem.startswith("__")]
    names = [".".join(path.parts) for path in found]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "\n".join(f"import {name}" for name in names)
    done = subprocess.run([interpreter(version), "-I", "-S", "-B", "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
