"""Histories of other tools, imported; and ours, exported."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.ingest import read_file
from reporter.ingest.past import PastRun, read_past
from reporter.model import Session
from reporter.shared.errors import InputError, UsageError
from reporter.shared.model import Fingerprint
from reporter.store.directory import DirectoryStore
from reporter.store.export import as_csv, as_json_lines, as_openmetrics
from reporter.store.protocol import Missing
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "b92560a3e3ac26159f5bf61a1c17f6e4fff0218d"


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _entry(date: int, tool: str, *benches: dict[str, Any]) -> dict[str, Any]:
    return {"commit": {"id": COMMIT, "message": "m"}, "date": date, "tool": tool, "benches": list(benches)}


def _bench(name: str, value: object, unit: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "range": "± 3", "extra": "x"}


def _data_js(path: Path, entries: dict[str, Any], before: str = "window.BENCHMARK_DATA = ") -> Path:
    root = {"lastUpdate": 1774933028658, "repoUrl": "https://git.test/shop", "entries": entries}
    path.write_text(before + json.dumps(root, indent=2))
    return path


def _values(run: PastRun) -> dict[tuple[str, str], Any]:
    return {
        (entry.name, entry.metric.name): (
            entry.known["mean"] if entry.known else entry.values[0],
            entry.metric.unit,
            entry.metric.better,
        )
        for file in run.files
        for entry in file.readings
    }


@pytest.mark.parametrize("before", ["window.BENCHMARK_DATA = ", ""])
def test_data_js_is_read_in_the_order_of_its_dates(tmp_path: Path, before: str) -> None:
    later, first = (_entry(date, "cargo", _bench("a", value, "ns/iter")) for date, value in ((2000, 5), (1000, 4)))
    past = read_past(_data_js(tmp_path / "data.js", {"Rust": [later, first]}, before))
    assert [(run.commit, run.measured_at) for run in past.runs] == [(COMMIT, 1.0), (COMMIT, 2.0)]
    assert _values(past.runs[0]) == {("a", "time"): (pytest.approx(4e-9), "s", "lower")}


@pytest.mark.parametrize(
    ("tool", "bench", "expected"),
    [
        ("pytest", _bench("x.py::test", 50, "iter/sec"), (("x.py::test", "time"), (0.02, "s", "lower"))),
        ("benchmarkjs", _bench("f", "1594568", "ops/sec"), (("f", "throughput"), (1594568, "1/s", "higher"))),
        ("go", _bench("BenchmarkF - B/op", 64, "B/op"), (("BenchmarkF", "memory"), (64, "B", "lower"))),
        ("customBiggerIsBetter", _bench("hits", 0.5, "%"), (("hits", "value"), (0.005, "1", "higher"))),
        ("catch2", _bench("f", 7.5, "us"), (("f", "time"), (7.5e-6, "s", "lower"))),
        ("jmh", _bench("f", 2.5, "widgets"), (("f", "value"), (2.5, "widgets", None))),
    ],
)
def test_data_js_names_what_the_tools_own_format_names(
    tmp_path: Path, tool: str, bench: dict[str, Any], expected: tuple[tuple[str, str], tuple[float, str, str | None]]
) -> None:
    [run] = read_past(_data_js(tmp_path / "data.js", {"all": [_entry(1000, tool, bench)]})).runs
    key, (value, unit, better) = expected
    assert _values(run) == {key: (pytest.approx(value), unit, better)}


def test_data_js_continues_what_pytest_benchmark_measures(tmp_path: Path) -> None:
    own = read_file(DATA / "pytest-benchmark" / "5.3.1.json").readings[0]
    entry = _entry(1000, "pytest", _bench(own.name, 50, "iter/sec"))
    [reading] = read_past(_data_js(tmp_path / "data.js", {"all": [entry]})).runs[0].files[0].readings
    assert (reading.name, reading.params, reading.metric) == (own.name, own.params, own.metric)


def test_one_of_several_histories_has_to_be_chosen(tmp_path: Path) -> None:
    path = _data_js(tmp_path / "data.js", {"a": [_entry(1000, "x", _bench("f", 1, "s"))], "b": []})
    for wanted in (None, "c"):
        with pytest.raises(UsageError) as caught:
            read_past(path, wanted)
        assert "'a', 'b'" in caught.value.cure
    assert len(read_past(path, "a").runs) == 1


def test_a_value_that_is_none_is_errored_and_never_zero(tmp_path: Path) -> None:
    benches = (_bench("a", None, "ns"), _bench("b", "NaN", "ns"), _bench("c", 0, "iter/sec"))
    [run] = read_past(_data_js(tmp_path / "data.js", {"all": [_entry(1000, "pytest", *benches)]})).runs
    errors = [entry.error for entry in run.files[0].readings[:2]]
    assert errors == ["mean: a value is null, not a number", "mean: a value is NaN"]


BENCHER_SERIES = {
    "project": {"slug": "shop"},
    "start_time": "2026-01-01T00:00:00Z",
    "end_time": "2026-01-03T00:00:00Z",
    "results": [
        {
            "branch": {"name": "main"},
            "testbed": {"name": "box"},
            "benchmark": {"name": "buy"},
            "measure": {"slug": "latency", "units": "nanoseconds (ns)"},
            "metrics": [
                {
                    "report": f"r{day}",
                    "iteration": iteration,
                    "start_time": f"2026-01-0{day}T12:00:00Z",
                    "version": {"number": day, "hash": COMMIT},
                    "metric": {"value": 100.0 * day + iteration, "lower_value": None, "upper_value": None},
                }
                for day in (2, 1)
                for iteration in (0, 1)
            ],
        }
    ],
}
BENCHER_REPORT = {
    "uuid": "r1",
    "project": {"slug": "shop"},
    "branch": {"name": "main", "head": {"version": {"number": 1, "hash": COMMIT}}},
    "start_time": "2026-01-01T12:00:00Z",
    "results": [
        [
            {
                "iteration": 0,
                "benchmark": {"name": "buy"},
                "measures": [{"measure": {"slug": "throughput"}, "metric": {"value": 7.0}}],
            }
        ]
    ],
}


def test_bencher_series_and_reports(tmp_path: Path) -> None:
    path = tmp_path / "perf.json"
    path.write_text(json.dumps(BENCHER_SERIES))
    runs = read_past(path).runs
    assert [(run.commit, len(run.files)) for run in runs] == [(COMMIT, 2), (COMMIT, 2)]
    assert _values(runs[0])["buy", "latency"] == (pytest.approx(101e-9), "s", "lower")
    path.write_text(json.dumps([BENCHER_REPORT]))
    assert _values(read_past(path).runs[0]) == {("buy", "throughput"): (7.0, "1/s", "higher")}


def test_asv_folder_with_a_broken_file_is_imported_but_for_that(tmp_path: Path) -> None:
    shutil.copytree(DATA / "asv" / "results", tmp_path / "results")
    (tmp_path / "results" / "box" / "broken.json").write_text("{")
    past = read_past(tmp_path / "results")
    assert [problem.code for problem in past.problems] == ["truncated-json"]
    assert past.runs[0].measured_at is not None
    code, stdout, stderr = _call("history", "import", str(tmp_path / "results"), "--root", str(tmp_path / "root"))
    assert code == 3
    assert "broken.json" in stderr
    assert "1 past runs imported" in stdout


@pytest.mark.parametrize(
    ("text", "times", "values"),
    [
        (
            "time;commit;a;b\n2021.01.01 3:00:00 +0100;aaa0;5;0.5\n",
            [1609466400.0],
            {("a", "value"): 5, ("b", "value"): 0.5},
        ),
        ("timestamp,a\n1609466400,1\n1609466401000,2\n", [1609466400.0, 1609466401.0], {("a", "value"): 1}),
        ("date,bench,value,unit\n2021-01-01,f,5,ms\n", [1609459200.0], {("f", "value"): 0.005}),
    ],
)
def test_plain_tables(tmp_path: Path, text: str, times: list[float], values: dict[tuple[str, str], float]) -> None:
    path = tmp_path / "past.csv"
    path.write_text(text)
    runs = read_past(path).runs
    assert [run.measured_at for run in runs] == times
    first = PastRun(commit=None, measured_at=0, files=runs[0].files[:1])
    found = {key: value[0] for key, value in _values(first).items()}
    assert found == {key: pytest.approx(value) for key, value in values.items()}


@pytest.mark.parametrize(
    "text",
    ["time,a\nyesterday,1\n", "time,a\n1\n", "time,bench,other\n1,f,2\n", "time,benchmark,params,value\n1,f,[1],2\n"],
)
def test_broken_tables_are_errors(tmp_path: Path, text: str) -> None:
    path = tmp_path / "past.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_past(path)
    assert caught.value.code == "broken-result"


def test_branches_of_a_table_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    path.write_text("time,branch,a\n1000,main,1\n2000,feature,9\n")
    with pytest.raises(UsageError):
        read_past(path)
    [run] = read_past(path, "main").runs
    assert run.measured_at == 1000


@pytest.mark.parametrize("content", ["a,b\n1,2\n", '{"a": 1}', "hello\n"])
def test_what_is_no_history_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x"
    path.write_text(content)
    code, _, stderr = _call("history", "import", str(path), "--root", str(tmp_path))
    assert (code, "unknown-history" in stderr) == (3, True)


def test_a_history_is_not_read_as_a_result(tmp_path: Path) -> None:
    for before in ("window.BENCHMARK_DATA = ", ""):
        with pytest.raises(InputError) as caught:
            read_file(_data_js(tmp_path / "data.js", {"a": []}, before))
        assert (caught.value.code, "history import" in caught.value.cure) == ("history-file", True)


def test_imported_twice_is_imported_once_and_exported_the_same(tmp_path: Path) -> None:
    entries = [_entry(1000 * day, "cargo", _bench('a "x"\\', day, "ns/iter")) for day in (1, 2, 3)]
    root = ("--root", str(tmp_path / "root"))
    source = _data_js(tmp_path / "data.js", {"all": entries})
    for _ in range(2):
        code, stdout, _ = _call("history", "import", str(source), *root)
        assert (code, "3 sessions" in stdout) == (0, True)
    code, table, _ = _call("history", "export", *root)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows[0]["measured_at"] == "1970-01-01T00:00:01+00:00"
    assert (rows[0]["benchmark"], rows[0]["unit"]) == ('a "x"\\', "s")
    assert [float(row["mean"]) for row in rows] == pytest.approx([1e-9, 2e-9, 3e-9], rel=1e-4)
    exported = tmp_path / "export.csv"
    assert _call("history", "export", "--output", str(exported), *root)[0] == 0
    again = ("--root", str(tmp_path / "again"))
    assert _call("history", "import", str(exported), *again)[0] == 0
    assert _call("history", "export", *again)[1] == table


def test_past_goes_before_the_baseline_that_is_there(tmp_path: Path) -> None:
    store = tmp_path / "root" / "baseline"
    root = ("--root", str(tmp_path / "root"))
    new = _data_js(tmp_path / "new.js", {"all": [_entry(5000, "cargo", _bench("a", 5, "ns/iter"))]})
    entries = [_entry(9000 - 1000 * i, "cargo", _bench("a", i, "s/iter")) for i in range(3)]
    old = _data_js(tmp_path / "old.js", {"all": entries})
    for source in (new, old):
        assert _call("history", "import", str(source), *root)[0] == 0
    baseline = DirectoryStore(store).find("default")
    assert not isinstance(baseline, Missing)
    assert baseline.suite.measured_at == 5.0
    assert [session.measured_at for session in baseline.history] == [7.0, 8.0, 9.0, 5.0]


def test_pairs_of_a_commit_and_itself_stay_beside_the_session_of_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    rows = "time,commit,plan,run,benchmark,value\n"
    rows += "".join(f"1000,{COMMIT},{plan},{run},a,5\n" for plan in ("whole", "against itself") for run in (0, 1))
    path.write_text(rows)
    root = ("--root", str(tmp_path / "root"))
    for _ in range(2):
        assert _call("history", "import", str(path), *root)[0] == 0
    baseline = DirectoryStore(tmp_path / "root" / "baseline").find("default")
    assert not isinstance(baseline, Missing)
    assert [session.plan for session in baseline.history] == ["against itself", "whole"]
    assert (baseline.suite.plan, baseline.suite.runs) == ("whole", 2)
    assert {row["plan"] for row in csv.DictReader(io.StringIO(as_csv(baseline)))} == {"whole", "against itself"}


def test_exports_of_unknown_values_and_times(tmp_path: Path) -> None:
    table = _data_js(tmp_path / "data.js", {"all": [_entry(1000, "cargo", _bench("a", 5, "ns/iter"))]})
    root = ("--root", str(tmp_path / "root"))
    assert _call("history", "import", str(table), *root)[0] == 0
    baseline = DirectoryStore(tmp_path / "root" / "baseline").find("default")
    assert not isinstance(baseline, Missing)
    [row] = [json.loads(line) for line in as_json_lines(baseline).splitlines()]
    assert (row["mean"], row["median"], row["run"]) == (pytest.approx(5e-9, rel=1e-4), None, 0)
    lines = as_openmetrics(baseline).splitlines()
    assert lines[0] == "# TYPE benchverdict_value gauge"
    assert lines[-1] == "# EOF"
    labels = 'suite="default",benchmark="a",metric="time",unit="s",run="0",statistic="mean"'
    assert lines[2].startswith(f"benchverdict_value{{{labels}}} 5")
    assert lines[2].endswith(" 1.000")
    statistics = baseline.history[0].statistics
    timeless = Session(commit=None, measured_at=None, fingerprint=Fingerprint(), plan="whole", statistics=statistics)
    assert as_openmetrics(replace(baseline, history=(timeless,))).count("\n") == 3
    assert as_csv(replace(baseline, history=(timeless,))).splitlines()[1].startswith(",,whole,a,")


def test_export_of_nothing_is_an_error(tmp_path: Path) -> None:
    code, _, stderr = _call("history", "export", "--root", str(tmp_path))
    assert (code, "no-baseline" in stderr) == (3, True)
    code, _, stderr = _call("history", "import", "--root", str(tmp_path))
    assert (code, "no-history-file" in stderr) == (2, True)
