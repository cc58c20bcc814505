"""The slow query behind a slow endpoint, named by its span: ``python -m benchmarks.service_spans FOLDER``.

The sample service loses an index; base and head are measured in pairs, each with a service that sends the spans of
OpenTelemetry's own SDK. Needs on PATH the packages of the sample service (``build/service/bin``), with
``opentelemetry-sdk`` and ``opentelemetry-exporter-otlp-proto-http``, and the programs of PostgreSQL and Redis.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SERVICE = Path(__file__).parents[1] / "examples" / "service"
INDEX = "CREATE INDEX calls_by_rep ON calls (rep_id, score DESC);\n"
SETTINGS = r"""
[service]
command = "exec python -m coaching"
ready-url = "/ready"
reset = "python -m coaching.seed"
[measure]
command = '''
python -m pytest suite/test_scenarios.py -q -k test_dashboard --benchmark-quiet --benchmark-max-time=0.3 \
  --benchmark-json={output}
'''
threads = true
"""
GIT = ("git", "-c", "user.name=Sample", "-c", "user.email=sample@example.invalid", "-c", "commit.gpgsign=false")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--time-limit", default="9 min", help="of the pairs")
    arguments = parser.parse_args()
    project = new_project(arguments.folder / "project")
    servers = [sys.executable, str(SERVICE / "servers.py")]
    folder = str(arguments.folder / "servers")
    started = subprocess.run([*servers, "start", folder], check=True, stdout=subprocess.PIPE, text=True)
    environ = {**os.environ, **dict(line.split("=", 1) for line in started.stdout.split())}
    try:
        return named(project, environ, arguments.time_limit)
    finally:
        subprocess.run([*servers, "stop", folder], check=True)


def new_project(project: Path) -> Path:
    """Copy the service; the branch ``less`` has an index less than ``main``."""
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(SERVICE, project, ignore=shutil.ignore_patterns("__pycache__", ".benchverdict"))
    (project / "benchverdict.toml").write_text(SETTINGS)
    subprocess.run([*GIT, "init", "--quiet", "--initial-branch", "main"], cwd=project, check=True)
    commit(project, "The service as it should be")
    subprocess.run([*GIT, "checkout", "--quiet", "-b", "less"], cwd=project, check=True)
    indexes = project / "coaching" / "indexes.sql"
    indexes.write_text(indexes.read_text().replace(INDEX, ""))
    commit(project, "An index less")
    return project


def commit(project: Path, message: str) -> None:
    subprocess.run([*GIT, "add", "--all"], cwd=project, check=True)
    subprocess.run([*GIT, "commit", "--quiet", "--message", message], cwd=project, check=True)


def named(project: Path, environ: dict[str, str], limit: str) -> int:
    """Measure pairs and print what the report says; 0 where the span of the query is named."""
    command = [sys.executable, "-m", "reporter", "-C", str(project), "run", "--base", "main", "--time-limit", limit]
    subprocess.run([*command, "--compare", "paired"], env=environ, check=False)
    verdict = json.loads((project / ".benchverdict" / "report" / "verdict.json").read_text())
    texts = [warning["text"] for warning in verdict["warnings"] if warning["code"] == "slower-span"]
    for row in verdict["benchmarks"]:
        if row["change"] and row["metric"] == "time":
            print(row["name"], row["verdict"], f"{row['change']['point']:+.1%}")
    print("\n".join(texts) or "NOT NAMED", f"(load average {os.getloadavg()[0]:.1f})")
    return 0 if any("GET /dashboard" in text and "SELECT reps.id" in text for text in texts) else 1


if __name__ == "__main__":
    sys.exit(main())
