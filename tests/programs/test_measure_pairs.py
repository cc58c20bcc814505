"""Pairs of base and head with real commands and real worktrees: order, records, limits, and each way to fail."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.paired.cores import Cores
from reporter.measure.paired.pairs import clean, measure_pairs, paired_sides
from reporter.measure.plan import Plan
from reporter.measure.series import measure
from reporter.shared.errors import UsageError
from tests.measure_plans import read_measure
from tests.measure_repositories import NOTE_THE_RUN, Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = new_project(tmp_path, {"code.txt": "old\n", "sub/code.txt": "sub old\n"}, {"code.txt": "new\n"})
    monkeypatch.chdir(made.tree)
    return made


def places(content: dict[str, Any]) -> list[tuple[int, int | None, str, int]]:
    return [(run["index"], run["pair"], run["side"], run["batch"]) for run in content["runs"]]


def test_each_side_runs_its_own_code_in_turn_first(project: Project) -> None:
    outcome, content, _ = project.measure(3, plan=project.plan(pairs={"pin": False}))
    assert (outcome.status, outcome.exit_code, outcome.pairs, outcome.side) == ("complete", 0, 3, None)
    assert project.notes == ["base old", "head new", "head new", "base old", "base old", "head new"]
    assert places(content) == [
        (0, 0, "base", 0),
        (1, 0, "head", 0),
        (2, 1, "head", 0),
        (3, 1, "base", 0),
        (4, 2, "base", 0),
        (5, 2, "head", 0),
    ]
    assert [(project.output / run["results"][0]).read_text() for run in content["runs"]] == ["1\n"] * 6
    assert (content["base_sha"], content["head_sha"]) == (
        project.git("rev-parse", "HEAD~1"),
        project.git("rev-parse", "HEAD"),
    )
    assert content["paired_seconds"] >= sum(run["wall_seconds"] for run in content["runs"])
    assert content["setup_seconds"] > 0


def test_looks_and_batches_go_on_in_the_same_trees(project: Project) -> None:
    plan = project.plan(pairs={"pin": False})
    with paired_sides(plan, project.output, stream=io.StringIO(), environ=project.environ) as sides:
        sides.measure(1)
        trees = project.worktrees()
        (project.output / "sides/base/project/code.txt").write_text("touched\n")
        second = sides.measure(1)
        third = sides.measure(1, batch=1)
        assert project.worktrees() == trees
    project.check_clean()
    assert [second.pairs, third.pairs] == [1, 1]
    assert places(read_measure(project.output))[2:] == [
        (2, 1, "head", 0),
        (3, 1, "base", 0),
        (4, 2, "base", 1),
        (5, 2, "head", 1),
    ]
    assert project.notes.count("base touched") == 2


def test_processes_of_their_own_go_on_in_the_same_trees(project: Project) -> None:
    plan = project.plan()
    for _ in range(2):
        outcome = measure_pairs(plan, project.output, count=1, stream=io.StringIO(), environ=project.environ)
        assert outcome.exit_code == 0
        assert len(project.worktrees()) == 3
        (project.output / "sides/base/project/code.txt").write_text("touched\n")
    assert project.notes == ["base old", "head new", "head new", "base touched"]
    assert [run["pair"] for run in read_measure(project.output)["runs"]] == [0, 0, 1, 1]
    assert clean(project.output, stream=io.StringIO(), environ=project.environ)
    project.check_clean()
    assert clean(project.output, stream=io.StringIO(), environ=project.environ)


def test_a_change_of_the_plan_makes_the_sides_anew(project: Project) -> None:
    measure_pairs(project.plan(), project.output, count=1, stream=io.StringIO(), environ=project.environ)
    (project.output / "sides/base/project/code.txt").write_text("touched\n")
    other = project.plan(pairs={"seconds": 0.1})
    measure_pairs(other, project.output, count=1, stream=io.StringIO(), environ=project.environ)
    assert project.notes[2:] == ["head new", "base old"]
    clean(project.output)
    project.check_clean()


def test_pairs_are_added_to_runs_of_the_head(project: Project) -> None:
    plan = project.plan(plan="whole", noise_pairs=2)
    measure(plan, project.output, stream=io.StringIO(), environ=project.environ)
    outcome, content, _ = project.measure(2, plan=plan, resume=True)
    assert outcome.pairs == 2
    assert places(content)[:3] == [(0, None, "head", 0), (1, 0, "base", 0), (2, 0, "head", 0)]


def _codes(content: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in content["warnings"] if warning["code"] not in ("cpu-quota", "not-pinned")]


def test_auto_is_pairs_where_they_can_be_had(project: Project) -> None:
    outcome, content, _ = project.measure(3, plan=project.plan(plan="auto"))
    assert (outcome.exit_code, outcome.pairs) == (0, 3)
    assert (content["plan"], content["time_limit_seconds"], _codes(content)) == ("paired", 120.0, [])
    assert {run["pair"] for run in content["runs"]} == {0, 1, 2}


@pytest.mark.parametrize(("base", "codes"), [("HEAD", []), ("0" * 40, ["base-not-here"])])
def test_auto_is_the_head_alone_where_there_is_no_other_commit(project: Project, base: str, codes: list[str]) -> None:
    outcome, content, _ = project.measure(plan=project.plan(plan="auto", pairs={"base_sha": base}, runs=2))
    assert (outcome.exit_code, outcome.pairs) == (0, 0)
    assert (content["plan"], content["status"], _codes(content)) == ("whole", "complete", codes)
    assert [(run["side"], run["pair"]) for run in content["runs"]] == [("head", None)] * 2
    assert content["head_sha"] == project.git("rev-parse", "HEAD")
    assert project.notes == [f"{os.environ.get('BENCHVERDICT_SIDE', 'head')} new"] * 2


def test_auto_is_the_head_alone_where_the_base_fails(project: Project) -> None:
    script = f'test $BENCHVERDICT_SIDE != base || {{ echo "--token=abc of no use"; exit 7; }}; {NOTE_THE_RUN}'
    plan = project.plan(plan="auto", script=script, confirm_runs=1)
    outcome, content, shown = project.measure(2, plan=plan)
    assert (outcome.status, outcome.exit_code, outcome.pairs) == ("complete", 0, 0)
    assert (content["status"], content["plan"], content["message"]) == ("complete", "whole", None)
    assert [(run["side"], run["complete"]) for run in content["runs"]] == [("head", True)]
    (said,) = [warning["text"] for warning in content["warnings"] if warning["code"] == "not-paired"]
    assert "base" in said
    assert "exit code 7" in said
    assert "\n" not in said
    assert content["failure"] == {
        "side": "base",
        "commit": project.git("rev-parse", "HEAD~1"),
        "what": "the base run of pair 1 failed: the command ended with exit code 7",
        "lines": ["--token=*** of no use"],
    }
    assert "  | --token=*** of no use" in shown
    assert "abc" not in shown
    again = measure(plan.alone(), project.output, confirm=True, stream=io.StringIO(), environ=project.environ)
    assert again.exit_code == 0
    assert [(run["side"], run["batch"]) for run in read_measure(project.output)["runs"]] == [("head", 0), ("head", 1)]


def test_a_head_that_fails_is_a_failure_in_auto(project: Project) -> None:
    script = f"{NOTE_THE_RUN}; test $BENCHVERDICT_SIDE != head || exit 7"
    outcome, content, _ = project.measure(2, plan=project.plan(plan="auto", script=script))
    assert (outcome.status, outcome.exit_code) == ("failed", 4)
    assert content["failure"]["side"] == "head"
    assert "exit code 7" in content["message"]


def test_a_head_that_fails_in_a_later_look_of_auto_is_a_failure_and_the_pairs_stay(project: Project) -> None:
    script = f'test $BENCHVERDICT_SIDE = base || test ! -e "$NOTES.stop" || exit 7; {NOTE_THE_RUN}'
    plan = project.plan(plan="auto", script=script)
    with paired_sides(plan, project.output, stream=io.StringIO(), environ=project.environ) as sides:
        assert sides.measure(3).exit_code == 0
        (project.folder / "notes.stop").touch()
        assert sides.measure(2).status == "failed"
    content = read_measure(project.output)
    assert (content["plan"], content["failed_side"]) == ("paired", "head")
    assert {run["pair"] for run in content["runs"] if run["complete"]} >= {0, 1, 2}


def test_a_base_that_fails_in_a_later_look_of_auto_ends_measuring_and_its_pairs_stay(project: Project) -> None:
    script = f'test $BENCHVERDICT_SIDE = head || test ! -e "$NOTES.stop" || exit 7; {NOTE_THE_RUN}'
    plan = project.plan(plan="auto", script=script)
    with paired_sides(plan, project.output, stream=io.StringIO(), environ=project.environ) as sides:
        assert sides.measure(4).exit_code == 0
        (project.folder / "notes.stop").touch()
        assert sides.measure(2).exit_code == 0
    content = read_measure(project.output)
    assert (content["status"], content["plan"], "not-paired" in _codes(content)) == ("complete", "paired", True)
    assert [run["pair"] for run in content["runs"] if run["complete"]] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_first_look_that_was_interrupted_is_completed(project: Project) -> None:
    plan = project.plan(plan="auto")
    assert measure_pairs(plan, project.output, count=5, stream=io.StringIO(), environ=project.environ).pairs == 5
    assert measure_pairs(plan, project.output, stream=io.StringIO(), environ=project.environ).pairs == 3
    clean(project.output, environ=project.environ)
    assert len(read_measure(project.output)["runs"]) == 16


def test_the_command_is_shown_once(project: Project) -> None:
    _, _, shown = project.measure(plan=project.plan(plan="auto", pairs={"base_sha": "0" * 40}))
    assert sum(line.startswith("$ ") for line in shown.splitlines()) == 1


def test_auto_is_the_head_alone_where_three_pairs_do_not_fit(project: Project) -> None:
    plan = project.plan(plan="auto", script=f"sleep 0.5; {NOTE_THE_RUN}", pairs={"time_limit_seconds": 1.0})
    outcome, content, shown = project.measure(8, plan=plan)
    assert (outcome.status, outcome.pairs, content["plan"]) == ("complete", 0, "whole")
    assert [(run["side"], run["pair"], run["complete"]) for run in content["runs"]] == [("head", None, True)]
    assert content["too_slow"]["limit_seconds"] == 1.0
    assert content["too_slow"]["run_seconds"] == content["runs"][0]["wall_seconds"] >= 0.5
    assert "too slow for the time limit" in shown


def test_whole_runs_of_the_head_come_before_the_pairs_where_budgets_need_them(project: Project) -> None:
    outcome, content, _ = project.measure(3, plan=project.plan(plan="auto", whole_too=True))
    assert (outcome.exit_code, outcome.pairs, content["plan"]) == (0, 3, "paired")
    assert places(content)[0] == (0, None, "head", 0)
    assert len(content["runs"]) == 7
    failing = project.plan(plan="auto", whole_too=True, script=f"{NOTE_THE_RUN}; test $BENCHVERDICT_SIDE != base")
    outcome, content, _ = project.measure(3, plan=failing)
    assert (outcome.exit_code, outcome.pairs, content["plan"]) == (0, 0, "whole")
    assert [(run["side"], run["complete"]) for run in content["runs"]] == [("head", True)]


@pytest.mark.parametrize("changes", [{"name": "other"}, {"script": "true"}, {"pairs": {"base_sha": "HEAD~0"}}])
def test_another_measuring_is_not_gone_on_with(project: Project, changes: dict[str, Any]) -> None:
    _, before, _ = project.measure()
    with pytest.raises(UsageError) as caught:
        project.measure(plan=project.plan(**changes), resume=True)
    assert caught.value.code == "other-measuring"
    assert read_measure(project.output) == before
    project.check_clean()


def test_without_resuming_a_measuring_begins_anew(project: Project) -> None:
    project.measure(2)
    _, content, _ = project.measure(1)
    assert [run["index"] for run in content["runs"]] == [0, 1]
    assert sorted(path.name for path in (project.output / "runs").iterdir()) == ["000-base", "001-head"]


def test_a_failed_pair_is_measured_again(project: Project) -> None:
    plan = project.plan(script=f'test ! -e "$NOTES.stop" || exit 7; {NOTE_THE_RUN}')
    stop = project.folder / "notes.stop"
    stop.touch()
    outcome, content, _ = project.measure(2, plan=plan)
    assert (outcome.status, [run["complete"] for run in content["runs"]]) == ("failed", [False])
    stop.unlink()
    outcome, content, _ = project.measure(2, plan=plan, resume=True)
    assert (outcome.status, outcome.pairs) == ("complete", 2)
    assert [run["pair"] for run in content["runs"]] == [0, 0, 1, 1]
    assert content["failed_side"] is None


def test_the_command_runs_in_the_same_subfolder_of_a_side(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.tree / "sub")
    plan = project.plan(script='pwd >> "$NOTES"; echo "$PWD" >> "$NOTES"; echo 1 > {output}')
    project.measure(plan=plan)
    base, head = (str(project.output / f"sides/{side}/project/sub") for side in ("base", "head"))
    assert project.notes == [base, base, head, head]
    assert len(base) == len(head)


def test_a_folder_that_the_base_lacks_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.commit({"later/code.txt": "late\n"})
    monkeypatch.chdir(project.tree / "later")
    outcome, content, _ = project.measure()
    assert (outcome.status, outcome.exit_code, outcome.side) == ("failed", 4, "base")
    assert "the base could not be set up: it has no folder later" in content["message"]
    assert content["failed_side"] == "base"


def test_what_names_the_users_tree_leads_into_the_sides(project: Project) -> None:
    script = """
    cat "$GITHUB_WORKSPACE/code.txt" >> "$NOTES"; echo "$PYTHONPATH" >> "$NOTES"; git rev-parse HEAD >> "$NOTES"
    echo 1 > {output}
    """
    environ = {
        **project.environ,
        "GITHUB_WORKSPACE": str(project.tree),
        "PYTHONPATH": os.pathsep.join(
            [str(project.tree / "sub"), str(project.tree / "not-there"), "/elsewhere", "rel"]
        ),
        "GIT_DIR": str(project.tree / ".git"),
        "GIT_INDEX_FILE": str(project.tree / ".git/index"),
    }
    with paired_sides(project.plan(script=script), project.output, stream=io.StringIO(), environ=environ) as sides:
        assert sides.measure(1).exit_code == 0
    assert project.notes[::3] == ["old", "new"]
    assert project.notes[2::3] == project.git("rev-parse", "HEAD~1", "HEAD").split()
    for side, path in zip(("base", "head"), project.notes[1::3], strict=True):
        tree = project.output / f"sides/{side}/project"
        expected = [str(tree / "sub"), str(project.tree / "not-there"), "/elsewhere", "rel"]
        assert path.split(os.pathsep)[:4] == expected


def test_results_that_globs_find_are_those_of_the_side(project: Project) -> None:
    plan = project.plan(script="cp code.txt found.out", results=("*.out",))
    _, content, _ = project.measure(plan=plan)
    found = [(project.output / run["results"][0]).read_text() for run in content["runs"]]
    assert found == ["old\n", "new\n"]


@pytest.mark.parametrize(("failing", "done"), [("base", []), ("head", [True])])
def test_a_side_that_fails_is_named_with_its_log(project: Project, failing: str, done: list[bool]) -> None:
    script = f'{NOTE_THE_RUN}; if [ "$BENCHVERDICT_SIDE" = {failing} ]; then echo of no use; exit 3; fi'
    outcome, content, _ = project.measure(2, plan=project.plan(script=script))
    assert (outcome.status, outcome.exit_code, outcome.side, outcome.pairs) == ("failed", 4, failing, 0)
    assert content["failed_side"] == failing
    assert f"the {failing} run of pair 1 failed" in content["message"]
    assert "| of no use" in content["message"]
    assert [run["complete"] for run in content["runs"]] == [*done, False]


def test_pairs_before_a_failure_are_kept(project: Project) -> None:
    script = f'{NOTE_THE_RUN}; test "$(wc -l < "$NOTES")" -lt 6'
    outcome, content, _ = project.measure(5, plan=project.plan(script=script, pairs={"pin": False}))
    assert (outcome.status, outcome.pairs, outcome.side) == ("failed", 2, "head")
    assert [run["complete"] for run in content["runs"]] == [True, True, True, True, True, False]


def test_a_side_without_a_result_is_named(project: Project) -> None:
    outcome, content, _ = project.measure(
        plan=project.plan(script="test $BENCHVERDICT_SIDE = head || echo 1 > {output}")
    )
    assert (outcome.status, outcome.exit_code, outcome.side) == ("empty", 3, "head")
    assert content["failed_side"] == "head"


def test_no_pair_begins_that_would_end_too_late(project: Project) -> None:
    plan = project.plan(pairs={"time_limit_seconds": 0.001})
    with paired_sides(plan, project.output, stream=io.StringIO(), environ=project.environ) as sides:
        first = sides.measure(5)
        assert (first.status, first.exit_code, first.pairs) == ("complete", 0, 1)
    record = read_measure(project.output)
    assert (record["too_slow"]["limit_seconds"], record["out_of_time"]) == (0.001, True)
    enough = project.plan(pairs={"time_limit_seconds": 1000.0})
    measure_pairs(enough, project.output, count=3, stream=io.StringIO(), environ=project.environ)
    record = read_measure(project.output)
    assert (record["too_slow"], record["out_of_time"]) == (None, None)
    spent = {"paired_seconds": 1000.0 - record["paired_seconds"] / 1000}
    (project.output / "measure.json").write_text(json.dumps(record | spent))
    assert (project.output / "sides").exists()
    late = measure_pairs(enough, project.output, count=3, stream=io.StringIO(), environ=project.environ)
    assert (late.status, late.exit_code, late.pairs) == ("complete", 0, 0)
    assert read_measure(project.output)["out_of_time"] is True
    clean(project.output, environ=project.environ)
    project.check_clean()


def test_a_selection_that_the_tool_does_not_understand_is_ignored_aloud(project: Project) -> None:
    outcome, content, _ = project.measure(select=["one"])
    assert outcome.pairs == 1
    assert [warning["code"] for warning in content["warnings"]] == ["selection-ignored"]


@pytest.mark.skipif(len(CORES) < 2, reason="needs two cores")
def test_both_runs_of_a_pair_stay_on_one_core_and_pairs_take_turns(project: Project) -> None:
    code = "import os, sys; print(sorted(os.sched_getaffinity(0)), file=open(os.environ['NOTES'], 'a'))"
    plan = project.plan(script=f'"{sys.executable}" -c "{code}"; echo 1 > {{output}}', pairs={"isolate": False})
    project.measure(len(CORES) + 1, plan=plan)
    expected = [str([core]) for core in [*CORES, CORES[0]] for _ in range(2)]
    assert project.notes == expected
    assert sorted(os.sched_getaffinity(0)) == CORES
    (project.folder / "notes").unlink()
    project.measure(1, plan=project.plan(script=plan.script, pairs={"isolate": False, "pin": False}))
    assert project.notes == [str(CORES)] * 2


@pytest.mark.skipif(len(CORES) < 2, reason="needs two cores")
def test_what_watches_a_run_is_on_another_core() -> None:
    cores = Cores(wanted=True)
    core = cores.of_pair(1)
    assert core is not None
    with cores.used():
        with core.lent():
            assert os.sched_getaffinity(0) == {CORES[1]}
        assert os.sched_getaffinity(0) == {*CORES} - {CORES[1]}
    assert sorted(os.sched_getaffinity(0)) == CORES


def test_where_cores_cannot_be_chosen_it_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_setaffinity")
    outcome, content, _ = project.measure()
    assert outcome.pairs == 1
    assert [warning["code"] for warning in content["warnings"]] == ["not-pinned"]


def test_progress_is_a_line_for_each_pair_without_the_log(project: Project) -> None:
    plan = project.plan(script=f"echo chatter $((40 + 2)); {NOTE_THE_RUN}")
    _, content, shown = project.measure(2, plan=plan)
    assert "chatter 42" not in shown
    lines = shown.splitlines()
    assert [line.split(",")[0] for line in lines if line.startswith("pair ")] == ["pair 1 of 2", "pair 2 of 2"]
    assert "left" in next(line for line in lines if line.startswith("pair 1"))
    assert lines[-1].startswith("2 of 2 pairs in ")
    assert (project.output / content["runs"][0]["log"]).read_text() == "chatter 42\n"


def test_while_a_look_goes_on_the_record_reads_as_interrupted(project: Project) -> None:
    script = f"""
    {NOTE_THE_RUN}; grep -o '"status": "[a-z]*"' {project.output}/measure.json >> "$NOTES"
    """
    plan = project.plan(script=script)
    with paired_sides(plan, project.output, stream=io.StringIO(), environ=project.environ) as sides:
        assert [sides.measure(1).status for _ in range(2)] == ["complete", "complete"]
    assert project.notes[1::2] == ['"status": "interrupted"'] * 4


def test_a_plan_without_pairs_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="no 'pairs'"):
        measure_pairs(Plan(name="sample", script="true"), project.output, count=1)


def test_an_exception_of_the_caller_leaves_nothing(project: Project) -> None:
    def measure_and_fail() -> None:
        with paired_sides(project.plan(), project.output, stream=io.StringIO(), environ=project.environ) as sides:
            sides.measure(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        measure_and_fail()
    project.check_clean()
    assert read_measure(project.output)["status"] == "complete"
