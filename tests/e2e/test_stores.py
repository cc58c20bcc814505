"""Stores that last, on real servers: moto's S3, PostgreSQL, and a folder. Nothing is lost, nothing double."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import store_times
from reporter.cli import main
from reporter.model import COLUMN, Baseline, BaselineSource
from reporter.store.history import AGAINST_ITSELF
from reporter.store.lasting import LastingStore
from reporter.store.protocol import Missing
from tests.e2e.conftest import ROOT
from tests.e2e.stores import NOW, lasting, measuring

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.shared.errors import InputError

WRITERS, SESSIONS = 50, 20
FEW_WRITERS, FEW_SESSIONS = 10, 5
"""Of S3 in CI, because moto answers slowly. BENCHVERDICT_TEST_ALL_WRITERS=1 asks for all of them there too."""
PROCESSES = 5
KILLS = 17


def test_what_was_saved_is_found_with_rounds_and_history(place: str, suite: str) -> None:
    store = lasting(place)
    assert isinstance(store.find(suite), Missing)
    for number in range(3):
        store.save(measuring(suite, number, noise=True))
    found = lasting(place).find(suite)
    assert isinstance(found, Baseline)
    assert found.suite.commit == f"{2:040x}"
    assert [len(run) for run in found.suite.benchmarks[0].samples[0][1].rounds] == [2]
    assert [(one.commit, one.plan) for one in found.history] == [
        (f"{number:040x}", plan) for number in range(3) for plan in (AGAINST_ITSELF, "whole")
    ]
    assert found.notices == ()


def test_the_same_measuring_is_saved_once(place: str, suite: str) -> None:
    store = lasting(place)
    assert store.add([measuring(suite, 1)]) == 1
    assert store.add([measuring(suite, 1)]) == 0
    assert lasting(place).add([measuring(suite, 1, level=5.0)]) == 0
    assert len(store.history(suite)) == 1


def test_what_has_neither_commit_nor_time_is_saved_once_and_found_with_rounds(place: str, suite: str) -> None:
    store = lasting(place)
    made = measuring(suite, 1, level=1.23456789)
    nameless = replace(made.suite, commit=None, measured_at=None)
    nameless = replace(nameless, fingerprint=replace(nameless.fingerprint, cores=9))
    store.save(replace(made, suite=nameless, history=()))
    found = store.find(suite)
    assert isinstance(found, Baseline)
    assert [len(run) for run in found.suite.benchmarks[0].samples[0][1].rounds] == [2]
    assert lasting(place).add([found]) == 0


def test_a_whole_history_is_added_measuring_by_measuring(place: str, suite: str) -> None:
    store = lasting(place)
    parts = [measuring(suite, number, noise=number == 1) for number in range(4)]
    whole = replace(parts[-1], history=tuple(session for part in parts for session in part.history))
    assert store.add([whole]) == 4
    assert store.add([parts[0]]) == 0
    assert [one.plan for one in store.history(suite)] == ["whole", AGAINST_ITSELF, "whole", "whole", "whole"]


def test_one_benchmark_alone(place: str, suite: str) -> None:
    store = lasting(place)
    for number in range(3):
        store.save(measuring(suite, number, noise=True))
    sessions = store.history(suite, "render")
    assert [(one.commit, one.plan) for one in sessions] == [
        (f"{number:040x}", plan) for number in range(3) for plan in (AGAINST_ITSELF, "whole")
    ]
    expected = measuring(suite, 2).history[-1].statistics["render", (), "time"]
    assert set(sessions[-1].statistics) == {("render", (), "time")}
    np.testing.assert_allclose(sessions[-1].statistics["render", (), "time"], expected, rtol=1e-5)
    assert sessions[-1].measured_at == pytest.approx(NOW + 2)
    assert store.history(suite, "none such") == ()


def _load(place: str) -> tuple[int, int]:
    """Return how many writers there are, and how many sessions each of them writes."""
    few = place.startswith("s3:") and os.environ.get("CI") and not os.environ.get("BENCHVERDICT_TEST_ALL_WRITERS")
    return (FEW_WRITERS, FEW_SESSIONS) if few else (WRITERS, SESSIONS)


def _write(place: str, suite: str, writer: int) -> int:
    store, sessions = lasting(place), _load(place)[1]
    return sum(store.add([measuring(suite, writer * sessions + each, machine=writer % 3)]) for each in range(sessions))


WRITER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from tests.e2e.test_stores import _write
place, suite, *writers = sys.argv[1:]
with ThreadPoolExecutor(len(writers)) as threads:
    print(sum(threads.map(lambda writer: _write(place, suite, int(writer)), writers)))
"""


