from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from reporter.decide.pooled import pooled
from reporter.decide.summaries import side_summaries
from reporter.ingest import FileReading, Reading, assemble
from reporter.ingest.assemble import MAX_NOTICES, Provenance
from reporter.model import COLUMN, STATISTICS, Better, Metric
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint, Notice

TIME = Metric(name="time", unit="s", better="lower")
RATE = Metric(name="hit_rate", unit="1", better=None)


def reading(name: str, *values: float, metric: Metric = TIME, error: str | None = None) -> Reading:
    return Reading(name=name, metric=metric, place=f"[{name}]", values=values, error=error)


def file(*readings: Reading, path: str = "a.json", fingerprint: Fingerprint | None = None) -> FileReading:
    return FileReading(
        path=Path(path),
        format="test",
        readings=readings,
        fingerprint=fingerprint or Fingerprint(language="CPython 3.11"),
    )


def test_statistics_are_the_columns_of_the_model() -> None:
    suite = assemble([[file(reading("a", 4.0, 1.0, 3.0, 2.0, 5.0))]], suite="s")
    row = suite.benchmarks[0].samples[0][1].statistics[0]
    assert row.tolist() == pytest.approx([5, 1, 1.4, 2, 3, 4, 4.6, 4.8, 4.96, 5, 3])
    assert suite.benchmarks[0].samples[0][1].rounds[0].tolist() == [4.0, 1.0, 3.0, 2.0, 5.0]


def test_row_i_is_run_i_also_when_a_benchmark_or_a_whole_run_is_absent() -> None:
    suite = assemble(
        [[file(reading("a", 1.0))], [], [file(reading("b", 2.0))], [file(reading("b", 3.0), reading("a", 4.0))]],
        suite="s",
    )
    minima = {entry.name: entry.samples[0][1].statistics[:, 1] for entry in suite.benchmarks}
    assert suite.runs == 4
    np.testing.assert_array_equal(minima["a"], [1, np.nan, np.nan, 4])
    np.testing.assert_array_equal(minima["b"], [np.nan, np.nan, 2, 3])
    assert suite.warnings == ()


def test_files_of_one_run_are_put_together() -> None:
    suite = assemble([[file(reading("a", 1.0)), file(reading("b", 2.0), path="b.json")]], suite="s")
    assert (suite.runs, [entry.name for entry in suite.benchmarks]) == (1, ["a", "b"])


def test_same_name_twice_in_a_run_is_an_error_with_both_places() -> None:
    twice = [file(reading("a", 1.0), path="x.json"), file(reading("b", 1.0), reading("a", 1.0), path="y.json")]
    with pytest.raises(InputError) as caught:
        assemble([[file(reading("a", 1.0))], twice], suite="s")
    assert caught.value.code == "duplicate-benchmark"
    assert caught.value.where == "y.json, [a]"
    assert "x.json, [a]" in caught.value.what


def test_same_name_with_other_parameters_or_metric_is_another_thing() -> None:
    small = structs.replace(reading("a", 1.0), params=(("n", "1"),))
    large = structs.replace(reading("a", 2.0), params=(("n", "2"),))
    suite = assemble([[file(small, large, reading("a", 1.0), reading("a", 0.5, metric=RATE))]], suite="s")
    assert [(entry.name, entry.params) for entry in suite.benchmarks] == [
        ("a", (("n", "1"),)),
        ("a", (("n", "2"),)),
        ("a", ()),
    ]
    assert [metric.name for metric, _ in suite.benchmarks[2].samples] == ["time", "hit_rate"]


def test_unit_that_changes_between_runs_is_an_error() -> None:
    other = Metric(name="time", unit="cycles", better="lower")
    with pytest.raises(InputError) as caught:
        assemble([[file(reading("a", 1.0))], [file(reading("a", 1.0, metric=other), path="b.json")]], suite="s")
    assert (caught.value.code, caught.value.where) == ("mixed-units", "b.json, [a]")


