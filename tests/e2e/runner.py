"""Runs workflows for real: act as the runner, the official artifact client, a GitHub API beside them."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
REPOSITORY = "octo/bench"
WORKFLOW = ".github/workflows/benchmarks.yml"
SETUP_PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97"
TOKEN = "ghs_planted1b4f7c09e6d2a85f3c7e1d90b6a4"
"""The job's token: long and nowhere else, so that finding it anywhere is proof of a leak."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is left of one run of the workflow. ``outcome`` is that of our step, ``kept`` the folder of its files."""

    run_id: int
    succeeded: bool
    outcome: str
    outputs: dict[str, str]
    log: str
    kept: Path

    @property
    def work(self) -> Path:
        return self.kept / "benchverdict" / "benchmarks"

    @property
    def summary(self) -> str:
        """The job summary as the runner received it."""
        found = re.search(r"Summary - (.*?)\n\[", self.log, re.DOTALL)
        return found[1] if found else ""

    def verdicts(self) -> dict[str, str]:
        """Map each benchmark's name to its verdict."""
        report = json.loads((self.work / "report" / "verdict.json").read_text())
        return {row["name"]: row["verdict"] for row in report["benchmarks"]}


@dataclass(frozen=True, kw_only=True)
class Runner:
    """``environment`` is that of act itself; ``api`` the address of the GitHub API; ``folder`` takes all it writes."""

    act: str
    checkout: Path
    node_packages: Path
    environment: Mapping[str, str]
    api: str
    folder: Path

    def run(self, event: str, payload: Mapping[str, Any], *, project: Path, run_id: int, ref: str, runtime: str) -> Job:
        """Run the workflow of ``project`` on an event, as run ``run_id``; it keeps what the job left."""
        kept = self.folder / f"kept-{run_id}"
        kept.mkdir()
        step = {"KEEP": str(kept)}
        if runtime == "python":
            step["DOCKER_HOST"] = "tcp://127.0.0.1:9"  # nobody answers there
        done = self.start(event, payload, project=project, run_id=run_id, ref=ref, step=step, var={"RUNTIME": runtime})
        assert (kept / "outputs.json").exists(), f"the workflow did not come to its last step:\n{done.stdout[-8000:]}"
        return Job(
            run_id=run_id,
            succeeded=done.returncode == 0,
            outcome=(kept / "outcome").read_text(),
            outputs=json.loads((kept / "outputs.json").read_text()),
            log=done.stdout,
            kept=kept,
        )

    def start(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        project: Path,
        run_id: int,
        ref: str,
        step: Mapping[str, str],
        var: Mapping[str, str],
        workflow: str = WORKFLOW,
    ) -> subprocess.CompletedProcess[str]:
        """Run a workflow to its end: ``step`` is added to the environment of its steps, ``var`` to its variables."""
        home = self.folder / f"home-{run_id}"
        home.mkdir()
        event_file = self.folder / f"event-{run_id}.json"
        event_file.write_text(json.dumps(payload))
        told = {
            "GITHUB_API_URL": self.api,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": str(run_id),
            "GITHUB_REF": ref,
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/{workflow}@{ref}",
            "NODE_PATH": str(self.node_packages),
            **step,
        }
        done = subprocess.run(
            [*self._command(event, event_file), *_each("--env", told), *_each("--var", var)],
            cwd=project,
            env={**self.environment, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        (self.folder / f"log-{run_id}.txt").write_text(done.stdout)
        return done

    def artifacts(self, run_id: int) -> dict[str, Path]:
        """Map the name of each artifact that a run uploaded to its zip."""
        return {path.stem: path for path in (self.folder / "artifacts" / str(run_id)).glob("*/*.zip")}

    def _command(self, event: str, event_file: Path) -> list[str]:
        local = {
            "OWNER/benchverdict@v1": self.checkout,
            _upload_action(self.checkout): HERE / "upload-artifact",
            SETUP_PYTHON: HERE / "setup-python",
        }
        return [
            *(self.act, event, "--platform", "ubuntu-latest=-self-hosted", "--eventpath", str(event_file)),
            *_each("--local-repository", {name: str(path) for name, path in local.items()}),
            *("--artifact-server-path", str(self.folder / "artifacts"), "--artifact-server-addr", "127.0.0.1"),
            *("--artifact-server-port", str(_free_port()), "--no-cache-server"),
            # Nothing is masked: a leaked token shows.
            *("--secret", f"GITHUB_TOKEN={TOKEN}", "--insecure-secrets"),
        ]


def prepare(project: Path) -> None:
    """Lay the small project and its workflow into a folder."""
    shutil.copytree(HERE / "project", project, ignore=shutil.ignore_patterns("benchmarks.yml", "__pycache__"))
    (project / WORKFLOW).parent.mkdir(parents=True)
    shutil.copy(HERE / "project" / "benchmarks.yml", project / WORKFLOW)


def _upload_action(checkout: Path) -> str:
    """Name the upload action exactly as action.yml pins it."""
    (used,) = set(re.findall(r"uses: (\S+)", (checkout / "action.yml").read_text()))
    return str(used)


def _each(option: str, values: Mapping[str, str]) -> list[str]:
    return [part for name, value in values.items() for part in (option, f"{name}={value}")]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
