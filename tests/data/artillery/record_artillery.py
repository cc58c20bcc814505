"""Record the files beside this one with artillery on the path. Only the address of the server is replaced.

Those of the first version with artillery 1.7.9 there: ``record_artillery.py first-version``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository

SCRIPT = """
config:
  target: {host}
  phases: [{{duration: 4, arrivalRate: 5}}]
  plugins: {{metrics-by-endpoint: {{}}}}
scenarios:
  - name: visit
    flow:
      - get: {{url: "{first}"}}
      - get: {{url: "/orders"}}
"""


def record(file: str, host: str, first: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        script, report = Path(folder) / "script.yml", Path(folder) / "report.json"
        script.write_text(SCRIPT.format(host=host, first=first))
        subprocess.run(
            ["artillery", "run", "--quiet", "--output", str(report), str(script)],
            check=False,
            env={**os.environ, "ARTILLERY_DISABLE_TELEMETRY": "true"},
        )
        (HERE / file).write_text(report.read_text().replace(host, "http://shop.test"))


if __name__ == "__main__":
    if sys.argv[1:] == ["first-version"]:
        with shop() as host:
            record("first-version.json", host, "/")
            record("first-version-broken.json", host, "/broken")
        record("first-version-unreachable.json", "http://127.0.0.1:9", "/")
        sys.exit()
    with shop() as host:
        record("report.json", host, "/")
        record("broken.json", host, "/broken")
    record("unreachable.json", "http://127.0.0.1:9", "/")