def test_fifty_writers_at_once_lose_nothing_and_double_nothing(place: str, suite: str) -> None:
    number, sessions = _load(place)

    def group(first: int) -> int:
        writers = [str(writer) for writer in range(first, number, PROCESSES)]
        command = [sys.executable, "-c", WRITER, place, suite, *writers]
        return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)

    with ThreadPoolExecutor(PROCESSES) as groups:
        assert sum(groups.map(group, range(PROCESSES))) == number * sessions
    commits = [one.commit for one in lasting(place).history(suite)]
    assert len(commits) == len(set(commits)) == number * sessions


def test_two_writers_of_the_same_measurings_add_each_once(place: str, suite: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        added = list(threads.map(lambda _: _write(place, suite, 0), range(8)))
    assert sum(added) == len(lasting(place).history(suite)) == _load(place)[1]


def test_the_first_writers_of_a_database_make_its_tables_once(stores: dict[str, str], suite: str) -> None:
    import psycopg

    with psycopg.connect(stores["postgresql"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
    fresh = stores["postgresql"].removesuffix("/postgres") + "/fresh"
    assert isinstance(lasting(fresh).find(suite), Missing)
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda writer: lasting(fresh).add([measuring(suite, writer)]), range(8))) == 8
    assert len(lasting(fresh).history(suite)) == 8


def test_the_statements_of_the_page_run(stores: dict[str, str]) -> None:
    import psycopg

    lasting(stores["postgresql"]).save(replace(measuring("api", 1), history=()))
    page = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", page, flags=re.DOTALL)
    statements = [each.strip() for each in block.split(";") if each.strip()]
    with psycopg.connect(stores["postgresql"], autocommit=True) as connection:
        connection.execute("CREATE ROLE grafana")
        *grants, select = statements
        for grant in grants:
            connection.execute(grant.encode())
        connection.execute("SET ROLE grafana")
        rows = connection.execute(select.replace("1 year", "100 years").encode()).fetchall()
    assert [(row[0].timestamp(), row[1]) for row in rows] == [(NOW + 1, "parse"), (NOW + 1, "render")]
    expected = measuring("api", 1).history[-1].statistics["parse", (), "time"][0, COLUMN["median"]]
    assert rows[0][2] == pytest.approx(expected)


def test_the_times_of_a_store_are_printed(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(store_times, "ASV_RESULTS", 5)
    monkeypatch.setattr(store_times, "DATA_JS_BYTES", 20_000)
    monkeypatch.setattr(sys, "argv", ["store_times", place, "--rows", "2000", "--benchmarks", "100", "--imports"])
    assert store_times.main() == 0
    printed = capsys.readouterr().out
    assert "20 sessions of 100 benchmarks" in printed
    assert "history of one benchmark" in printed
    assert "5 past runs imported, 5 of them new" in printed


ENDLESS = """
import sys
from tests.e2e.stores import lasting, measuring
place, suite, first = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = lasting(place)
print("ready", flush=True)
for number in range(first, first + 100_000):
    store.save(measuring(suite, number))
    print(number, flush=True)
"""


def test_a_writer_that_is_killed_leaves_a_store_that_can_be_read(place: str, suite: str) -> None:
    saved: set[int] = set()
    for kill in range(KILLS):
        command = [sys.executable, "-c", ENDLESS, place, suite, str(kill * 1_000)]
        writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        time.sleep(0.011 * kill)
        writer.kill()
        saved |= {int(line) for line in writer.stdout.read().splitlines()}
        writer.stdout.close()
        writer.wait()
        found = lasting(place).find(suite)
        assert isinstance(found, (Baseline, Missing))
        assert isinstance(found, Missing) or found.notices == ()
    kept = {int(one.commit or "", 16) for one in lasting(place).history(suite)}
    assert kept >= saved
    assert len(kept) <= len(saved) + KILLS


def test_old_measurings_are_removed_by_policy_and_the_newest_of_each_kind_stays(place: str, suite: str) -> None:
    store = lasting(place)
    for number in range(4):
        store.save(measuring(suite, number, machine=number % 2))
    older = store.older(suite, NOW + 100)
    assert [name.commit for name in older] == [f"{0:040x}", f"{1:040x}"]
    assert len(store.history(suite)) == 4
    store.remove(suite, older)
    store.remove(suite, older)
    assert [one.commit for one in lasting(place).history(suite)] == [f"{2:040x}", f"{3:040x}"]


def test_a_pinned_session_is_kept_and_read_however_old(place: str, suite: str) -> None:
    pinned = LastingStore(lasting(place).log, pinned=f"{0:040x}")
    for number in range(60):
        pinned.save(measuring(suite, number))
    found = pinned.find(suite)
    assert isinstance(found, Baseline)
    assert found.history[0].commit == f"{0:040x}"
    assert len(found.history) == 51
    assert f"{0:040x}" not in {name.commit for name in pinned.older(suite, NOW + 100)}


def test_every_suite_is_listed(place: str) -> None:
    store = lasting(place)
    for name in ("Größe/../x", "größe/../x", "con"):
        store.save(measuring(name, 1))
    names = {found.suite.name for _, found in store.kept() if isinstance(found, Baseline)}
    assert {"Größe/../x", "größe/../x", "con"} <= names
    store.forget("con")
    assert isinstance(store.find("con"), Missing)


def test_measurings_from_the_future_are_no_baseline_and_push_no_other_out(place: str, suite: str) -> None:
    store = lasting(place)
    store.save(measuring(suite, 1))
    ahead = time.time() + 90 * 86_400
    later = [measuring(suite, number).suite for number in range(100, 160)]
    moved = [replace(each, measured_at=ahead + number) for number, each in enumerate(later)]
    store.add(Baseline(suite=each, history=(), source=BaselineSource(commit=each.commit)) for each in moved)
    found = store.find(suite)
    assert isinstance(found, Baseline)
    assert found.suite.commit == f"{1:040x}"
    assert len(found.history) == 1
    assert [notice.code for notice in found.notices] == ["measuring-from-the-future"]
    assert len(store.history(suite)) == 61


def test_a_history_is_copied_to_a_folder_and_back(place: str, suite: str, tmp_path: Path) -> None:
    shown, errors = io.StringIO(), io.StringIO()

    def call(*arguments: str) -> None:
        assert main(["history", *arguments, "--name", suite], shown, errors) == 0, errors.getvalue()

    store, folder = lasting(place), (tmp_path / "copy").as_uri()
    for number in range(3):
        store.save(measuring(suite, number, noise=True))
    call("export", "--store", place, "--to", folder)
    store.forget(suite)
    call("import", folder, "--store", place)
    call("import", place, "--store", folder)
    assert re.findall(r"(\d) measurings added", shown.getvalue()) == ["3", "3", "0"]
    problems: list[InputError] = []
    copied = list(lasting(place).measurings(suite, problems))
    assert problems == []
    assert [[len(run) for run in each.suite.benchmarks[0].samples[0][1].rounds] for each in copied] == [[2]] * 3
    assert len(lasting(folder).history(suite)) == 6


def test_a_site_is_built_from_every_kind_of_store(place: str, suite: str, tmp_path: Path) -> None:
    store = lasting(place)
    for number in range(60):
        store.save(measuring(suite, number))
    shown, errors = io.StringIO(), io.StringIO()
    assert main(["site", "--store", place, "--output", str(tmp_path / "site")], shown, errors) == 0, errors.getvalue()
    found = json.loads((tmp_path / "site" / "index.json").read_text(encoding="utf-8"))
    assert [each["sessions"] for each in found["suites"] if each["label"] == suite] == [60]


def test_the_site_is_the_same_from_every_store(
    stores: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In places of their own, because a site shows every suite of its store."""
    import psycopg

    monkeypatch.chdir(tmp_path)
    with psycopg.connect(stores["postgresql"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE site")
    (tmp_path / "objects").mkdir()
    places = {
        "file": (tmp_path / "objects").as_uri(),
        "s3": f"{stores['s3']}/of-the-site",
        "postgresql": stores["postgresql"].removesuffix("/postgres") + "/site",
    }
    sites = {}
    for kind, place in places.items():
        lasting(place).add(
            measuring(name, number, level=1.0 + (number >= 12), noise=number % 5 == 0)
            for name in ("api", "web")
            for number in range(24)
        )
        output = tmp_path / kind
        assert main(["site", "--store", place, "--output", str(output)], io.StringIO(), sys.stderr) == 0
        sites[kind] = {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*") if path.is_file()}
    assert len(sites["file"]) > 24
    assert sites["s3"] == sites["file"]
    assert sites["postgresql"] == sites["file"]
