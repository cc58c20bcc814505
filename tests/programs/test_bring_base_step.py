"""The base commit of a shallow clone, brought in by the step before anything of the user's runs."""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
TOKEN = "ghs_planted5c1e7a90d4"
IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *IDENTITY, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def base(tmp_path: Path) -> str:
    """Make a repository of three commits at ``server/octo/bench``, and a shallow clone of its last; give the first."""
    server = tmp_path / "server" / "octo" / "bench"
    server.mkdir(parents=True)
    git(server, "init", "--quiet", "--initial-branch", "main")
    for message in ("one", "two", "three"):
        git(server, "commit", "--quiet", "--allow-empty", "--message", message)
    git(tmp_path, "clone", "--quiet", "--depth=1", server.as_uri(), "clone")
    return git(server, "rev-parse", "main~2")


def bring(folder: Path, base: str, server: str) -> Brought:
    work = folder / "work"
    work.mkdir()
    environ = {name: value for name, value in os.environ.items() if name != "BENCHVERDICT_TOKEN"} | {
        "BENCHVERDICT_WORK": str(work),
        "GITHUB_WORKSPACE": str(folder / "clone"),
        "GITHUB_SERVER_URL": server,
        "GITHUB_REPOSITORY": "octo/bench",
        "GITHUB_OUTPUT": str(work / "output"),
        "BENCHVERDICT_BASE": base,
    }
    done = [step("base-lacks.sh", environ)]
    output = work / "output"
    if output.exists():
        environ["BENCHVERDICT_BASE"] = output.read_text().strip().removeprefix("base=")
        done.append(step("base-fetch.sh", environ | {"BENCHVERDICT_TOKEN": TOKEN}))
        done.append(step("base-bring.sh", environ))
    assert not (work / "base.git").exists()
    return Brought("".join(each.stdout for each in done), "".join(each.stderr for each in done))


def step(name: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", str(STEPS / name)], env=environ, capture_output=True, text=True, check=True)


@dataclass
class Brought:
    stdout: str
    stderr: str


def has(folder: Path, commit: str) -> bool:
    done = subprocess.run(["git", "cat-file", "-e", f"{commit}^{{commit}}"], cwd=folder / "clone", check=False)
    return done.returncode == 0


def test_the_base_of_a_shallow_clone_is_brought(tmp_path: Path, base: str) -> None:
    assert not has(tmp_path, base)
    done = bring(tmp_path, base, (tmp_path / "server").as_uri())
    assert f"brought the base commit {base}" in done.stdout
    assert has(tmp_path, base)
    assert git(tmp_path / "clone", "status", "--porcelain") == ""


def test_what_is_there_is_not_fetched(tmp_path: Path, base: str) -> None:
    head = git(tmp_path / "clone", "rev-parse", "HEAD")
    assert bring(tmp_path, head, "file:///nowhere").stdout == ""
    assert not has(tmp_path, base)


def test_a_base_that_cannot_be_had_is_said_and_fails_nothing(tmp_path: Path, base: str) -> None:
    done = bring(tmp_path, base, "file:///nowhere")
    assert "fetch-depth: 0" in done.stdout


class _Recording(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Recording,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


THIEF = """#!/bin/sh
pid=$$
while [ $pid -gt 1 ]; do
  tr '\\0' '\\n' </proc/$pid/environ
  pid=$(cut -d' ' -f4 /proc/$pid/stat)
done >>"{place}" 2>&1
env >>"{place}"
printf "%s\\n" "$@" >>"{place}"
exit 1
"""
"""Takes what it is given, and what every process above it was started with."""
PROMISOR = {
    "remote.origin.url": "ssh://nowhere/bench",
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
    "core.repositoryFormatVersion": "1",
}
"""Git fetches from such a remote what it lacks, also when it is only asked whether it is there."""


def test_the_token_goes_to_the_server_and_to_nobody_else(
    tmp_path: Path, base: str, recorder: tuple[str, list[str]]
) -> None:
    address, seen = recorder
    program = tmp_path / "thief"
    program.write_text(THIEF.format(place=tmp_path / "stolen"))
    program.chmod(0o755)
    for setting in ("core.fsmonitor", "core.sshCommand", "core.gitProxy", "credential.helper", "core.askPass"):
        git(tmp_path / "clone", "config", setting, str(program))
    for setting, value in PROMISOR.items():
        git(tmp_path / "clone", "config", setting, value)
    done = bring(tmp_path, base, address)
    known = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert f"basic {known}" in seen
    for text in (done.stdout, done.stderr, (tmp_path / "stolen").read_text() if (tmp_path / "stolen").exists() else ""):
        assert TOKEN not in text
        assert known not in text
