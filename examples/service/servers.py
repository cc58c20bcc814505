"""A PostgreSQL and a Redis of one's own, on free ports of the loopback address, with their data in one folder.

``python servers.py start FOLDER`` prints DATABASE_URL and REDIS_URL as lines for an environment file;
``python servers.py stop FOLDER`` ends both. Neither touches servers that run already. What an earlier start left in
the folder is ended and replaced.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

POSTGRES_USER = "postgres"
"""PostgreSQL refuses to run as root; its packages bring this user along."""


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
    data = folder / "postgres"
    data.mkdir(parents=True)
    try:
        _start_postgres(postgres, data, database_port := _free_port())
        _start_redis(cache, folder / "redis", cache_port := _free_port())
    except subprocess.CalledProcessError as error:
        stop(folder)
        sys.exit(f"{Path(error.cmd[0]).name} failed: {error.output}")
    return {
        "DATABASE_URL": f"postgresql://{POSTGRES_USER}@127.0.0.1:{database_port}/postgres",
        "REDIS_URL": f"redis://127.0.0.1:{cache_port}/0",
    }


def stop(folder: Path) -> None:
    """End what was started in the folder, and remove its data."""
    if (folder / "postgres" / "postmaster.pid").exists():
        postgres, _ = programs()
        _run([*_as_postgres(), str(postgres / "pg_ctl"), "-D", str(folder / "postgres"), "-m", "immediate", "stop"])
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((folder / "redis" / "pid").read_text()), 15)
    for name in ("postgres", "redis"):
        shutil.rmtree(folder / name, ignore_errors=True)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Start both, give their addresses, and end them whatever happens."""
    try:
        yield start(folder)
    finally:
        stop(folder)


def _start_postgres(programs: Path, data: Path, port: int) -> None:
    before = _as_postgres()
    if before:
        shutil.chown(data, POSTGRES_USER, POSTGRES_USER)
        if subprocess.run([*before, "test", "-x", data], check=False).returncode:
            sys.exit(f"the user {POSTGRES_USER} cannot reach {data}: choose a folder that is open to all users")
    # What is lost when the machine crashes is made anew anyhow, so nothing waits for the disk.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    options += " -c max_connections=50 -c jit=off"
    _run([*before, str(programs / "initdb"), "-D", str(data), "-U", POSTGRES_USER, "--auth=trust", "--no-sync"])
    _run([*before, str(programs / "pg_ctl"), "-D", str(data), "-l", str(data / "log"), "-o", options, "-w", "start"])


def _start_redis(program: str, folder: Path, port: int) -> None:
    folder.mkdir()
    files = ["--dir", str(folder), "--pidfile", str(folder / "pid"), "--logfile", str(folder / "log"), "--save", ""]
    memory = ["--maxmemory", "32mb", "--maxmemory-policy", "allkeys-lru"]
    _run([program, "--bind", "127.0.0.1", "--port", str(port), "--daemonize", "yes", *files, *memory])


def _as_postgres() -> list[str]:
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={POSTGRES_USER}", f"--regid={POSTGRES_USER}", "--init-groups"]


def _run(command: list[str]) -> None:
    # A file and no pipe: a server that goes on in the background would keep a pipe open.
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


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
