"""``make demo-service`` with fewer and shorter benchmarks and a shorter load, and the servers that it starts itself."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, missing

SERVERS = ROOT / "examples" / "service" / "servers.py"
SHORTER = {"SUITE_SECONDS": "0.02", "LOAD_STEP_SECONDS": "1", "PYTEST_ADDOPTS": "-k 'test_database or test_cache'"}


@pytest.fixture(autouse=True)
def programs() -> None:
    if shutil.which("redis-server") is None or not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing("no PostgreSQL or no Redis: install postgresql and redis-server")


def test_it_names_the_slow_query_and_the_cache_that_is_off(environment: dict[str, str]) -> None:
    command = ["timeout", "1200", "make", "--silent", "demo-service"]  # ends all that make started, in order
    env = {**environment, **SHORTER}
    done = subprocess.run(command, cwd=ROOT, env=env, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    slow, off = re.findall(
        r"^named: (.*)\n  category (\w+), (\S+)\n  (\w+) was .* critical$", done.stdout, re.MULTILINE
    )
    assert slow == (
        "a slow query: its index is gone",
        "database",
        "suite/test_database.py::test_query[dashboard]",
        "p95",
    )
    assert off == ("a cache that is off", "cache", "suite/test_cache.py::test_mix_80_20", "hit_rate")
    assert not (ROOT / "build" / "demo-service" / "servers").is_symlink()


def test_servers_end_when_they_are_told_and_before_others_take_their_place(tmp_path: Path) -> None:
    first = _start(tmp_path)
    assert [_answers(port) for port in first] == [True, True]
    second = _start(tmp_path)
    try:
        assert [_answers(port) for port in first] == [False, False]
        assert [_answers(port) for port in second] == [True, True]
        data = (tmp_path / "servers").resolve()
    finally:
        subprocess.run([sys.executable, SERVERS, "stop", tmp_path], check=True, timeout=60)
    assert [_answers(port) for port in second] == [False, False]
    assert not data.exists()


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    command = [sys.executable, str(SERVERS), "start", str(tmp_path)]
    done = subprocess.run(command, env={"PATH": os.devnull}, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "missing: redis-server (Debian, Ubuntu: apt-get install redis-server)" in done.stderr


def _start(folder: Path) -> list[int]:
    command = [sys.executable, str(SERVERS), "start", str(folder)]
    started = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
    assert re.findall(r"^(\w+)=", started, re.MULTILINE) == ["DATABASE_URL", "REDIS_URL"]
    return [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)/", started)]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
