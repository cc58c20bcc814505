"""measure in process, with real commands: statuses, folders, interruptions and what is left behind."""

from __future__ import annotations

import io
import os
import signal
import stat
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure import orphans, process, tree
from reporter.measure.plan import Plan
from reporter.measure.series import Outcome, measure
from reporter.shared.errors import UsageError
from tests.measure_plans import LONG, ROOT, is_running, noted_pid, read_measure, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(output: Path, *, confirm: bool = False, **values: Any) -> tuple[Outcome, dict[str, Any]]:
    """Measure with a plan of the given values; give the outcome and the content of ``measure.json``."""
    script = None if "command" in values else "echo 1 > {output}"
    plan = Plan(**{"name": "sample", "script": script, "run_time_limit_seconds": LONG, **values})
    outcome = measure(plan, output, confirm=confirm, stream=io.StringIO())
    return outcome, read_measure(output)


def signalling(number: signal.Signals, ready: Callable[[], object]) -> threading.Thread:
    """Send this process a signal once ``ready`` returns."""

    def send() -> None:
        ready()
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_an_argument_list_runs_without_a_shell(output: Path) -> None:
    code = "import sys; open(sys.argv[1].removeprefix('to='), 'w').write(sys.argv[2])"
    outcome, content = run(output, command=(sys.executable, "-c", code, "to={output}", "$HOME; *"))
    assert (outcome.status, outcome.exit_code, outcome.message) == ("complete", 0, None)
    assert (output / content["runs"][0]["results"][0]).read_text() == "$HOME; *"


@pytest.mark.parametrize("spelling", ["{output}", '"{output}"', "'{output}'", '"$(printf %s "{output}")"'])
def test_the_result_path_works_in_any_quoting_when_a_folder_has_spaces(tmp_path: Path, spelling: str) -> None:
    output = tmp_path / "it's a $place"
    outcome, content = run(output, script=f"echo 1 > {spelling}\ncat <<END\n{{output}}\nEND")
    assert outcome.status == "complete"
    assert content["runs"][0]["results"] == ["runs/000-head/result.json"]
    spelled = (output / "runs/000-head/log.txt").read_text().strip()
    assert not os.path.lexists(spelled)


def test_bash_stops_at_the_first_failure_and_in_pipes(output: Path) -> None:
    assert run(output, script="false; echo 1 > {output}")[1]["runs"][0]["exit_code"] == 1
    assert run(output, script="(exit 3) | cat; echo 1 > {output}")[1]["runs"][0]["exit_code"] == 3


def test_a_failing_later_run_keeps_the_earlier_ones(output: Path) -> None:
    script = "echo 1 > {output}; test ! -e been-here || exit 9; touch been-here"
    outcome, content = run(output, script=script, runs=4)
    assert outcome.exit_code == 4
    assert [(run["complete"], run["exit_code"]) for run in content["runs"]] == [(True, 0), (False, 9)]
    assert "run 2 of 4" in content["message"]


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"command": ("no-such-program-here", "x")}, "cannot start no-such-program-here: No such file"),
        ({"command": (os.devnull,)}, "Permission denied"),
        ({"script": "no-such-program-here"}, "was not found: install it"),
        ({"script": os.devnull}, "is not executable"),
        ({"script": "kill -SEGV $$"}, "was ended by SIGSEGV"),
        ({"script": "kill -KILL $$"}, "out of memory"),
    ],
)
def test_each_way_to_fail_is_named(output: Path, values: dict[str, Any], part: str) -> None:
    outcome, content = run(output, **values)
    assert (outcome.status, outcome.exit_code) == ("failed", 4)
    assert part in content["message"]
    assert "what to do" in content["message"]


def test_a_missing_bash_is_named(output: Path) -> None:
    plan = Plan(name="sample", script="true")
    outcome = measure(plan, output, stream=io.StringIO(), environ={"PATH": str(output)})
    assert outcome.exit_code == 4
    assert "cannot start bash" in str(outcome.message)
    run_record = read_measure(output)["runs"][0]
    assert [run_record["exit_code"], run_record["signal"], run_record["wall_seconds"]] == [None, None, None]


