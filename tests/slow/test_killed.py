"""Whatever is killed at whatever moment: the saved history stays whole, and it is said what happened."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from reporter.store.directory import DirectoryStore
from reporter.store.protocol import Missing
from tests.measure_plans import ROOT, is_running, noted_pid, wait_until
from tests.programs.test_measure_service import SERVER, START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

CONFIG = f"""
[measure]
command = "echo $$ >command.pid; sleep $(cat pause); cp result.json {{output}}"
runs = 2
baseline-runs = 2
noise-pairs = 0
compare = "baseline"
[service]
command = "sleep $(cat slow-start); {START}"
ready-url = "/"
reset = "echo $$ >reset.pid; sleep $(cat slow-reset); echo fresh >data"
"""
RESULT = [{"name": "one", "unit": "s", "value": 1.0}]
NEVER = "300"


class Project:
    """A project with a service in a folder, whose parts wait as long as files say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / ".benchverdict" / "baseline"

    def make(self) -> None:
        """Write its files."""
        (self.folder / "benchverdict.toml").write_text(CONFIG)
        (self.folder / "server.py").write_text(SERVER)
        (self.folder / "result.json").write_text(json.dumps(RESULT))
        self.waiting()

    def waiting(self, **seconds: str) -> None:
        """Let parts wait; the others go on at once."""
        for name in ("pause", "slow_start", "slow_reset"):
            (self.folder / name.replace("_", "-")).write_text(seconds.get(name, "0"))

    @contextmanager
    def start(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        for name in ("command.pid", "reset.pid", "server.pid"):
            (self.folder / name).unlink(missing_ok=True)
        with subprocess.Popen(
            [sys.executable, "-m", "reporter", "run", *options],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()
                self.end_leftovers()

    def run(self, *options: str) -> tuple[int, str]:
        with self.start(*options) as process:
            said, _ = process.communicate(timeout=120)
        return process.returncode, said

    def end_leftovers(self) -> None:
        """A killed reporter ends no command; the test does, by the number that the command noted itself."""
        for name in ("command.pid", "reset.pid"):
            path = self.folder / name
            if path.exists() and path.read_text().strip():
                with suppress(OSError):
                    os.killpg(int(path.read_text()), signal.SIGKILL)

    def server(self) -> int:
        return noted_pid(self.folder / "server.pid")

    def record(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / ".benchverdict/measure/measure.json").read_text())
        return content

    def sessions(self) -> int:
        """Count the saved sessions, read as the next run reads them."""
        found = DirectoryStore(self.store).find("default")
        assert not isinstance(found, Missing), found
        return len(found.history)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Project(tmp_path_factory.mktemp("saved"))
    made.make()
    assert made.run("--save-baseline")[0] == 0
    assert made.sessions() == 1
    return made.folder


@pytest.fixture
def project(saved: Path, tmp_path: Path) -> Project:
    """A project with one saved baseline, measured once for all tests."""
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def in_command(project: Project) -> None:
    noted_pid(project.folder / "command.pid")


def in_reset(project: Project) -> None:
    noted_pid(project.folder / "reset.pid")


def while_starting(project: Project) -> None:
    wait_until((project.folder / ".benchverdict/measure/service.json").exists, "the service was started")


def in_second_run(project: Project) -> None:
    in_command(project)
    path = project.folder / ".benchverdict/measure/measure.json"
    wait_until(lambda: len(json.loads(path.read_text())["runs"]) == 1, "the first run is kept")


MOMENTS: list[tuple[Callable[[Project], None], dict[str, str]]] = [
    (in_reset, {"slow_reset": NEVER}),
    (while_starting, {"slow_start": NEVER}),
    (in_command, {"pause": NEVER}),
    (in_second_run, {"pause": "1"}),
]


@pytest.mark.parametrize(("moment", "waiting"), MOMENTS)
def test_a_killed_reporter(project: Project, moment: Callable[[Project], None], waiting: dict[str, str]) -> None:
    before = {path: path.read_bytes() for path in project.store.iterdir()}
    project.waiting(**waiting)
    with project.start("--save-baseline") as process:
        moment(project)
        process.kill()
        process.communicate()
        state = project.folder / ".benchverdict/measure/service.json"
        if state.exists():
            held = json.loads(state.read_text())
            wait_until(lambda: not is_running(held["service"]["pid"]), "the service has ended")
    assert {path: path.read_bytes() for path in project.store.iterdir()} == before
    project.waiting()
    code, said = project.run("--save-baseline")
    assert code == 0, said
    assert "note: the measuring before this one was killed" in said
    assert {warning["code"] for warning in project.record()["warnings"]} & {
        "service-left-behind",
        "measuring-was-killed",
    }
    assert project.sessions() == 2


def is_measured(path: Path, since: float) -> bool:
    """Whether a measuring came to its end after a time; for a moment there is no file."""
    with suppress(FileNotFoundError):
        return path.stat().st_mtime > since and json.loads(path.read_text())["status"] == "complete"
    return False


@pytest.mark.parametrize("late", [0.0, 0.3, 1.0])
def test_a_reporter_that_is_killed_while_it_reports_and_saves(project: Project, late: float) -> None:
    path = project.folder / ".benchverdict/measure/measure.json"
    began = time.time()
    with project.start("--save-baseline") as process:
        wait_until(lambda: is_measured(path, began), "it has measured")
        time.sleep(late)
        process.kill()
        process.communicate()
    sessions = project.sessions()
    assert sessions in (1, 2)
    assert project.run("--save-baseline")[0] == 0
    assert project.sessions() == sessions + 1


@pytest.mark.parametrize(
    ("moment", "waiting", "said"),
    [
        (while_starting, {"slow_start": NEVER}, "was ended by SIGKILL before it was healthy"),
        (in_second_run, {"pause": "1"}, "run 2 of 2 failed: the service was ended by SIGKILL"),
    ],
)
def test_a_killed_server(
    project: Project, moment: Callable[[Project], None], waiting: dict[str, str], said: str
) -> None:
    before = {path: path.read_bytes() for path in project.store.iterdir()}
    project.waiting(**waiting)
    with project.start("--save-baseline") as process:
        moment(project)
        while_starting(project)
        os.kill(json.loads((project.folder / ".benchverdict/measure/service.json").read_text())["service"]["pid"], 9)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 4
    assert said in printed
    assert "the last lines of runs/" in printed or "it printed nothing" in printed
    assert {path: path.read_bytes() for path in project.store.iterdir()} == before
    project.waiting()
    assert project.run("--save-baseline")[0] == 0
    assert project.sessions() == 2


def test_a_killed_command(project: Project) -> None:
    before = {path: path.read_bytes() for path in project.store.iterdir()}
    project.waiting(pause=NEVER)
    with project.start("--save-baseline") as process:
        os.kill(noted_pid(project.folder / "command.pid"), signal.SIGKILL)
        server = project.server()
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 4
    assert "the command was ended by SIGKILL" in printed
    assert not is_running(server)
    assert {path: path.read_bytes() for path in project.store.iterdir()} == before
    project.waiting()
    assert project.run("--save-baseline")[0] == 0
    assert project.sessions() == 2
