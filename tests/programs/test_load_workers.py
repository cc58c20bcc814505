"""Workers of a load test: started with their master, ended with it, and missed when they are lost.

A program called ``locust`` that obeys Locust's variables stands in for it; ``python -m benchmarks.load_workers`` drives
the real one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.commands.build_report import GateOptions
from reporter.commands.report_request import ReportRequest
from reporter.commands.reporting import report
from reporter.config import Config
from reporter.ingest import measured
from reporter.measure.interrupt import Interrupt
from reporter.measure.load.driving import Load, LoadPlace
from reporter.measure.load.network import namespaces
from reporter.measure.load.workers import QUIT_SECONDS
from reporter.measure.process import GRACE_SECONDS
from reporter.measure.tree import process_numbers
from reporter.shared.errors import UsageError
from reporter.shared.model import LoadRule, NetworkRule
from tests.measure_plans import OLDEST, Measure, interpreter, is_running, read_measure

if TYPE_CHECKING:
    from collections.abc import Iterator

STAND_IN = """#!{python}
import os, signal, socket, sys, time
own = os.environ
if own.get("LOCUST_MODE_WORKER"):
    print(os.getpid(), file=open(f"worker-{{own['BENCHVERDICT_WORKER']}}.pid", "w"))
    for _ in range(200):
        try:
            master = socket.create_connection((own["LOCUST_MASTER_NODE_HOST"], int(own["LOCUST_MASTER_NODE_PORT"])))
            break
        except OSError:
            time.sleep(0.05)
    if own["BENCHVERDICT_WORKER"] == own.get("DIES"):
        master.recv(1)
        os.kill(os.getpid(), signal.SIGKILL)
    if own.get("STAYS"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)
    while master.recv(100).find(b"quit") < 0:
        pass
    sys.exit(own["FAILS"] == own["BENCHVERDICT_WORKER"] if "FAILS" in own else 0)
listener = socket.create_server((own["LOCUST_MASTER_BIND_HOST"], int(own["LOCUST_MASTER_BIND_PORT"])))
workers = [listener.accept()[0] for _ in range(int(own["LOCUST_EXPECT_WORKERS"]))]
for worker in workers:
    worker.send(b".")
time.sleep(1)
for worker in workers:
    try:
        worker.send(b"quit")
    except OSError:
        pass
