"""The server under test: fresh for every run, healthy before it is measured, and gone after it, whatever happens."""

from __future__ import annotations

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.service import readiness, state
from tests.measure_plans import (
    LONG,
    NEWEST,
    OLDEST,
    Measure,
    interpreter,
    is_running,
    noted_pid,
    read_measure,
    wait_until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = """
import http.server, os, sys, time

STATUS = int(os.environ.get("TEST_STATUS", "200"))
kept = []

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/leak":
            kept.append(b"x" * 400_000)
        if self.path == "/end":
            os._exit(7)
        self.send_response(STATUS)
        self.send_header("Location", "http://127.0.0.1:1/nowhere")
        self.end_headers()
        self.wfile.write(open("data").read().encode() if os.path.exists("data") else b"")

    def log_message(self, *_):
        pass

with open("server.pid", "a") as file:
    file.write(f"{os.getpid()}\\n")
print("serving", os.environ["BENCHVERDICT_PORT"], os.environ["BENCHVERDICT_SIDE"], flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["BENCHVERDICT_PORT"])), Handler).serve_forever()
"""
ASK = f"{sys.executable} ask.py"
ASK_FILE = """
import os, sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for path in sys.argv[1:]:
    print(opener.open(f"http://127.0.0.1:{os.environ['BENCHVERDICT_PORT']}{path}").read().decode())
"""
START = f"exec {sys.executable} server.py"


OWN = {"pid": os.getpid(), "started": 1}
STATE = {"supervisor": OWN, "service": OWN, "was_stopped": True, "exit_code": 0, "signal": None, "usage": None}
USAGE = {"cpu_seconds": 1.0, "peak_memory_bytes": 1, "read_bytes": 0, "written_bytes": 0, "memory": None}
ODD: list[dict[str, Any]] = [
    {"supervisor": {"pid": 1}},
    {"service": 3},
    {"was_stopped": "yes"},
    {"exit_code": "0"},
    {"usage": {}},
    {"usage": USAGE | {"cpu_seconds": float("nan")}},
    {"usage": USAGE | {"cpu_seconds": "1"}},
    {"usage": USAGE | {"peak_memory_bytes": 0.5}},
    {"usage": USAGE | {"memory": {"seconds": [1]}}},
    {"usage": USAGE | {"memory": 3}},
]


@pytest.fixture(params=[OLDEST, NEWEST])
def measure(request: pytest.FixtureRequest, tmp_path: Path) -> Measure:
    return in_folder(interpreter(request.param), tmp_path)


@pytest.fixture
def here(tmp_path: Path) -> Measure:
    """One interpreter is enough for what does not depend on it."""
    return in_folder(interpreter(OLDEST), tmp_path)


def in_folder(python: str, folder: Path) -> Measure:
    (folder / "server.py").write_text(SERVER)
    (folder / "ask.py").write_text(ASK_FILE)
    return Measure(python, folder)


def service(**changes: Any) -> dict[str, Any]:
    return {"command": START, "ready_url": "/ready"} | changes


def server_pids(measure: Measure) -> list[int]:
    return [int(line) for line in (measure.folder / "server.pid").read_text().split()]


def none_is_left(measure: Measure) -> bool:
    return not any(map(is_running, server_pids(measure))) and not (measure.output / "service.json").exists()


def test_every_run_has_a_fresh_server_with_fresh_data(measure: Measure) -> None:
    reset = "echo $BENCHVERDICT_PORT $BENCHVERDICT_SIDE >>resets; wc -l <resets >data"
    script = f"{ASK} /; echo $BENCHVERDICT_PORT; echo '{{}}' > {{output}}"
    code, _, err = measure.run(script=script, service=service(reset=reset))
    content = read_measure(measure.output)
    assert (code, err, content["status"]) == (0, "", "complete")
    assert len(set(server_pids(measure))) == 2
    assert none_is_left(measure)
    resets = (measure.folder / "resets").read_text().splitlines()
    for number, run in enumerate(content["runs"]):
        port = run["service"]["port"]
        assert (measure.output / run["log"]).read_text().split() == [str(number + 1), str(port)]
        assert (measure.output / run["service"]["log"]).read_text() == f"serving {port} head\n"
        assert resets[number] == f"{port} head"
        assert run["service"]["start_seconds"] > 0
    assert content["service"] == START


def test_what_the_server_costs_is_apart_from_the_command(measure: Measure) -> None:
    script = f"{ASK} {'/leak ' * 100}; sleep 0.5; echo '{{}}' > {{output}}"
    assert measure.run(script=script, service=service(), runs=1)[0] == 0
    run = read_measure(measure.output)["runs"][0]
    memory = run["service"]["memory"]
    assert len(memory["seconds"]) == len(memory["bytes"]) <= 200
    assert 30e6 < memory["bytes"][-1] - memory["bytes"][0] < 60e6
    assert run["service"]["peak_memory_bytes"] >= memory["bytes"][-1]
    assert run["peak_memory_bytes"] < run["service"]["peak_memory_bytes"]
    assert 0 <= run["service"]["cpu_seconds"] < run["wall_seconds"]
    assert run["memory"]["seconds"][-1] <= run["wall_seconds"]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"command": "echo the cause; exit 3"}, ("[service-ended]", "exit code 3 before", "| the cause")),
        ({"command": "echo trying; kill -9 $$"}, ("[service-ended]", "SIGKILL before", "| trying")),
        (
            {"command": "echo slow; sleep 300 & wait", "ready_within_seconds": 5.0},
            ("[service-not-ready]", "within 5 s", "refused", "| slow"),
        ),
        (
            {"ready_url": None, "ready_command": "echo not yet; exit 9", "ready_within_seconds": 5.0},
            ("[service-not-ready]", "exit code 9: not yet", "| serving"),
        ),
        (
            {"ready_url": None, "ready_command": "sleep 300", "ready_within_seconds": 1.0},
            ("[service-not-ready]", "the ready command did not end"),
        ),
        ({"reset": "echo no database; exit 5"}, ("[service-reset-failed]", "exit code 5", "| no database")),
    ],
)
def test_a_service_that_cannot_be_used_ends_measuring_with_exit_4(
    here: Measure, changes: dict[str, Any], parts: tuple[str, ...]
) -> None:
    code, _, err = here.run(script="touch was-run", service=service(**changes))
    content = read_measure(here.output)
    assert (code, content["status"]) == (4, "failed")
    assert [run["complete"] for run in content["runs"]] == [False]
    assert not (here.folder / "was-run").exists()
    for part in (*parts, "run 1 of 2 failed", "what to do", "  service: "):
        assert part in err
    assert "Traceback" not in err
    assert not (here.folder / "server.pid").exists() or none_is_left(here)