def test_an_empty_file_is_no_result(output: Path) -> None:
    outcome, content = run(output, script=": > {output}")
    assert (outcome.status, outcome.exit_code) == ("empty", 3)
    assert "result.json is empty" in content["message"]
    assert content["runs"][0]["results"] == []


def test_only_files_written_in_the_run_count(tmp_path: Path, output: Path) -> None:
    (tmp_path / "old.json").write_text("of yesterday")
    outcome, content = run(output, script="true", results=("*.json",))
    assert outcome.exit_code == 3
    assert "*.json" in content["message"]
    outcome, content = run(output, script="echo 2 > old.json; mkdir -p a; echo 3 > a/new.json", results=("**/*.json",))
    assert outcome.exit_code == 0
    assert content["runs"][0]["results"] == ["runs/000-head/found/a/new.json", "runs/000-head/found/old.json"]


def test_measuring_again_removes_only_what_measure_made(output: Path) -> None:
    run(output, runs=3)
    (output / "notes.txt").write_text("mine")
    (output / "runs" / "mine").mkdir()
    run(output)
    assert sorted(path.name for path in output.iterdir()) == ["measure.json", "notes.txt", "runs"]
    assert sorted(path.name for path in (output / "runs").iterdir()) == ["000-head", "mine"]


@pytest.mark.parametrize("content", [None, "{", "[]", '{"schema": "measure/v9"}', '{"schema": "measure/v1"}'])
def test_a_folder_of_somebody_else_is_refused(output: Path, content: str | None) -> None:
    theirs = output / "runs" / "000-head" / "thesis.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("years of work")
    if content is not None:
        (output / "measure.json").write_text(content)
    with pytest.raises(UsageError, match=r"output") as caught:
        measure(Plan(name="sample", script="true"), output, stream=io.StringIO())
    assert caught.value.exit_code == 2
    assert theirs.read_text() == "years of work"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere; run the tests as another user")
def test_an_unwritable_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(UsageError, match="Permission denied"):
        measure(Plan(name="sample", script="true"), tmp_path / "out", stream=io.StringIO())


def test_an_output_that_is_a_file_is_refused(output: Path) -> None:
    output.write_text("a file")
    with pytest.raises(UsageError, match="cannot write"):
        measure(Plan(name="sample", script="true"), output, stream=io.StringIO())


@pytest.mark.parametrize(
    ("second", "part"),
    [
        ({"confirm_runs": 0}, "no confirming runs"),
        ({"script": "echo other > {output}"}, "another name, plan or command"),
        ({"plan": "short"}, "another name, plan or command"),
        ({"runs": 2}, "not complete"),
    ],
)
def test_what_does_not_fit_cannot_be_confirmed(output: Path, second: dict[str, Any], part: str) -> None:
    first: dict[str, Any] = {"confirm_runs": 1, "runs": 1}
    _, before = run(output, **first)
    with pytest.raises(UsageError, match=part):
        run(output, confirm=True, **(first | second))
    assert read_measure(output) == before


