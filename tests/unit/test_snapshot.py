from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from msgspec import structs

from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.ingest.assemble import Provenance
from reporter.model import STATISTICS, Baseline, BaselineSource, Metric, Suite
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint, Notice
from reporter.store import history
from reporter.store.snapshot import dump, load

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SCHEMA = json.loads((ROOT / "schemas" / "snapshot-v1.json").read_text("utf-8"))
TIME = Metric(name="time", unit="s", better="lower")


def baseline(suite: Suite, previous: Baseline | None = None) -> Baseline:
    source = BaselineSource(commit=suite.commit)
    return Baseline(suite=suite, history=history.extend(previous, suite), source=source)


def recorded(*names: str, **given: Any) -> Baseline:
    files = [[read_file(DATA / name)] for name in names]
    return baseline(assemble(files, suite="größe / 1", known=Provenance(**{"measured_at": 1e9, **given})))


def generated(benchmarks: int, rounds: int, seed: int = 0) -> Baseline:
    """Log-normal benchmarks over five decades with 3 % noise, as a suite of one run."""
    random = np.random.default_rng(seed)
    centre = np.exp(random.normal(-9, 2, benchmarks))
    values = centre[:, None] * np.exp(np.abs(random.normal(0, 0.03, (benchmarks, rounds))))
    readings = tuple(
        Reading(name=f"benchmarks/test_part_{i // 50}.py::test_{i}[case-{i % 7}]", metric=TIME, place="", values=row)
        for i, row in enumerate(values.tolist())
    )
    return baseline(assemble([[FileReading(path=Path("x"), format="test", readings=readings)]], suite="s"))


def rich() -> Baseline:
    """Several runs, metrics, an errored benchmark, an absent one, notices, a history of two."""
    first = recorded("pytest-benchmark/5.2.3.json", "pytest-benchmark/5.3.1-saved.json", commit="a" * 40)
    pyperf = read_file(DATA / "pyperf/suite.json")
    broken = structs.replace(pyperf.readings[0], name="broken", error="it is NaN", runs=())
    pyperf = replace(pyperf, readings=(*pyperf.readings, broken), warnings=(Notice(code="c", text="t µ"),))
    machine = Fingerprint(cpu_model="A", cores=4, image="ubuntu24", details=(("kernel", "6.1"),))
    runs = [
        [read_file(DATA / "pytest-benchmark/5.3.1.json"), pyperf],
        [read_file(DATA / "pytest-benchmark/4.0.0.json")],
    ]
    known = Provenance(commit="b" * 40, measured_at=2e9, fingerprint=machine, plan="short")
    second = assemble(runs, suite=first.suite.name, known=known)
    return baseline(second, first)


def document(data: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(data))
    return content


def test_everything_survives_but_digits_nobody_needs() -> None:
    before = rich()
    after = load(dump(before), "x")
    suite, loaded = before.suite, after.suite
    for name in ("name", "runs", "fingerprint", "commit", "measured_at", "plan", "warnings"):
        assert getattr(loaded, name) == getattr(suite, name)
    assert len(loaded.benchmarks) == len(suite.benchmarks)
    for ours, theirs in zip(loaded.benchmarks, suite.benchmarks, strict=True):
        for name in ("name", "params", "details", "category", "error"):
            assert getattr(ours, name) == getattr(theirs, name)
        assert [metric for metric, _ in ours.samples] == [metric for metric, _ in theirs.samples]
        for (_, mine), (_, original) in zip(ours.samples, theirs.samples, strict=True):
            np.testing.assert_allclose(mine.statistics, original.statistics, rtol=5e-7)
            for kept, all_rounds in zip(mine.rounds, original.rounds, strict=True):
                np.testing.assert_allclose(kept, np.sort(all_rounds), rtol=1e-4)
    assert any(benchmark.error for benchmark in loaded.benchmarks)


def test_history_survives_and_ends_with_the_suite_without_writing_it_twice() -> None:
    before = rich()
    data = dump(before)
    after = load(data, "x")
    assert len(document(data)["history"]) == 1
    assert len(after.history) == 2
    for ours, theirs in zip(after.history, before.history, strict=True):
        for name in ("commit", "measured_at", "fingerprint", "plan"):
            assert getattr(ours, name) == getattr(theirs, name)
        assert list(ours.statistics) == list(theirs.statistics)
        for key, table in theirs.statistics.items():
            np.testing.assert_allclose(ours.statistics[key], table, rtol=5e-5)
    last = after.suite.benchmarks[0].samples[0][1].statistics
    assert after.history[-1].statistics[after.suite.benchmarks[0].name, (), "time"] is last


