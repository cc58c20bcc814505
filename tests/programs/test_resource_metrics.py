"""What runs and services used as benchmarks and budgets, and how the report shows it."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reporter.cli import main
from reporter.decide.resource_metrics import MOST_SERIES, Asked, kept_resources, with_resource_metrics
from reporter.ingest import FileReading
from reporter.measure.plan import Plan
from reporter.measure.resources import COUNTED
from reporter.measure.series import measure
from reporter.model import RunResources
from reporter.records import json_v1
from reporter.render import charts, html, view
from reporter.render.view_tables import resources
from reporter.shared.model import MemorySeries
from tests import reports
from tests.programs.test_measure_service import ASK, ASK_FILE, SERVER, START

CONFIG = f"""
[measure]
command = "{ASK} LEAKS; sleep 0.2; echo '[{{\\"name\\": \\"one\\", \\"unit\\": \\"s\\", \\"value\\": 1}}]' > {{output}}"
noise-pairs = 0
[service]
command = "{START}"
ready-url = "/"
[[budget]]
match = "service"
metric = "memory growth"
critical = "5 MB"
[[budget]]
match = "service"
metric = "cpu_time"
critical = "60 s"
bound = "at-most"
[[budget]]
match = "command"
metric = "peak memory"
critical = "1 GB"
"""
SLOW_ASK = ASK_FILE + "    __import__('time').sleep(0.05)\n"


def call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "ask.py").write_text(SLOW_ASK)
    return tmp_path


def verdict(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / ".benchverdict/report/verdict.json").read_text())
    return content


@pytest.mark.slow
@pytest.mark.parametrize(("path", "code"), [("/leak", 10), ("/", 0)])
def test_a_leak_test_needs_no_code(folder: Path, path: str, code: int) -> None:
    (folder / "benchverdict.toml").write_text(CONFIG.replace("LEAKS", " ".join([path] * 150)))
    assert call("run", "--compare", "none")[0] == code
    content = verdict(folder)
    growth, cpu, peak = content["budgets"]
    assert growth["status"] == ("critical" if code else "met")
    assert (growth["value"] > 30e6) == bool(code)
    assert (cpu["status"], peak["status"]) == ("met", "met")
    measured = {(row["name"], row["metric"]) for row in content["benchmarks"]}
    assert measured >= {("service", "memory_growth"), ("service", "peak_memory"), ("command", "peak_memory")}
    command, service = content["measured"]["resources"]
    assert (command.get("of"), service["of"]) == (None, "service")
    assert len(service["memory"]["seconds"]) == len(service["memory"]["bytes"]) > 20
    page = (folder / ".benchverdict/report/report.html").read_text()
    line = page[page.index("Head, service") :].split("</tr>")[0]
    assert ("MB/s" in line) or not code
    assert "Memory of the service over time" in page


def run(side: str = "head", of: str = "service", *, seconds: float = 10.0, slope: float = 0.0) -> RunResources:
    at = tuple(seconds * index / 49 for index in range(50))
    return RunResources(
        side="base" if side == "base" else "head",
        of="service" if of == "service" else "command",
        wall_seconds=seconds,
        cpu_seconds=1.0,
        peak_memory_bytes=5e7,
        read_bytes=0.0,
        written_bytes=None,
        memory=MemorySeries(seconds=at, bytes=tuple(float(round(4e7 + slope * one)) for one in at)),
    )


def test_what_the_kernel_counts_is_a_metric_where_a_budget_names_it() -> None:
    used = replace(run(of="command"), counts={"page_faults": 3, "preemptions": 0})
    file = FileReading(path=Path("x"), format="test", readings=(), used=(used,))
    asked = Asked(benchmarks=frozenset({"command"}), metrics=frozenset({"page_faults"}))
    added = with_resource_metrics((file,), asked)[1]
    assert {reading.metric.name: reading.values for reading in added.readings if reading.metric.unit == "1"} == {
        "page_faults": (3,)
    }


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts them")
def test_each_run_keeps_what_the_kernel_counted(tmp_path: Path) -> None:
    plan = Plan(name="x", script="echo > {output}", runs=1)
    measure(plan, tmp_path / "out", stream=io.StringIO())
    [run] = json.loads((tmp_path / "out" / "measure.json").read_text())["runs"]
    assert run["counts"].keys() == COUNTED.keys()
    assert all(count >= 0 for count in run["counts"].values())


def test_a_report_keeps_what_was_asked_for_and_not_too_much() -> None:
    many = tuple(run(side, of) for _ in range(MOST_SERIES + 1) for side in ("base", "head") for of in ("service", "x"))
    kept = kept_resources(many, Asked())
    assert len(kept) == len(many)
    assert sum(one.memory is not None for one in kept) == 2 * MOST_SERIES
    assert {one.of for one in kept if one.memory} == {"service"}
    asked = kept_resources(many, Asked(benchmarks=frozenset({"command"})))
    assert sum(one.memory is not None for one in asked) == 4 * MOST_SERIES


def test_the_table_has_a_line_for_each_service() -> None:
    lines = resources((run("head", "command"), run("head", slope=1e6), run("base", slope=-1e6)))
    assert [line.label for line in lines] == ["Baseline, service", "Head", "Head, service"]
    assert lines[0].growth == "none shown (−10.0 MB to −10.0 MB a run)"
    assert lines[2].growth == "10.0 MB a run (10.0 MB to 10.0 MB), 1.00 MB/s"


def test_memory_over_time_is_drawn_read_again_and_left_out_where_unknown() -> None:
    report = reports.mixed()
    used = (run("base", slope=1e5), run(slope=1e6), run(slope=2e6))
    report = replace(report, measured=replace(report.measured, resources=used))
    pictures = charts.draw(report, most=0)
    assert "head: 2 runs" in pictures["memory"]
    assert "between 40.0 MB and 60.0 MB" in pictures["memory"]
    assert len(re.findall(r'class="memory (?:base|head)"', pictures["memory"])) == 2
    assert json_v1.load(json_v1.dump(report), "x").measured.resources == used
    assert "<figcaption>Every run is a line" in html.render(view.build(report), pictures)
    assert "memory" not in charts.draw(reports.mixed())


@pytest.mark.parametrize(
    "memory",
    [
        {"seconds": [0, 1], "bytes": [1]},
        {"seconds": [1, 0], "bytes": [1, 1]},
        {"seconds": [0], "bytes": [-1]},
        {"seconds": ["0"], "bytes": [1]},
        {"seconds": [0]},
        {"seconds": [0] * 1001, "bytes": [0] * 1001},
    ],
)
def test_a_series_that_is_none_is_refused_with_its_place(memory: Any) -> None:
    report = reports.mixed()
    report = replace(report, measured=replace(report.measured, resources=(run(),)))
    document = json.loads(json_v1.dump(report))
    document["measured"]["resources"][0]["memory"] = memory
    with pytest.raises(Exception, match=r"measured\.resources\[0\]\.memory"):
        json_v1.load(json.dumps(document), "x")
