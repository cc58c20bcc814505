"""The package run by path, as the action does it, under the oldest and the newest Python with nothing installed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from reporter.shared.next_step import Step, dump
from tests.measure_plans import (
    ENTRY,
    LONG,
    NEWEST,
    OLDEST,
    Measure,
    find_interpreter,
    interpreter,
    is_running,
    noted_pid,
    plan_json,
    read_measure,
)

if TYPE_CHECKING:
    from pathlib import Path

ONE_QUICK_THEN_ENDLESS = """
if [ -e been-here ]; then
  sleep 300 &
  echo $! > grandchild.pid
  wait
fi
touch been-here
echo '{}' > {output}
"""


@pytest.fixture(params=[OLDEST, NEWEST])
def measure(request: pytest.FixtureRequest, tmp_path: Path) -> Measure:
    return Measure(interpreter(request.param), tmp_path)


def test_complete_runs_are_recorded_with_their_files_and_cost(measure: Measure) -> None:
    script = "echo started; python3 -c 'sum(range(3_000_000))'; echo '{}' > {output}; echo a,b > {output}_stats.csv"
    code, out, err = measure.run(script=script)
    content = read_measure(measure.output)
    assert (code, err, content["status"], content["message"]) == (0, "", "complete", None)
    assert [run["index"] for run in content["runs"]] == [0, 1]
    for run in content["runs"]:
        assert run["complete"]
        assert [run["exit_code"], run["batch"], run["side"], run["pair"]] == [0, 0, "head", None]
        assert run["results"] == [
            f"runs/{run['index']:03d}-head/result.json",
            f"runs/{run['index']:03d}-head/result.json_stats.csv",
        ]
        assert (measure.output / run["log"]).read_text() == "started\n"
        assert run["wall_seconds"] > 0
        assert run["cpu_seconds"] > 0
    assert "run 1 of 2: complete" in out


def test_the_command_sees_the_users_environment_and_nothing_of_ours(measure: Measure) -> None:
    users = {"PYTHONPATH": "/somewhere/of/theirs", "GITHUB_TOKEN": "theirs", "GITHUB_ACTOR": "somebody"}
    ours = {"BENCHVERDICT_TOKEN": "t", "BENCHVERDICT_INPUT_COMMAND": "c", "ACTIONS_RUNTIME_TOKEN": "r"}
    code, _, err = measure.run(script=None, command=["env", "-0"], environ=users | ours)
    log = (measure.output / "runs/000-head/log.txt").read_text()
    seen = dict(entry.split("=", 1) for entry in log.strip("\0").split("\0"))
    assert code == 3, err
    assert users | {"GITHUB_TOKEN": "***"} == {name: seen[name] for name in users}
    assert not ours.keys() & seen.keys()
    assert {name for name in seen if name.startswith("BENCHVERDICT")} == {"BENCHVERDICT_SIDE"}


def test_no_variable_appears_that_the_user_did_not_set(measure: Measure) -> None:
    plan = measure.folder / "plan.json"
    plan.write_text(json.dumps(plan_json(script=None, command=["/usr/bin/env", "-0"], runs=1)))
    command = [measure.python, "-I", "-B", str(ENTRY), "--plan", str(plan), "--output", str(measure.output)]
    # Without any locale variable Python sets LC_CTYPE for itself and, left alone, for its children.
    subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, cwd=measure.folder, capture_output=True, check=False)
    seen = (measure.output / "runs/000-head/log.txt").read_text().strip("\0").split("\0")
    assert sorted(seen) == ["BENCHVERDICT_SIDE=head", "PATH=/usr/bin:/bin"]


def test_a_failing_command_ends_measuring_with_exit_4(measure: Measure) -> None:
    code, _, err = measure.run(script="echo the cause; exit 7", runs=3)
    content = read_measure(measure.output)
    assert (code, content["status"], len(content["runs"])) == (4, "failed", 1)
    assert [content["runs"][0][key] for key in ("exit_code", "signal", "complete")] == [7, None, False]
    for part in ("exit code 7", "echo the cause; exit 7", "| the cause", "what to do", "run 1 of 3"):
        assert part in content["message"]
        assert part in err


def test_a_run_without_a_result_ends_measuring_with_exit_3(measure: Measure) -> None:
    code, _, err = measure.run(script="true")
    content = read_measure(measure.output)
    assert (code, content["status"], len(content["runs"])) == (3, "empty", 1)
    assert content["runs"][0]["exit_code"] == 0
    assert not content["runs"][0]["complete"]
    assert "{output}" in err
    assert "`results`" in err


def test_the_oldest_and_the_newest_python_write_the_same(tmp_path: Path) -> None:
    contents = []
    for version in (OLDEST, NEWEST):
        folder = tmp_path / version
        folder.mkdir()
        measure = Measure(interpreter(version), folder)
        measure.run(script="echo printed; echo 1 > {output}; echo 2 > {output}_stats.csv")
        contents.append(without_measured_values(read_measure(measure.output)))
    assert contents[0] == contents[1]


def without_measured_values(content: dict[str, Any]) -> dict[str, Any]:
    """Keep of ``measure.json`` what does not depend on the hour and the noise."""
    measured = ("started_at", "finished_at", "wall_seconds", "cpu_seconds", "peak_memory_bytes", "read_bytes")
    kept = {key: value for key, value in content.items() if key not in measured}
    kept["runs"] = [
        {
            key: value
            for key, value in run.items()
            if key not in (*measured, "counts", "written_bytes", "conditions", "memory")
        }
        for run in content["runs"]
    ]
    return kept


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_group_and_keeps_complete_runs(measure: Measure, number: signal.Signals) -> None:
    with measure.start(script=ONE_QUICK_THEN_ENDLESS, runs=3) as process:
        grandchild = noted_pid(measure.folder / "grandchild.pid")
        assert is_running(grandchild)
        process.send_signal(number)
        process.communicate(timeout=LONG)
    content = read_measure(measure.output)
    assert process.returncode == 130
    assert not is_running(grandchild)
    assert content["status"] == "interrupted"
    assert [run["complete"] for run in content["runs"]] == [True]
    assert "1 of 3 runs" in content["message"]


def test_a_run_over_its_time_limit_is_ended_with_its_children(measure: Measure) -> None:
    script = "sleep 300 & echo $! > grandchild.pid; wait"
    code, _, err = measure.run(script=script, run_time_limit_seconds=0.5)
    run = read_measure(measure.output)["runs"][0]
    assert code == 4
    assert [run["exit_code"], run["signal"], run["complete"]] == [None, signal.SIGTERM, False]
    assert "longer than its limit of 0.5 s" in err
    assert not is_running(noted_pid(measure.folder / "grandchild.pid"))


def test_confirming_adds_a_batch_once(measure: Measure) -> None:
    assert measure.run()[0] == 0
    first = read_measure(measure.output)
    step = measure.folder / "next-step.json"
    step.write_text(dump(Step(confirm=True)))
    assert measure.run("--next", str(step))[0] == 0
    both = read_measure(measure.output)
    assert [(run["index"], run["batch"]) for run in both["runs"]] == [(0, 0), (1, 0), (2, 1)]
    assert both["runs"][:2] == first["runs"]
    assert both["status"] == "complete"
    code, _, err = measure.run("--next", str(step))
    assert (code, read_measure(measure.output)) == (2, both)
    assert "confirmed before" in err


def test_a_killed_measure_leaves_the_runs_that_were_done(measure: Measure) -> None:
    with measure.start(script=ONE_QUICK_THEN_ENDLESS.replace("sleep 300 &", "sleep 300 & echo $$ > leader.pid;")) as it:
        leader = noted_pid(measure.folder / "leader.pid")
        it.kill()
        it.wait()
        os.killpg(leader, signal.SIGKILL)  # nobody is left to do it
    content = read_measure(measure.output)
    assert content["status"] == "interrupted"
    assert [run["complete"] for run in content["runs"]] == [True]
    assert "killed" in content["message"]


def test_a_reader_that_goes_away_changes_neither_the_runs_nor_the_exit_code(measure: Measure) -> None:
    with measure.start(script="seq 20000; echo 1 > {output}") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(LONG)
    assert process.returncode == 0
    assert read_measure(measure.output)["status"] == "complete"
    assert (measure.output / "runs/001-head/log.txt").read_text().endswith("20000\n")


def test_wrong_calls_and_plans_end_with_exit_2_and_one_message(measure: Measure) -> None:
    for changes, part in (({"runs": 0}, "'runs'"), ({"colour": 1}, "'colour'"), ({"command": ["x"]}, "exactly one")):
        code, out, err = measure.run(**changes)
        assert (code, out) == (2, "")
        assert part in err
        assert "plan.json" in err
        assert "Traceback" not in err
    assert not measure.output.exists()


def test_an_interpreter_that_only_uv_knows_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    uv = tmp_path / "uv"
    uv.write_text(f"#!/bin/sh\ntest \"$5\" = {version} && echo '{sys.executable}'\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find_interpreter(version) == sys.executable
    assert find_interpreter("2.7") is None