def test_nothing_measured_cannot_be_confirmed(output: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read measure\.json"):
        measure(Plan(name="sample", script="true", confirm_runs=1), output, confirm=True, stream=io.StringIO())


def test_a_confirmation_that_was_cut_short_starts_over(output: Path) -> None:
    third_run_hangs = "echo x >> begun; test $(wc -l < begun) != 3 || { touch here; sleep 300; }; echo 1 > {output}"
    values: dict[str, Any] = {"script": third_run_hangs, "confirm_runs": 2}
    run(output, **values)
    thread = signalling(signal.SIGINT, lambda: wait_until((output.parent / "here").exists, "the run is under way"))
    outcome, content = run(output, confirm=True, **values)
    thread.join()
    assert outcome.exit_code == 130
    assert [run["batch"] for run in content["runs"]] == [0, 1]
    assert "1 of 2 runs" in content["message"]
    outcome, content = run(output, confirm=True, **values)
    assert outcome.exit_code == 0
    assert [(run["index"], run["batch"]) for run in content["runs"]] == [(0, 0), (1, 1), (2, 1)]


def test_an_interrupt_ends_processes_in_groups_and_sessions_of_their_own(tmp_path: Path, output: Path) -> None:
    script = """
    setsid bash -c 'echo $$ > session.pid; exec sleep 300' &
    set -m  # from here on background jobs get groups of their own
    sleep 300 & echo $! > group.pid
    wait
    """

    def ready() -> None:
        assert is_running(noted_pid(tmp_path / "group.pid"))
        assert is_running(noted_pid(tmp_path / "session.pid"))

    thread = signalling(signal.SIGTERM, ready)
    outcome, _ = run(output, script=script)
    thread.join()
    assert outcome.exit_code == 130
    assert not is_running(noted_pid(tmp_path / "group.pid"))
    assert not is_running(noted_pid(tmp_path / "session.pid"))


def test_a_second_interrupt_does_not_wait_for_the_grace(
    tmp_path: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 10_000.0)
    script = """
    trap 'touch asked' TERM
    echo $$ > child.pid
    for i in {1..200}; do sleep 0.1 || :; done  # as long as it is let, and no longer
    touch survived
    """
    first = signalling(signal.SIGINT, lambda: noted_pid(tmp_path / "child.pid"))
    second = signalling(signal.SIGINT, lambda: wait_until((tmp_path / "asked").exists, "TERM reached the command"))
    outcome, _ = run(output, script=script)
    first.join()
    second.join()
    assert outcome.exit_code == 130
    assert not is_running(noted_pid(tmp_path / "child.pid"))
    assert not (tmp_path / "survived").exists()


def test_after_an_interrupt_between_runs_none_is_begun(tmp_path: Path, output: Path) -> None:
    class InterruptedAfterRun(io.StringIO):
        def write(self, text: str) -> int:
            if text.startswith("run 1 of 2: complete"):
                os.kill(os.getpid(), signal.SIGINT)
            return super().write(text)

    plan = Plan(name="sample", script="echo x >> begun; echo 1 > {output}", runs=2)
    outcome = measure(plan, output, stream=InterruptedAfterRun())
    assert outcome.exit_code == 130
    assert (tmp_path / "begun").read_text() == "x\n"
    assert [run["complete"] for run in read_measure(output)["runs"]] == [True]


def test_what_ignores_term_is_killed_after_the_grace(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "GRACE_SECONDS", 0.2)
    script = "trap '' TERM; while :; do sleep 0.1; done"
    _, content = run(output, script=script, run_time_limit_seconds=0.3)
    assert content["runs"][0]["signal"] == signal.SIGKILL


def test_the_former_signal_handlers_come_back(output: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    run(output)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


@pytest.fixture(params=[signal.SIGINT, signal.SIGHUP])
def ignored(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that is ignored for the length of the test, as shells do for what they start in the background."""
    before = signal.signal(request.param, signal.SIG_IGN)
    yield request.param
    signal.signal(request.param, before)


def test_of_ignored_signals_only_the_hang_up_stays_ignored(
    tmp_path: Path, output: Path, ignored: signal.Signals
) -> None:
    def send() -> None:
        wait_until((tmp_path / "begun").exists, "the run is under way")
        os.kill(os.getpid(), ignored)
        if ignored == signal.SIGHUP:
            (tmp_path / "go-on").touch()

    thread = threading.Thread(target=send)
    thread.start()
    outcome, _ = run(
        output, script="touch begun; until test -e go-on; do sleep 0.1; done; sleep 0.5; echo 1 > {output}"
    )
    thread.join()
    assert outcome.status == ("complete" if ignored == signal.SIGHUP else "interrupted")
    assert signal.getsignal(ignored) == signal.SIG_IGN


def test_what_a_run_leaves_in_its_session_is_ended_and_said(tmp_path: Path, output: Path) -> None:
    outcome, content = run(output, script="sleep 300 & echo $! > left.pid; echo 1 > {output}")
    assert outcome.exit_code == 0
    assert not is_running(noted_pid(tmp_path / "left.pid"))
    assert [warning["code"] for warning in content["warnings"]] == ["processes-left-behind"]


DAEMON = """
import os, sys, time
if os.fork():
    sys.exit()  # its parent is gone
os.setsid()
if os.fork():
    os._exit(0)  # and so is that of the next one, which leads no session and has no variable of ours
with open("daemon.pid", "w") as file:
    file.write(f"{os.getpid()}\\n")
os.execve("/bin/sleep", ["sleep", "300"], {})
"""


def test_a_daemon_is_ended_after_the_run_and_said(tmp_path: Path, output: Path) -> None:
    (tmp_path / "daemon.py").write_text(DAEMON)
    script = f"{sys.executable} daemon.py; until test -s daemon.pid; do sleep 0.01; done; echo 1 > {{output}}"
    outcome, content = run(output, script=script)
    assert outcome.exit_code == 0
    assert not is_running(noted_pid(tmp_path / "daemon.pid"))
    [warning] = content["warnings"]
    assert warning["code"] == "processes-left-behind"
    assert "sleep" in warning["text"]


def test_where_orphans_cannot_be_adopted_measuring_goes_on(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "_is_subreaper", lambda: False)
    outcome, _ = run(output, script="(sleep 0.1 &) ; echo 1 > {output}")
    assert outcome.exit_code == 0


def test_adopted_processes_that_end_do_not_pile_up(output: Path) -> None:
    before = tree.process_numbers()
    run(output, script="for i in {1..20}; do (setsid true &) ; done; sleep 0.3; echo 1 > {output}")
    fresh = map(tree.read_process, tree.process_numbers() - before)
    assert not [found for found in fresh if found and found.parent == os.getpid()]


def test_nobody_else_can_measure_in_the_same_folder(tmp_path: Path, output: Path) -> None:
    (tmp_path / "other.py").write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from reporter.measure.plan import Plan\n"
        "from reporter.measure.series import measure\n"
        f"measure(Plan(name='other', script='true'), Path({str(output)!r}))\n"
    )
    script = f"{sys.executable} other.py 2> refused || echo 1 > {{output}}"
    outcome, _ = run(output, script=script)
    assert outcome.exit_code == 0
    refused = (tmp_path / "refused").read_text()
    assert "already-measuring" in refused
    assert f"process {os.getpid()} (" in refused
    assert run(output)[0].exit_code == 0, "nothing holds the folder afterwards"


def test_nothing_is_waited_for_or_followed_where_the_record_goes(tmp_path: Path, output: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    lay = f"mkfifo {output}/measure.json.tmp; rm {output}/measure.json; ln -s {precious} {output}/measure.json"
    outcome, content = run(output, script=f"{lay}; echo 1 > {{output}}")
    assert outcome.exit_code == 0
    assert content["status"] == "complete"
    assert precious.read_text() == "precious"
    assert not (output / "measure.json").is_symlink()


def test_a_pipe_in_place_of_the_record_is_refused(output: Path) -> None:
    output.mkdir()
    os.mkfifo(output / "measure.json")
    with pytest.raises(UsageError):
        run(output)
    with pytest.raises(UsageError, match="no regular file"):
        run(output, confirm=True, confirm_runs=1)


def test_measuring_in_another_thread_works_without_signal_handlers(output: Path) -> None:
    done: list[Outcome] = []
    thread = threading.Thread(target=lambda: done.append(run(output)[0]))
    thread.start()
    thread.join()
    assert done[0].status == "complete"
