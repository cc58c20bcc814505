"""In several processes all end-to-end tests run in one, whatever the others do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFTEST = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.schedule import Schedule

def pytest_xdist_make_scheduler(config, log):
    return Schedule(config, log)
"""
TESTS = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(4))
def test_one(number):
    kind = "e2e" if "e2e" in __file__ else "unit"
    pathlib.Path(f"{kind}.{os.getpid()}").touch()
"""


@pytest.mark.slow
def test_end_to_end_tests_share_a_process(tmp_path: Path) -> None:
    for name in ("tests/e2e/test_a.py", "tests/e2e/test_b.py", "tests/unit/test_c.py", "tests/unit/test_d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TESTS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:benchmark", "-n", "2", "tests"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout
    assert "16 passed" in done.stdout
    processes = {kind: {path.suffix for path in tmp_path.glob(f"{kind}.*")} for kind in ("e2e", "unit")}
    assert len(processes["e2e"]) == 1
    assert processes["unit"] - processes["e2e"]
