"""Pairs of an HTTP suite: each side has its own server from its own tree, or there are no pairs and it is said why."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.config import MeasureSettings
from reporter.pipeline.same_server import loads_a_server, same_server
from reporter.shared.model import ServiceRule
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from reporter.measure.plan import Plan

SERVER = """
import http.server, os
from pathlib import Path
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        words = [Path("code.txt").read_text().strip(), Path("data").read_text().strip(),
                 "".join(map(str, sorted(os.sched_getaffinity(0))))]
        self.wfile.write(" ".join(words).encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["BENCHVERDICT_PORT"])), Handler).serve_forever()
"""
ASK = """
import os, sys, urllib.request
from pathlib import Path
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
answer = opener.open(f"http://127.0.0.1:{os.environ['BENCHVERDICT_PORT']}/").read().decode()
with open(os.environ["NOTES"], "a") as notes:
    print(os.environ["BENCHVERDICT_SIDE"], answer, "".join(map(str, sorted(os.sched_getaffinity(0)))), file=notes)
Path(sys.argv[1]).write_text("1")
"""
SERVICE = ServiceRule(
    command="exec python3 server.py", ready_url="/", reset="echo $BENCHVERDICT_SIDE-$BENCHVERDICT_PORT >data"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    base = {"code.txt": "old\n", "server.py": SERVER, "ask.py": ASK}
    made = new_project(tmp_path, base, {"code.txt": "new\n"})
    monkeypatch.chdir(made.tree)
    return made


def plan_of(project: Project, **changes: Any) -> Plan:
    plan = project.plan(script="python3 ask.py {output}", pairs={"isolate": False})
    return replace(plan, service=replace(SERVICE, **changes))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="asks on which cores it runs")
def test_each_side_has_its_own_server_with_its_own_code_data_and_port_and_all_cores(project: Project) -> None:
    outcome, content, _ = project.measure(2, plan=plan_of(project))
    assert (outcome.status, outcome.pairs) == ("complete", 2)
    ports = [run["service"]["port"] for run in content["runs"]]
    cores = "".join(map(str, sorted(os.sched_getaffinity(0))))
    sides = ["base old", "head new", "head new", "base old"]
    assert project.notes == [
        f"{side} {side.split()[0]}-{port} {cores} {cores}" for side, port in zip(sides, ports, strict=True)
    ]
    assert len(set(ports)) == 4
    assert not [warning for warning in content["warnings"] if warning["code"] == "not-pinned"]
    assert content["paired_seconds"] > sum(run["service"]["start_seconds"] for run in content["runs"])


def test_a_server_that_only_one_side_can_start_names_the_side(project: Project) -> None:
    plan = plan_of(project, command="grep old code.txt && exec python3 server.py", ready_within_seconds=20.0)
    outcome, content, _ = project.measure(1, plan=plan)
    assert (outcome.exit_code, content["status"]) == (4, "failed")
    assert "the head run of pair 1 failed: the service ended with exit code 1" in (outcome.message or "")


@pytest.mark.parametrize(
    ("settings", "command", "tool"),
    [
        (MeasureSettings(), "locust -f x --headless", "locust"),
        (MeasureSettings(), "cd load && python3 -m locust -f x", "locust"),
        (MeasureSettings(), "npx artillery run x.yml", "artillery"),
        (MeasureSettings(), "true; /usr/bin/k6 run x.js", "k6"),
        (MeasureSettings(), "bzt x.yml", "taurus"),
        (MeasureSettings(), "pytest && LEVEL=1 TAGS= locust -f x", "locust"),
        (MeasureSettings(format="jmeter"), "./load.sh", "jmeter"),
        (MeasureSettings(requires_url=("http://localhost/",)), "pytest", "http://localhost/"),
    ],
)
def test_what_measures_one_server_is_known(settings: MeasureSettings, command: str, tool: str) -> None:
    refused = same_server(settings, command)
    assert refused is not None
    assert tool in refused
    rule = ServiceRule(command="x", ready_url="/")
    assert same_server(replace(settings, service=rule), command) is None


@pytest.mark.parametrize("command", ["echo hey", "pytest benchmarks/locust", "pytest -k k6", "./wrk.sh", "hey-you"])
def test_what_only_speaks_of_a_tool_is_none(command: str) -> None:
    assert same_server(MeasureSettings(), command) is None


def test_results_tell_too() -> None:
    assert loads_a_server({"k6", "junit"}, has_service=False) is not None
    assert loads_a_server({"k6"}, has_service=True) is None
    assert loads_a_server({"go"}, has_service=False) is None


def call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


K6 = Path(__file__).parents[1] / "data" / "k6"


def configure(project: Project, compare: str, command: str) -> None:
    text = f'[measure]\ncommand = "{command}"\ncompare = "{compare}"\nnoise-pairs = 0\n'
    project.write({"benchverdict.toml": text})


def test_explicit_pairs_of_a_load_test_are_refused_with_what_to_declare(project: Project) -> None:
    configure(project, "paired", "k6 run x.js")
    code, _, stderr = call("run")
    assert (code, "[same-server]" in stderr, "declare [service]" in stderr) == (2, True, True)


def test_explicit_pairs_that_turn_out_to_be_a_load_test_are_refused_by_their_results(project: Project) -> None:
    configure(project, "paired", f"cp {next(K6.glob('*.json'))} {{output}}")
    code, _, stderr = call("run", "--time-limit", "1")
    assert (code, "pairs were measured, and k6" in stderr) == (2, True)


def test_auto_measures_the_head_alone_and_says_why(project: Project) -> None:
    configure(project, "auto", f"cp {next(K6.glob('*.json'))} {{output}}")
    code, _, _ = call("run")
    assert code == 0
    assert not [run for run in record(project)["runs"] if run["pair"] is not None]
    (notice,) = [entry for entry in verdict(project)["warnings"] if entry["code"] == "not-paired"]
    assert "k6 loads one and the same server" in notice["text"]
    project.write({"k6": f"#!/bin/sh\ncp {next(K6.glob('*.json'))} $1\n"})
    (project.tree / "k6").chmod(0o755)
    configure(project, "auto", "./k6 {output}")
    assert call("run")[0] == 0
    assert [warning["code"] for warning in record(project)["warnings"]] == ["not-paired"]


def record(project: Project) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((project.tree / ".benchverdict/measure/measure.json").read_text())
    return content


def verdict(project: Project) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((project.tree / ".benchverdict/report/verdict.json").read_text())
    return content
