"""The container of each verb, on the real engine: who it is, what it can write, what it can see."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
USER = 12345


@dataclass(frozen=True, kw_only=True)
class Place:
    """A job's folders. They belong to an ordinary user when the tests may choose one, as root."""

    root: Path
    user: int

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    def command(self, script: str) -> list[str]:
        """Run a script with the steps' functions, as the job's user."""
        change = ["setpriv", f"--reuid={self.user}", f"--regid={_group_of_engine()}", "--clear-groups"]
        shell = ["bash", "-euo", "pipefail", "-c", f'source "{self.root}/action/entrypoint/steps/runtime.sh"; {script}']
        return shell if self.user == os.getuid() else [*change, *shell]


@pytest.fixture
def place() -> Iterator[Place]:
    root = Path(tempfile.mkdtemp())
    user = USER if os.getuid() == 0 else os.getuid()
    for folder in ("work/report", "workspace/reporter", "action"):
        (root / folder).mkdir(parents=True)
    (root / "workspace" / "reporter" / "__init__.py").write_text("raise SystemExit('imported from the workspace')")
    (root / "event.json").write_text("{}")
    shutil.copytree(ROOT / "entrypoint", root / "action" / "entrypoint")
    for path in (root, *root.rglob("*")):
        os.chown(path, user, -1)
    yield Place(root=root, user=user)
    shutil.rmtree(root)


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine's loopback on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def inside(place: Place, port: int, image: str, verb: str) -> dict[str, Any]:
    environment = {
        "PATH": os.environ["PATH"],
        "GITHUB_WORKSPACE": str(place.workspace),
        "GITHUB_EVENT_PATH": str(place.root / "event.json"),
        "GITHUB_OUTPUT": str(place.root / "output"),
        "GITHUB_STEP_SUMMARY": str(place.root / "summary"),
        "GITHUB_TOKEN": "of the job",
        "GITHUB_REPOSITORY": "octo/bench",
        "BENCHVERDICT_WORK": str(place.work),
        "BENCHVERDICT_RUNTIME": "docker",
        "BENCHVERDICT_IMAGE": image,
        "SECRET": "of the job",
        "PROBE": (Path(__file__).parent / "probe.py").read_text(),
    } | ({} if verb == "report" else {"BENCHVERDICT_TOKEN": "planted"})
    script = f'isolated {verb} -c "$PROBE" "{place.work}" "{place.workspace}" {port}'
    done = subprocess.run(
        place.command(script), env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


@pytest.mark.parametrize("verb", ["fetch", "report", "publish"])
def test_every_container_is_confined(verb: str, place: Place, port: int, image: str) -> None:
    facts = inside(place, port, image, verb)
    assert facts["user"] == place.user
    assert facts["capabilities"] == 0
    assert facts["new privileges"] is False
    assert facts["read only"] is True
    assert facts["home"] is True
    assert facts["fonts"] is True
    assert facts["reporter"] == "/opt/benchverdict/reporter/model/__init__.py"
    hidden = {"GITHUB_TOKEN", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "SECRET"}
    assert not hidden & set(facts["environment"])


def test_report_reaches_nothing_and_writes_only_the_report(place: Place, port: int, image: str) -> None:
    facts = inside(place, port, image, "report")
    assert facts["network"] is False
    assert facts["interfaces"] == ["lo"]
    assert facts["writable"] == ["report"]
    assert facts["sees workspace"] is True
    assert facts["environment"] == []
    assert (place.work / "report" / "probe").stat().st_uid == place.user


def test_publish_sees_no_workspace(place: Place, port: int, image: str) -> None:
    facts = inside(place, port, image, "publish")
    assert facts["network"] is True
    assert facts["writable"] == ["work", "report"]
    assert facts["sees workspace"] is False
    assert {"GITHUB_REPOSITORY", "BENCHVERDICT_TOKEN"} <= set(facts["environment"])


def test_fetch_reads_the_workspace(place: Place, port: int, image: str) -> None:
    facts = inside(place, port, image, "fetch")
    assert facts["network"] is True
    assert facts["writable"] == ["work", "report"]
    assert facts["sees workspace"] is True


def test_image_has_no_build_tools_and_no_root(image: str) -> None:
    tools = "for tool in gcc make git pip pip3; do command -v $tool; done"
    look = f"id -u; {tools}; python -c 'import pip' 2>&1 | tail -n 1; ls /opt"
    command = ["docker", "run", "--rm", image, "sh", "-c", look]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == ["65532", "ModuleNotFoundError: No module named 'pip'", "benchverdict", "venv"]


def _group_of_engine() -> int:
    return Path("/var/run/docker.sock").stat().st_gid
