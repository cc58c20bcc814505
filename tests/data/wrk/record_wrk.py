"""Record the texts beside this one with an installed wrk. Only the address of the server is replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository


def record(file: str, *command: str) -> None:
    with shop() as host:
        done = subprocess.run([*command[:-1], host + command[-1]], check=True, capture_output=True, text=True)
        (HERE / file).write_text(done.stdout.replace(host, "http://shop.test"))


if __name__ == "__main__":
    record("latency.txt", "wrk", "-t1", "-c2", "-d2s", "--latency", "/")
    record("plain.txt", "wrk", "-t2", "-c4", "-d2s", "/orders")
    record("broken.txt", "wrk", "-t1", "-c2", "-d1s", "/broken")