def test_errored_in_one_run_is_a_row_of_nan_and_a_notice() -> None:
    runs = [[file(reading("a", 1.0))], [file(reading("a", error="it is NaN"), path="b.json")]]
    suite = assemble(runs, suite="s")
    np.testing.assert_array_equal(suite.benchmarks[0].samples[0][1].statistics[:, 1], [1, np.nan])
    assert suite.benchmarks[0].error is None
    assert [notice.text for notice in suite.warnings] == ["a (time) has no usable value in b.json, [a]: it is NaN."]


def test_errored_in_all_runs_is_an_errored_benchmark() -> None:
    broken = file(reading("a", error="it is NaN"), reading("a", 0.5, metric=RATE), reading("b", 1.0))
    suite = assemble([[broken], [file(reading("b", 1.0))]], suite="s")
    assert [(entry.error, len(entry.samples)) for entry in suite.benchmarks] == [("it is NaN", 0), (None, 1)]


def test_other_metric_errored_in_all_runs_is_left_out_with_a_notice() -> None:
    suite = assemble([[file(reading("a", 1.0), reading("a", metric=RATE, error="it is NaN"))]], suite="s")
    assert [metric for metric, _ in suite.benchmarks[0].samples] == [TIME]
    assert [notice.code for notice in suite.warnings] == ["errored-reading"]


def test_thousands_of_errors_do_not_flood_the_notices() -> None:
    suite = assemble([[file(*(reading(f"b{i}", error="bad") for i in range(1000)))]], suite="s")
    assert len(suite.warnings) == MAX_NOTICES + 1
    assert suite.warnings[-1].text.startswith("980 more")


def test_no_file_at_all_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        assemble([[], []], suite="s")
    assert caught.value.code == "no-result-file"


@dataclass(frozen=True)
class Rule:
    unit: str | None = None
    factor: float = 1.0
    better: Better | None = None


def test_declared_unit_and_direction_fill_what_the_tool_left_open() -> None:
    asked = []

    def declare(benchmark: str, metric: str) -> Rule | None:
        asked.append((benchmark, metric))
        return Rule(unit="s", factor=1e-3, better="lower") if benchmark == "a" else None

    latency = Metric(name="latency", unit="1", better=None)
    readings = [
        reading(name, *values, metric=metric)
        for name in "ab"
        for metric, values in ((TIME, [1.0]), (latency, [20.0, 40.0]))
    ]
    suite = assemble([[file(*readings)]], suite="s", declare=declare)
    (_, (metric, sample)), (_, (untouched, _)) = (entry.samples for entry in suite.benchmarks)
    assert metric == Metric(name="latency", unit="s", better="lower")
    assert untouched == latency
    assert sample.statistics[0, [0, 1, 9]].tolist() == [2, 0.02, 0.04]
    assert sample.rounds[0].tolist() == [0.02, 0.04]
    assert asked == [("a", "latency"), ("b", "latency")], "what the tool declares is not asked for"


def test_declared_direction_alone_keeps_the_unit() -> None:
    suite = assemble([[file(reading("a", 0.5, metric=RATE))]], suite="s", declare=lambda _b, _m: Rule(better="higher"))
    assert suite.benchmarks[0].samples[0][0] == Metric(name="hit_rate", unit="1", better="higher")


def test_category_comes_from_the_configuration_then_from_the_tool() -> None:
    grouped = file(*(structs.replace(reading(name, 1.0), group="tool") for name in ("api_a", "b")))
    suite = assemble([[grouped]], suite="s", categorise=lambda name: "api" if name.startswith("api_") else None)
    assert [entry.category for entry in suite.benchmarks] == ["api", "tool"]


def test_recorded_machine_goes_first_but_the_file_knows_the_language() -> None:
    said = Fingerprint(
        cpu_model="A", cores=8, architecture="x86_64", language="CPython 3.12", details=(("python", "3.12.1"),)
    )
    recorded = Fingerprint(cpu_model="B", cores=2, language="CPython 3.11", details=(("kernel", "6"),))
    suite = assemble([[file(reading("a", 1.0), fingerprint=said)]], suite="s", known=Provenance(fingerprint=recorded))
    assert suite.fingerprint == Fingerprint(
        cpu_model="B",
        cores=2,
        architecture="x86_64",
        language="CPython 3.12",
        details=(("kernel", "6"), ("python", "3.12.1")),
    )
    assert suite.warnings == ()


