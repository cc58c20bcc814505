"""However measuring pairs ends, no process, worktree or virtual environment is left, and complete pairs are kept."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.command_line import main
from reporter.measure.paired import sides
from reporter.measure.paired.pairs import clean, paired_sides
from reporter.shared.next_step import Step, dump
from tests.measure_plans import (
    ENTRY,
    LONG,
    NEWEST,
    OLDEST,
    interpreter,
    is_running,
    noted_pid,
    plan_json,
    read_measure,
)
from tests.measure_repositories import NOTE_THE_RUN, Project, new_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HANGS_IN_PAIR_TWO = f"""
if [ "$(wc -l < "$NOTES" 2>/dev/null || echo 0)" -ge 3 ]; then
  sleep 300 & echo $! > "$NOTES.pid"
  wait
fi
{NOTE_THE_RUN}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = new_project(tmp_path, {"code.txt": "old\n"}, {"code.txt": "new\n"})
    monkeypatch.chdir(made.tree)
    return made


@contextmanager
def process(project: Project, python: str, *options: str, **changes: object) -> Iterator[subprocess.Popen[str]]:
    """Run measure by path under some interpreter, with nothing installed; it does not outlive the test."""
    plan = project.folder / "plan.json"
    plan.write_text(json.dumps(plan_json(pairs={"base_sha": "HEAD~1", "pin": False}) | changes))
    command = [python, "-I", "-B", "-S", str(ENTRY), "--output", str(project.output)]
    if "--clean" not in options:
        command += ["--plan", str(plan)]
    with subprocess.Popen(
        [*command, *options],
        cwd=project.tree,
        env=project.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def run(project: Project, python: str, *options: str, **changes: object) -> tuple[int, str, str]:
    """Return the exit code and what was printed."""
    with process(project, python, *options, **changes) as started:
        out, err = started.communicate(timeout=LONG)
        return started.returncode, out, err


def following(project: Project, **step: Any) -> tuple[str, str]:
    """Return the options that measure what a report asks for."""
    path = project.folder / "next-step.json"
    path.write_text(dump(Step(**step)), encoding="utf-8")
    return "--next", str(path)


def signalling(number: signal.Signals, ready: Callable[[], object]) -> threading.Thread:
    """Send this process a signal once ``ready`` returns."""

    def send() -> None:
        ready()
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_the_oldest_and_the_newest_python_measure_looks_and_clean_up(project: Project, version: str) -> None:
    python = interpreter(version)
    assert run(project, python, *following(project, pairs=2), script=NOTE_THE_RUN)[0] == 0
    code, out, err = run(project, python, *following(project, pairs=1, select=("one",)), script=NOTE_THE_RUN)
    assert (code, err) == (0, "")
    assert "1 of 1 pairs" in out
    assert len(project.worktrees()) == 3
    content = read_measure(project.output)
    assert [(run["pair"], run["side"]) for run in content["runs"]] == [
        (0, "base"),
        (0, "head"),
        (1, "head"),
        (1, "base"),
        (2, "base"),
        (2, "head"),
    ]
    assert run(project, python, "--clean")[0] == 0
    project.check_clean()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_pair_leaves_only_complete_pairs(project: Project, number: signal.Signals) -> None:
    with process(project, sys.executable, *following(project, pairs=4), script=HANGS_IN_PAIR_TWO) as started:
        sleeper = noted_pid(project.folder / "notes.pid")
        started.send_signal(number)
        _, err = started.communicate(timeout=LONG)
    assert started.returncode == 130
    assert "1 of 4 pairs were complete and are kept" in err
    content = read_measure(project.output)
    assert content["status"] == "interrupted"
    assert [(run["pair"], run["complete"]) for run in content["runs"]] == [(0, True), (0, True)]
    assert not is_running(sleeper)
    project.check_clean()


def test_a_signal_during_set_up_leaves_nothing(project: Project) -> None:
    setup = 'test $BENCHVERDICT_SIDE = base || { sleep 300 & echo $! > "$NOTES.pid"; wait; }'
    first, pairs = following(project, pairs=1), {"base_sha": "HEAD~1", "setup": setup}
    with process(project, sys.executable, *first, pairs=pairs, script="python x") as started:
        sleeper = noted_pid(project.folder / "notes.pid")
        assert len(project.worktrees()) == 3
        assert (project.output / "sides/python-base").is_dir()
        started.send_signal(signal.SIGINT)
        started.communicate(timeout=LONG)
    assert started.returncode == 130
    assert read_measure(project.output)["status"] == "interrupted"
    assert not is_running(sleeper)
    project.check_clean()


def test_what_a_killed_measuring_left_is_removed_by_the_next(project: Project) -> None:
    with process(project, sys.executable, *following(project, pairs=4), script=HANGS_IN_PAIR_TWO) as started:
        sleeper = noted_pid(project.folder / "notes.pid")
        started.kill()
        started.wait()
        os.killpg(os.getpgid(sleeper), signal.SIGKILL)  # nobody is left to do it
    assert len(project.worktrees()) == 3
    content = read_measure(project.output)
    assert (content["status"], [run["pair"] for run in content["runs"]]) == ("interrupted", [0, 0])
    outcome, content, _ = project.measure(1)
    assert (outcome.status, [run["pair"] for run in content["runs"]]) == ("complete", [0, 0])


def test_what_a_killed_measuring_left_is_removed_by_cleaning(project: Project) -> None:
    setup = 'echo $$ > "$NOTES.pid"; sleep 300'
    first, pairs = following(project, pairs=1), {"base_sha": "HEAD~1", "setup": setup}
    with process(project, sys.executable, *first, pairs=pairs) as started:
        sleeper = noted_pid(project.folder / "notes.pid")
        started.kill()
        started.wait()
        os.killpg(sleeper, signal.SIGKILL)
    locked = project.output / "sides/head/project/locked"
    locked.mkdir()
    (locked / "file").touch()
    locked.chmod(0o500)
    assert len(project.worktrees()) == 3
    assert run(project, sys.executable, "--clean")[0] == 0
    project.check_clean()


def test_an_interrupt_between_two_looks_ends_the_next_at_once(project: Project) -> None:
    with paired_sides(project.plan(), project.output, stream=io.StringIO(), environ=project.environ) as both:
        assert both.measure(1).status == "complete"
        os.kill(os.getpid(), signal.SIGTERM)
        outcome = both.measure(5)
    assert (outcome.status, outcome.exit_code, outcome.pairs) == ("interrupted", 130, 0)
    assert len(project.notes) == 2
    assert [run["pair"] for run in read_measure(project.output)["runs"]] == [0, 0]
    project.check_clean()


def test_an_interrupt_in_process_keeps_complete_pairs(project: Project) -> None:
    thread = signalling(signal.SIGINT, lambda: noted_pid(project.folder / "notes.pid"))
    outcome, content, _ = project.measure(3, plan=project.plan(script=HANGS_IN_PAIR_TWO))
    thread.join()
    assert (outcome.status, outcome.pairs) == ("interrupted", 1)
    assert [run["pair"] for run in content["runs"]] == [0, 0]
    assert "1 of 3 pairs" in str(outcome.message)


def test_a_failing_set_up_names_its_side_and_keeps_its_log(project: Project) -> None:
    setup = 'test "$(cat code.txt)" = new || { echo no compiler here; exit 9; }'
    outcome, content, _ = project.measure(plan=project.plan(pairs={"setup": setup}))
    assert (outcome.status, outcome.exit_code, outcome.side) == ("failed", 4, "base")
    assert "the base could not be set up: the set-up script ended with exit code 9" in content["message"]
    assert "| no compiler here" in content["message"]
    assert content["failed_side"] == "base"
    assert "no compiler here" in (project.output / "setup/base.txt").read_text()
    assert not project.notes


def test_a_set_up_script_runs_in_each_tree_and_its_time_is_apart(project: Project) -> None:
    setup = 'echo "built from $(cat code.txt)" > code.txt; sleep 0.5'
    plan = project.plan(pairs={"setup": setup, "time_limit_seconds": 1000.0})
    _, content, _ = project.measure(plan=plan)
    assert project.notes == ["base built from old", "head built from new"]
    assert content["setup_seconds"] >= 1.0
    assert (project.tree / "code.txt").read_text() == "new\n"


def test_a_second_signal_while_cleaning_up_does_not_stop_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    removing = sides.remove_folder

    def remove(folder: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        removing(folder)

    monkeypatch.setattr(sides, "remove_folder", remove)
    outcome, _, _ = project.measure()
    assert outcome.status == "complete"


def test_what_cannot_be_removed_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(project, sys.executable, *following(project, pairs=1), script=NOTE_THE_RUN)[0] == 0
    stderr = io.StringIO()
    with monkeypatch.context() as broken:
        broken.setattr(sides, "remove_folder", lambda folder: None)
        code = main(["--output", str(project.output), "--clean"], project.environ, io.StringIO(), stderr)
    assert (code, f"{project.output}/sides cannot be removed" in stderr.getvalue()) == (2, True)
    assert clean(project.output)
    project.check_clean()


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--next", "none.json", "--clean"), "not allowed with"),
        (("--next", "none.json"), "what to measure next cannot be read"),
    ],
)
def test_wrong_calls_end_with_exit_2(project: Project, options: tuple[str, ...], part: str) -> None:
    code, _, err = run(project, sys.executable, *options)
    assert code == 2
    assert part in err
    assert not project.output.exists()


def test_the_head_alone_takes_the_place_of_pairs_for_a_reason(project: Project) -> None:
    assert run(project, sys.executable, *following(project, pairs=1), script=NOTE_THE_RUN)[0] == 0
    alone = following(project, alone="both load one server")
    assert run(project, sys.executable, *alone, script=NOTE_THE_RUN)[0] == 0
    content = read_measure(project.output)
    assert (content["plan"], [run["pair"] for run in content["runs"]]) == ("whole", [None] * 2)
    assert "both load one server" in [warning["text"] for warning in content["warnings"]][-1]
    project.check_clean()


def test_a_plan_is_needed_unless_it_is_only_to_clean(project: Project) -> None:
    command = [sys.executable, "-I", "-B", str(ENTRY), "--output", str(project.output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "--plan is needed" in done.stderr) == (2, True)
    assert not project.output.exists()
