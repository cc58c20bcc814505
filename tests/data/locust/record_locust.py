"""Record the files beside this one with an installed Locust: run this script with a Python that has it.

A server on the loopback address answers after a few milliseconds, one path always with an error. Paths of this machine
are taken out of the tracebacks; nothing else is changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
SCRIPT = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.02)

    @task(6)
    def home(self):
        self.client.get("/")

    @task(3)
    def order(self):
        self.client.post("/order", json={"n": 1})

    @task(1)
    def broken(self):
        self.client.get("/broken")

    @task(1)
    def mistake(self):
        raise ValueError("a mistake in the load test")
"""


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(0.004)
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.008)
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "locustfile.py").write_text(SCRIPT)
        host = f"http://127.0.0.1:{server.server_port}"
        options = ["--headless", "--users=4", "--spawn-rate=4", "--run-time=6s", f"--host={host}"]
        command = [sys.executable, "-m", "locust", *options, "--csv=shop", "--csv-full-history", "--json-file=shop"]
        subprocess.run(command, check=False, cwd=folder)
        for path in sorted(folder.glob("shop*")):
            text = path.read_bytes().decode()
            text = re.sub(r'File ""[^"]*/', 'File ""', text).replace(str(folder), "").replace(host, "http://shop.test")
            (HERE / path.name).write_bytes(text.encode())
    server.shutdown()


if __name__ == "__main__":
    main()