def test_what_belongs_to_the_service_sees_nothing_of_ours_either(here: Measure) -> None:
    ours = {"BENCHVERDICT_TOKEN": "t", "ACTIONS_RUNTIME_TOKEN": "r", "GITHUB_OUTPUT": "o"}
    environ = {**ours, "BENCHVERDICT_MODE": "load", "THEIRS": "x"}
    command = f"env -0 >service.env; {START}"
    ready = "env -0 >ready.env"
    own = service(command=command, reset="env -0 >reset.env", ready_url=None, ready_command=ready)
    assert here.run(service=own, runs=1, environ=environ)[0] == 0
    for name in ("service", "reset", "ready"):
        text = (here.folder / f"{name}.env").read_text().strip("\0")
        seen = dict(entry.split("=", 1) for entry in text.split("\0"))
        assert not ours.keys() & seen.keys()
        assert {key for key in seen if key.startswith("BENCHVERDICT")} == {
            *("BENCHVERDICT_HOST", "BENCHVERDICT_MODE", "BENCHVERDICT_PORT", "BENCHVERDICT_SIDE")
        }
        assert seen["THEIRS"] == "x"


@pytest.mark.parametrize(("status", "is_healthy"), [(204, True), (302, True), (404, False), (503, False)])
def test_an_answer_below_400_is_healthy_and_no_proxy_is_asked(here: Measure, status: int, is_healthy: bool) -> None:
    environ = {"TEST_STATUS": str(status), "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    url = "http://127.0.0.1:$BENCHVERDICT_PORT/ready?a=1"
    code, _, err = here.run(
        service=service(ready_url=url, ready_within_seconds=60.0 if is_healthy else 5.0), runs=1, environ=environ
    )
    assert code == (0 if is_healthy else 4)
    assert is_healthy or f"status {status}" in err


def test_a_ready_command_that_succeeds_is_healthy(here: Measure) -> None:
    ready = f"{ASK} /"
    assert here.run(service=service(ready_url=None, ready_command=ready), runs=1)[0] == 0
    assert none_is_left(here)


def test_something_else_on_the_port_is_not_measured_in_its_place(here: Measure) -> None:
    with another_server() as port:
        code, _, err = here.run(service=service(port=port))
        assert (code, "[service-port-taken]" in err) == (4, True)
        code, _, err = here.run(service=service(ready_url=f"http://127.0.0.1:{port}/"))
        assert (code, "answers before the service was started" in err) == (4, True)
    assert not (here.folder / "server.pid").exists()


def test_a_given_port_is_used(here: Measure) -> None:
    port = readiness.free_port()
    assert here.run(service=service(port=port))[0] == 0
    assert [run["service"]["port"] for run in read_measure(here.output)["runs"]] == [port, port]


def test_a_server_that_dies_while_the_command_runs_is_said(measure: Measure) -> None:
    script = f"echo '{{}}' > {{output}}; {ASK} /end || true; sleep 300 & echo $! > grandchild.pid; wait"
    code, _, err = measure.run(script=script, service=service())
    run = read_measure(measure.output)["runs"][0]
    assert code == 4
    assert "the service ended with exit code 7 while the command ran" in err
    assert "| serving" in err
    assert not run["complete"]
    assert run["service"]["exit_code"] == 7
    assert not is_running(noted_pid(measure.folder / "grandchild.pid"))


def test_a_server_that_died_is_said_also_when_the_command_ends_well(here: Measure) -> None:
    code, _, err = here.run(script=f"{ASK} /end || true; echo '{{}}' > {{output}}", service=service())
    assert (code, "exit code 7 while the command ran" in err) == (4, True)
    assert not read_measure(here.output)["runs"][0]["complete"]


def test_a_failing_command_stops_the_server(here: Measure) -> None:
    code, _, err = here.run(script="exit 9", service=service())
    assert (code, "exit code 9" in err) == (4, True)
    assert none_is_left(here)


def test_a_server_that_ignores_the_request_to_end_is_killed_with_its_daemons(here: Measure) -> None:
    command = f"trap '' TERM; (setsid sleep 300 & echo $! >daemon.pid); {sys.executable} server.py"
    assert here.run(service=service(command=command), runs=1)[0] == 0
    assert none_is_left(here)
    assert not is_running(noted_pid(here.folder / "daemon.pid"))


def test_a_clean_end_is_waited_for(here: Measure) -> None:
    command = f"trap 'sleep 0.5; echo flushed; exit 0' TERM; {sys.executable} server.py & wait"
    assert here.run(service=service(command=command), runs=1)[0] == 0
    assert "flushed" in (here.output / "runs/000-head/service.txt").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_the_command_runs_stops_the_server(measure: Measure, number: signal.Signals) -> None:
    with measure.start(script="echo $$ > command.pid; sleep 300", service=service()) as process:
        command = noted_pid(measure.folder / "command.pid")
        process.send_signal(number)
        process.communicate(timeout=LONG)
    assert process.returncode == 130
    assert not is_running(command)
    assert none_is_left(measure)


@pytest.mark.parametrize(
    "slow",
    [
        {"reset": "echo $$ > slow.pid; exec sleep 300"},
        {"command": "echo $$ > slow.pid; exec sleep 300"},
        {"ready_url": None, "ready_command": "echo $$ > slow.pid; exec sleep 300"},
    ],
)
def test_an_interrupt_while_the_server_is_started_stops_it(here: Measure, slow: dict[str, Any]) -> None:
    with here.start(service=service(**slow)) as process:
        started = noted_pid(here.folder / "slow.pid")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LONG)
    assert process.returncode == 130
    assert not is_running(started)
    assert read_measure(here.output)["status"] == "interrupted"
    assert not (here.output / "service.json").exists()


