"""A benchmark whose code changed starts anew: its digest, where it is found, and what its past still counts for."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.cli import main
from reporter.commands import benchmark_code
from reporter.commands.benchmark_code import codes_of, with_code, with_definitions
from reporter.decide.judge import judge_screen
from reporter.ingest.code_digest import python_file
from reporter.model import Definition
from reporter.store import snapshot
from reporter.store.history import of_same_code
from tests.reports import report, row
from tests.suites import baseline_of, noisy_runs, suite_of
from tests.unit.test_snapshot import SCHEMA, document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.model import Suite

FILE = """
import shop
SIZE = 100

def prepared():
    return list(range(SIZE))

def test_sort(benchmark):
    benchmark(sorted, prepared())

def test_sum(benchmark):
    benchmark(sum, prepared())

class TestShop:
    stock = 3

    def test_buy(self, benchmark):
        benchmark(shop.buy)

    def test_sell(self, benchmark):
        benchmark(self.test_buy)
"""


def _digests(text: str, *members: str) -> list[str]:
    file = python_file(text.encode())
    assert file is not None
    return [file.digest(member.split("::")) for member in members]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("benchmark(sorted,", "benchmark(set,", {"test_sort"}),
        ("SIZE = 100", "SIZE = 200", {"test_sort", "test_sum", "TestShop::test_buy", "TestShop::test_sell"}),
        ("stock = 3", "stock = 4", {"TestShop::test_buy", "TestShop::test_sell"}),
        ("benchmark(shop.buy)", "benchmark(shop.bid)", {"TestShop::test_buy", "TestShop::test_sell"}),
        ("class TestShop:", "def test_more(benchmark):\n    benchmark(max, [1])\n\n\nclass TestShop:", set()),
        ("    return list(", "    # a comment\n    return list(\n        ", set()),
    ],
)
def test_only_what_can_run_for_a_benchmark_counts(old: str, new: str, changed: set[str]) -> None:
    members = ("test_sort", "test_sum", "TestShop::test_buy", "TestShop::test_sell")
    before, after = _digests(FILE, *members), _digests(FILE.replace(old, new), *members)
    assert {member for member, was, now in zip(members, before, after, strict=True) if was != now} == changed


def test_a_function_that_the_file_does_not_define_is_the_whole_file() -> None:
    assert _digests(FILE, "made_elsewhere") != _digests(
        FILE.replace("benchmark(sum,", "benchmark(len,"), "made_elsewhere"
    )


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_file(content: bytes) -> None:
    file = python_file(content)
    assert file is None or file.digest(("test_x",))


def test_deep_syntax_is_no_python_that_anybody_reads() -> None:
    for text in ("(" * 5000 + ")" * 5000, "-" * 20_000 + "1", "x = 0x" + "f" * 50_000):
        assert python_file(text.encode()) is None


def test_names_lead_to_files_of_the_workspace(tmp_path: Path) -> None:
    inside = tmp_path / "work"
    (inside / "api" / "bench").mkdir(parents=True)
    (tmp_path / "secret.py").write_text(FILE)
    (inside / "api" / "bench" / "test_a.py").write_text(FILE)
    (inside / "sort.bench.ts").write_text("bench('sort', () => {})")
    (inside / "link.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(inside / "pipe.py")
    names = [
        "bench/test_a.py::test_sort[1-::x]",
        "api/bench/test_a.py::test_sort[2]",
        "sort.bench.ts > lists > sort",
        "../secret.py::test_sort",
        "link.py::test_sort",
        "pipe.py::test_sort",
        f"{tmp_path}/secret.py::test_sort",
        "no file at all",
        "BenchmarkSort/size=10-8",
        "gone.py::test_sort",
    ]
    found = codes_of(names, inside)
    assert set(found) == set(names[:3])
    assert found[names[0]] == found[names[1]]


def test_a_benchmark_leads_to_the_line_of_its_definition(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "packages" / "shop"
    folder.mkdir(parents=True)
    (folder / "test_a.py").write_text(f"{FILE}\n@slow\ndef test_decorated(benchmark):\n    pass\n")
    (folder / "sort.bench.ts").write_text("bench('sort', () => {})")
    (folder / "test_broken.py").write_text("def test_x(:\n")
    lines = {
        "test_a.py::test_sort[10]": FILE.split("\n").index("def test_sort(benchmark):") + 1,
        "test_a.py::TestShop::test_sell": FILE.split("\n").index("    def test_sell(self, benchmark):") + 1,
        "test_a.py::TestShop::test_inherited": FILE.split("\n").index("class TestShop:") + 1,
        "test_a.py::test_decorated": FILE.count("\n") + 3,
        "test_a.py::made_elsewhere": None,
        "sort.bench.ts > lists > sort": None,
        "test_broken.py::test_x": None,
    }
    found = {name: code.defined for name, code in codes_of(lines, folder).items()}
    assert {name: defined.line for name, defined in found.items()} == lines
    assert {defined.file.rpartition("/")[0] for defined in found.values()} == {"packages/shop"}


def test_a_report_names_the_lines_of_its_benchmarks(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(FILE)
    made = report(row("test_a.py::test_sort", "regressed", 0.2), row("gone.py::test_x", "unchanged", 0.0))
    head = suite_of({"test_a.py::test_sort": [[1.0]], "gone.py::test_x": [[1.0]]})
    rows = with_definitions(made, with_code(head, tmp_path)).assessments
    assert [each.defined for each in rows] == [Definition(file="test_a.py", line=8), None]


def test_two_files_of_one_name_are_neither(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_x.py").write_text(FILE)
    assert codes_of(["test_x.py::test_sort"], tmp_path) == {}


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_x.py").write_text(FILE)
    monkeypatch.setattr(benchmark_code, "MAX_FILE_BYTES", len(FILE) - 1)
    assert codes_of(["test_x.py::test_sort"], tmp_path) == {}


def _coded(suite: Suite, codes: Mapping[str, str | None]) -> Suite:
    benchmarks = tuple(replace(benchmark, code=codes.get(benchmark.name)) for benchmark in suite.benchmarks)
    return replace(suite, benchmarks=benchmarks)


def _suites(old: str | None, new: str | None, *, sessions: int = 10, before: int = 6) -> list[Suite]:
    """Return suites of which the first ``before`` have the ``old`` code in benchmark "moved", ten times as slow."""
    generator = np.random.default_rng(3)
    suites = []
    for index in range(sessions):
        is_old = index < before
        values = {
            "moved": noisy_runs(generator, level=1e-2 if is_old else 1e-3, sd=0.004, runs=3),
            "still": noisy_runs(generator, level=2e-3, sd=0.004, runs=3),
        }
        suite = _coded(suite_of(values, commit=f"{index:040x}"), {"moved": old if is_old else new, "still": "s"})
        suites.append(replace(suite, measured_at=1000.0 * index))
    return suites


def test_sessions_of_other_code_count_neither_for_noise_nor_as_baseline() -> None:
    suites = _suites("old", "new", sessions=13)
    decision = judge_screen(suites[-1], baseline_of(suites[:-1]))
    moved = next(row for row in decision.assessments if row.comparison.name == "moved")
    change = moved.comparison.change
    assert change is not None
    assert abs(change.marginal.point) < 0.02
    assert moved.comparison.noise is not None
    assert moved.comparison.noise.source == "6 saved sessions"
    still = next(row for row in decision.assessments if row.comparison.name == "still")
    assert still.comparison.noise is not None
    assert still.comparison.noise.source == "12 saved sessions"
    assert not decision.trends


def test_what_nobody_knows_the_code_of_counts_as_before() -> None:
    suites = _suites(None, "new", sessions=13)
    decision = judge_screen(suites[-1], baseline_of(suites[:-1]))
    moved = next(row for row in decision.assessments if row.comparison.name == "moved")
    assert moved.comparison.noise is not None
    assert moved.comparison.noise.source == "12 saved sessions"


def test_a_baseline_of_other_code_is_not_comparable_and_the_others_are_judged() -> None:
    suites = _suites("old", "new", sessions=10, before=9)
    decision = judge_screen(suites[-1], baseline_of(suites[:-1]))
    verdicts = {row.comparison.name: row for row in decision.assessments}
    assert verdicts["moved"].verdict == "not_comparable"
    assert "its code is not what it was" in verdicts["moved"].reason
    assert verdicts["still"].verdict in ("unchanged", "inconclusive")
    assert (decision.suspects, decision.comparable) == (0, True)


def test_a_baseline_of_nothing_but_other_code_is_no_comparison() -> None:
    only = [_coded(suite_of({"a": [[1.0, 1.1]] * 3}), {"a": code}) for code in ("x", "y")]
    alone = judge_screen(only[1], baseline_of(only[:1]))
    assert (alone.overlap, alone.comparable) == (True, False)


def test_a_new_level_is_looked_for_since_the_code_is_what_it_is() -> None:
    generator = np.random.default_rng(4)
    levels = [9e-3] * 6 + [1e-3] * 7 + [1.3e-3] * 6
    suites = []
    for index, level in enumerate(levels):
        one = suite_of({"a": noisy_runs(generator, level=level, sd=0.002, runs=3)}, commit=f"{index:040x}")
        suites.append(_coded(replace(one, measured_at=1000.0 * index), {"a": "old" if index < 6 else "new"}))
    (trend,) = judge_screen(suites[-1], baseline_of(suites[:-1])).trends
    assert [change.session for change in trend.changes] == [13]
    assert trend.values[:6] == (None,) * 6


def test_digests_travel_in_the_snapshot_and_older_ones_are_read() -> None:
    suites = _suites("old", "new")
    before = baseline_of(suites)
    data = snapshot.dump(before)
    jsonschema.validate(document(data), SCHEMA)
    after = snapshot.load(data, "x")
    assert [benchmark.code for benchmark in after.suite.benchmarks] == ["new", "s"]
    assert [session.codes for session in after.history] == [session.codes for session in before.history]
    assert snapshot.dump(after) == data
    older = baseline_of([_coded(suite, {}) for suite in suites])
    assert "code" not in json.dumps(document(snapshot.dump(older)))
    assert all(not session.codes for session in snapshot.load(snapshot.dump(older), "x").history)


def test_the_history_itself_keeps_all_that_was_measured() -> None:
    suites = _suites("old", "new")
    history = baseline_of(suites).history
    filtered = of_same_code(history, suites[-1])
    assert [len(session.statistics) for session in filtered] == [1] * 6 + [2] * 4
    assert [len(session.statistics) for session in history] == [2] * 10


SUITE = """
import json, sys
rounds = [0.001 + 1e-6 * (index % 7) for index in range(60)]
entry = {"name": "test_a", "fullname": "bench/test_a.py::test_a", "stats": {"data": rounds, "rounds": 60}}
json.dump({"machine_info": {}, "benchmarks": [entry]}, open(sys.argv[1], "w"))
"""


def test_a_run_says_which_benchmark_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bench").mkdir()
    Path("bench/test_a.py").write_text("def test_a(benchmark):\n    benchmark(sum, [1])\n")
    Path("suite.py").write_text(SUITE)
    command = ("run", "--name", "s", "--compare", "baseline", "--", sys.executable, "suite.py", "{output}")
    assert main(("run", "--save-baseline", *command[1:]), io.StringIO(), io.StringIO()) == 0
    assert _rows(command)[0]["verdict"] in ("unchanged", "inconclusive")
    Path("bench/test_a.py").write_text("# other words\ndef test_a(benchmark):\n    benchmark(sum, [1],)\n")
    assert _rows(command)[0]["verdict"] in ("unchanged", "inconclusive")
    Path("bench/test_a.py").write_text("def test_a(benchmark):\n    benchmark(sum, [1, 2])\n")
    (row,) = _rows(command)
    assert row["verdict"] == "not_comparable"
    assert "its code is not what it was" in row["reason"]
    assert main(("run", "--save-baseline", *command[1:]), io.StringIO(), io.StringIO()) == 0
    assert _rows(command)[0]["verdict"] in ("unchanged", "inconclusive")


def _rows(command: tuple[str, ...]) -> list[dict[str, Any]]:
    assert main(command, io.StringIO(), io.StringIO()) == 0
    rows: list[dict[str, Any]] = json.loads(Path(".benchverdict/report/verdict.json").read_text())["benchmarks"]
    return rows