open(sys.argv[-1] + "_stats.csv", "w").write(
    "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Requests/s\\n"
    f"GET,/,{{len(workers)}},0,5,5,1\\n"
)
sys.exit(int(own.get("ENDS_WITH", "0")))
"""
SCRIPT = 'PATH="$PWD:$PATH" locust --headless --csv {output}'


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    program = tmp_path / "locust"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    return Measure(interpreter(OLDEST), tmp_path)


def three(measure: Measure, **environ: str) -> dict[str, Any]:
    code, _, err = measure.run(script=SCRIPT, load={"workers": 3}, runs=1, environ=environ)
    assert (code, err) == (0, "")
    return read_measure(measure.output)


def environment_of(number: int) -> list[bytes]:
    try:
        return Path(f"/proc/{number}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def workers_left(measure: Measure) -> list[int]:
    pids = [int(path.read_text()) for path in measure.folder.glob("worker-*.pid")]
    assert len(pids) == 3
    return [pid for pid in pids if is_running(pid)]


def gate_of(measure: Measure) -> tuple[str, str | None]:
    request = ReportRequest(
        measure=measure.output, baseline=None, output=measure.folder / "report", format=None, gate=GateOptions()
    )
    done = report(request, Config())
    return done.report.gate.status, None if done.snapshot is None else done.snapshot.suite.name


def test_the_workers_end_with_their_master_and_the_results_are_one(measure: Measure) -> None:
    content = three(measure)
    run = content["runs"][0]
    assert (content["warnings"], run["complete"]) == ([], True)
    assert [path.rpartition("/")[2] for path in run["results"]] == ["result.json_stats.csv"]
    assert workers_left(measure) == []
    assert gate_of(measure)[1] == "sample"


def test_a_lost_worker_is_named_and_nothing_is_decided_or_saved(measure: Measure) -> None:
    content = three(measure, DIES="2")
    warning = content["warnings"][0]
    assert warning["code"] == "load-worker-lost"
    assert re.search(r"run 1 of 1: worker 2 of 3 was ended by SIGKILL after \d+ s", warning["text"])
    assert gate_of(measure) == ("undecided", None)
    assert measured.load(measure.output).runs[0].benchmarks() == 1


def test_workers_that_do_not_end_are_ended_together(measure: Measure) -> None:
    began = time.monotonic()
    assert three(measure, STAYS="1")["warnings"] == []
    assert workers_left(measure) == []
    assert time.monotonic() - began < QUIT_SECONDS + 2 * GRACE_SECONDS


def test_a_worker_that_fails_in_the_last_moments_is_lost(measure: Measure) -> None:
    (warning,) = three(measure, FAILS="2")["warnings"]
    assert warning["code"] == "load-worker-lost"
    assert "worker 2 of 3 ended with exit code 1" in warning["text"]


def test_workers_end_as_their_master_does_where_requests_failed(measure: Measure) -> None:
    """Locust ends with 1 then: the master always, and workers that have not sent their last failures."""
    code, _, _ = measure.run(script=SCRIPT, load={"workers": 3}, runs=1, environ={"FAILS": "2", "ENDS_WITH": "1"})
    assert code != 0
    assert [warning["code"] for warning in read_measure(measure.output)["warnings"]] == []


def test_the_first_worker_ends_when_there_is_no_place_for_the_second(tmp_path: Path) -> None:
    @contextmanager
    def sleeping(_: Path) -> Iterator[list[str]]:
        yield [sys.executable, "-c", "import time; time.sleep(60)"]

    (tmp_path / "worker-2").write_text("in the way")
    place = LoadPlace("run 1 of 1", tmp_path, tmp_path, Interrupt())
    with pytest.raises(UsageError, match="cannot write here"), Load(LoadRule(workers=2), place) as load:
        load.start_workers(sleeping, {**os.environ, "OF_THIS_TEST": str(tmp_path)})
    ours = f"OF_THIS_TEST={tmp_path}".encode()
    assert not [number for number in process_numbers() if ours in environment_of(number)]


def test_workers_of_an_interrupted_run_are_ended(measure: Measure) -> None:
    with measure.start(script=SCRIPT.replace("locust", "exec locust"), load={"workers": 3}, runs=1) as process:
        while len(list(measure.folder.glob("worker-*.pid"))) < 3:
            assert process.poll() is None
        process.terminate()
        process.communicate(timeout=20)
    assert workers_left(measure) == []


def has_namespaces() -> bool:
    if os.geteuid():
        return False
    return subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="needs the rights to make a network namespace")
def test_a_network_of_its_own_reaches_the_service_and_leaves_nothing(measure: Measure) -> None:
    server = "import http.server, os; here = os.environ['BENCHVERDICT_HOST'], int(os.environ['BENCHVERDICT_PORT'])\n"
    server += "http.server.HTTPServer(here, http.server.SimpleHTTPRequestHandler).serve_forever()"
    (measure.folder / "server.py").write_text(server)
    ask = "import os, urllib.request as r; print(os.readlink('/proc/self/ns/net'))\n"
    ask += "print(r.urlopen('http://{BENCHVERDICT_HOST}:{BENCHVERDICT_PORT}/'.format(**os.environ)).status)"
    (measure.folder / "ask.py").write_text(ask)
    service = {"command": f"exec {sys.executable} server.py", "ready_url": "/"}
    script = f"no_proxy='*' {sys.executable} ask.py; echo '{{}}' >{{output}}"
    before = links()
    code, _, err = measure.run(script=script, load={"network": {}}, service=service, runs=1)
    assert (code, err) == (0, "")
    content = read_measure(measure.output)
    space, status = (measure.output / content["runs"][0]["log"]).read_text().split()
    assert (content["warnings"], status) == ([], "200")
    assert space != str(Path("/proc/self/ns/net").readlink())
    assert links() == before


@pytest.mark.skipif(not has_namespaces(), reason="needs the rights to make a network namespace")
def test_networks_follow_each_other_at_once() -> None:
    """The kernel removes the cables of a namespace some time after its last process has ended."""
    before = links()
    for _ in range(10):
        with namespaces(NetworkRule(), 2) as spaces:
            assert len(spaces) == 2
        assert links() == before


def links() -> list[str]:
    return sorted(path.name for path in Path("/sys/class/net").glob("bv*"))
