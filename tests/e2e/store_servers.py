"""Servers of stores for the tests: moto's of S3, and a PostgreSQL, each on a free port of the loopback address."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

POSTGRES_USER = "postgres"
"""PostgreSQL refuses to run as root; its packages bring this user along."""
PASSWORD = "hunter2-store-password"
SECRET_KEY = "hunter2-store-secret-key"
SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def s3_server(folder: Path, **environ: str) -> Iterator[str]:
    """Start moto's S3 and give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "moto.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environ})
    try:
        _wait_for(f"{address}/moto-api/", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=SECONDS)


def _wait_for(page: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(page, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def make_bucket(address: str, name: str) -> None:
    request = urllib.request.Request(f"{address}/{name}", method="PUT", headers={"Authorization": _as_somebody()})
    with urllib.request.urlopen(request, timeout=SECONDS):
        pass


def _as_somebody() -> str:
    return "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs."""
    found = shutil.which("pg_ctl")
    places = [Path(found).parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in places if (folder / "initdb").exists()), None)


@contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """Start a PostgreSQL whose users need a password, and give its address without one."""
    data = Path(tempfile.mkdtemp(prefix="benchverdict-store-"))
    data.chmod(0o755)
    cluster, port = data / "cluster", free_port()
    cluster.mkdir()
    (data / "password").write_text(PASSWORD)
    if _as_postgres():
        shutil.chown(cluster, POSTGRES_USER, POSTGRES_USER)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=100"
    control: list[str | Path] = [*_as_postgres(), programs / "pg_ctl", "-D", cluster, "-w"]
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        cluster,
        "-U",
        POSTGRES_USER,
        "--auth=scram-sha-256",
        "--no-sync",
    ]
    try:
        _run(data, [*_as_postgres(), *initdb, f"--pwfile={data / 'password'}"])
        _run(data, [*control, "-l", cluster / "log", "-o", options, "start"])
        try:
            yield f"postgresql://{POSTGRES_USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(data, [*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _as_postgres() -> list[str]:
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={POSTGRES_USER}", f"--regid={POSTGRES_USER}", "--init-groups"]


def _run(folder: Path, command: list[str | Path]) -> None:
    # A file and no pipe: a server that goes on in the background would keep a pipe open.
    log = folder / "log"
    with log.open("ab") as output:
        ended = subprocess.run(command, cwd=folder, stdout=output, stderr=output, timeout=120, check=False)
    assert ended.returncode == 0, log.read_text()
