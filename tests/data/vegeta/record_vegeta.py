"""Record the reports beside this one, with vegeta 12 on the path. Only the address of the server is replaced.

It was built from github.com/tsenart/vegeta at cf58112 with Debian's Go 1.19 and its libraries.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository

RATE = ("-rate=25/1s", "-duration=4s", "-timeout=2s")


def record(name: str, host: str, *paths: str) -> None:
    targets = "".join(f"GET {host}{path}\n" for path in paths)
    attack = ["vegeta", "attack", *RATE]
    results = subprocess.run(attack, input=targets.encode(), check=True, capture_output=True).stdout
    for kind, ending in (("json", ".json"), ("text", ".txt")):
        report = subprocess.run(["vegeta", "report", f"-type={kind}"], input=results, check=True, capture_output=True)
        (HERE / f"{name}{ending}").write_text(report.stdout.decode().replace(host, "http://shop.test"))


if __name__ == "__main__":
    with shop() as host:
        record("orders", host, "/", "/orders")
        record("broken", host, "/", "/broken")
    record("unreachable", "http://127.0.0.1:9", "/")
