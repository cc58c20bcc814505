"""Nothing is left uncompared without a word because it is too slow: ``run`` with a slow tool and a short limit."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from reporter.cli import main
from reporter.pipeline.next_step import shorter_run
from tests.measure_repositories import Project, new_project

GO = """goos: linux
goarch: amd64
pkg: example.com/shop
BenchmarkSearch-2   1000   {nanoseconds} ns/op
PASS
"""
SLOW = f"""sleep 0.4
cat > "$1" <<EOF
{GO}EOF
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose head is 40 % slower; its tool writes Go's text and takes its time."""
    base, head = (SLOW.replace("{nanoseconds}", str(number)) for number in (1000, 1400))
    made = new_project(tmp_path, {"bench.sh": base, ".gitignore": ".benchverdict/\n"}, {"bench.sh": head})
    made.git("branch", "--quiet", "main", "HEAD~1")
    monkeypatch.chdir(made.tree)
    return made


def _run(*options: str) -> tuple[int, dict[str, Any], str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(("run", "--base", "HEAD~1", *options, "--", "bash", "bench.sh", "{output}"), stdout, stderr)
    assert stderr.getvalue() == ""
    return code, json.loads(Path(".benchverdict/report/verdict.json").read_text()), stdout.getvalue()


def _pairs() -> int:
    record = json.loads(Path(".benchverdict/measure/measure.json").read_text())
    return len({run["pair"] for run in record["runs"] if run["pair"] is not None})


def _notice(report: dict[str, Any]) -> str:
    (text,) = [each["text"] for each in report["warnings"] if each["code"] == "time-limit-too-short"]
    return str(text)


@pytest.mark.parametrize(("way", "pairs"), [("auto", 0), ("paired", 1)])
def test_a_slow_suite_that_is_not_compared_is_undecided_and_says_so(project: Project, way: str, pairs: int) -> None:
    code, report, stdout = _run("--compare", way, "--time-limit", "1")
    assert (code, report["gate"]["status"], _pairs()) == (0, "undecided", pairs)
    assert report["gate"]["cause"] == "not-compared"
    text = _notice(report)
    assert text.startswith("base and head cannot be measured side by side: one run takes ")
    assert "and the time limit is 1 s" in text
    assert text.endswith("or a shorter run: `-benchtime` of Go")
    assert "pytest" not in text
    assert report["gate"]["reasons"] == [
        text.replace("base and head cannot be measured side by side", "nothing was compared")
    ]
    assert "second look" not in stdout
    if pairs:
        assert {row["reason"] for row in report["benchmarks"]} == {"1 usable pair is too few to decide"}


def test_without_the_wish_to_compare_nothing_is_said(project: Project) -> None:
    for options in (("--compare", "none"), ("--compare", "baseline")):
        code, report, _ = _run("--time-limit", "1", *options)
        assert code == 0
        assert "one run takes" not in json.dumps(report)
        assert "time-limit-too-short" not in [each["code"] for each in report["warnings"]]


def test_what_makes_a_run_shorter_is_of_the_tool_that_ran() -> None:
    assert shorter_run({"go"}) == "`-benchtime` of Go"
    assert shorter_run({"jmh", "criterion"}) == "`--measurement-time` of Criterion and `-f`, `-wi` and `-i` of JMH"
    assert shorter_run({"github-action-benchmark"}) == "fewer benchmarks in the command, or shorter ones"
    assert "pytest-benchmark" in shorter_run({"pytest-benchmark"})
    assert "pytest-benchmark" not in shorter_run({"pytest-benchmark"}, shortened=True)
