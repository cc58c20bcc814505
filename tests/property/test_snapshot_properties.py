from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.ingest import FileReading, Reading, assemble, read_file
from reporter.model import COLUMN, Baseline, BaselineSource, Metric
from reporter.shared.errors import InputError
from reporter.store import history
from reporter.store.snapshot import dump, load

DATA = Path(__file__).parents[1] / "data"
scales = (st.floats(1e-9, 1e-3), st.integers(0, 1000).map(float), st.floats(-1e6, -1e-1), st.floats(-1, 1, width=16))
runs = st.lists(st.one_of(*(st.lists(scale, min_size=1, max_size=250) for scale in scales)), min_size=1, max_size=3)


def baseline(groups: list[list[list[float]]], previous: Baseline | None = None) -> Baseline:
    metric = Metric(name="value", unit="1", better="lower")
    readings = tuple(
        Reading(name=f"b{i}", metric=metric, place="", runs=tuple(group)) for i, group in enumerate(groups)
    )
    suite = assemble([[FileReading(path=Path("x"), format="test", readings=readings)]], suite="s")
    return Baseline(suite=suite, history=history.extend(previous, suite), source=BaselineSource(commit=None))


SHARES = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1)


@given(st.lists(runs, min_size=1, max_size=4))
@settings(deadline=None, max_examples=200)
def test_seven_digits_of_statistics_survive(groups: list[list[list[float]]]) -> None:
    before = baseline(groups)
    after = load(dump(before), "x")
    for ours, theirs in zip(after.suite.benchmarks, before.suite.benchmarks, strict=True):
        for row, exact in zip(ours.samples[0][1].statistics, theirs.samples[0][1].statistics, strict=True):
            np.testing.assert_allclose(row, exact, rtol=5.1e-7, atol=1e-14 * np.abs(exact).max())


@given(st.lists(runs, min_size=1, max_size=4))
@settings(deadline=None, max_examples=200)
def test_four_digits_of_the_quantiles_of_rounds_survive(groups: list[list[list[float]]]) -> None:
    before = baseline(groups)
    after = load(dump(before), "x")
    for benchmark, group in zip(after.suite.benchmarks, groups, strict=True):
        sample = benchmark.samples[0][1]
        [kept], original = sample.rounds, np.concatenate(group)
        assert np.all(np.diff(kept) >= 0)
        scale = abs(sample.statistics[0, COLUMN["median"]]) or np.ptp(original)
        atol = 1e-4 * scale + 1e-14 * np.ptp(original)
        np.testing.assert_allclose(np.quantile(kept, SHARES), np.quantile(original, SHARES), rtol=1e-6, atol=atol)


@given(
    st.lists(
        st.lists(st.lists(st.floats(1e-6, 1e-2), min_size=1, max_size=250), min_size=1, max_size=3),
        min_size=1,
        max_size=4,
    )
)
@settings(deadline=None, max_examples=100)
def test_what_was_loaded_is_written_as_the_same_bytes(groups: list[list[list[float]]]) -> None:
    data = dump(baseline(groups))
    assert dump(load(data, "x")) == data


suite = assemble([[read_file(DATA / "pytest-benchmark" / "5.3.1.json")]], suite="s")
STORED = gzip.decompress(
    dump(Baseline(suite=suite, history=history.extend(None, suite), source=BaselineSource(commit=None)))
)


@given(st.lists(st.tuples(st.integers(0, len(STORED) - 1), st.integers(0, 255)), min_size=1, max_size=3))
@settings(deadline=None, max_examples=300)
def test_damaged_snapshot_is_loaded_or_refused(flips: list[tuple[int, int]]) -> None:
    content = bytearray(STORED)
    for position, byte in flips:
        content[position] = byte
    refuse_or_load(bytes(content))


anything: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()) | st.just({})
)


@given(st.data())
@settings(deadline=None, max_examples=300)
def test_snapshot_with_any_value_in_any_place_is_loaded_or_refused(data: st.DataObject) -> None:
    content: Any = json.loads(STORED)
    table: Any = content
    while True:
        key = data.draw(st.sampled_from(sorted(table) if isinstance(table, dict) else range(len(table))))
        if not isinstance(table[key], (dict, list)) or not table[key] or data.draw(st.booleans()):
            break
        table = table[key]
    table[key] = data.draw(anything)
    refuse_or_load(json.dumps(content).encode())


def refuse_or_load(content: bytes) -> None:
    try:
        loaded = load(content, "stored.json.gz")
    except InputError:
        return
    for benchmark in loaded.suite.benchmarks:
        for _, sample in benchmark.samples:
            assert not np.isinf(sample.statistics).any()
            assert all(np.isfinite(run).all() for run in sample.rounds)
    dump(loaded)
