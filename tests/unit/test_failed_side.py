"""What a side that failed printed last: in the job summary and in Markdown, whatever it printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from entrypoint.failed_side import brief, failed_side
from reporter.shared.failed_side import LAST_LINES
from tests.gfm import needs_cmark, tags_of, text_of
from tests.programs.test_edge_gate import Work, result

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOSTILE = [
    "```",
    "``````` <b>bold</b>",
    "<!-- benchverdict run: x -->",
    "@team ![x](http://evil.example/x.png)",
    "</code></pre><img src=x>",
]


def failure(*lines: str, **changes: Any) -> dict[str, Any]:
    what = "the base run of pair 1 failed: the command ended with exit code 3"
    return {"failure": {"side": "base", "commit": COMMIT, "what": what, "lines": list(lines)} | changes}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


def test_the_summary_names_side_and_commit_and_shows_the_last_lines(work: Work) -> None:
    lines = [f"line {number}" for number in range(8)]
    message = (
        "the base run of pair 1 failed\n  command: pytest\n  the last lines of log.txt:\n  | line 7\n  what to do: x"
    )
    work.codes(measure=4, report=3)
    work.put("measure/measure.json", {"status": "failed", "message": message, **failure(*lines)})
    assert work.gate() == 4
    assert f"The base failed at commit {COMMIT}: the base run of pair 1 failed" in work.summary
    assert "```text\nline 3\nline 4\nline 5\nline 6\nline 7\n```" in work.summary
    assert work.summary.count("line 7") == 1, "the message does not repeat them"
    assert "what to do: x" in work.summary
    assert "line 7" not in work.log, "the step that measured has shown them"


def test_the_summary_of_a_report_shows_what_measuring_went_on_without(work: Work) -> None:
    work.put("report/verdict.json", result("undecided"))
    work.put("report/summary.md", "## The report")
    work.put("measure/measure.json", {"status": "complete", "message": None, **failure("no compiler")})
    assert work.gate() == 0
    assert "no compiler" in work.summary
    assert work.summary.index("no compiler") < work.summary.index("## The report")


def test_the_summary_of_a_report_that_shows_what_failed_does_not_repeat_it(work: Work) -> None:
    work.codes(measure=4, report=4)
    shown = failure("no compiler")
    work.put("report/verdict.json", result("undecided") | {"failed": shown["failure"]})
    work.put("report/summary.md", "## The report\n\nno compiler")
    work.put("measure/measure.json", {"status": "failed", "message": "the base run failed", **shown})
    assert work.gate() == 4
    assert work.summary.count("no compiler") == 1
    assert "report ended with exit code" not in work.log + work.summary


@pytest.mark.parametrize("content", [None, [], "text", {"what": 1}, {"what": "", "lines": ["x"]}])
def test_a_failure_that_makes_no_sense_is_not_shown(content: object) -> None:
    assert failed_side({"failure": content}) == ""


def test_a_side_that_printed_nothing_is_named_all_the_same() -> None:
    shown = failed_side(failure(lines="x", commit="<b>", side=None))
    assert shown.startswith("Both sides failed: the base run of pair 1 failed")
    assert shown.endswith("; it printed nothing.")


@needs_cmark
def test_hostile_lines_stay_inside_the_block() -> None:
    shown = failed_side(failure("a", "x" * 9000, *HOSTILE))
    assert len(HOSTILE) == LAST_LINES
    assert tags_of(f"{shown}\n\nafter") == {"p", "pre", "code"}
    assert "bold" in text_of(shown, without_code=False)
    assert "after" in text_of(f"{shown}\n\nafter", without_code=True)
    assert "evil" not in text_of(shown, without_code=True)
    assert "<!--" not in shown
    assert len(shown) < 3000


@needs_cmark
@pytest.mark.parametrize("line", [*HOSTILE, "`" * 400, "~~~", "    ```", "\t````"])
def test_no_line_ends_the_block(line: str) -> None:
    assert tags_of(f"{failed_side(failure(line))}\n\nafter") == {"p", "pre", "code"}


def test_a_message_without_the_lines_that_it_quotes() -> None:
    message = "it failed [code]\n  command: a\n    | b\n  the last lines of log.txt:\n  | c\n  what to do: d"
    assert brief(message) == "it failed [code]\n  command: a\n    | b\n  what to do: d"
