from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.ingest import Document, FileReading, Reading, assemble, read_file
from reporter.ingest.opening import open_document
from reporter.ingest.registry import FORMATS
from reporter.model import STATISTICS, Metric, Suite
from reporter.shared.errors import InputError
from tests.recorded import DATA, all_recorded

RECORDED = {path: path.read_bytes() for path in all_recorded()}
TIME = Metric(name="time", unit="s", better="lower")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
texts = st.text(st.characters(exclude_categories=()), min_size=1, max_size=12)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual kind of value, now and then another one."""
    return st.integers(0, 24).flatmap(lambda chance: anything if chance == 24 else usual)


numbers = st.floats(0, 1e90) | mostly(st.floats() | st.integers(-(10**400), 10**400))
stats = st.fixed_dictionaries(
    {"min": mostly(numbers), "mean": mostly(numbers)},
    optional={
        "rounds": mostly(st.integers(0, 3)),
        "data": mostly(st.lists(mostly(numbers), max_size=3)),
        "q1": mostly(numbers),
        "q3": mostly(numbers),
    },
)
benchmarks = st.fixed_dictionaries(
    {"fullname": mostly(texts), "stats": mostly(stats)},
    optional={
        "name": mostly(texts),
        "group": mostly(texts),
        "params": mostly(st.dictionaries(texts, mostly(texts), max_size=2)),
        "extra_info": mostly(st.dictionaries(texts, mostly(numbers), max_size=3)),
    },
)
pytest_benchmark_documents = st.fixed_dictionaries(
    {"machine_info": anything, "benchmarks": mostly(st.lists(mostly(benchmarks), max_size=4))},
    optional={"commit_info": anything, "datetime": mostly(st.datetimes().map(str)), "version": anything},
)
runs = st.fixed_dictionaries(
    {}, optional={"values": mostly(st.lists(mostly(numbers), max_size=3)), "metadata": anything}
)
metadata = st.fixed_dictionaries(
    {}, optional={"name": mostly(texts), "unit": mostly(st.just("byte")), "platform": mostly(texts)}
)
pyperf_benchmarks = st.fixed_dictionaries(
    {"runs": mostly(st.lists(mostly(runs), max_size=3))}, optional={"metadata": metadata}
)
pyperf_documents = st.fixed_dictionaries(
    {"version": st.just("1.0"), "benchmarks": mostly(st.lists(pyperf_benchmarks, max_size=3))},
    optional={"metadata": mostly(metadata)},
)


def read_bytes(content: bytes, instead_of: Path | None = None) -> Suite | None:
    """Read as a result file; ``None`` when it is refused with an ``InputError``.

    What stands in a folder of its tool is damaged beside the other files of that folder, which it may need.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(InputError):
        path = Path(folder) / "result"
        if instead_of is not None and instead_of.parent.parent != DATA:
            shutil.copytree(instead_of.parent, folder, dirs_exist_ok=True)
            path = Path(folder) / instead_of.name
        path.write_bytes(content)
        return assemble([[read_file(path)]], suite="s")
    return None


def check(suite: Suite | None) -> None:
    """What is read is sound: finite values and statistics, texts that can be written, an error or a sample."""
    for benchmark in suite.benchmarks if suite is not None else ():
        benchmark.name.encode("utf-8")
        assert (benchmark.error is None) == bool(benchmark.samples)
        for metric, sample in benchmark.samples:
            metric.name.encode("utf-8")
            assert not np.isinf(sample.statistics).any()
            assert not np.isnan(sample.statistics[:, 1:]).all()
            assert all(np.isfinite(run).all() for run in sample.rounds)
            assert metric.unit != "s" or not (sample.statistics < 0).any()


@given(pytest_benchmark_documents)
@settings(deadline=None, max_examples=300)
def test_any_pytest_benchmark_document_is_read_or_refused(document: dict[str, Any]) -> None:
    check(read_bytes(json.dumps(document).encode()))


@given(pyperf_documents)
@settings(deadline=None, max_examples=200)
def test_any_pyperf_document_is_read_or_refused(document: dict[str, Any]) -> None:
    check(read_bytes(json.dumps(document).encode()))


@given(st.sampled_from(sorted(RECORDED)), st.data())
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_file_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    content = bytearray(RECORDED[path])
    if data.draw(st.booleans(), "cut"):
        del content[data.draw(st.integers(0, len(content)), "length") :]
    flips = st.tuples(st.integers(0, max(0, len(content) - 1)), st.integers(0, 255))
    for position, byte in data.draw(st.lists(flips, max_size=4), "flips") if content else ():
        content[position] = byte
    check(read_bytes(bytes(content), instead_of=path))


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_refused(content: bytes) -> None:
    assert read_bytes(content) is None


@given(anything)
@settings(deadline=None)
def test_recognition_never_raises_and_stays_within_bounds(document: Any) -> None:
    scores = [entry.score(Document(path=Path("x"), text=str(document), json=document)) for entry in FORMATS]
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("path", sorted(RECORDED), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_recorded_file_is_recognised_by_one_format_alone(path: Path) -> None:
    document = open_document(path)
    assert sum(entry.score(document) > 0 for entry in FORMATS) == 1


measurements = st.lists(st.floats(0, 1e90), min_size=1, max_size=40)


@given(st.lists(measurements, min_size=1, max_size=6))
@settings(deadline=None)
def test_statistics_agree_with_numpy(groups: list[list[float]]) -> None:
    readings = [reading(f"b{i}", values) for i, values in enumerate(groups)]
    shares = {
        "min": 0,
        "q10": 0.1,
        "q25": 0.25,
        "median": 0.5,
        "q75": 0.75,
        "q90": 0.9,
        "p95": 0.95,
        "p99": 0.99,
        "max": 1,
    }
    for benchmark, values in zip(assemble([[file(readings)]], suite="s").benchmarks, groups, strict=True):
        row = dict(zip(STATISTICS, benchmark.samples[0][1].statistics[0].tolist(), strict=True))
        assert row.pop("n") == len(values)
        assert row.pop("mean") == pytest.approx(np.mean(values), rel=1e-12)
        expected = np.quantile(values, list(shares.values()))
        assert [row[name] for name in shares] == pytest.approx(expected.tolist(), rel=1e-12)


@given(st.lists(measurements, min_size=1, max_size=6), st.randoms())
@settings(deadline=None)
def test_order_of_benchmarks_changes_nothing_but_their_order(groups: list[list[float]], random: Any) -> None:
    readings = [reading(f"b{i}", values) for i, values in enumerate(groups)]
    mixed = random.sample(readings, len(readings))
    straight, shuffled = (assemble([[file(order)]], suite="s") for order in (readings, mixed))
    assert [benchmark.name for benchmark in shuffled.benchmarks] == [entry.name for entry in mixed]
    by_name = {benchmark.name: benchmark for benchmark in shuffled.benchmarks}
    for benchmark in straight.benchmarks:
        other = by_name[benchmark.name].samples[0][1]
        np.testing.assert_array_equal(benchmark.samples[0][1].statistics, other.statistics)
        np.testing.assert_array_equal(benchmark.samples[0][1].rounds[0], other.rounds[0])


def reading(name: str, values: list[float]) -> Reading:
    return Reading(name=name, metric=TIME, place=name, values=values)


def file(readings: list[Reading]) -> FileReading:
    return FileReading(path=Path("x"), format="test", readings=tuple(readings))
