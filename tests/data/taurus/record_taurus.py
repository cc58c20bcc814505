"""Record the files beside this one with an installed Taurus (bzt) and Locust on the path. The server's address is
replaced.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.shop import shop  # noqa: E402 - from the root of the repository

SCRIPT = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task(3)
    def home(self):
        self.client.get("/")

    @task(1)
    def broken(self):
        self.client.get("/broken")
"""

if __name__ == "__main__":
    with shop() as host, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "locustfile.py").write_text(SCRIPT)
        final = {"module": "final-stats", "dump-xml": str(folder / "final.xml"), "dump-csv": str(folder / "final.csv")}
        load = {
            "executor": "locust",
            "concurrency": 4,
            "hold-for": "6s",
            "scenario": {"script": str(folder / "locustfile.py"), "default-address": host},
        }
        settings = {"artifacts-dir": str(folder / "artifacts"), "check-updates": False}
        configuration = {"execution": [load], "reporting": [final], "settings": settings}
        (folder / "test.json").write_text(json.dumps(configuration))
        subprocess.run(["bzt", str(folder / "test.json")], check=False, cwd=folder)
        for path in (folder / "final.xml", folder / "final.csv"):
            (HERE / path.name).write_text(path.read_text().replace(host, "http://shop.test"))
