"""A planted slow query behind an endpoint is named by its span, from the service to comment, page and verdict.json."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.commands.build_report import GateOptions
from reporter.commands.report_request import ReportRequest
from reporter.commands.reporting import report
from reporter.config import Config
from reporter.shared.model import ServiceRule
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

SERVER = """
import http.server, json, os, time, urllib.request
from pathlib import Path
SECONDS = float(Path("query.txt").read_text())
sent = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def span(name, own, parent, began, **more):
    times = {"startTimeUnixNano": str(began), "endTimeUnixNano": str(time.time_ns())}
    return {"traceId": str(began), "spanId": own, "parentSpanId": parent, "name": name, **times, **more}

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        began = time.time_ns()
        time.sleep(0.002)
        asked = time.time_ns()
        time.sleep(SECONDS)
        said = {"key": "db.query.text", "value": {"stringValue": "SELECT * FROM calls"}}
        query = span("SELECT", "q", "r", asked, attributes=[said]) | {"traceId": str(began)}
        self.send_response(200)
        self.end_headers()
        spans = [query, span("GET /calls", "r", "", began)]
        body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode()
        address = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
        sent.open(urllib.request.Request(address, body, {"Content-Type": "application/json"})).read()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["BENCHVERDICT_PORT"])), Handler).serve_forever()
"""
ASK = """
import json, os, sys, time, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
times = []
for _ in range(5):
    began = time.perf_counter()
    opener.open(f"http://127.0.0.1:{os.environ['BENCHVERDICT_PORT']}/calls").read()
    times.append(time.perf_counter() - began)
json.dump([{"name": "GET /calls", "unit": "s", "value": min(times)}], open(sys.argv[1], "w"))
"""
PAIRS = 4


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = new_project(tmp_path, {"query.txt": "0.002", "server.py": SERVER, "ask.py": ASK}, {"query.txt": "0.060"})
    monkeypatch.chdir(made.tree)
    return made


def measured(project: Project) -> tuple[dict[str, Any], str]:
    """Measure some pairs; return the verdict, and the comment."""
    plan = project.plan(script="python3 ask.py {output}", pairs={"isolate": False})
    service = ServiceRule(command="exec python3 server.py", ready_url="/")
    outcome, content, _ = project.measure(PAIRS, plan=replace(plan, service=service))
    assert (outcome.status, {bool(run["service"]["spans"]) for run in content["runs"]}) == ("complete", {True})
    folder = project.folder / "report"
    asked = ReportRequest(measure=project.output, baseline=None, output=folder, format=None, gate=GateOptions())
    report(asked, Config())
    return json.loads((folder / "verdict.json").read_text()), (folder / "comment.md").read_text()


def test_the_slow_query_is_named(project: Project) -> None:
    verdict, comment = measured(project)
    said = [warning["text"] for warning in verdict["warnings"] if warning["code"] == "slower-span"]
    assert [row["verdict"] for row in verdict["benchmarks"] if row["name"] == "GET /calls"] == ["regressed"]
    assert len(said) == 1
    assert said[0].startswith("inside the service GET /calls takes ")
    assert "in the span SELECT * FROM calls: " in said[0]
    assert "inside the service GET /calls takes" in comment.replace("`", "")
    assert "SELECT" in (project.folder / "report" / "report.html").read_text()
