"""Pairs of a real tool whose runs are made short: pyperf, from the command to the verdict."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from reporter.commands.build_report import GateOptions
from reporter.commands.report_request import ReportRequest
from reporter.commands.reporting import report
from reporter.config import Config
from tests.measure_repositories import new_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WORK = "def work():\n    return sorted(range({size}), key=str)\n"
COMMAND = (sys.executable, "-m", "pyperf", "timeit", "-o", "{output}", "-s", "from work import work", "work()")


def test_a_slower_head_is_found_in_short_pairs_of_pyperf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_project(tmp_path, {"work.py": WORK.format(size=200)}, {"work.py": WORK.format(size=600)})
    monkeypatch.chdir(project.tree)
    outcome, content, shown = project.measure(8, plan=project.plan(command=COMMAND, pairs={"isolate": False}))
    assert (outcome.status, outcome.pairs) == ("complete", 8), shown
    assert [warning["code"] for warning in content["warnings"]] == ["runs-shortened"]
    for run in content["runs"]:
        values = json.loads((project.output / run["results"][0]).read_text())["benchmarks"][0]["runs"]
        assert sum(len(each.get("values", ())) for each in values) == 6  # two processes of three
    request = ReportRequest(
        measure=project.output, baseline=None, output=tmp_path / "report", format=None, gate=GateOptions()
    )
    [row] = report(request, Config()).report.assessments
    assert row.verdict == "regressed"
