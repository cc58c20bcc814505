"""The workflow of the README, run for real with a hostile benchmark command: one job measures, another one publishes.

Each job has a runner, a copy of the action and a token of its own, as on GitHub; the token may do what the README
grants that job. Only what cannot be had here is changed in the workflow: the project's command instead of installing
it, and a step at the end that keeps what the job left.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from ruamel.yaml import YAML

from entrypoint.gate import Facts, exit_code
from tests.e2e.attacker import PRAISE
from tests.e2e.conftest import ROOT
from tests.e2e.leaks import files_holding, holds
from tests.e2e.runner import HERE, REPOSITORY, WORKFLOW, Runner
from tests.e2e.story import REPORT, Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.runner import Job
    from tests.github_api.world import Check, World

MEASURING, PUBLISHING = "benchmarks", "publish"
TOKENS = {
    MEASURING: "ghs_measuring7d20c64f1a8e7b39e5b41f2a86e93",
    PUBLISHING: "ghs_publishing3f9e61a7c58d2b04e7f1a9c36d5b8",
}
NUMBER = 601
COLLECTED = "benchverdict-collected-benchmarks"
BENCH = "printf 'pkg: example.com/shop\\nBenchmarkSearch-2 1000 {} ns/op\\nBenchmarkParse-2 1000 {} ns/op\\nPASS\\n'\n"
LIES = ("green", "contradicted")
"""A gate that passed over a row called regressed; and that row called unchanged. Both invent numbers for another."""


def documented() -> dict[str, Any]:
    """Return the workflow that the README recommends."""
    [text, *_] = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    workflow: dict[str, Any] = YAML(typ="safe").load(text)
    return workflow


def granted(job: str) -> dict[str, str]:
    """Return the permissions of a job's token, as the API server names them."""
    return {name.replace("-", "_"): level for name, level in documented()["jobs"][job]["permissions"].items()}


