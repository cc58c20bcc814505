"""Record the histories beside this file: the sample service with a known limit, loaded in steps by its own locustfile.

Run it with a Python that has ``examples/service/requirements.txt``, on a machine with PostgreSQL and Redis; it takes
eight minutes. How many requests a second the server stands is drawn by the seed, and ``truth.toml`` says what follows:
every user sends one request a second, or the next one as soon as the last is answered.

- ``errors``: what is above the capacity is refused. More than 10 % of ``u`` users are, when u > capacity / 0.9.
- ``latency``: what is above the capacity waits. Then u / capacity seconds pass until an answer, which is more than the
  limit of 2 s when u > 2 × capacity.
- ``none``: the capacity is never reached.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).resolve().parent
SERVICE = HERE.parents[3] / "examples" / "service"
PORT = "18765"
P99_SECONDS = {"errors": 10, "latency": 2, "none": 10}
"""What counts as too slow: for ``latency`` less than usual, because 10 s of waiting take long to build up."""
RECORDED = {"errors": (1, (40, 90)), "latency": (2, (25, 70)), "none": (3, (900, 1000))}
"""Seed, and from which to which capacity it draws."""


@contextmanager
def service(environ: Mapping[str, str]) -> Iterator[None]:
    subprocess.run([sys.executable, "-m", "coaching.seed"], cwd=SERVICE, env=environ, check=True)
    server = subprocess.Popen([sys.executable, "-m", "coaching"], cwd=SERVICE, env=environ)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/ready").close()
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def record(name: str, environ: Mapping[str, str], folder: Path) -> str:
    """Record one history; give its part of ``truth.toml``."""
    seed, (lowest, highest) = RECORDED[name]
    capacity = random.Random(seed).randint(lowest, highest)
    limited = {"COACHING_CAPACITY": str(capacity), "COACHING_OVERLOAD": name, "BENCHVERDICT_PORT": PORT}
    level = {"LOAD_LEVEL": "moderate", "LOAD_STEP_SECONDS": "12"}
    options = ["--headless", "--only-summary", f"--host=http://127.0.0.1:{PORT}", f"--csv={folder / name}"]
    command = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", *options, "--exit-code-on-error=0", "Coach"]
    with service({**environ, **limited}):
        subprocess.run(command, cwd=SERVICE, env={**environ, **level}, check=True)
    history = f"{name}_stats_history.csv"
    (HERE / history).write_bytes((folder / history).read_bytes())
    breaks = {"errors": capacity / 0.9, "latency": capacity * P99_SECONDS[name]}.get(name)
    truth = f"breaks-above = {breaks:.1f}\n" if breaks else ""
    return f"[{name}]\nseed = {seed}\ncapacity = {capacity}\np99 = {P99_SECONDS[name]}\n{truth}"


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and Redis; gives the environment with their addresses."""
    program = [sys.executable, "servers.py"]
    started = subprocess.run([*program, "start", folder], cwd=SERVICE, check=True, stdout=subprocess.PIPE, text=True)
    try:
        yield {**os.environ, **dict(line.split("=", 1) for line in started.stdout.splitlines())}
    finally:
        subprocess.run([*program, "stop", folder], cwd=SERVICE, check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, servers(Path(name)) as environ:
        truths = [record(history, environ, Path(name)) for history in RECORDED]
    text = "# Made by record_load.py: more users than this break the server.\n" + "".join(truths)
    (HERE / "truth.toml").write_text(text)


if __name__ == "__main__":
    main()
