"""Record the files beside this one with autocannon on the path. Only the address of the server is replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository


def record(file: str, path: str, *options: str) -> None:
    with shop() as host:
        command = ["autocannon", "--json", "-c", "2", "-d", "2", *options, host + path]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        (HERE / file).write_text(done.stdout.replace(host, "http://shop.test"))


if __name__ == "__main__":
    record("home.json", "/")
    record("broken.json", "/broken")
