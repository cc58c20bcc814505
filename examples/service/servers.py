"""A PostgreSQL and a Redis of one's own, on free ports of the loopback address, with throw-away data.

``python servers.py start FOLDER`` prints DATABASE_URL and REDIS_URL as lines for an environment file;
``python servers.py stop FOLDER`` ends both and removes their data. Neither touches any other server. What an earlier
start left behind in the folder is ended first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

POSTGRES_USER = "postgres"
"""PostgreSQL refuses to run as root; its packages bring this user along."""
LINK = "servers"
"""In the folder, and leads to the data."""


def programs() -> tuple[Path, str]:
    """Find the folder of PostgreSQL's server programs, and redis-server; exits and says what is missing."""
    folders = [Path(found).parent] if (found := shutil.which("pg_ctl")) else []
    for place in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"):
        folders += sorted(Path("/").glob(place[1:]), reverse=True)
    postgres = next((folder for folder in folders if (folder / "initdb").exists()), None)
    cache = shutil.which("redis-server")
    if postgres is None or cache is None:
        missing = [] if postgres else ["the PostgreSQL server (Debian, Ubuntu: apt-get install postgresql)"]
        missing += [] if cache else ["redis-server (Debian, Ubuntu: apt-get install redis-server)"]
        sys.exit(f"missing: {' and '.join(missing)}")
    return postgres, cache


def start(folder: Path) -> dict[str, str]:
    """Start both; give the addresses under the names that the service looks for."""
    postgres, cache = programs()
    stop(folder)
    # The user of PostgreSQL must be able to reach its data, and may not be able to reach this folder.
    data = Path(tempfile.mkdtemp(prefix="coaching-"))
    data.chmod(0o755)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LINK).symlink_to(data)
    try:
        database_port = _start_postgres(postgres, data)
        cache_port = _start_redis(cache, data)
    except subprocess.CalledProcessError as error:
        log = (data / "log").read_text(errors="replace")
        stop(folder)
        sys.exit(f"{log}\n{error}")
    return {
        "DATABASE_URL": f"postgresql://{POSTGRES_USER}@127.0.0.1:{database_port}/postgres",
        "REDIS_URL": f"redis://127.0.0.1:{cache_port}/0",
    }


def stop(folder: Path) -> None:
    """End what was started in the folder, and remove its data."""
    data = (folder / LINK).resolve()
    if (data / "postgres" / "postmaster.pid").exists():
        command = [*_as_postgres(), programs()[0] / "pg_ctl", "-D", data / "postgres", "-m", "immediate", "stop"]
        subprocess.run(command, check=False, cwd=data, stdout=subprocess.DEVNULL)
    pid = data / "redis.pid"
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pid.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + 10
        while pid.exists() and time.monotonic() < deadline:  # Redis removes it last
            time.sleep(0.02)
    if (folder / LINK).is_symlink():
        shutil.rmtree(data, ignore_errors=True)
        (folder / LINK).unlink()


@contextlib.contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Start both, give their addresses, and end them whatever happens."""
    try:
        yield start(folder)
    finally:
        stop(folder)


def _start_postgres(programs: Path, data: Path) -> int:
    cluster, port = data / "postgres", _free_port()
    cluster.mkdir()
    if _as_postgres():
        shutil.chown(cluster, POSTGRES_USER, POSTGRES_USER)
    # What is lost when the machine crashes is made anew anyhow, so nothing waits for the disk.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    initdb = [programs / "initdb", "-D", cluster, "-U", POSTGRES_USER, "--auth=trust", "--no-sync"]
    start = [programs / "pg_ctl", "-D", cluster, "-l", cluster / "log", "-o", options, "-w", "start"]
    _run(data, [*_as_postgres(), *initdb])
    _run(data, [*_as_postgres(), *start])
    return port


def _start_redis(program: str, data: Path) -> int:
    port = _free_port()
    files = ["--dir", data, "--pidfile", data / "redis.pid", "--logfile", data / "redis.log", "--save", ""]
    memory = ["--maxmemory", "32mb", "--maxmemory-policy", "allkeys-lru"]
    _run(data, [program, "--bind", "127.0.0.1", "--port", str(port), "--daemonize", "yes", *files, *memory])
    return port


def _as_postgres() -> list[str]:
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={POSTGRES_USER}", f"--regid={POSTGRES_USER}", "--init-groups"]


def _run(data: Path, command: list[str | Path]) -> None:
    # A file and no pipe: a server that goes on in the background would keep a pipe open.
    with (data / "log").open("ab") as log:
        subprocess.run(command, check=True, cwd=data, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "stop"):
        sys.exit("usage: python servers.py start|stop FOLDER")
    chosen = Path(sys.argv[2]).resolve()
    if sys.argv[1] == "stop":
        stop(chosen)
    else:
        print(*(f"{name}={value}" for name, value in start(chosen).items()), sep="\n")
