"""Record the texts beside this one with an installed hey. Only the address of the server is replaced."""

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
    record("home.txt", "hey", "-n", "200", "-c", "4", "/")
    record("few.txt", "hey", "-n", "4", "-c", "2", "/")
    record("broken.txt", "hey", "-n", "40", "-c", "2", "/broken")
    record("table.csv", "hey", "-n", "40", "-c", "2", "-o", "csv", "/")
    closed = ["hey", "-n", "4", "-c", "2", "http://127.0.0.1:9/"]
    (HERE / "unreachable.txt").write_text(subprocess.run(closed, check=True, capture_output=True, text=True).stdout)