def test_one_benchmark_alone_is_what_all_of_them_have_of_it() -> None:
    before = rich()
    data, names = dump(before), {benchmark.name for benchmark in before.suite.benchmarks}
    whole = load(data, "x")
    for name in names:
        alone = load(data, "x", name)
        assert {benchmark.name for benchmark in alone.suite.benchmarks} == {name}
        wanted, found = (history.of_benchmark(each.history, name) for each in (whole, alone))
        assert [list(one.statistics) for one in found] == [list(one.statistics) for one in wanted]
        for mine, theirs in zip(found, wanted, strict=True):
            for key, table in theirs.statistics.items():
                np.testing.assert_array_equal(mine.statistics[key], table)


def test_history_that_does_not_end_with_the_suite_is_kept_whole() -> None:
    before = rich()
    alone = replace(before, history=before.history[:1])
    assert [session.commit for session in load(dump(alone), "x").history] == ["a" * 40]
    assert load(dump(replace(before, history=())), "x").history == ()


def test_same_baseline_gives_the_same_bytes_again_and_again() -> None:
    data = dump(rich())
    assert dump(rich()) == data
    assert dump(load(data, "x")) == data
    assert data[4:8] == bytes(4), "no time stamp"


def test_value_that_rounds_up_to_one_more_digit_is_written_the_same_again() -> None:
    data = dump(one_run((9.99999996e-4, 1.23456789e-3, 1.3e-3)))
    assert dump(load(data, "x")) == data


def test_values_of_absurdly_different_size_keep_the_large_ones() -> None:
    statistics = load(dump(one_run((1e-90, 1.0, 1e90))), "x").suite.benchmarks[0].samples[0][1]
    assert statistics.statistics[0, [1, 9]].tolist() == pytest.approx([0, 1e90])
    assert statistics.rounds[0][-1] == pytest.approx(1e90)


def test_wide_runs_do_not_blur_the_narrow_ones_behind_them() -> None:
    after = load(dump(one_run(*[(1e-9, 1e-9, 99.0)] * 20, (1.0, 1.0001, 1.0003))), "x")
    assert after.suite.benchmarks[20].samples[0][1].rounds[0].tolist() == [1.0, 1.0001, 1.0003]


def one_run(*benchmarks: Sequence[float]) -> Baseline:
    readings = tuple(Reading(name=f"b{i}", metric=TIME, place="", values=values) for i, values in enumerate(benchmarks))
    return baseline(assemble([[FileReading(path=Path("x"), format="test", readings=readings)]], suite="s"))


def test_it_follows_its_schema() -> None:
    for example in (rich(), generated(3, 500)):
        jsonschema.validate(document(dump(example)), SCHEMA, cls=jsonschema.Draft202012Validator)


def test_thinned_rounds_have_the_quantiles_of_all() -> None:
    before = generated(4, 1000)
    after = load(dump(before), "x")
    for ours, theirs in zip(after.suite.benchmarks, before.suite.benchmarks, strict=True):
        kept, all_rounds = ours.samples[0][1].rounds[0], theirs.samples[0][1].rounds[0]
        assert (len(kept), len(all_rounds)) == (101, 1000)
        shares = np.array([0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1])
        np.testing.assert_allclose(np.quantile(kept, shares), np.quantile(all_rounds, shares), rtol=1e-4)
        assert ours.samples[0][1].statistics[0, STATISTICS.index("n")] == 1000


def test_two_hundred_rounds_are_all_kept() -> None:
    after = load(dump(generated(2, 200)), "x")
    assert len(after.suite.benchmarks[0].samples[0][1].rounds[0]) == 200


@pytest.mark.parametrize(
    ("benchmarks", "rounds", "limit"), [(5000, 20, 350_000), (10_000, 20, 700_000), (500, 1000, 100_000)]
)
def test_result_files_of_ten_megabytes_become_well_under_one(benchmarks: int, rounds: int, limit: int) -> None:
    """pytest-benchmark needs 11, 22 and 22 MB for them."""
    assert len(dump(generated(benchmarks, rounds))) < limit


Change = Callable[[dict[str, Any]], object]


def put(value: object, *way: str | int) -> Change:
    def change(content: Any) -> None:
        for step in way[:-1]:
            content = content[step]
        content[way[-1]] = value

    return change


