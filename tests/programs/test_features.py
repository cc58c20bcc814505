"""The table of features: every test it names is there, and a whole run without one of them fails."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shown_features import ids_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "features.md"

CONFTEST = """
import os, sys
sys.path.insert(0, {root!r})
from tests.shown_features import ShownFeatures

def pytest_configure(config):
    wanted = ("tests/test_a.py::test_one", "tests/test_a.py::test_two")
    config.pluginmanager.register(ShownFeatures(wanted, strict=os.environ.get("CI") == "true"))
"""
TESTS = """
import pytest

@pytest.mark.parametrize("case", [1, 2])
def test_one(case):
    if case == 2:
        pytest.skip("one case is enough")
{second}
"""


def test_every_row_names_tests_that_are_there() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    features = [row for row in rows if not row.startswith("| feature")]
    assert len(features) > 50
    assert all("`tests/" in row for row in features)
    for name in ids_of(PAGE):
        file, _, function = name.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("second", "arguments", "ci", "code"),
    [
        ("def test_two(): pass", (), "true", 0),
        ("", (), "", 1),
        ("def test_two(): pytest.skip('no server')", (), "", 0),
        ("def test_two(): pytest.skip('no server')", (), "true", 1),
        ("@pytest.fixture\ndef server(): pytest.skip('none')\ndef test_two(server): pass", (), "true", 1),
        ("", ("tests",), "true", 0),
        ("", ("-k", "test_one"), "true", 0),
        ("def test_two(): pass", ("-n", "2"), "true", 0),
        ("", ("-n", "2"), "true", 1),
    ],
)
def test_a_whole_run_has_to_show_them(
    tmp_path: Path, second: str, arguments: tuple[str, ...], ci: str, code: int
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\ntestpaths = ['tests']\n", encoding="utf-8")
    (tmp_path / "tests" / "conftest.py").write_text(CONFTEST.format(root=str(ROOT)), encoding="utf-8")
    (tmp_path / "tests" / "test_a.py").write_text(TESTS.format(second=second), encoding="utf-8")
    environment = {**os.environ, "CI": ci, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == code, done.stdout
    assert ("tests/test_a.py::test_two\n" in done.stdout) == (code == 1)
