"""A secret that a result file, a log or a command carries is in nothing that is written."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.cli import main
from reporter.commands.masking import without_secrets
from reporter.commands.outputs import Destination, show, write_outputs, write_report_folder
from reporter.measure.masking import masked, masked_name
from reporter.model import BudgetResult, Notice
from reporter.render import OUTPUTS
from tests.reports import MEASURED, mixed, report, row

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Report

PLANTED = "ghp_" + "a1B2" * 9
PASSWORD = "hunter2hunter2"


def _with_secrets() -> Report:
    """Put a token wherever text comes from outside, and a password where a log or a command could say one."""
    evil = f"connect https://user:{PASSWORD}@host with {PLANTED} and --password {PASSWORD} or API_KEY={PASSWORD}"
    machine = replace(MEASURED.fingerprint, details=(("environment", evil),))
    rows = (
        row(f"test[{PLANTED}]", "regressed", 0.3, reason=evil, cure=evil, category=PLANTED, drawn=True),
        row("other", "unchanged", 0.0, params=((PLANTED, PLANTED),)),
    )
    budget = BudgetResult(
        benchmark=PLANTED, metric="p95", unit="s", value=1.0, target=None, warning=None, critical=0.5, status="critical"
    )
    return report(
        *rows,
        reasons=(f"the command failed\n  | {evil}", "another"),
        warnings=(Notice(code="result-not-kept", text=evil),),
        measured=replace(MEASURED, command=evil, fingerprint=machine),
        budgets=(budget,),
        baseline=None,
        baseline_reason=evil,
    )


def test_no_file_of_the_report_folder_holds_a_planted_secret(tmp_path: Path) -> None:
    write_report_folder(_with_secrets(), tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"verdict.json", "report.html", "comment.md", "summary.md", "changes.svg"} <= {path.name for path in written}
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert "***" in text or path.name.startswith("distribution"), path
        assert PLANTED not in text, path
        assert PASSWORD not in text, path


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_holds_a_planted_secret(name: str) -> None:
    stdout = io.StringIO()
    write_outputs(_with_secrets(), [Destination(format=name)], stdout)
    show(_with_secrets(), stdout)
    assert PLANTED not in stdout.getvalue()
    assert PASSWORD not in stdout.getvalue()


def test_what_a_failing_command_prints_is_masked_in_everything_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stdout, stderr = io.StringIO(), io.StringIO()
    script = f"import sys; print('password={PASSWORD} {PLANTED}'); sys.exit(1)"
    code = main(("run", "--", "python3", "-c", script, f"--token={PASSWORD}"), stdout, stderr)
    assert code == 4
    assert "password=***" in stderr.getvalue()
    records = [path for path in tmp_path.rglob("*.json") if path.is_file()]
    assert records
    for text in (stderr.getvalue(), *(path.read_text(encoding="utf-8") for path in records)):
        assert PLANTED not in text
        assert PASSWORD not in text


def test_nothing_else_is_touched() -> None:
    assert without_secrets(mixed()).assessments == mixed().assessments
    assert (
        masked("test_tokenize took 3 ms; the token ring is fine") == "test_tokenize took 3 ms; the token ring is fine"
    )
    assert masked_name("test_login[password=short-1]") == "test_login[password=short-1]"


@pytest.mark.parametrize(
    "secret",
    [
        "github_pat_" + "x" * 30,
        "glpat-" + "x" * 20,
        "xoxb-1234567890-abc",
        "AKIA" + "A1" * 8,
        "npm_" + "x" * 36,
        "pypi-" + "x" * 60,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLTEyMw",
    ],
)
def test_shapes_are_known(secret: str) -> None:
    assert masked_name(f"test[{secret}]") == "test[***]"
