"""measure stands alone: it imports itself and the standard library, whatever is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.measure_plans import ENTRY, NEWEST, OLDEST, ROOT, interpreter

if TYPE_CHECKING:
    from pathlib import Path

MODULES = sorted(ENTRY.glob("*.py"))


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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_imports_only_measure_and_the_standard_library(path: Path) -> None:
    own = {name for name in imported(path) if name.split(".")[0] == "reporter"}
    assert all(name == "reporter.measure" or name.startswith("reporter.measure.") for name in own)
    assert {name.split(".")[0] for name in imported(path) - own} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_module_imports_without_site_packages(version: str) -> None:
    names = [f"reporter.measure.{path.stem}" for path in MODULES if not path.stem.startswith("__")]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "\n".join(f"import {name}" for name in names)
    done = subprocess.run([interpreter(version), "-I", "-S", "-B", "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
