"""Formats of benchmark tools of many languages: what is read of the recorded files, against numbers taken by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import Reading, read_file
from reporter.shared.errors import InputError
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path


def readings(file: str) -> dict[tuple[str, str], Reading]:
    return {(entry.name, entry.metric.name): entry for entry in read_file(DATA / file).readings}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "result"
    path.write_text(text)
    return path


def test_pytest_codspeed() -> None:
    found = readings("pytest-codspeed/walltime.json")
    assert [name for name, _ in found] == [
        "test_sample.py::test_sort[10]",
        "test_sample.py::test_sort[200]",
        "test_sample.py::test_sum",
    ]
    first = found["test_sample.py::test_sort[10]", "time"]
    assert first.known["median"] == pytest.approx(185.73679028552675e-9)
    assert first.known["n"] == 99


def test_pytest_codspeed_names_and_modes(tmp_path: Path) -> None:
    document = json.loads((DATA / "pytest-codspeed" / "walltime.json").read_text())
    entries = document["benchmarks"]
    entries[0]["uri"], entries[1]["uri"] = "/a/x.py::t", "/b/x.py::t"
    assert read_file(write(tmp_path, json.dumps(document))).readings[0].name == "/a/x.py::t"
    del entries[0]["stats"]
    document["instrument"]["type"] = "valgrind"
    error = read_file(write(tmp_path, json.dumps(document))).readings[0].error
    assert error == "no wall time was measured in the mode valgrind"


def test_cargo_bench() -> None:
    found = readings("cargo-bench/bench.txt")
    assert list(found["fibonacci_10", "time"].values) == [pytest.approx(113.54e-9)]
    assert list(found["copy_1k", "throughput"].values) == [64e9]
    assert found["broken", "time"].error == "the benchmark failed"
    assert not any(name in ("later", "checks") for name, _ in found)


@pytest.mark.parametrize(
    ("line", "value"), [("1,234,567.50 ns", 0.0012345675), ("22 ms", 0.022), ("1 μs", 1e-6), ("333 s", 333)]
)
def test_cargo_bench_units(tmp_path: Path, line: str, value: float) -> None:
    [reading] = read_file(write(tmp_path, f"test a::b ... bench:  {line}/iter (+/- 1)\r\n")).readings
    assert list(reading.values) == [pytest.approx(value)]


def test_gungraun_and_iai() -> None:
    found = readings("gungraun/gungraun.txt")
    few, many = "shop_bench::group::buy few:10", 'shop_bench::group::buy many:"a: b"'
    assert {name for name, _ in found} == {few, many}
    assert list(found[few, "instructions"].values) == [1734]
    assert list(found[many, "l1-hit-rate"].values) == [99.9992]
    assert (many, "branches") not in found
    assert found[few, "instructions"].metric.better == "lower"
    assert found[few, "l1-hits"].metric.better is None
    assert list(readings("gungraun/iai.txt")["buy_many", "estimated-cycles"].values) == [356431]


def test_benchmarkdotnet_launches_are_runs() -> None:
    found = readings("benchmarkdotnet/Shop-report-full.json")
    buy = found["Shop.Basket.Buy(N: 10)", "time"]
    assert [list(run) for run in buy.runs] == [pytest.approx([25e-9, 24e-9]), pytest.approx([26e-9, 30e-9])]
    assert list(found["Shop.Basket.Buy(N: 10)", "memory"].values) == [368]
    assert list(found["Shop.Basket.Buy(N: 10)", "LockContentionCount"].values) == [3.25]
    assert found["Shop.Basket.Fail", "time"].error == "the benchmark failed"
    assert read_file(DATA / "benchmarkdotnet" / "Shop-report-full.json").fingerprint.language == ".NET 8.0"


def test_benchmarkdotnet_brief_tells_jobs_apart() -> None:
    entries = read_file(DATA / "benchmarkdotnet" / "Shop-report-brief.json").readings
    assert [(entry.name, entry.params) for entry in entries[:2]] == [
        ("Basket.Sell", (("job", ".NET 8.0"),)),
        ("Basket.Sell", (("job", ".NET 9.0"),)),
    ]
    assert list(entries[1].values) == pytest.approx([90e-9, 91e-9, 93e-9])
    assert entries[2].name == "Basket.Old(N=2&X=a)"
    assert entries[2].known["median"] == pytest.approx(8e-9)
    assert entries[3].error == "mean: a value is NaN"


def test_vitest() -> None:
    found = readings("vitest/bench.json")
    assert [name for name, _ in found] == [
        "sample.bench.js > join",
        "sample.bench.js > sort > words",
        "sample.bench.js > sort > reversed > words",
    ]
    join = found["sample.bench.js > join", "time"]
    assert join.known["n"] == 12405
    assert join.known["median"] == pytest.approx(0.0029339999999820066e-3)


def test_vitest_samples_and_failures(tmp_path: Path) -> None:
    document = json.loads((DATA / "vitest" / "bench.json").read_text())
    [entry] = document["files"][0]["groups"][0]["benchmarks"]
    entry["samples"] = [1.5, 2.5]
    assert list(read_file(write(tmp_path, json.dumps(document))).readings[0].values) == [0.0015, 0.0025]
    document["files"][0]["groups"][0]["benchmarks"] = [{"name": "x", "id": "1", "samples": [], "sampleCount": 0}]
    assert read_file(write(tmp_path, json.dumps(document))).readings[0].error == "the benchmark failed"


def test_benchmark_js() -> None:
    found = readings("benchmark-js/words.txt")
    assert found["sort 10 x 20 words", "throughput"].known == {"n": 10, "mean": 96186}
    assert found["fails", "throughput"].error == "the benchmark failed"
    assert found["join", "throughput"].metric.better == "higher"


def test_catch2_console_and_xml_have_the_same_names() -> None:
    console, xml = readings("catch2/console.txt"), readings("catch2/report.xml")
    assert console.keys() == xml.keys()
    long = "Fibonacci / Fibonacci 20, with a name that is far too long for the column it stands in"
    assert console[long, "time"].known == {"n": 20, "mean": pytest.approx(7.17716e-6)}
    assert xml[long, "time"].known == {"n": 20, "mean": pytest.approx(7049.6e-9)}
    for found in (console, xml):
        assert found["Other / part / throws", "time"].error == "the benchmark failed (Unknown exception)"


def test_catch2_mean_of_zero_is_errored(tmp_path: Path) -> None:
    text = (DATA / "catch2" / "console.txt").read_text().replace("47.993 ns", "     0 ns")
    assert "too coarse" in (read_file(write(tmp_path, text)).readings[0].error or "")
    text = (DATA / "catch2" / "console.txt").read_text()
    with pytest.raises(InputError):
        read_file(write(tmp_path, text[: text.index("47.993")]))


def test_benchmarktools() -> None:
    found = readings("benchmarktools/results.json")
    assert list(found["sort/10", "time"].values) == pytest.approx([31028e-9, 30011.5e-9, 35000e-9])
    assert list(found["sort/10", "memory"].values) == [144]
    assert list(found['sort/("x", 20)', "time"].values) == [pytest.approx(246.0384e-9)]
    assert read_file(DATA / "benchmarktools" / "results.json").fingerprint.language == "Julia 1.10"


def test_junit() -> None:
    found = readings("junit/pytest.xml")
    assert list(found["test_sample.TestShop.test_buy[2]", "time"].values) == [0.021]
    assert found["test_sample.test_quick", "time"].details == (("rounded to", "0.001 s"),)
    assert found["test_sample.TestShop.test_broken", "time"].error == "the test failed"
    assert not any("later" in name for name, _ in found)


def test_junit_repeated_and_without_time(tmp_path: Path) -> None:
    case = '<testcase classname="a" name="b" time="{}"/>'
    twice = "<testsuite>" + case.format("1,234.5") + case.format("2") + "</testsuite>"
    assert list(read_file(write(tmp_path, twice)).readings[0].values) == [1234.5, 2.0]
    without = '<testsuites><testcase name="b"/></testsuites>'
    assert read_file(write(tmp_path, without)).readings[0].error == "it has no time"


@pytest.mark.parametrize(
    "text",
    [
        "<testsuite><testcase name='a' time='1'/>",
        "<!DOCTYPE testsuite [<!ENTITY a 'b'>]><testsuite/>",
        "<testsuite>" + "<x>" * 300 + "</x>" * 300 + "</testsuite>",
    ],
)
def test_broken_or_hostile_xml_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(write(tmp_path, text), format_name="junit")
    assert caught.value.code == "broken-result"


def test_lighthouse() -> None:
    found = readings("lighthouse/home.json")
    page = "http://shop.test/"
    assert list(found[page, "largest-contentful-paint"].values) == [pytest.approx(0.639898)]
    assert list(found[page, "cumulative-layout-shift"].values) == [0]
    assert found[page, "score performance"].metric.better == "higher"
    assert found[page, "speed-index"].params == (("form factor", "mobile"),)


def test_lighthouse_page_that_did_not_load_is_errored(tmp_path: Path) -> None:
    document = json.loads((DATA / "lighthouse" / "home.json").read_text())
    document["runtimeError"] = {"code": "NO_FCP", "message": "The page did not paint"}
    for audit in document["audits"].values():
        audit.pop("numericValue", None)
    entries = read_file(write(tmp_path, json.dumps(document))).readings
    assert {entry.error for entry in entries} == {"the page did not load (NO_FCP)"}
