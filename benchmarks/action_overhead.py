"""What the action costs besides measuring: processor seconds of each step for a pull request that changes nothing.

``python -m benchmarks.action_overhead python`` (or ``docker``) runs the steps of ``action.yml`` one after the other, as
a runner does, against the GitHub API of the tests. The benchmark command copies a recorded result, so nothing is
measured. ``--runs`` repeats it: the first run is cold, the later ones find what a runner keeps (the packages of the
cache, the image). ``--action`` names another checkout, such as that of a release.

Times are those of all processes that a step waited for. Containers are no children of it, so those of the runtime
docker are read from the engine's control group, where there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.edge.job import TOKEN
from tests.github_api.server import GitHubApi

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "data" / "pytest-benchmark"
LEFT_OUT = ("Look for the base", "Fetch the base", "Bring the base")
"""The steps for a base that the checkout lacks."""
_OF_OTHER_STAGE = re.compile(r"\$\{\{ *inputs\.stage == '(?!all')\w+' *\}\}")
_PLACE = re.compile(r"\$\{\{ *(inputs|steps|job)\.([\w.-]+) *\}\}")
_GROUPS = (
    "/sys/fs/cgroup/docker/cpu.stat",
    "/sys/fs/cgroup/cpu/docker/cpuacct.usage",
    "/sys/fs/cgroup/cpuacct/docker/cpuacct.usage",
)


@dataclass(kw_only=True)
class Runner:
    """A runner: what it keeps from run to run, and what the steps of this run have put out."""

    action: Path
    folder: Path
    runtime: str
    api: GitHubApi
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self) -> dict[str, float]:
        """Run every step; return the processor seconds of each."""
        self.outputs = {}
        temporary, kept = self.folder / "temporary", self.folder / "kept"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        document = YAML(typ="safe").load((self.action / "action.yml").read_text(encoding="utf-8"))
        inputs = {name: str(each.get("default", "")) for name, each in document["inputs"].items()}
        result = min(RECORDED.glob("5*.json"))
        inputs |= {"runtime": self.runtime, "token": TOKEN, "command": f"cp {result} {{output}}", "check": "false"}
        packages = temporary / "benchverdict" / ".packages"
        used = {}
        for step in document["runs"]["steps"]:
            if "run" in step and step["name"] not in LEFT_OUT and self._is_wanted(step):
                used[step["name"]] = self._step(step, inputs, temporary)
            elif step["name"] == "Restore packages" and kept.is_dir():
                shutil.copytree(kept, packages)
            elif step["name"] == "Save packages" and packages.is_dir() and not kept.is_dir():
                shutil.copytree(packages, kept)
        return used

    def _is_wanted(self, step: dict[str, Any]) -> bool:
        """Return whether a step runs; of its condition only the stage and the runtime depend on anything here."""
        is_of_other_stage = _OF_OTHER_STAGE.fullmatch(step.get("if", "")) is not None
        return not is_of_other_stage and (step["name"] != "Make the environment" or self.runtime == "python")

    def _step(self, step: dict[str, Any], inputs: dict[str, str], temporary: Path) -> float:
        output = temporary / "output"
        output.write_text("")
        given = {name: self._value(str(text), inputs) for name, text in step.get("env", {}).items()}
        began = _processor_seconds()
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder / "project",
            env=self._environment(temporary, output) | given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{step['name']} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        lines = [line.partition("=") for line in output.read_text(encoding="utf-8").splitlines() if "=" in line]
        self.outputs[step.get("id", step["name"])] = {name: value for name, _, value in lines}
        return _processor_seconds() - began

    def _value(self, text: str, inputs: dict[str, str]) -> str:
        def known(found: re.Match[str]) -> str:
            if found[1] == "inputs":
                return inputs[found[2]]
            parts = found[2].split(".")
            return (
                self.outputs.get(parts[0], {}).get(parts[-1], "")
                if found[1] == "steps"
                else "success" * (found[2] == "status")
            )

        return _PLACE.sub(known, text) if "||" not in text else ""

    def _environment(self, temporary: Path, output: Path) -> dict[str, str]:
        head = _git(self.folder / "project", "rev-parse", "HEAD")
        own = {
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_API_URL": self.api.url,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_REPOSITORY": "octo/bench",
            "GITHUB_RUN_ID": "42",
            "GITHUB_SHA": head,
            "GITHUB_STEP_SUMMARY": str(temporary / "summary"),
            "GITHUB_WORKFLOW_REF": "octo/bench/.github/workflows/benchmarks.yml@refs/heads/main",
            "GITHUB_WORKSPACE": str(self.folder / "project"),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(temporary),
        }
        return {**os.environ, **own}


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Octo", "-c", "user.email=octo@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def _processor_seconds() -> float:
    """Return what all ended children have used so far, with the containers of the engine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime + _of_containers()


def _of_containers() -> float:
    for path in map(Path, _GROUPS):
        if path.is_file():
            text = path.read_text()
            found = re.search(r"usage_usec (\d+)", text)
            return int(found[1]) / 1e6 if found else int(text) / 1e9
    return 0.0


def lay_out(folder: Path, api: GitHubApi) -> None:
    """Lay out a project, a pull request that changes a line of text, and GitHub's side of it."""
    project = folder / "project"
    project.mkdir(parents=True)
    _git(project, "init", "--quiet", "--initial-branch", "main")
    (project / "README.md").write_text("A project.\n")
    _git(project, "add", "--all")
    _git(project, "commit", "--quiet", "--message", "One")
    base = _git(project, "rev-parse", "HEAD")
    _git(project, "checkout", "--quiet", "-b", "topic")
    (project / "README.md").write_text("A project, told better.\n")
    _git(project, "commit", "--quiet", "--all", "--message", "Two")
    head = _git(project, "rev-parse", "HEAD")
    _git(project, "checkout", "--quiet", "--detach", "main")
    _git(project, "merge", "--quiet", "--no-ff", "--message", "Merge", "topic")
    api.world.add_token(TOKEN)
    api.world.add_commit(base, branch="main")
    api.world.add_commit(head, base)
    api.world.add_pull(number=7, head_sha=head, base_sha=base)
    home = {"id": api.world.repository.id}
    pull = {
        "number": 7,
        "head": {"sha": head, "ref": "topic", "repo": home},
        "base": {"sha": base, "ref": "main", "repo": home},
    }
    event = {"repository": {**home, "default_branch": "main"}, "pull_request": pull}
    (folder / "event.json").write_text(json.dumps(event))


def main() -> None:
    """Print the processor seconds of each step of each run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runtime", choices=("python", "docker"))
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--action", type=Path, default=ROOT, help="checkout of the action")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, GitHubApi() as api:
        folder = Path(place)
        lay_out(folder, api)
        runner = Runner(action=arguments.action.resolve(), folder=folder, runtime=arguments.runtime, api=api)
        for number in range(1, arguments.runs + 1):
            began, load = time.monotonic(), os.getloadavg()[0]
            steps = runner.run()
            rest = sum(steps.values()) - steps["Measure"]
            parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in steps.items())
            took = time.monotonic() - began
            print(
                f"run {number}: {rest:.2f} CPU s without Measure, {took:.1f} s, load {load:.1f} ({parts})", flush=True
            )


if __name__ == "__main__":
    main()
