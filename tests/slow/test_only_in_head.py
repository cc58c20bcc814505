"""A pull request that adds a benchmark file: the base cannot run it, and that is no failure."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.decide.judge import Pairs, judge_looks
from reporter.measure.paired.only_in_head import missing_on_the_base
from reporter.measure.paired.plugin import Evidence
from reporter.measure.paired.sides import Side, Sides
from reporter.measure.plan import Plan
from reporter.measure.record import RunRecord
from reporter.measure.run import Attempt
from tests.measure_repositories import Project, new_project
from tests.suites import suite_of

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = "def test_old(benchmark):\n    benchmark(sum, range(100))\n"
NEW = OLD.replace("test_old", "test_new")
PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--benchmark-json={output}")
NO_BENCHMARKS = "def test_plain():\n    pass\n"


@pytest.fixture
def in_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Project]:
    def make(base: dict[str, str], head: dict[str, str]) -> Project:
        ignored = {".gitignore": ".benchverdict/\n__pycache__/\n", "code.py": ""}
        made = new_project(tmp_path, {**ignored, **base}, head)
        monkeypatch.chdir(made.tree)
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
            monkeypatch.delenv(name, raising=False)
        return made

    return make


def _run(way: str, *command: str, limit: str = "6") -> tuple[int, dict[str, Any], str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    options = ("run", "--compare", way, "--base", "HEAD~1", "--time-limit", limit, "--output-dir", "report")
    code = main((*options, "--", *command), stdout, stderr)
    assert stderr.getvalue() == ""
    return code, json.loads(Path("report/verdict.json").read_text()), stdout.getvalue()


def _said(report: dict[str, Any]) -> list[str]:
    return [each["text"] for each in report["warnings"] if each["code"] == "only-in-head"]


def _verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {row["name"].partition("::")[2]: row["verdict"] for row in report["benchmarks"]}


def test_a_new_file_beside_old_ones_is_new_and_the_others_are_compared(in_project: Callable[..., Project]) -> None:
    in_project({"benchmarks/test_old.py": OLD}, {"benchmarks/test_new.py": NEW})
    code, report, _ = _run("paired", *PYTEST, "benchmarks/test_old.py", "benchmarks/test_new.py")
    verdicts = _verdicts(report)
    assert (code, report["compare"], verdicts["test_new"]) == (0, "paired", "new")
    assert verdicts["test_old"] in ("unchanged", "inconclusive")
    assert _said(report) == [
        "only the head has benchmarks/test_new.py: its benchmarks are new, and the others are compared"
    ]


def test_a_pull_request_with_nothing_but_a_new_file_is_not_compared(in_project: Callable[..., Project]) -> None:
    in_project({"benchmarks/test_old.py": OLD}, {"benchmarks/test_new.py": NEW})
    code, report, stdout = _run("paired", *PYTEST, "benchmarks/test_new.py")
    assert (code, report["gate"]["status"], _verdicts(report)) == (0, "undecided", {"test_new": "new"})
    (said,) = _said(report)
    assert said.startswith("only the head has benchmarks/test_new.py, so there is nothing to compare with yet; ")
    assert '`benchmarks-from = "head"`' in said
    assert report["gate"]["reasons"] == [f"nothing was compared: {said}"]
    assert "run the command by itself" not in json.dumps(report)
    assert not Path("report/baseline.json.gz").exists()
    assert said in stdout


def test_the_first_benchmarks_of_a_project_are_not_compared(in_project: Callable[..., Project]) -> None:
    """No file is named, and no file has the name of a benchmark file: the base collects none."""
    in_project({"tests/test_speed.py": NO_BENCHMARKS}, {"tests/test_speed.py": NEW})
    code, report, _ = _run("auto", *PYTEST, "tests", limit="60")  # no pair is finished, however slow the machine is
    assert (code, report["gate"]["status"]) == (0, "undecided")
    (said,) = _said(report)
    assert said.startswith("the base has no benchmark that the command runs")


def test_the_files_of_the_head_on_the_base_make_new_benchmarks_comparable(in_project: Callable[..., Project]) -> None:
    config = '[measure]\nbenchmarks-from = "head"\n'
    in_project({"code.py": "x = 1\n"}, {"benchmarks/test_new.py": NEW, "benchverdict.toml": config, "code.py": ""})
    _, report, _ = _run("paired", *PYTEST, "benchmarks/test_new.py")
    assert report["compare"] == "paired"
    assert _said(report) == []


def test_another_tool_whose_file_only_the_head_has(in_project: Callable[..., Project]) -> None:
    in_project({}, {"bench_new.sh": 'printf "BenchmarkNew 10 5 ns/op\\n" > "$1"\n'})
    code, report, _ = _run("auto", "bash", "bench_new.sh", "{output}")
    assert (code, report["gate"]["status"]) == (0, "undecided")
    assert _said(report)[0].startswith("only the head has bench_new.sh, so")


def test_a_base_that_is_broken_is_still_a_failure(in_project: Callable[..., Project]) -> None:
    broken = {"benchmarks/test_old.py": "import nothing_of_this_name\n"}
    in_project(broken, {"benchmarks/test_old.py": OLD, "benchmarks/test_new.py": NEW})
    stderr = io.StringIO()
    options = ("run", "--compare", "paired", "--base", "HEAD~1", "--", *PYTEST, "benchmarks")
    assert main(options, io.StringIO(), stderr) == 4
    assert "the base run of pair 1 failed" in stderr.getvalue()
    assert "nothing_of_this_name" in stderr.getvalue()


def test_what_only_one_side_has_stays_new_or_missing_in_a_changed_file() -> None:
    old, both, new = "bench.py::old", "bench.py::both", "bench.py::new"
    base, head = suite_of({old: [[1.0]] * 8, both: [[1.0]] * 8}), suite_of({both: [[1.0]] * 8, new: [[1.0]] * 8})
    rows = judge_looks(Pairs(base=base, head=head), changed_files=("bench.py",)).assessments
    assert {row.comparison.name: row.verdict for row in rows} == {old: "missing", both: "not_comparable", new: "new"}


def _attempt(status: str, exit_code: int) -> Attempt:
    return Attempt(RunRecord(0, "base", 0, 0.0, "log.txt", 0, exit_code=exit_code), status)


@pytest.mark.parametrize(
    ("script", "status", "code", "places"),
    [
        ("cargo bench --bench parse -- {output}", "failed", 101, ("benches/parse.rs",)),
        ("cargo bench", "empty", 0, ("benches/parse.rs",)),
        ("cargo bench", "failed", 101, None),
        ("go test -bench . ./new/... > {output}", "failed", 1, None),
        ("go test -bench . ./new > {output}", "failed", 1, ("./new",)),
        ("node --file=new/run.js", "failed", 1, ("new/run.js",)),
        ("cat /etc/passwd ../new 'unclosed", "failed", 1, None),
        ("pytest old.py", "failed", 4, None),
    ],
)
def test_a_failure_is_for_want_of_what_only_the_head_has(
    tmp_path: Path, script: str, status: str, code: int, places: tuple[str, ...] | None
) -> None:
    base, head = (Side(name, "c", tmp_path / name, tmp_path / name) for name in ("base", "head"))
    for path in ("head/benches/parse.rs", "head/new/run.js", "head/old.py", "base/old.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    plan, ready = Plan(name="sample", script=script), Sides(tmp_path, base, head)
    found = missing_on_the_base(plan, ready, ("benches/parse.rs", "old.py"), _attempt(status, code), None)
    assert found == places


def test_pytest_says_itself_whether_it_found_a_benchmark(tmp_path: Path) -> None:
    side = Side("base", "c", tmp_path, tmp_path)
    plan, ready = Plan(name="sample", script="pytest"), Sides(tmp_path, side, side)
    nothing, some = Evidence({}, (), ("new.py",)), Evidence({}, ("old.py",), ("new.py",))
    assert missing_on_the_base(plan, ready, (), _attempt("failed", 5), nothing) == ("new.py",)
    assert missing_on_the_base(plan, ready, (), _attempt("failed", 2), nothing) is None
    assert missing_on_the_base(plan, ready, (), _attempt("failed", 1), some) is None
    assert missing_on_the_base(plan, ready, (), _attempt("empty", 0), some) is None
    assert missing_on_the_base(plan, ready, (), _attempt("empty", 0), Evidence({}, ())) == ()