def test_runs_of_different_machines_are_told() -> None:
    runs = [[file(reading("a", 1.0), fingerprint=Fingerprint(cpu_model=model))] for model in ("A", "B", "A")]
    suite = assemble(runs, suite="s")
    assert suite.fingerprint.cpu_model == "A"
    assert [notice.code for notice in suite.warnings] == ["mixed-machines"]
    assert "cpu_model: B, was A" in suite.warnings[0].text


def test_commit_and_time_given_go_before_those_of_the_files() -> None:
    said = replace(file(reading("a", 1.0)), commit="abcdef0", measured_at=100.0, warnings=(Notice(code="c", text="t"),))
    suite = assemble([[said], [replace(said, measured_at=200.0)]], suite="s")
    assert (suite.commit, suite.measured_at, suite.plan) == ("abcdef0", 200.0, "whole")
    assert suite.warnings == said.warnings, "the same notice of two files is told once"
    suite = assemble([[said]], suite="s", known=Provenance(commit="1234567", measured_at=0.0, plan="short"))
    assert (suite.commit, suite.measured_at, suite.plan) == ("1234567", 0.0, "short")


def test_a_file_of_several_runs_is_one_row_of_the_means_of_their_statistics() -> None:
    many = Reading(name="a", metric=TIME, place="x", runs=((1.0,), (2.0, 8.0), (4.0,)))
    few = Reading(name="b", metric=TIME, place="y", runs=((5.0,),))
    suite = assemble([[file(many, few)], [file(reading("a", 9.0), path="b.json")]], suite="s")
    (sample, other) = (entry.samples[0][1] for entry in suite.benchmarks)
    assert (suite.runs, sample.statistics.shape) == (2, (2, len(STATISTICS)))
    shown = [COLUMN[name] for name in ("n", "min", "median", "max", "mean")]
    assert sample.statistics[0, shown] == pytest.approx([4, 2, 20 ** (1 / 3), 32 ** (1 / 3), 20 ** (1 / 3)])
    assert sample.statistics[0, COLUMN["p99"]] == pytest.approx(np.quantile([1, 2, 8, 4], 0.99))
    assert sample.rounds[0].tolist() == [1, 2, 8, 4]
    np.testing.assert_array_equal(other.statistics[:, COLUMN["min"]], [5, np.nan])


def test_statistics_that_can_be_zero_have_a_plain_mean() -> None:
    suite = assemble([[file(Reading(name="a", metric=TIME, place="x", runs=((0.0, 1.0), (4.0, 4.0))))]], suite="s")
    row = suite.benchmarks[0].samples[0][1].statistics[0]
    assert row[[COLUMN["min"], COLUMN["max"]]] == pytest.approx([2.0, 2.0])


def test_what_is_said_of_all_values_together_is_not_a_mean_over_inner_runs() -> None:
    suite = assemble([[file(Reading(name="a", metric=TIME, place="x", runs=((1.0, 2.0), (4.0, 16.0))))]], suite="s")
    row = pooled([suite.benchmarks[0].samples[0][1]])[0]
    assert row[[COLUMN["n"], COLUMN["min"], COLUMN["max"]]].tolist() == [4.0, 1.0, 16.0]


def test_the_lowest_value_shown_of_a_file_of_several_runs_is_its_lowest() -> None:
    suite = assemble([[file(Reading(name="a", metric=TIME, place="x", runs=((1.0, 2.0), (4.0, 16.0))))]], suite="s")
    [summary] = side_summaries([suite.benchmarks[0].samples[0][1]])
    assert summary is not None
    assert (summary.min, summary.max, summary.runs, summary.rounds) == (1.0, 16.0, 1, 4)


@pytest.mark.parametrize("limit", ["MAX_RUNS", "MAX_CELLS"])
def test_more_runs_than_can_be_held_are_refused(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    several = [[file(reading("a", 1.0))] for _ in range(5)]
    monkeypatch.setattr(sys.modules[assemble.__module__], limit, 5)
    assert assemble(several, suite="s").runs == 5
    monkeypatch.setattr(sys.modules[assemble.__module__], limit, 4)
    with pytest.raises(InputError) as caught:
        assemble(several, suite="s")
    assert caught.value.code == "too-many-runs"
