"""What is named as the cause of noise, and that a quiet measurement gets no advice."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.cli import main
from reporter.commands.suites import suite_from
from reporter.config import Config
from reporter.decide.advice import MOST, MOST_ASKED, advise
from reporter.ingest.run_files import read_run
from reporter.model import Benchmark, RunConditions, Sample
from tests.reports import row
from tests.suites import TIME, sample_of, suite_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Assessment, Suite

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"
OPEN = (row("a", "inconclusive", 0.01),)
QUIET = RunConditions(
    wall_seconds=2.0, cpu_seconds=1.9, busy_seconds=2.0, steal_seconds=0.0, frequency_before_hz=3e9,
    frequency_after_hz=2.9e9,
)  # fmt: skip


def _codes(rows: Sequence[Assessment], suite: Suite, *conditions: RunConditions) -> list[str]:
    return [notice.code for notice in advise(rows, (suite,), conditions)]


def _runs(
    seed: int = 1, runs: int = 10, rounds: int = 60, between: float = 0.01, within: float = 0.01
) -> list[list[float]]:
    generator = np.random.default_rng(seed)
    levels = np.exp(generator.normal(0, between, runs))
    return [(level * (1 + generator.exponential(within, rounds))).tolist() for level in levels]


def test_a_quiet_machine_with_ordinary_benchmarks_gets_no_advice() -> None:
    for seed in range(20):
        assert _codes(OPEN, suite_of({"a": _runs(seed)}), *[QUIET] * 10) == []


def test_nothing_is_said_when_nothing_is_inconclusive() -> None:
    bad = RunConditions(wall_seconds=1.0, cpu_seconds=1.0, busy_seconds=3.0, steal_seconds=2.0)
    suite = suite_of({"a": _runs(rounds=5), "b": _runs()})
    assert _codes((row("a", "unchanged", 0.0), row("b", "regressed", 0.5)), suite, bad) == []
    assert _codes((row("b", "inconclusive", 0.0), row("a", "unchanged", 0.0)), suite) == []
    assert _codes((row("a", "inconclusive", 0.0),), suite) == ["noise-few-rounds"]


@pytest.mark.parametrize(
    ("run", "codes"),
    [
        (RunConditions(wall_seconds=1.0, cpu_seconds=0.9, busy_seconds=0.96, steal_seconds=0.04), ["noise-steal"]),
        (RunConditions(wall_seconds=1.0, cpu_seconds=0.9, busy_seconds=0.96, steal_seconds=0.001), []),
        (RunConditions(wall_seconds=1.0, cpu_seconds=0.9, busy_seconds=1.6, steal_seconds=0.0), ["noise-other-load"]),
        (RunConditions(wall_seconds=1.0, cpu_seconds=0.9, busy_seconds=1.1), []),
        (RunConditions(frequency_before_hz=3e9, frequency_after_hz=2e9), ["noise-frequency"]),
        (RunConditions(frequency_before_hz=3e9, frequency_after_hz=2.8e9), []),
        (RunConditions(), []),
    ],
)
def test_what_the_machine_did(run: RunConditions, codes: list[str]) -> None:
    assert _codes(OPEN, suite_of({"a": _runs()}), run, run) == codes


def test_the_texts_have_the_figures() -> None:
    run = RunConditions(
        wall_seconds=10.0, cpu_seconds=9.0, busy_seconds=18.0, steal_seconds=2.0, frequency_before_hz=3e9,
        frequency_after_hz=2e9,
    )  # fmt: skip
    steal, load, clock = (notice.text for notice in advise(OPEN, (suite_of({"a": _runs(rounds=5)}),), (run,)))
    assert "took 10.0% of the processor time" in steal
    assert "kept 0.9 cores busy" in load
    assert "from 3000 to 2000 MHz" in clock


def test_the_machine_goes_first_and_three_are_enough() -> None:
    run = RunConditions(wall_seconds=1.0, cpu_seconds=0.5, busy_seconds=1.5, steal_seconds=0.5)
    suite = suite_of({"a": _runs(rounds=5, between=0.3)})
    codes = _codes(OPEN, suite, run)
    assert codes == ["noise-steal", "noise-other-load", "noise-between-runs"]
    assert len(codes) == MOST


_PARTLY_SLOW = [[value * (3 if index % 20 == 0 else 1) for index, value in enumerate(run)] for run in _runs()]


def test_less_garbage_is_no_advice_where_others_have_the_processor() -> None:
    suite = suite_of({"a": _PARTLY_SLOW})
    busy = RunConditions(wall_seconds=1.0, cpu_seconds=0.9, busy_seconds=1.6, steal_seconds=0.0)
    stolen = RunConditions(wall_seconds=1.0, cpu_seconds=0.9, busy_seconds=0.96, steal_seconds=0.04)
    assert "noise-long-tails" in _codes(OPEN, suite, QUIET)
    assert "noise-long-tails" in _codes(OPEN, suite)
    assert "noise-long-tails" not in _codes(OPEN, suite, busy)
    assert "noise-long-tails" not in _codes(OPEN, suite, stolen)


@pytest.mark.parametrize(
    ("formats", "named"),
    [
        ({"pytest-benchmark"}, True),
        ({"go"}, False),
        ({"pytest-benchmark", "go"}, False),
        (set(), False),
    ],
)
def test_only_options_of_the_tool_in_use_are_named(formats: set[str], *, named: bool) -> None:
    suite = replace(suite_of({"a": _runs(rounds=5)}), formats=frozenset(formats))
    [notice] = advise(OPEN, (suite,), ())
    assert notice.code == "noise-few-rounds"
    assert ("--benchmark-" in notice.text) is named
    assert "pytest" not in notice.text


def test_where_pairs_choose_the_rounds_nobody_is_advised_to_ask_for_more() -> None:
    suite = replace(suite_of({"a": _runs(rounds=5)}), formats=frozenset({"pytest-benchmark"}))
    [notice] = advise(OPEN, (suite,), (), paired=True)
    assert "--benchmark-" not in notice.text
    assert "smaller piece" in notice.text


def test_paired_runs_are_not_advised_to_run_paired() -> None:
    jumping = [[value * (1.3 if index % 3 == 0 else 1) for value in run] for index, run in enumerate(_runs())]
    for suite in (suite_of({"a": jumping}), suite_of({"a": _runs(between=0.3)})):
        for paired, words in ((False, "--compare paired"), (True, "--time-limit")):
            texts = " ".join(notice.text for notice in advise(OPEN, (suite,), (), paired=paired))
            assert words in texts
            assert ("--compare paired" in texts) is not paired


@pytest.mark.parametrize(
    ("file", "name"), [(GOOD, "pytest-benchmark"), (GOOD.parents[1] / "go" / "packages.txt", "go")]
)
def test_a_suite_knows_the_formats_of_its_files(file: Path, name: str) -> None:
    assert suite_from([read_run(file, None, [])], Config(), "suite").formats == {name}


def test_two_speeds_of_runs_or_of_rounds() -> None:
    runs = [[value * (1.2 if index % 3 == 0 else 1) for value in run] for index, run in enumerate(_runs(between=0.005))]
    assert "noise-bimodal" in _codes(OPEN, suite_of({"a": runs}))
    rounds = [
        [value * (1.2 if index % 3 == 0 else 1) for index, value in enumerate(run)] for run in _runs(within=0.004)
    ]
    assert _codes(OPEN, suite_of({"a": rounds})) == ["noise-bimodal"]


def test_processes_that_differ_more_than_their_rounds() -> None:
    assert _codes(OPEN, suite_of({"a": _runs(between=0.08)})) == ["noise-between-runs"]
    assert _codes(OPEN, suite_of({"a": _runs(between=0.08, within=0.1)})) == []


def test_pauses_in_some_rounds() -> None:
    runs = [[value * (3 if index % 30 == 7 else 1) for index, value in enumerate(run)] for run in _runs()]
    assert _codes(OPEN, suite_of({"a": runs})) == ["noise-long-tails"]


def test_one_number_per_run_is_not_few_rounds() -> None:
    assert _codes(OPEN, suite_of({"a": _runs(rounds=1)})) == []
    assert _codes(OPEN, suite_of({"a": _runs(rounds=19)})) == ["noise-few-rounds"]
    assert _codes(OPEN, suite_of({"a": _runs(rounds=20)})) == []


def test_of_thousands_of_undecided_benchmarks_a_few_are_looked_into() -> None:
    asked = []

    class Counted(Sample, frozen=True, kw_only=True, eq=False):
        def __getattribute__(self, name: str) -> object:
            asked.append(id(self))
            return super().__getattribute__(name)

    few, many = _runs(rounds=5), 1000
    samples = [Counted(statistics=s.statistics, rounds=s.rounds) for s in (sample_of(few) for _ in range(many))]
    names = [f"b{index}" for index in range(many)]
    suite = replace(
        suite_of({}),
        benchmarks=tuple(
            Benchmark(name=name, samples=((TIME, sample),)) for name, sample in zip(names, samples, strict=True)
        ),
    )
    asked.clear()
    rows = tuple(row(name, "inconclusive", 0.0) for name in names)
    assert _codes(rows, suite) == ["noise-few-rounds"]
    assert len(set(asked)) <= MOST_ASKED


def test_what_ails_one_of_many_is_not_named() -> None:
    quiet = {f"b{index}": _runs(index) for index in range(3)}
    rows = tuple(row(name, "inconclusive", 0.0) for name in ("a", *quiet))
    assert _codes(rows, suite_of({"a": _runs(rounds=5), **quiet})) == []


def test_the_report_says_so_and_the_record_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> int:
        return main(arguments, io.StringIO(), io.StringIO())

    document = json.loads(GOOD.read_text(encoding="utf-8"))
    for benchmark in document["benchmarks"]:
        benchmark["stats"]["data"] = [1e-3 * (1 + 0.1 * index) for index in range(5)]
    Path("few.json").write_text(json.dumps(document), encoding="utf-8")
    assert call("run", "--save-baseline", "--runs", "1", "--", "cp", "few.json", "{output}") == 0
    assert call("run", "--", "cp", "few.json", "{output}") == 0
    record = Path(".benchverdict/measure/measure.json")

    def codes(conditions: dict[str, float] | None) -> list[str]:
        content = json.loads(record.read_text(encoding="utf-8"))
        for run in content["runs"]:
            run["conditions"] = conditions
        record.write_text(json.dumps(content), encoding="utf-8")
        folders = ("--measure", ".benchverdict/measure", "--baseline", ".benchverdict/baseline", "--output", "again")
        assert call("report", *folders) == 0
        verdict = json.loads(Path("again/verdict.json").read_text(encoding="utf-8"))
        assert verdict["counts"]["inconclusive"]
        return [warning["code"] for warning in verdict["warnings"] if warning["code"].startswith("noise-")]

    assert codes(None) == ["noise-few-rounds"]
    assert codes({"busy_seconds": 0.0, "steal_seconds": 5.0}) == ["noise-steal", "noise-few-rounds"]


def test_runs_that_counted_nothing_are_no_cause() -> None:
    counts = suite_of({"a": [[0.0], [2.0], [1.0], [0.0], [3.0], [1.0], [2.0], [1.0]]})
    assert _codes(OPEN, counts) == []
