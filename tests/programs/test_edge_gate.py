"""The gate as the action runs it: a file, on Python 3.9 too, over work folders that hostile code could have filled."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from entrypoint import gate, runner_files
from reporter.model import SideSummary
from reporter.records import json_v1
from reporter.render import order
from reporter.shared.files import FILE_LIMIT
from tests import reports
from tests.measure_plans import OLDEST, interpreter

GATE = Path(gate.__file__)


def result(status: str = "passed", *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    counts = {"regressed": 1, "improved": 2, "unchanged": 3, "inconclusive": 4}
    counts |= {"new": 5, "missing": 6, "errored": 7, "not_comparable": 8}
    verdict = {"schema": "report/v1", "gate": {"status": status, "reasons": ["two got slower"]}, "counts": counts}
    return verdict | {"benchmarks": list(rows), "baseline": None} | more


def row(name: str, point: Any, *, better: str = "lower", verdict: str = "regressed") -> dict[str, Any]:
    return {"name": name, "verdict": verdict, "better": better, "change": {"point": point}}


class Work:
    """A work folder, and what the gate made of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.codes(fetch=0, measure=0, report=0, publish=0)

    def codes(self, **codes: object) -> None:
        for verb, code in codes.items():
            self.put(f"exit/{verb}", str(code))

    def put(self, name: str, content: object) -> None:
        path = self.folder / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))

    def gate(self, python: str = sys.executable, stage: str = "all", job: str = "success") -> int:
        command = [python, "-I", "-B", str(GATE), "--work", str(self.folder / "work"), "--stage", stage]
        environ = {
            "PATH": os.environ["PATH"],
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "BENCHVERDICT_JOB_STATUS": job,
        }
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert done.stderr == ""
        self.log = done.stdout
        return done.returncode

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text(encoding="utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        """Read the output file as the runner does: everything up to the line that is the delimiter."""
        found, lines = {}, (self.folder / "output").read_text(encoding="utf-8").split("\n")
        while lines and lines[0]:
            name, delimiter = lines.pop(0).split("<<", 1)
            end = lines.index(delimiter)
            found[name] = "\n".join(lines[:end])
            del lines[: end + 1]
        return found


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


def test_passed_job(work: Work) -> None:
    source = {"commit": "abc", "run_id": 1, "age_seconds": 7300.4, "distance": 0, "fingerprint_match": True}
    work.put("report/verdict.json", result(baseline=source))
    work.put("report/summary.md", "## All is well\n")
    work.put("published.json", {"comment_url": "https://github.com/o/r/pull/1#issuecomment-2", "notices": []})
    assert work.gate() == 0
    assert work.outputs == {
        "gate": "passed",
        "cause": "",
        "skipped": "",
        "exit-code": "0",
        "regressed": "1",
        "improved": "2",
        "unchanged": "3",
        "inconclusive": "4",
        "new": "5",
        "missing": "6",
        "errored": "7",
        "not-comparable": "8",
        "worst-benchmark": "",
        "worst-change": "",
        "report-path": str(work.folder / "work" / "report"),
        "verdict-path": str(work.folder / "work" / "report" / "verdict.json"),
        "comment-url": "https://github.com/o/r/pull/1#issuecomment-2",
        "check-url": "",
        "baseline-commit": "abc",
        "baseline-age": "7300",
        "head-sha": "",
    }
    assert work.summary == "## All is well\n"
    assert "::" not in work.log


def test_a_skipped_mode_is_neither_red_nor_silent(work: Work) -> None:
    reason = "nothing was measured: mode load lacks what it needs: the environment has no <KEY> [skipped]"
    work.put("measure/measure.json", {"status": "skipped", "message": reason})
    assert work.gate() == 0
    assert (work.outputs["gate"], work.outputs["skipped"], work.outputs["exit-code"]) == ("skipped", reason, "0")
    assert work.summary.startswith("## Benchverdict: skipped\n\nnothing was measured: mode load lacks")
    assert "&lt;KEY&gt;" in work.summary
    assert "::notice title=Benchverdict measured nothing::nothing was measured: mode load" in work.log
    work.codes(publish=2)
    assert work.gate() == 2
    assert work.outputs["gate"] == "skipped"


CODES = [
    ({"report": 0}, "passed", 0),
    ({"report": 0}, "undecided", 0),
    ({"report": 0}, "failed", 10),
    ({"report": 10}, "failed", 10),
    ({"report": 4, "measure": 4}, "undecided", 4),
    ({"fetch": 2, "measure": 4}, "passed", 2),
    ({"measure": 130}, None, 130),
    ({"report": 3}, None, 3),
    ({"publish": 2}, "failed", 2),
    ({"report": 0}, None, 1),
    ({"report": 0}, "splendid", 1),
    ({"report": ""}, "passed", 1),
    ({"report": "0; exit 0"}, "passed", 1),
    ({"report": "256"}, "passed", 1),
    ({"report": "-1"}, "passed", 1),
    ({"report": "9" * 5000}, "passed", 1),
    ({"report": "0" * 5000}, "passed", 1),
    ({"report": "1e1"}, "passed", 1),
    ({"report": "٣"}, "passed", 1),
]


@pytest.mark.parametrize(("codes", "status", "expected"), CODES)
def test_exit_code(work: Work, codes: dict[str, object], status: str | None, expected: int) -> None:
    work.codes(**codes)
    if status:
        work.put("report/verdict.json", result(status))
    assert work.gate() == expected
    assert work.outputs["exit-code"] == str(expected)


@pytest.mark.parametrize(
    ("codes", "status", "job", "expected"),
    [
        ({"measure": 130}, "passed", "cancelled", ("undecided", 130)),
        ({"measure": 130}, "passed", "success", ("undecided", 130)),
        ({}, "passed", "cancelled", ("undecided", 130)),
        ({}, None, "cancelled", ("undecided", 130)),
        ({"publish": 3}, "passed", "success", ("undecided", 3)),
        ({"report": 4}, "undecided", "success", ("undecided", 4)),
        ({"report": 10}, "failed", "success", ("failed", 10)),
        ({"publish": 2}, "failed", "success", ("failed", 2)),
        ({}, "undecided", "success", ("undecided", 0)),
        ({}, "passed", "success", ("passed", 0)),
    ],
)
def test_nothing_has_passed_beside_an_exit_code(
    work: Work, codes: dict[str, object], status: str | None, job: str, expected: tuple[str, int]
) -> None:
    work.codes(**codes)
    if status:
        work.put("report/verdict.json", result(status))
        work.put("report/summary.md", "## The report\n")
    assert (work.gate(job=job), work.outputs["gate"]) == (expected[1], expected[0])
    assert work.outputs["exit-code"] == str(expected[1])
    assert f"gate: {expected[0]}, exit code {expected[1]}" in work.log
    assert ("::error" in work.log) is (expected[1] != 0)


def test_a_cancelled_job_says_so(work: Work) -> None:
    assert work.gate(job="cancelled") == 130
    assert "::error title=Benchverdict::The job was cancelled before it came to its end." in work.log
    assert "- The job was cancelled before it came to its end." in work.summary


def test_a_second_look_that_did_not_end_is_no_pass(work: Work) -> None:
    work.put("report/verdict.json", result("passed"))
    work.put("report/next-step.json", {"pairs": 8})
    assert (work.gate(), work.outputs["gate"]) == (1, "undecided")
    assert "::error title=Benchverdict::The measuring of what was left open did not come to its end" in work.log


@pytest.mark.parametrize("code", [0, 10])
def test_a_regression_warns_where_a_baseline_is_saved(work: Work, code: int) -> None:
    """It is on the default branch already: a red branch would only hide the next failure."""
    work.codes(report=code)
    work.put("report/verdict.json", result("failed", row("slow", 0.25)))
    work.put("report/summary.md", "## 1 benchmark regressed\n")
    work.put("situation.json", {"save_baseline": True, "advisory": True, "notices": []})
    assert work.gate() == 0
    assert (work.outputs["gate"], work.outputs["exit-code"], work.outputs["regressed"]) == ("failed", "0", "1")
    assert "::warning title=Benchverdict::two got slower" in work.log
    assert "::warning title=Benchverdict::This run saves the new baseline" in work.log
    assert "::error" not in work.log
    assert work.summary.startswith("> This run saves the new baseline, so what got worse is a warning here")
    work.put("situation.json", {"save_baseline": True, "advisory": False, "notices": []})
    assert work.gate() == 10


def test_a_failure_where_a_baseline_is_saved_is_one(work: Work) -> None:
    work.codes(measure=4, report=4)
    work.put("report/verdict.json", result("undecided"))
    work.put("situation.json", {"advisory": True})
    assert work.gate() == 4


def test_a_baseline_that_was_asked_for_and_not_saved_is_a_warning(work: Work) -> None:
    work.put("report/verdict.json", result())
    work.put("report/summary.md", "## Fine\n")
    work.put("situation.json", {"notices": [{"code": "baseline-not-saved", "text": "It is not saved."}]})
    assert work.gate() == 0
    assert "::warning title=Benchverdict::It is not saved. [baseline-not-saved]" in work.log
    assert work.summary.startswith("> It is not saved.")


@pytest.mark.parametrize("verb", ["setup", "fetch", "measure", "report", "collect", "publish"])
def test_every_verb_says_why_it_failed(work: Work, verb: str) -> None:
    """What it wrote to standard error, without the labels of a log and without fences of workflow commands."""
    work.codes(**{verb: 2})
    work.put(
        f"messages/{verb}",
        "benchverdict: error: it is <wrong> [a-code]\n\n::stop-commands::x\n  what to do: fix it\n::x::\n",
    )
    assert work.gate() == 2
    why = f"{verb} ended with exit code 2: it is <wrong> [a-code]%0Awhat to do: fix it"
    assert f"::error title=Benchverdict::{why}" in work.log
    assert f"- {verb} ended with exit code 2: it is &lt;wrong&gt; &#91;a-code&#93; what to do: fix it" in work.summary


def test_what_a_verb_says_is_bounded(work: Work) -> None:
    work.codes(report=3)
    work.put("messages/report", "".join(f"error: {number} {'x' * 500}\n" for number in range(1000)))
    assert work.gate() == 3
    [line] = [line for line in work.log.splitlines() if line.startswith("::error")]
    assert "988 xxx" in line
    assert len(line) < 2200


def test_gate_runs_on_the_oldest_python(work: Work) -> None:
    work.put("report/verdict.json", result("failed", row("slow", 0.25)))
    assert work.gate(interpreter(OLDEST)) == 10
    assert work.outputs["worst-benchmark"] == "slow"


def test_worst_is_the_regression_furthest_in_the_bad_direction(work: Work) -> None:
    rows = [
        row("slower", 0.25),
        row("throughput", -0.4, better="higher"),
        row("improved", 5.0, verdict="improved"),
        row("broken", "a lot"),
        row("true", True),
        row("huge", float("inf")),
        row("digits", int("9" * 400)),
    ]
    work.put("report/verdict.json", result("failed", *rows))
    assert work.gate() == 10
    assert (work.outputs["worst-benchmark"], work.outputs["worst-change"]) == ("throughput", "-0.4")


Regression = tuple[str, float, float | None]
"""Kind and size of a change, and what it changed from."""
REGRESSIONS: list[tuple[list[Regression], int]] = [
    ([("ratio", 0.9, 1.0), ("ratio", -0.6, 1.0), ("ratio", -0.4, 1.0)], 1),
    ([("ratio", 0.3, 1.0), ("difference", 40.0, 1000.0)], 0),
    ([("ratio", 0.3, 1.0), ("difference", -0.04, 0.1)], 1),
    ([("ratio", 9.0, 1.0), ("difference", 0.01, None)], 1),
    ([("difference", 0.01, 0.0), ("ratio", -1.0, 1.0)], 0),
    ([("ratio", 0.25, 1.0), ("ratio", 0.25, 1.0)], 0),
    ([("ratio", float("nan"), 1.0), ("ratio", 0.01, 1.0)], 1),
]


@pytest.mark.parametrize(("regressions", "expected"), REGRESSIONS)
def test_worst_is_the_row_that_the_report_shows_first(regressions: list[Regression], expected: int) -> None:
    """A difference is in the metric's own unit: beside a ratio it counts as a share of what it changed from."""
    rows = [reports.row("improved", "improved", -0.99)]
    for number, (kind, point, base) in enumerate(regressions):
        made = reports.row(str(number), "regressed", point, base=base)
        assert made.comparison.change
        change = structs.replace(made.comparison.change, kind=kind)
        comparison = replace(made.comparison, change=change)
        if base is not None:
            comparison = replace(comparison, baseline=SideSummary(min=base, median=base, max=base, runs=1, rounds=1))
        rows.append(replace(made, comparison=comparison))
    report = reports.report(*rows)
    assert order.grouped(report)["regressed"][0] == expected + 1
    assert gate.worst(json.loads(json_v1.dump(report)))[0] == str(expected)


def test_a_verdict_is_as_large_here_as_everywhere(work: Work) -> None:
    work.put("report/verdict.json", json.dumps(result()).ljust(FILE_LIMIT + 1))
    assert work.gate() == 1


HOSTILE = [
    "two\nlines",
    "a\ngate<<x\npassed\nx",
    "gate=passed",
    "x\nEOF\ngate=passed",
    "benchverdict_\ngate=passed",
    "::error::x",
    "\n::set-output name=gate::passed",
    "%0A::error::x",
    "\r\n::stop-commands::x",
    "a\u2028b\u0085c\x1b[31m",
    "\ud800 alone",
    "x" * 100_000,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_values(work: Work, name: str) -> None:
    verdict = result("failed", row(name, 0.5), gate={"status": "failed", "reasons": [name]})
    work.put("report/verdict.json", verdict)
    work.put("situation.json", {"pull_request": 7, "notices": [{"code": "a", "text": name}]})
    work.put("baseline/source.json", {"reason": name})
    assert work.gate() == 10
    outputs = work.outputs
    assert len(outputs) == 21
    assert outputs["gate"] == "failed"
    assert len(outputs["worst-benchmark"]) <= 2000
    commands = [line for line in work.log.splitlines() if line.startswith("::")]
    assert len(commands) == 3
    assert all(re.match(r"::(error|notice) title=Benchverdict[^:,]*::", line) for line in commands)
    assert all(line.isprintable() for line in work.log.splitlines())


@pytest.mark.parametrize("sha", ["0a" * 20, "0a" * 32])
def test_the_commit_of_a_request_is_an_output(work: Work, sha: str) -> None:
    work.put("request.json", {"head_sha": sha, "reason": "the head of pull request #7", "notices": []})
    assert work.gate(stage="request") == 0
    assert work.outputs["head-sha"] == sha
    assert work.summary == f"Benchmarks on request: {sha}, the head of pull request #\u20607\n"


@pytest.mark.parametrize("sha", [None, "", "main", "0a" * 19, "0A" * 20, "0a" * 20 + "\n", ["0a" * 20], 7])
def test_what_is_no_commit_is_no_output(work: Work, sha: object) -> None:
    work.put("request.json", {"head_sha": sha, "notices": [{"code": "request-refused", "text": "Not so."}]})
    assert work.gate(stage="request") == 0
    assert work.outputs["head-sha"] == ""
    assert "::notice title=Benchverdict::Not so. [request-refused]" in work.log


def test_a_gate_that_somebody_lets_pass_says_who(work: Work) -> None:
    told = "1 benchmark regressed, accepted by alice"
    override = {"label": "x", "by": "alice", "at": None, "commit": "0a" * 20}
    verdict = result("passed", row("a", 0.5), gate={"status": "passed", "reasons": [told]}, override=override)
    work.put("report/verdict.json", verdict)
    assert work.gate() == 0
    assert f"::notice title=Benchverdict::{told}" in work.log


def test_delimiter_is_never_in_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["guessed", "guessed", "fresh"])
    monkeypatch.setattr(secrets, "token_hex", lambda _: next(drawn))
    assert runner_files.assignment("gate", "benchverdict_guessed") == (
        "gate<<benchverdict_fresh\nbenchverdict_guessed\nbenchverdict_fresh\n"
    )


BROKEN: list[Any] = [
    "",
    "{",
    "null",
    "[1]",
    "[" * 100_000,
    '{"gate": []}',
    {"gate": {"status": ["passed"], "reasons": 5}},
    {"gate": {"status": "failed", "reasons": {"a": 1}}, "counts": [1], "benchmarks": {"x": 1}, "baseline": 3},
    {"gate": {"status": "failed", "reasons": [None, 5, ""]}, "benchmarks": [None, [], {"change": 4}]},
    '{"gate": {"status": "failed"}, "counts": {"regressed": 1e999, "improved": NaN, "unchanged": true}}',
]


@pytest.mark.parametrize("content", BROKEN)
def test_broken_files_are_no_reason_to_break(work: Work, content: Any) -> None:
    for name in ("report/verdict.json", "published.json", "situation.json", "measure/measure.json"):
        work.put(name, content)
    failed = isinstance(content, dict) or "failed" in str(content)
    assert work.gate() in ((10, 1) if failed else (1,))
    assert set(work.outputs) >= {"gate", "exit-code"}
    assert work.outputs["regressed"] == ""
    assert work.summary


def test_links_in_place_of_files_are_not_followed(work: Work) -> None:
    secret = work.folder / "secret.md"
    secret.write_text("the secret")
    work.put("report/verdict.json", result())
    (work.folder / "work" / "report" / "summary.md").symlink_to(secret)
    work.gate()
    assert "the secret" not in work.summary


def test_folders_and_pipes_in_place_of_files_do_not_hang_the_gate(work: Work) -> None:
    (work.folder / "work" / "report" / "verdict.json").mkdir(parents=True)
    os.mkfifo(work.folder / "work" / "published.json")
    assert work.gate() == 1


def test_without_a_report_the_summary_says_what_failed_and_where(work: Work) -> None:
    message = "the command ended with exit code 1 <b>@team</b> `rm` | see log"
    work.codes(measure=4, report=3)
    work.put("measure/measure.json", {"message": message})
    work.put("baseline/source.json", {"reason": "HTTP 403"})
    work.put("situation.json", {"notices": [{"code": "checkout-unknown", "text": "no git"}]})
    assert work.gate() == 4
    summary = work.summary
    assert "measure ended with exit code 4:" in summary
    assert "report ended with exit code 3:" in summary
    assert "no baseline: HTTP 403" in summary
    assert "> no git &#91;checkout-unknown&#93;" in summary
    assert "&lt;b&gt;" in summary
    assert "@team" not in summary
    assert work.outputs["gate"] == "undecided"
    assert [line for line in work.log.splitlines() if line.startswith("::error")] == [
        "::error title=Benchverdict::measure ended with exit code 4: " + message,
        "::error title=Benchverdict::report ended with exit code 3: its log says why.",
    ]


def test_notices_are_in_the_summary_and_shown_beside_the_job(work: Work) -> None:
    work.put("report/verdict.json", result())
    work.put("report/summary.md", "## Fine\n")
    notice = {"code": "comment-refused", "text": "Add `permissions: pull-requests: write`."}
    work.put("published.json", {"comment_url": None, "notices": [notice]})
    assert work.gate() == 0
    assert work.summary.startswith("> Add &#96;permissions: pull-requests: write&#96;.")
    assert work.summary.endswith("\n\n## Fine\n")
    assert "::notice title=Benchverdict::Add `permissions: pull-requests: write`. [comment-refused]" in work.log


def test_annotations_are_bounded(work: Work) -> None:
    work.put("report/verdict.json", result("failed", gate={"status": "failed", "reasons": ["slow"] * 500}))
    assert work.gate() == 10
    assert work.log.count("::error") == 10


@pytest.mark.parametrize("size", [999_990, 1_000_100, 5_000_000])
def test_summary_is_cut_by_bytes_at_the_end_of_a_line(work: Work, size: int) -> None:
    line = "é" * 49 + "\n"
    work.put("report/verdict.json", result())
    work.put("report/summary.md", line * (size // len(line.encode())))
    assert work.gate() == 0
    raw = (work.folder / "summary").read_bytes()
    assert len(raw) <= 1_000_000 < 2**20
    assert ("was cut here" in work.summary) is (size > 1_000_000)
    assert set(work.summary.split("\n\n(")[0].splitlines()) == {line.strip()}


def test_what_failed_and_the_notices_are_never_cut(work: Work) -> None:
    work.codes(publish=3)
    work.put("report/verdict.json", result())
    work.put("report/summary.md", "one line of the report\n" * 43_000)
    work.put("published.json", {"notices": [{"code": "a", "text": "refused " + "@" * 1900}] * 1000})
    assert work.gate() == 3
    lines = work.summary.split("\n\n")
    assert lines[0] == "> publish ended with exit code 3: its log says why."
    assert sum(line.startswith("> refused") for line in lines) == 20
    assert "one line of the report" in work.summary
    assert "was cut here" in lines[-1]


def test_failed_set_up_has_a_summary_and_outputs(tmp_path: Path) -> None:
    work = Work(tmp_path)
    for verb in ("fetch", "measure", "report", "publish"):
        (tmp_path / "work" / "exit" / verb).unlink()
    work.codes(setup=3)
    assert work.gate() == 3
    assert (work.outputs["gate"], work.outputs["exit-code"]) == ("undecided", "3")
    assert "setup ended with exit code 3:" in work.summary


def test_outside_of_a_workflow_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.main(["--work", str(tmp_path)], {}) == 1
    assert "gate: undecided, exit code 1" in capsys.readouterr().out


def test_a_job_that_only_publishes_shows_the_verdict_and_ends_well(work: Work) -> None:
    (work.folder / "work" / "exit" / "report").unlink()
    work.put("report/verdict.json", result("failed", row("slow", 0.5)))
    work.put("report/summary.md", "# The summary\n")
    assert work.gate(stage="publish") == 0
    assert (work.outputs["gate"], work.outputs["exit-code"]) == ("failed", "0")
    assert "# The summary" in work.summary
    assert "::error" not in work.log


def test_a_job_that_only_publishes_may_have_nothing_to_tell(work: Work) -> None:
    work.put("published.json", {"notices": [{"code": "stale-run", "text": "The pull request has moved on."}]})
    assert work.gate(stage="publish") == 0
    assert "moved on" in work.summary
    assert "defect" not in work.summary
    work.codes(publish=3)
    assert work.gate(stage="publish") == 3
    assert "::error title=Benchverdict::publish ended with exit code 3" in work.log
