"""Runs workflows for real: act as the runner, the official artifact client, a GitHub API beside them."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.leaks import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
REPOSITORY = "octo/bench"
WORKFLOW = ".github/workflows/benchmarks.yml"
TOKEN = "ghs_planted1b4f7c09e6d2a85f3c7e1d90b6a4"
"""The job's token: long and nowhere else, so that finding it anywhere is proof of a leak."""
CANARY = "canary_5d0e9b7c41f2a86e93b7d20c64f1a8e7"
"""A secret of the repository, which a step before ours uses."""
SETUP_PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of act. ``arguments`` are those of every process that it started.

    ``runtime_token`` is that of the artifact server, empty when nothing was uploaded. Where a workflow has several
    jobs, each keeps what it left in a folder of its name.
    """

    id: int
    succeeded: bool
    log: str
    kept: Path
    arguments: frozenset[bytes] = field(repr=False)
    runtime_token: str = field(repr=False)

    @property
    def jobs(self) -> set[str]:
        """Name the jobs that came to their last step."""
        return {path.parent.name for path in self.kept.glob("*/outputs.json")}

    def job(self, name: str = "") -> Job:
        kept = self.kept / name
        assert (kept / "outputs.json").exists(), f"the workflow did not come to its last step:\n{self.log[-8000:]}"
        return Job(
            run_id=self.id,
            succeeded=self.succeeded,
            outcome=(kept / "outcome").read_text(),
            outputs=json.loads((kept / "outputs.json").read_text()),
            log=self.log,
            kept=kept,
            run=self,
        )


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is left of one run of the workflow. ``outcome`` is that of our step, ``kept`` the folder of its files."""

    run_id: int
    succeeded: bool
    outcome: str
    outputs: dict[str, str]
    log: str
    kept: Path
    run: Run

    @property
    def work(self) -> Path:
        return self.kept / "benchverdict" / "benchmarks"

    @property
    def summary(self) -> str:
        """The job summary as the runner received it."""
        found = re.search(r"Summary - (.*?)\n\[", self.log, re.DOTALL)
        return found[1] if found else ""

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the report."""
        found: list[dict[str, Any]] = json.loads((self.work / "report" / "verdict.json").read_text())["benchmarks"]
        return found

    def verdicts(self) -> dict[str, str]:
        """Map each benchmark's name to its verdict."""
        return {row["name"]: row["verdict"] for row in self.rows()}


@dataclass(frozen=True, kw_only=True)
class Runner:
    """``environment`` is that of act itself; ``api`` the address of the GitHub API; ``folder`` takes all it writes.

    ``token`` is that of every job: act has one for all, so jobs with rights of their own need a runner each.
    """

    act: str
    checkout: Path
    node_packages: Path
    environment: Mapping[str, str]
    api: str
    folder: Path
    token: str = TOKEN

    def run(self, event: str, payload: Mapping[str, Any], *, project: Path, run_id: int, ref: str, runtime: str) -> Job:
        """Run the workflow of ``project``, which has one job, on an event, as run ``run_id``."""
        return self.run_all(event, payload, project=project, run_id=run_id, ref=ref, runtime=runtime).job()

    def run_all(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        project: Path,
        run_id: int,
        ref: str,
        runtime: str,
        workflow: str = WORKFLOW,
        variables: Mapping[str, str] | None = None,
        seconds: float = 300,
    ) -> Run:
        """Run every job of the workflow that the event starts, with more variables of the repository if need be."""
        kept = self.folder / f"kept-{run_id}"
        kept.mkdir()
        home = self.folder / f"home-{run_id}"
        home.mkdir()
        event_file = self.folder / f"event-{run_id}.json"
        event_file.write_text(json.dumps(payload))
        step = {
            "GITHUB_API_URL": self.api,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(run_id),
            "GITHUB_REF": ref,
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{workflow}@{ref}",
            "KEEP": str(kept),
            "NODE_PATH": str(self.node_packages),
            "CHECKOUT_FROM": str(project),
            "CACHED_IN": str(self.folder / "cached"),
            "UPLOADS_WITH": str(self.folder / f"runtime-token-{run_id}"),
        }
        if runtime == "python":
            step["DOCKER_HOST"] = "tcp://127.0.0.1:9"  # nobody answers there
        secrets = self.folder / f"secrets-{run_id}"
        secrets.write_text(f"GITHUB_TOKEN={self.token}\nCANARY={CANARY}\n")
        log = self.folder / f"log-{run_id}.txt"
        var = {"RUNTIME": runtime, **(variables or {})}
        command = [*self._command(event, event_file, secrets), *_each("--env", step), *_each("--var", var)]
        environment = {**self.environment, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
        with (
            log.open("w") as stream,
            subprocess.Popen(command, cwd=project, env=environment, stdout=stream, stderr=stream) as act,
            Watch(act.pid) as watch,
        ):
            try:
                code = act.wait(seconds)
            except subprocess.TimeoutExpired:
                act.kill()
                raise
        token = Path(step["UPLOADS_WITH"])
        return Run(
            id=run_id,
            succeeded=code == 0,
            log=log.read_text(),
            kept=kept,
            arguments=frozenset(watch.seen),
            runtime_token=token.read_text() if token.exists() else "",
        )

    def uploads(self, run_id: int) -> Path:
        """Return the folder where the zips of a run appear while it goes on."""
        return self.folder / "artifacts" / str(run_id)

    def artifacts(self, run_id: int) -> dict[str, Path]:
        """Map the name of each artifact that a run uploaded to its zip."""
        return {path.stem: path for path in self.uploads(run_id).glob("*/*.zip")}

    def _command(self, event: str, event_file: Path, secrets: Path) -> list[str]:
        local = {
            "OWNER/benchverdict@v1": self.checkout,
            _used(self.checkout, "actions/upload-artifact"): HERE / "upload-artifact",
            _used(self.checkout, "actions/cache"): HERE / "cache",
            CHECKOUT: HERE / "checkout",
            SETUP_PYTHON: HERE / "setup-python",
        }
        return [
            *(self.act, event, "--platform", "ubuntu-latest=-self-hosted", "--eventpath", str(event_file)),
            *_each("--local-repository", {name: str(path) for name, path in local.items()}),
            *("--artifact-server-path", str(self.folder / "artifacts"), "--artifact-server-addr", "127.0.0.1"),
            *("--artifact-server-port", str(_free_port()), "--no-cache-server"),
            # Nothing is masked: a leaked token shows. In a file, so that no argument of act's own holds it.
            *("--secret-file", str(secrets), "--insecure-secrets"),
        ]


def prepare(project: Path) -> None:
    """Lay the small project and its workflow into a folder."""
    shutil.copytree(HERE / "project", project, ignore=shutil.ignore_patterns("benchmarks.yml", "__pycache__"))
    (project / WORKFLOW).parent.mkdir(parents=True)
    shutil.copy(HERE / "project" / "benchmarks.yml", project / WORKFLOW)


def _used(checkout: Path, name: str) -> str:
    """Return an action with the commit that action.yml pins it by."""
    (commit,) = set(re.findall(rf"uses: {name}(?:/\w+)?@(\S+)", (checkout / "action.yml").read_text()))
    return f"{name}@{commit}"


def _each(option: str, values: Mapping[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in (option, f"{name}={value}")]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
