"""Load from one process and from three workers of Locust: ``python -m benchmarks.load_workers FOLDER [--rounds N]``.

The sample service is loaded in three ways, in turn: by one Locust, by a master with three workers, and by the same with
each worker in a network namespace of its own. Then one of three workers is killed in the middle. All of it goes through
``benchverdict run``. Needs the packages of the sample service on PATH (``build/service/bin``), the programs of
PostgreSQL and Redis, and the rights of root.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

SERVICE = Path(__file__).parents[1] / "examples" / "service"
SHOWN = ("GET /calls/[id]", "GET /search", "GET /insights", "GET /dashboard")
COMMAND = """
LOAD_LEVEL=quick locust -f load/locustfile.py --headless --loglevel WARNING --only-summary --exit-code-on-error 0 \
  --host "http://$BENCHVERDICT_HOST:$BENCHVERDICT_PORT" --csv {output}
"""
WAYS = {"one": "", "three": "workers = 3", "spaces": "workers = 3\nnetwork = {}"}
KILLED_AFTER = 12.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of each way")
    parser.add_argument("--step", type=int, default=4, metavar="SECONDS", help="how long each of seven steps is held")
    arguments = parser.parse_args()
    project = new_project(arguments.folder)
    servers = [sys.executable, str(SERVICE / "servers.py")]
    addresses = subprocess.run(
        [*servers, "start", str(arguments.folder / "servers")], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    environ = {**os.environ, **dict(line.split("=", 1) for line in addresses.split())}
    environ["LOAD_STEP_SECONDS"] = str(arguments.step)
    try:
        compare(project, environ, arguments.rounds)
        lose_one(project, environ)
    finally:
        subprocess.run([*servers, "stop", str(arguments.folder / "servers")], check=True)
    return 0


def new_project(folder: Path) -> Path:
    """Copy the service, with a mode for each way to load it."""
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(SERVICE, project, ignore=shutil.ignore_patterns("__pycache__", ".benchverdict"))
    settings = (project / "benchverdict.toml").read_text().partition("[modes.quick]")[0]
    modes = "".join(
        f"[modes.{name}]\ncommand = '''{COMMAND}'''\nconfirm = false\n{way}\n" for name, way in WAYS.items()
    )
    (project / "benchverdict.toml").write_text(settings + modes)
    return project


def compare(project: Path, environ: dict[str, str], rounds: int) -> None:
    """Load in each way in turn, and print the median over the rounds with their range."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in WAYS}
    for number in range(rounds):
        for name in WAYS:
            found[name].append(measured(project, environ, name))
            print(f"round {number + 1}, {name}: load average {os.getloadavg()[0]:.1f}", flush=True)
    for row, value in (
        ("all", "requests"),
        ("all", "rate"),
        *((row, value) for row in SHOWN for value in ("median", "p95", "p99")),
    ):
        cells = [spread([round_[row][value] for round_ in found[name]]) for name in WAYS]
        print(f"{row:18} {value:8}", *(f"{name} {cell:24}" for name, cell in zip(WAYS, cells, strict=True)))


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.4g} ({min(values):.4g} to {max(values):.4g})"


def measured(project: Path, environ: dict[str, str], mode: str) -> dict[str, dict[str, float]]:
    """Return what a run says: times in milliseconds, and how many requests there were, also per second."""
    verdict = run(project, environ, mode)
    rows = {(row["name"], row["metric"]): row["head"] for row in verdict["benchmarks"]}
    times = {
        name: {key: 1e3 * rows[name, "time"].get(key, math.nan) for key in ("median", "p95", "p99")} for name in SHOWN
    }
    rate = sum(head["median"] for (_, metric), head in rows.items() if metric == "throughput")
    requests = sum(head["rounds"] for (_, metric), head in rows.items() if metric == "time")
    return {**times, "all": {"requests": requests, "rate": rate}}


def lose_one(project: Path, environ: dict[str, str]) -> None:
    """Kill the second of three workers in the middle of a test, and print what the report says."""
    killer = threading.Thread(target=kill_worker, args=[2], daemon=True)
    killer.start()
    verdict = run(project, environ, "three")
    print("a worker is killed:", verdict["gate"]["status"], "because", verdict["gate"]["reasons"][0])
    print("  ", [warning["code"] for warning in verdict["warnings"]])


def kill_worker(number: int) -> None:
    """Wait for the worker of that number below this process, let it work for a while, and kill it."""
    found = worker_of(number)
    while found is None:
        time.sleep(0.5)
        found = worker_of(number)
    time.sleep(KILLED_AFTER)
    os.kill(worker_of(number) or found, signal.SIGKILL)


def worker_of(number: int) -> int | None:
    """Return the process of a worker that a measuring below this process has started, its latest one."""
    marks = {f"BENCHVERDICT_WORKER={number}".encode(), f"OWN_RUN={os.getpid()}".encode()}
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words, environ = (path / "cmdline").read_bytes(), (path / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        found += [int(path.name)] if marks <= set(environ) and b"locust" in words else []
    return max(found, default=None)


def run(project: Path, environ: dict[str, str], mode: str) -> dict[str, Any]:
    """Measure in a mode and return the content of ``verdict.json``."""
    command = [sys.executable, "-m", "reporter", "-C", str(project), "run", "--mode", mode]
    began = time.monotonic()
    done = subprocess.run(
        command, env={**environ, "OWN_RUN": str(os.getpid())}, check=False, capture_output=True, text=True
    )
    if done.returncode not in (0, 10):
        sys.exit(done.stdout + done.stderr)
    print(f"  {mode}: {time.monotonic() - began:.0f} s", flush=True)
    content: dict[str, Any] = json.loads((project / ".benchverdict" / "report" / "verdict.json").read_text())
    return content


if __name__ == "__main__":
    sys.exit(main())