DAMAGES: dict[str, Change] = {
    "no schema": lambda content: content.pop("schema"),
    "another file of ours": put("report/v1", "schema"),
    "unknown key": put(1, "suite", "extra"),
    "missing part": lambda content: content["suite"].pop("rounds"),
    "list for an object": put([], "suite"),
    "object for a list": put({}, "suite", "metrics"),
    "name is a number": put(5, "benchmarks", "name", 0),
    "name is endless": put("x" * 30_000, "benchmarks", "name", 0),
    "benchmark listed twice": lambda content: [table.append(table[0]) for table in content["benchmarks"].values()],
    "parameters too few": lambda content: content["benchmarks"]["params"].pop(),
    "parameter is a list": put({"a": []}, "benchmarks", "params", 0),
    "benchmark outside": put(10**6, "suite", "benchmark", 0),
    "benchmark negative": put(-5, "suite", "benchmark", 0),
    "benchmark twice in the suite": put(0, "suite", "benchmark", 1),
    "sample outside": put(10**6, "suite", "samples", "of", 0),
    "metric outside": put(99, "suite", "samples", "metric", 0),
    "sample twice": put(0, "suite", "samples", "metric", 1),
    "better sideways": put("sideways", "suite", "metrics", 0, "better"),
    "no run": put(0, "suite", "runs"),
    "runs are a half": put(0.5, "suite", "runs"),
    "too many runs": put(10**9, "suite", "runs"),
    "runs are true": put(True, "suite", "runs"),
    "column too short": lambda content: content["suite"]["statistics"]["p95"].pop(),
    "column with a text": put("5", "suite", "statistics", "min", 0),
    "column with a fraction": put(0.5, "suite", "statistics", "min", 0),
    "column with true": put(True, "suite", "statistics", "min", 0),
    "number too large": put(10**400, "suite", "statistics", "min", 0),
    "number too large for exactness": put(2**60, "suite", "statistics", "min", 0),
    "power of ten too large": put(400, "suite", "statistics", "exponent", 0),
    "no rounds in a run": put(0, "suite", "statistics", "n", 0),
    "negative count": put(-1, "suite", "rounds", "count", 0),
    "rounds beyond 200": put(201, "suite", "rounds", "count", 0),
    "counts do not add up": lambda content: content["suite"]["rounds"]["step"].append(1),
    "descending rounds": put(-1, "suite", "rounds", "step", 1),
    "rounds without a minimum": put(None, "suite", "statistics", "min", 0),
    "time is a text": put("now", "suite", "measured_at"),
    "time is endless": put(1e300, "suite", "measured_at"),
    "time is NaN": put(math.nan, "suite", "measured_at"),
    "column with NaN": put(math.nan, "suite", "statistics", "min", 0),
    "cores below zero": put(-1, "suite", "fingerprint", "cores"),
    "flag is a number": put(1, "history_ends_with_suite"),
    "session without runs": put(0, "history", 0, "runs"),
    "session with another number of runs": put(3, "history", 0, "runs"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_we_did_not_write_is_refused_with_the_name_of_the_file(damage: str) -> None:
    content = document(dump(rich()))
    DAMAGES[damage](content)
    with pytest.raises(InputError) as caught:
        load(gzip.compress(json.dumps(content).encode()), "stored.json.gz")
    assert (caught.value.code, caught.value.where) == ("broken-snapshot", "stored.json.gz")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "broken-snapshot"),
        (b"rubbish", "broken-snapshot"),
        (b"{}", "broken-snapshot"),
        (b"[" * 100_000, "broken-snapshot"),
        (b'{"schema": "snapshot/v1", "suite": NaN}', "broken-snapshot"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "broken-snapshot"),
        (b'{"schema": "\xff"}', "broken-snapshot"),
        (b"\x1f\x8brubbish", "damaged-gzip"),
        (gzip.compress(b" " * (65 * 2**20)), "file-too-large"),
        (b'{"schema": "snapshot/v2"}', "newer-snapshot"),
    ],
)
def test_bytes_that_are_no_snapshot_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        load(data, "stored.json.gz")
    assert (caught.value.code, caught.value.where) == (code, "stored.json.gz")


def test_truncated_snapshot_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load(dump(rich())[:-20], "stored.json.gz")
    assert caught.value.code == "damaged-gzip"


def test_zeros_and_counts_survive_exactly() -> None:
    errors = Metric(name="errors", unit="1", better="lower")
    readings = tuple(
        Reading(name=f"b{i}", metric=errors, place="", values=values)
        for i, values in enumerate([[0.0, 0.0], [0.0, 3.0], [-2.0, 0.0, 7.0], [1e-9, 1.0]])
    )
    before = baseline(assemble([[FileReading(path=Path("x"), format="test", readings=readings)]], suite="s"))
    after = load(dump(before), "x")
    rounds = [benchmark.samples[0][1].rounds[0].tolist() for benchmark in after.suite.benchmarks]
    assert rounds == [[0, 0], [0, 3], [-2, 0, 7], [1e-9, pytest.approx(1, rel=1e-4)]]