def test_a_killed_measuring_takes_its_server_with_it_and_the_next_says_so(measure: Measure) -> None:
    with measure.start(script="echo $$ > command.pid; sleep 300", service=service()) as process:
        command = noted_pid(measure.folder / "command.pid")
        process.kill()
        process.communicate()
    os.killpg(command, signal.SIGKILL)  # nobody is left to do it
    wait_until(lambda: not any(map(is_running, server_pids(measure))), "the server has ended")
    code, out, _ = measure.run(service=service())
    assert code == 0
    said = "the measuring before this one was killed while its service ran: the service was ended then"
    assert said in out
    assert {"code": "service-left-behind", "text": said} in read_measure(measure.output)["warnings"]
    assert none_is_left(measure)


def test_a_server_that_outlived_even_its_supervisor_is_ended_by_the_next_measuring(measure: Measure) -> None:
    with measure.start(script="echo $$ > command.pid; sleep 300", service=service()) as process:
        command = noted_pid(measure.folder / "command.pid")
        held = json.loads((measure.output / "service.json").read_text())
        for pid in (held["supervisor"]["pid"], process.pid):
            os.kill(pid, signal.SIGKILL)
        process.communicate()
    os.killpg(command, signal.SIGKILL)
    assert any(map(is_running, server_pids(measure)))
    code, out, _ = measure.run(service=service())
    assert (code, "still ran, and was ended now" in out) == (0, True)
    assert none_is_left(measure)


