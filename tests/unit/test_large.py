"""Files too large to be held, with limits small enough for a test."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import assemble, k6, large, load_test, opening, read_file
from reporter.model import STATISTICS
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import FloatArray

FILES = ("jmeter/table.csv", "jmeter/bare.csv", "jmeter/samples.xml", "k6/points.ndjson")


@pytest.fixture
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE", 1)
    monkeypatch.setattr(large, "LARGE_PACKED", 1)
    monkeypatch.setattr(opening, "MAX_BYTES", 1)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("file", FILES)
def test_large_file_gives_the_same_as_a_small_one(
    tmp_path: Path, file: str, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read_file(DATA / file)
    path = tmp_path / "result"
    content = (DATA / file).read_bytes()
    path.write_bytes(gzip.compress(content) if packed else content)
    monkeypatch.setattr(large, "LARGE", 1)
    monkeypatch.setattr(large, "LARGE_PACKED", 1)
    monkeypatch.setattr(opening, "MAX_BYTES", 1)
    found = read_file(path)
    assert found.format == expected.format
    assert [(e.name, e.metric, list(e.values), e.place, e.error) for e in found.readings] == [
        (e.name, e.metric, list(e.values), e.place, e.error) for e in expected.readings
    ]


@pytest.mark.usefixtures("_everything_is_large")
@pytest.mark.parametrize("file", ["hyperfine/scan.json", "locust/shop_stats.csv", "go/packages.txt"])
def test_large_file_of_a_format_that_holds_all_is_refused(file: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(DATA / file)
    assert caught.value.code == "file-too-large"


@pytest.mark.usefixtures("_everything_is_large")
def test_bad_large_files_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result"
    good = b"timeStamp,elapsed,label,success\n" + b"".join(b"%d,%d,a,true\n" % (i, i * i % 997) for i in range(20_000))
    packed = gzip.compress(good)
    cases = [
        (packed[:-9], "damaged-gzip"),
        (good + b"1,5,\xff\xff,true\n", "not-text"),
        (good + b"1,5,", "broken-result"),
    ]
    monkeypatch.setattr(large, "_BEGINNING", 64)
    for content, code in cases:
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            read_file(path)
        assert caught.value.code == code
    monkeypatch.setattr(large, "LARGEST", 100)
    path.write_bytes(good)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.code == "file-too-large"


@pytest.mark.usefixtures("_everything_is_large")
def test_a_line_without_end_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "result"
    for module in (opening, large, k6):
        monkeypatch.setattr(module, "LONGEST_PIECE", 300)
    monkeypatch.setattr("reporter.ingest.table.LONGEST_PIECE", 300)
    path.write_text("timeStamp,elapsed,label,success\n1,5,a,true\n" + "x" * 999)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert "too long" in caught.value.what
    point = '{"metric": "a", "type": "Point", "data": {"value": 1}}\n'
    path.write_text(point + point[:-2] + " " * 999 + "}\n")
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert "too long" in caught.value.what


def test_statistics_of_very_many_samples_are_those_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = [(7 * i * i) % 101 for i in range(1000)]
    path = tmp_path / "x.jtl"
    path.write_text("timeStamp,elapsed,label,success\n" + "".join(f"1,{time},a,true\n" for time in times))
    exact = _statistics(path)
    monkeypatch.setattr(load_test, "MOST_KEPT", 300)
    assert _statistics(path).tolist() == pytest.approx(exact.tolist(), rel=1e-12)
    monkeypatch.setattr(load_test, "MOST_KEPT", 10)
    assert read_file(path).readings[0].error == "there are too many different times"


def _statistics(path: Path) -> FloatArray:
    [benchmark] = assemble([[read_file(path)]], suite="s").benchmarks
    statistics: FloatArray = benchmark.samples[0][1].statistics[0]
    assert statistics.shape == (len(STATISTICS),)
    return statistics


def test_a_swarm_of_tiny_values_is_refused_before_it_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_CONTAINERS", 100)
    monkeypatch.setattr(opening, "_NEVER_TOO_MANY", 100)
    path = tmp_path / "result"
    for content in ("[" + "{}," * 200 + "{}]", "x\n[" + "{}," * 200 + "{}]"):
        path.write_text(content)
        with pytest.raises(InputError) as caught:
            read_file(path)
        assert caught.value.code == "file-too-large"
