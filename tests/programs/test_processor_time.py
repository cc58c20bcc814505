"""Tests that need much processor time are named, and only what is far beyond that fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFTEST = """
import sys
sys.path.insert(0, {root!r})
from tests import processor_time

processor_time.USUAL, processor_time.MOST = 0.1, {most}

def pytest_configure(config):
    config.pluginmanager.register(processor_time.ProcessorTime())
"""
TESTS = """
import subprocess, sys, time
import pytest

WORK = "import time\\nwhile time.process_time() < 0.2: pass"

def work():
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass

def test_working():
    work()

def test_working_elsewhere():
    subprocess.run([sys.executable, "-S", "-c", WORK], check=True)

def test_waiting():
    time.sleep(0.2)

@pytest.fixture
def worked():
    work()

def test_of_a_fixture(worked):
    pass

@pytest.mark.slow
def test_slow():
    work()
"""


@pytest.mark.slow
@pytest.mark.parametrize(("most", "arguments", "code"), [(100.0, (), 0), (0.15, (), 1), (0.15, ("-n", "1"), 1)])
def test_what_works_for_long_is_named_and_fails_far_beyond(
    tmp_path: Path, most: float, arguments: tuple[str, ...], code: int
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.format(root=str(ROOT), most=most), encoding="utf-8")
    (tmp_path / "test_a.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:benchmark", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout
    named = set(re.findall(r"^ +\d\.\d s  test_a\.py::test_(\w+)", done.stdout, re.MULTILINE))
    assert named == {"working", "working_elsewhere", "of_a_fixture"}
    assert done.stdout.count("(fails)") == (3 if code else 0)