@dataclass(kw_only=True)
class Attack:
    """A pull request whose benchmark command attacks; each job on a runner of its own, which ends with the job."""

    lie: str
    runners: dict[str, Runner]
    world: World
    jobs: dict[str, Job] = field(default_factory=dict)
    head: str = ""

    def tell(self) -> None:
        project = Project(folder=self.runners[MEASURING].folder / "project")
        event = self._open(project)
        for name, runner in self.runners.items():
            self.world.add_token(runner.token, permissions=granted(name))
        self.world.uploads[NUMBER] = self.runners[MEASURING].uploads(NUMBER)
        for name in self.runners:
            self._run(name, project, event)

    def _open(self, project: Project) -> dict[str, Any]:
        """Make the repository and the pull request; return the event."""
        project.folder.mkdir()
        script = project.folder / "bench.sh"
        script.write_text(BENCH.format(1000, 500))
        project.git("init", "--quiet", "--initial-branch", "main")
        base = project.commit("A benchmark")
        project.git("checkout", "--quiet", "-b", "topic")
        shutil.copy(HERE / "attacker.py", project.folder)
        script.write_text(f"python3 attacker.py once {self.lie}\n" + BENCH.format(1400, 700))
        self.head = project.commit("Slower, and hostile")
        project.git("checkout", "--quiet", "--detach", "main")
        project.git("merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic")
        self.world.add_commit(base, branch="main")
        self.world.add_commit(self.head, base)
        self.world.add_pull(number=7, head_sha=self.head, base_sha=base)
        self.world.add_run(id=NUMBER, head_sha=self.head, event="pull_request", conclusion=None)
        home = {"id": self.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        sides = {"head": (self.head, "topic"), "base": (base, "main")}
        pull = {side: {"sha": sha, "ref": ref, "repo": home} for side, (sha, ref) in sides.items()}
        return {"repository": home, "action": "synchronize", "number": 7, "pull_request": {"number": 7, **pull}}

    def _run(self, name: str, project: Project, event: dict[str, Any]) -> None:
        place = project.folder / WORKFLOW
        place.parent.mkdir(parents=True, exist_ok=True)
        YAML(typ="safe").dump(_alone(name), place)
        self.jobs[name] = self.runners[name].run(
            "pull_request", event, project=project.folder, run_id=NUMBER, ref="refs/pull/7/merge", runtime="docker"
        )

    @property
    def kept(self) -> Path:
        """Return the folder of what the command left."""
        return self.jobs[MEASURING].kept

    @property
    def received(self) -> dict[str, Any]:
        """Return the verdict that the measuring job uploaded."""
        with ZipFile(self.runners[MEASURING].artifacts(NUMBER)[REPORT]) as archive:
            verdict: dict[str, Any] = json.loads(archive.read("verdict.json"))
        return verdict

    @property
    def check(self) -> Check:
        """Return the only check."""
        [check] = self.world.checks.values()
        return check

    @property
    def comment(self) -> str:
        """Return the only comment."""
        [comment] = self.world.comments.values()
        return comment.body


def _alone(name: str) -> dict[str, Any]:
    """Return the workflow with one of its jobs. What it needs has run on another runner."""
    workflow = documented()
    job = workflow["jobs"][name]
    job.pop("needs", None)
    unneeded = ("actions/setup-python@", "pip install")
    job["steps"] = [step for step in job["steps"] if not str(step.get("uses", step.get("run"))).startswith(unneeded)]
    command = {"command": "bash bench.sh >{output}"} if name == MEASURING else {}
    job["steps"][-1] |= {"id": "bench", "with": job["steps"][-1]["with"] | command | {"runtime": "docker"}}
    [*_, keep] = YAML(typ="safe").load(HERE / "project" / "benchmarks.yml")["jobs"]["benchmarks"]["steps"]
    job["steps"].append(keep)
    return workflow | {"jobs": {name: job}}


@pytest.fixture(scope="module", params=LIES)
def attack(
    request: pytest.FixtureRequest,
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Attack]:
    with GitHubApi(description=Description.load()) as api:
        runners = {}
        for name, token in TOKENS.items():
            folder = tmp_path_factory.mktemp(f"{request.param}-{name}")
            own = shutil.copytree(checkout, folder / "action")
            runners[name] = Runner(
                act=act,
                checkout=own,
                node_packages=node_packages,
                environment=environment,
                api=api.url,
                folder=folder,
                token=token,
            )
        told = Attack(lie=request.param, runners=runners, world=api.world)
        told.tell()
        yield told


def test_the_measuring_job_may_write_nothing(attack: Attack) -> None:
    assert documented()["permissions"] == {}
    assert set(granted(MEASURING).values()) == {"read"}
    assert "write" in granted(PUBLISHING).values()


def test_the_token_that_the_command_finds_opens_nothing(attack: Attack) -> None:
    """By nature: what runs beside the runner can read the token of its own job, which is why it may write nothing."""
    tried = json.loads((attack.kept / "tokens.json").read_text())
    assert tried == {TOKENS[MEASURING]: {"comment": 403, "check": 403, "artifacts": 200}}


def test_the_token_of_the_publishing_job_is_nowhere_the_command_looked(attack: Attack) -> None:
    loot = (attack.kept / "loot").read_bytes()
    assert holds(loot, TOKENS[MEASURING]), "the search finds a token that is there"
    assert b"GITHUB_OUTPUT=" in loot
    assert not holds(loot, TOKENS[PUBLISHING])
    for name, token in TOKENS.items():
        assert token not in attack.jobs[name].log
        assert files_holding(attack.jobs[name].work, token) == []
        for runner in attack.runners.values():
            assert files_holding(runner.folder / "artifacts", token) == []


def test_no_baseline_is_saved_of_a_pull_request(attack: Attack) -> None:
    work = attack.jobs[MEASURING].work
    assert ' "save_baseline": true,' in (work / "situation.json").read_text().splitlines(), "the command forged it"
    assert (work / "report" / "baseline.json.gz").read_bytes() == b"forged"
    assert set(attack.runners[MEASURING].artifacts(NUMBER)) == {REPORT}
    assert set(attack.runners[PUBLISHING].artifacts(NUMBER)) == {COLLECTED}


def test_forged_exit_codes_are_overwritten_and_go_nowhere(attack: Attack) -> None:
    before = attack.kept / "before"
    codes = {verb: (before / "exit" / verb).read_text() for verb in ("measure", "report", "publish")}
    assert codes == {"measure": "0\n", "report": "0\n", "publish": "00\n"}, "of the steps that ran since then"
    assert exit_code(Facts(before)) == 10
    with ZipFile(attack.runners[MEASURING].artifacts(NUMBER)[REPORT]) as archive:
        assert not [name for name in archive.namelist() if "exit" in name]
    assert (attack.jobs[PUBLISHING].work / "exit" / "publish").read_text() == "0\n"


def test_what_stays_behind_is_ended_before_there_is_a_report(attack: Attack) -> None:
    watchers = (attack.kept / "watchers").read_text().split()
    assert len(watchers) > 2, "one in each run of the head"
    assert not [pid for pid in watchers if Path("/proc", pid).exists()]
    verdict = json.loads((attack.kept / "before" / "report" / "verdict.json").read_text())
    assert verdict["gate"]["status"] == "failed"
    assert [row["verdict"] for row in verdict["benchmarks"]] == ["regressed", "regressed"]


def test_what_is_written_into_the_runners_files_runs_nowhere(attack: Attack) -> None:
    assert (attack.kept / "planted.sh").exists()
    assert not (attack.kept / "planted-ran").exists()


def test_the_colour_of_the_measuring_job_is_its_own_claim(attack: Attack) -> None:
    """By nature: a command can change the action's own files, and so what the later steps of its job say."""
    job = attack.jobs[MEASURING]
    assert job.succeeded, job.log[-4000:]
    assert (job.outputs["gate"], job.outputs["exit-code"]) == ("passed", "0")
    assert attack.received["gate"]["status"] == "passed"


@pytest.mark.parametrize("attack", ["green"], indirect=True)
def test_a_gate_that_passed_over_a_regressed_row_fails_in_the_publishing_job(attack: Attack) -> None:
    job = attack.jobs[PUBLISHING]
    assert (attack.check.head_sha, attack.check.conclusion) == (attack.head, "failure")
    assert job.outputs["gate"] == "failed", job.log[-4000:]
    assert job.outputs["regressed"] == "1"
    assert "❌ 1 of 2 benchmarks regressed" in attack.comment
    assert "+40" in attack.comment


@pytest.mark.parametrize("attack", ["green"], indirect=True)
def test_numbers_that_agree_with_each_other_are_believed(attack: Attack) -> None:
    """By nature: the second benchmark was as much slower as the first. SECURITY.md says that nobody can see this."""
    [invented] = [row for row in attack.jobs[PUBLISHING].outputs.items() if row[0] == "unchanged"]
    assert invented == ("unchanged", "1")


@pytest.mark.parametrize("attack", ["contradicted"], indirect=True)
def test_a_report_that_its_numbers_contradict_is_refused(attack: Attack) -> None:
    job = attack.jobs[PUBLISHING]
    assert (attack.check.head_sha, attack.check.conclusion) == (attack.head, "neutral")
    assert "verdict-contradicts" in (attack.check.summary or "")
    assert "verdict-contradicts" in job.log
    assert (job.succeeded, job.outputs["gate"], job.outputs["exit-code"]) == (False, "undecided", "3")


def test_no_sentence_of_the_command_is_published(attack: Attack) -> None:
    [path] = [attack.runners[MEASURING].artifacts(NUMBER)[REPORT]]
    assert holds(path.read_bytes(), PRAISE)
    told = [attack.check.title, attack.check.summary, *(each.body for each in attack.world.comments.values())]
    told += [attack.jobs[PUBLISHING].summary]
    assert not [text for text in told if PRAISE in (text or "").replace("\u00a0", " ")]


def test_github_would_have_accepted_every_request_of_ours(attack: Attack) -> None:
    assert attack.world.violations == []