def test_cleaning_ends_a_server_that_was_left(here: Measure) -> None:
    with here.start(script="echo $$ > command.pid; sleep 300", service=service()) as process:
        command = noted_pid(here.folder / "command.pid")
        held = json.loads((here.output / "service.json").read_text())
        for pid in (held["supervisor"]["pid"], process.pid):
            os.kill(pid, signal.SIGKILL)
        process.communicate()
    os.killpg(command, signal.SIGKILL)
    _, _, err = here.run("--clean")
    assert "still ran, and was ended now" in err
    assert none_is_left(here)


def test_a_process_that_has_got_the_number_of_a_former_server_is_left_alone(here: Measure) -> None:
    assert here.run(runs=1)[0] == 0
    (here.output / "service.json").write_text(json.dumps(STATE | {"was_stopped": None}))
    code, out, _ = here.run(runs=1)
    assert (code, "the service has ended" in out) == (0, True)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(json.dumps(STATE | {"usage": USAGE}))
    found = state.read(tmp_path / "x")
    assert found is not None
    state.write(found, tmp_path / "y")
    assert state.read(tmp_path / "y") == found


@pytest.mark.parametrize("content", ["", "[]", "{}", "\0" * 10, *(json.dumps(STATE | odd) for odd in ODD)])
def test_a_state_that_is_not_ours_ends_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "service.json").write_text(content)
    said = state.settle(tmp_path)
    assert said is not None
    assert "nothing is known of it any more" in said.text
    assert state.settle(tmp_path) is None


def test_a_killed_measuring_without_a_service_is_told_too(here: Measure) -> None:
    with here.start(script="echo $$ > command.pid; sleep 300") as process:
        command = noted_pid(here.folder / "command.pid")
        process.kill()
        process.communicate()
    os.killpg(command, signal.SIGKILL)
    assert here.run(runs=1)[0] == 0
    assert [warning["code"] for warning in read_measure(here.output)["warnings"]] == ["measuring-was-killed"]
    assert here.run(runs=1)[0] == 0
    assert read_measure(here.output)["warnings"] == []


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"ready_url": None}, "exactly one of 'service.ready_url'"),
        ({"ready_command": "true"}, "exactly one of 'service.ready_url'"),
        ({"ready_url": "ftp://x"}, "'service.ready_url'"),
        ({"port": 0}, "'service.port'"),
        ({"port": True}, "'service.port'"),
        ({"ready_within_seconds": 0}, "'service.ready_within_seconds'"),
        ({"colour": 1}, "'colour'"),
    ],
)
def test_wrong_plans_end_with_exit_2(here: Measure, changes: dict[str, Any], part: str) -> None:
    code, out, err = here.run(service=service(**changes))
    assert (code, out, part in err) == (2, "", True), err


def test_addresses_are_completed() -> None:
    assert readiness.address_of("/ready", 81) == "http://127.0.0.1:81/ready"
    assert readiness.address_of("http://[::1]:${BENCHVERDICT_PORT}/", 81) == "http://[::1]:81/"
    assert readiness.address_of("http://a:$BENCHVERDICT_PORTS/", 81) == "http://a:$BENCHVERDICT_PORTS/"
    assert readiness.problem_of_address("http://127.0.0.1:99999/", 1.0) is not None


def another_server() -> Any:
    from contextlib import contextmanager

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    @contextmanager
    def serving() -> Iterator[int]:
        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            yield server.server_address[1]
            server.shutdown()

    return serving()
