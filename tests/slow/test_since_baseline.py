"""The change since the saved baseline, beside that since the base commit: a real project is saved, changed and run."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.cli import main
from reporter.model import Baseline
from reporter.store.directory import DirectoryStore
from reporter.store.history import AGAINST_ITSELF
from reporter.store.short_runs import HOW, way_of_session
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    import pytest

SUITE = """
from work import work

def test_work(benchmark):
    benchmark(work)

def test_other(benchmark):
    benchmark(sum, range(5000))
"""
COMPUTE = "def work():\n    return sum(range({size}))\n"
COMMAND = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")
STORE = Path(".benchverdict/baseline")


def save() -> Baseline:
    """Save a baseline, and return what the store has."""
    stdout, stderr = StringIO(), StringIO()
    options = ("--runs", "1", "--save-baseline", "--time-limit", "600")
    assert main(("run", *options, "--", *COMMAND), stdout, stderr) == 0, stdout.getvalue() + stderr.getvalue()
    found = DirectoryStore(STORE).find("default")
    assert isinstance(found, Baseline)
    return found


def without_levels(baseline: Baseline) -> Baseline:
    """Return the baseline as the version before saved it."""
    sessions = []
    for session in baseline.history:
        details = tuple(pair for pair in session.fingerprint.details if pair[0] != HOW)
        whole = {key: table for key, table in session.statistics.items() if " by " not in key[2]}
        sessions.append(replace(session, fingerprint=replace(session.fingerprint, details=details), statistics=whole))
    return replace(baseline, history=tuple(sessions))


def on_another_machine(baseline: Baseline) -> Baseline:
    other = tuple(
        replace(session, fingerprint=replace(session.fingerprint, cpu_model="Another")) for session in baseline.history
    )
    return replace(baseline, history=other)


def reported(project: Project, baseline: Baseline) -> dict[str, Any]:
    """Report what was measured in pairs, with a baseline in the store."""
    DirectoryStore(STORE).save(baseline)
    streams = StringIO(), StringIO()
    options = ("--measure", str(project.output), "--baseline", str(STORE), "--output", str(report_of(project)))
    assert main(("report", *options), *streams) in (0, 10), streams[1].getvalue()
    loaded: dict[str, Any] = json.loads((report_of(project) / "verdict.json").read_text(encoding="utf-8"))
    return loaded


def report_of(project: Project) -> Path:
    return project.folder / "report"


def verdicts(report: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(row["name"], row["verdict"], row["change"]) for row in report["benchmarks"]]


def test_a_head_in_pairs_is_held_against_the_short_runs_of_the_saved_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    files = {"test_work.py": SUITE, ".gitignore": ".benchverdict/\n", "work.py": COMPUTE.format(size=3000)}
    project = new_project(tmp_path, files, {"note.txt": "saved"})
    monkeypatch.chdir(project.tree)
    baseline = save()
    (pairs,) = (session for session in baseline.history if session.plan == AGAINST_ITSELF)
    assert way_of_session(pairs) == "in lock-step"
    assert {table.shape[0] for table in pairs.statistics.values()} == {8}

    saved_at = project.git("rev-parse", "HEAD")
    project.commit({"work.py": COMPUTE.format(size=12000)})  # four times slower: what came between two releases
    project.commit({"note.txt": "harmless"})
    project.measure(4, plan=project.plan(name="default", command=COMMAND))
    report = reported(project, baseline)
    assert report["compare"] == "paired"
    assert report["since"] == {"absent": None, "left_out": 0}
    assert report["sessions"][-1]["commit"] == saved_at
    rows = {row["name"].rpartition("::")[2]: row for row in report["benchmarks"]}
    assert rows["test_work"]["verdict"] in ("unchanged", "inconclusive"), "the base commit is as slow"
    assert 1.5 < rows["test_work"]["since"]["point"] < 8
    assert rows["test_work"]["since"]["point"] > rows["test_other"]["since"]["point"] + 0.5
    assert (rows["test_work"]["since"]["low"], rows["test_work"]["since"]["high"]) == (None, None)
    told = StringIO()
    verdict = report_of(project) / "verdict.json"
    assert main(("explain", "::test_work", "--from", str(verdict)), told, told) == 0
    assert f"since the saved baseline {saved_at[:10]} of " in " ".join(told.getvalue().split())
    summary = (report_of(project) / "summary.md").read_text(encoding="utf-8")
    assert "<summary>Change since the saved baseline " in summary

    older, elsewhere = (reported(project, kept) for kept in (without_levels(baseline), on_another_machine(baseline)))
    assert (older["since"]["absent"], elsewhere["since"]["absent"]) == ("not-saved", "other-machine")
    assert not any("since" in row for each in (older, elsewhere) for row in each["benchmarks"])
    assert verdicts(older) == verdicts(report), "it decides nothing"
