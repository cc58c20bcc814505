"""Record the texts beside this one with an installed wrk, or with wrk2: ``record_wrk.py wrk2``.

Only the address of the server is replaced. wrk2 was made with ``make`` from github.com/giltene/wrk2 at 44a94c1, and is
looked for on the path under that name.
"""

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
    if sys.argv[1:] == ["wrk2"]:
        record("wrk2-latency.txt", "wrk2", "-t1", "-c2", "-d3s", "-R30", "--latency", "/")
        record("wrk2-both.txt", "wrk2", "-t1", "-c2", "-d3s", "-R30", "--u_latency", "/orders")
        record("wrk2-broken.txt", "wrk2", "-t1", "-c2", "-d2s", "-R30", "/broken")
        record("wrk2-short.txt", "wrk2", "-t1", "-c1", "-d1s", "-R1", "--latency", "/")
        sys.exit()
    record("latency.txt", "wrk", "-t1", "-c2", "-d2s", "--latency", "/")
    record("plain.txt", "wrk", "-t2", "-c4", "-d2s", "/orders")
    record("broken.txt", "wrk", "-t1", "-c2", "-d1s", "/broken")
