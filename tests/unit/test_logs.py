"""The logs beside a report where something failed: whose, how much of them, and nothing that leads elsewhere."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.commands.logs import MOST_BYTES, MOST_LOGS

if TYPE_CHECKING:
    from pathlib import Path

GO = "BenchmarkSearch-2   1000   1000 ns/op\n"


class Measured:
    """A folder as measuring leaves it, and the report of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.report = folder / "measure", folder / "report"
        self.runs: list[dict[str, Any]] = []
        self.code: int | None = None

    def run(self, log: str | None, *, complete: bool) -> Path:
        """Add a run; gives the path of its log, which is written unless there is none."""
        number = len(self.runs)
        place = self.folder / "runs" / f"{number:03}-head"
        place.mkdir(parents=True)
        (place / "result.txt").write_text(GO)
        if log is not None:
            (place / "log.txt").write_text(log)
        numbers = dict.fromkeys(("cpu_seconds", "peak_memory_bytes", "read_bytes", "written_bytes", "signal", "pair"))
        known = {"index": number, "side": "head", "batch": 0, "complete": complete, "started_at": 0.0}
        inside = f"runs/{number:03}-head"
        results = [f"{inside}/result.txt"] if complete else []
        paths = {"log": f"{inside}/log.txt", "results": results}
        self.runs.append({**numbers, **known, **paths, "exit_code": 0 if complete else 3, "wall_seconds": 1.0})
        return place / "log.txt"

    def reported(self, **changes: Any) -> dict[str, str]:
        """Report; gives the logs beside the report by their names."""
        machine: dict[str, Any] = dict.fromkeys(("architecture", "cores", "cpu_model", "image", "language", "os"))
        record: dict[str, Any] = {
            "schema": "measure/v1",
            "name": "sample",
            "plan": "whole",
            "command": "bench",
            "status": "failed",
            "message": "run 2 of 2 failed",
            "head_sha": None,
            "base_sha": None,
            "started_at": 0.0,
            "finished_at": 1.0,
            "fingerprint": {**machine, "details": {}},
            "runs": self.runs,
            "warnings": [],
        }
        (self.folder / "measure.json").write_text(json.dumps(record | changes))
        self.code = main(
            ("report", "--measure", str(self.folder), "--output", str(self.report)), io.StringIO(), io.StringIO()
        )
        return {path.name: path.read_text() for path in self.report.glob("logs/*")}


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Measured:
    monkeypatch.chdir(tmp_path)
    return Measured(tmp_path)


def test_where_something_failed_the_logs_of_runs_and_set_up_are_kept_and_masked(measured: Measured) -> None:
    measured.run("all went well\n", complete=True)
    measured.run("--token=abcdef\nno compiler\n", complete=False)
    (measured.folder / "setup").mkdir()
    (measured.folder / "setup" / "base.txt").write_text("$ make\n")
    assert measured.reported() == {
        "setup-base.txt": "$ make\n",
        "runs-000-head-log.txt": "all went well\n",
        "runs-001-head-log.txt": "--token=***\nno compiler\n",
    }


def test_a_side_that_failed_before_anything_was_measured_has_a_report_that_shows_it(measured: Measured) -> None:
    measured.run("no compiler\n", complete=False)
    failure: dict[str, Any] = {"side": "head", "commit": None, "what": "run 1 of 1 failed", "lines": ["no compiler"]}
    assert measured.reported(failure=failure, message="run 1 of 1 failed [command-failed]\n  | no compiler") == {
        "runs-000-head-log.txt": "no compiler\n"
    }
    assert measured.code == 4
    verdict = json.loads((measured.report / "verdict.json").read_text())
    assert verdict["gate"] == {"status": "undecided", "reasons": ["run 1 of 1 failed"], "cause": "not-measured"}
    assert (verdict["benchmarks"], verdict["failed"]) == ([], failure)
    for name in ("comment.md", "summary.md", "report.html"):
        shown = (measured.report / name).read_text()
        assert "The head failed: run 1 of 1 failed. The last lines of what it printed:" in shown
        assert "no compiler" in shown
        assert "fix what the log shows and push" in shown


def test_logs_are_kept_where_there_is_no_report(measured: Measured) -> None:
    measured.run("no compiler\n", complete=False)
    assert measured.reported() == {"runs-000-head-log.txt": "no compiler\n"}
    assert not (measured.report / "verdict.json").exists()


def test_logs_are_kept_where_measuring_went_on_without_the_side_that_failed(measured: Measured) -> None:
    measured.run("fine\n", complete=True)
    failure: dict[str, Any] = {"side": "base", "commit": None, "what": "the base failed", "lines": []}
    assert measured.reported(status="complete", message=None, failure=failure) == {"runs-000-head-log.txt": "fine\n"}
    assert measured.reported(status="complete", message=None) == {}, "nothing failed, and what was there is gone"


def test_what_is_long_or_many_is_cut(measured: Measured) -> None:
    for _ in range(MOST_LOGS + 5):
        measured.run("fine\n", complete=True)
    measured.run("first line\n" * (MOST_BYTES // 10) + "the end\n", complete=False)
    logs = measured.reported()
    assert len(logs) == MOST_LOGS
    kept = logs[f"runs-{MOST_LOGS + 5:03}-head-log.txt"]
    assert MOST_BYTES - 20 < len(kept) <= MOST_BYTES
    assert kept.startswith("first line\n")
    assert kept.endswith("the end\n")


def test_the_run_that_failed_is_kept_where_measuring_went_on_without_it(measured: Measured) -> None:
    measured.run("fine\n", complete=True)
    measured.run("no compiler\n", complete=False)
    measured.runs.pop()
    failure: dict[str, Any] = {"side": "base", "commit": None, "what": "the base failed", "lines": []}
    logs = measured.reported(status="complete", message=None, failure=failure)
    assert logs["runs-001-head-log.txt"] == "no compiler\n"


def test_nothing_that_leads_elsewhere_is_taken_for_a_log(measured: Measured, tmp_path: Path) -> None:
    secret = tmp_path / "secret" / "log.txt"
    secret.parent.mkdir()
    secret.write_text("secret\n")
    measured.run(None, complete=False).symlink_to(secret)
    measured.run(None, complete=False)
    (measured.run(None, complete=False)).mkdir()
    os.mkfifo(measured.run(None, complete=False))
    (measured.folder / "runs" / "900-base").symlink_to(secret.parent, target_is_directory=True)
    assert measured.reported() == {}
