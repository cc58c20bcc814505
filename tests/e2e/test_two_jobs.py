"""The workflow of the README, run for real with a hostile benchmark command: one job measures, another one publishes.

Each job has a runner, a copy of the action and a token of its own, as on GitHub; the token may do what the README
grants that job. Only what cannot be had here is changed in the workflow: the project's command instead of installing
it, and a step at the end that keeps what the job left.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from ruamel.yaml import YAML

from entrypoint.gate import exit_code
from entrypoint.gate_facts import Facts
from tests.e2e.attacker import PRAISE
from tests.e2e.conftest import ROOT
from tests.e2e.leaks import files_holding, holds
from tests.e2e.runner import HERE, REPOSITORY, WORKFLOW, Runner
from tests.e2e.story import PAGE, REPORT, Project
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.runner import Job
    from tests.github_api.world import Check, World

MEASURING, PUBLISHING = "benchmarks", "publish"
TOKENS = {name: f"ghs_{secrets.token_hex(18)}" for name in (MEASURING, PUBLISHING)}
"""By chance, because the command reads this file too: it is in the folder of the action."""
RUN, EARLIER_RUN = 601, 600
OURS = 71
COLLECTED = "benchverdict-collected-benchmarks"
BENCH = "printf 'pkg: example.com/shop\\nBenchmarkSearch-2 1000 {} ns/op\\nBenchmarkParse-2 1000 {} ns/op\\nPASS\\n'\n"
EARLIER = "<!-- benchverdict comment: benchmarks -->\n### All is well\n\nOf an earlier commit.\n"


def documented() -> dict[str, Any]:
    """Return the workflow that the README recommends."""
    [text, *_] = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    workflow: dict[str, Any] = YAML(typ="safe").load(text)
    return workflow


def granted(job: str) -> dict[str, str]:
    """Return the permissions of a job's token, as the API server names them."""
    return {name.replace("-", "_"): level for name, level in documented()["jobs"][job]["permissions"].items()}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What GitHub has after a run: its check, and our comment on the pull request."""

    job: Job
    check: Check
    comment: str


@dataclass(kw_only=True)
class Attack:
    """A pull request whose benchmark command attacks; each job on a runner of its own, which ends with the job.

    The report of the earlier run is another one that the command has forged.
    """

    runners: dict[str, Runner]
    world: World
    measured: Job = field(init=False)
    told: dict[int, Told] = field(default_factory=dict)
    head: str = ""

    def tell(self) -> None:
        """Run the measuring job once, and the publishing job on each of its reports."""
        project = Project(folder=self.runners[MEASURING].folder / "project")
        event = self._open(project)
        for name, runner in self.runners.items():
            self.world.add_token(runner.token, permissions=granted(name))
        self.measured = self._run(MEASURING, RUN, project, event)
        contradicted = (self.measured.kept / "contradicted.json").read_bytes()
        self.world.add_artifact(name=REPORT, run_id=EARLIER_RUN, content=zip_of("verdict.json", contradicted))
        self.world.add_artifact(name=REPORT, run_id=RUN, content=str(self.report))
        self.told = {number: self._published(number, project, event) for number in (EARLIER_RUN, RUN)}

    def _open(self, project: Project) -> dict[str, Any]:
        """Make the repository and the pull request; return the event."""
        base = self._commit(project)
        self.world.add_commit(base, branch="main")
        self.world.add_commit(self.head, base)
        self.world.add_pull(number=7, head_sha=self.head, base_sha=base)
        self.world.add_comment(7, "github-actions[bot]", EARLIER, id=OURS)
        for number in (EARLIER_RUN, RUN):
            self.world.add_run(id=number, head_sha=self.head, event="pull_request", conclusion=None)
        home = {"id": self.world.repository.id, "full_name": REPOSITORY, "default_branch": "main"}
        sides = {"head": (self.head, "topic"), "base": (base, "main")}
        pull = {side: {"sha": sha, "ref": ref, "repo": home} for side, (sha, ref) in sides.items()}
        return {"repository": home, "action": "synchronize", "number": 7, "pull_request": {"number": 7, **pull}}

    def _commit(self, project: Project) -> str:
        """Commit both sides and check out their test merge; return the base."""
        project.folder.mkdir()
        script = project.folder / "bench.sh"
        script.write_text(BENCH.format(1000, 500))
        project.git("init", "--quiet", "--initial-branch", "main")
        base = project.commit("A benchmark")
        project.git("checkout", "--quiet", "-b", "topic")
        shutil.copy(HERE / "attacker.py", project.folder)
        script.write_text('[ -e "$KEEP/enough" ] || python3 attacker.py once\n' + BENCH.format(1400, 700))
        self.head = project.commit("Slower, and hostile")
        project.git("checkout", "--quiet", "--detach", "main")
        project.git("merge", "--quiet", "--no-ff", "--message", "Merge topic into main", "topic")
        return base

    def _run(self, name: str, number: int, project: Project, event: dict[str, Any]) -> Job:
        place = project.folder / WORKFLOW
        place.parent.mkdir(parents=True, exist_ok=True)
        YAML(typ="safe").dump(_alone(name), place)
        return self.runners[name].run(
            "pull_request", event, project=project.folder, run_id=number, ref="refs/pull/7/merge", runtime="docker"
        )

    def _published(self, number: int, project: Project, event: dict[str, Any]) -> Told:
        job = self._run(PUBLISHING, number, project, event)
        [check] = [each for each in self.world.checks.values() if f"/{number}/" in each.external_id]
        return Told(job=job, check=check, comment=self.world.comments[OURS].body)

    @property
    def report(self) -> Path:
        """Return the report artifact of the measuring job."""
        return self.runners[MEASURING].artifacts(RUN)[REPORT]


def zip_of(name: str, content: bytes) -> bytes:
    """Return an archive of one file."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _alone(name: str) -> dict[str, Any]:
    """Return the workflow with one of its jobs. What it needs has run on another runner."""
    workflow = documented()
    job = workflow["jobs"][name]
    job.pop("needs", None)
    unneeded = ("actions/setup-python@", "pip install")
    job["steps"] = [step for step in job["steps"] if not str(step.get("uses", step.get("run"))).startswith(unneeded)]
    command = {"command": "bash bench.sh >{output}", "time-limit": "60 s"} if name == MEASURING else {}
    job["steps"][-1] |= {"id": "bench", "with": job["steps"][-1]["with"] | command | {"runtime": "docker"}}
    [*_, keep] = YAML(typ="safe").load(HERE / "project" / "benchmarks.yml")["jobs"]["benchmarks"]["steps"]
    job["steps"].append(keep)
    return workflow | {"jobs": {name: job}}


@pytest.fixture(scope="module")
def attack(
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
            folder = tmp_path_factory.mktemp(name)
            runners[name] = Runner(
                act=act,
                checkout=shutil.copytree(checkout, folder / "action"),
                node_packages=node_packages,
                environment=environment,
                api=api.url,
                folder=folder,
                token=token,
            )
        attack = Attack(runners=runners, world=api.world)
        attack.tell()
        yield attack


def test_the_measuring_job_may_write_nothing() -> None:
    assert documented()["permissions"] == {}
    assert set(granted(MEASURING).values()) == {"read"}
    assert "write" in granted(PUBLISHING).values()


def test_the_publishing_job_has_nothing_of_the_pull_request() -> None:
    assert [set(step) for step in documented()["jobs"][PUBLISHING]["steps"]] == [{"uses", "with"}]
    assert _alone(PUBLISHING)["jobs"][PUBLISHING]["steps"][0]["with"]["stage"] == "aggregate"


def test_the_token_that_the_command_finds_opens_nothing(attack: Attack) -> None:
    """By nature: what runs beside the runner can read the token of its own job, which is why it may write nothing."""
    tried = json.loads((attack.measured.kept / "tokens.json").read_text())
    assert tried[TOKENS[MEASURING]] == {"comment": 403, "check": 403, "artifacts": 200}
    others = [status for token, each in tried.items() if token != TOKENS[MEASURING] for status in each.values()]
    assert set(others) <= {401}, "such as those that tests of the action write out"
    assert set(attack.world.comments) == {OURS}
    assert len(attack.world.checks) == len(attack.told)


def test_the_token_of_the_publishing_job_is_nowhere_the_command_looked(attack: Attack) -> None:
    loot = (attack.measured.kept / "loot").read_bytes()
    assert holds(loot, TOKENS[MEASURING]), "the search finds a token that is there"
    assert b"GITHUB_OUTPUT=" in loot
    assert b"BENCHVERDICT_WORK=" in loot
    assert not holds(loot, TOKENS[PUBLISHING])


def test_neither_token_is_in_a_log_or_a_file_that_is_kept(attack: Attack) -> None:
    for job in (attack.measured, *(told.job for told in attack.told.values())):
        for token in TOKENS.values():
            assert token not in job.log
            assert files_holding(job.work, token) == []
    for runner in attack.runners.values():
        assert not [path for token in TOKENS.values() for path in files_holding(runner.folder / "artifacts", token)]


def test_no_baseline_is_saved_of_a_pull_request(attack: Attack) -> None:
    work = attack.measured.work
    assert ' "save_baseline": true,' in (work / "situation.json").read_text().splitlines(), "the command forged it"
    assert (work / "report" / "baseline.json.gz").read_bytes() == b"forged"
    assert set(attack.runners[MEASURING].artifacts(RUN)) == {REPORT, PAGE}
    assert set(attack.runners[PUBLISHING].artifacts(RUN)) == {COLLECTED}
    assert set(attack.runners[PUBLISHING].artifacts(EARLIER_RUN)) == set()


def test_forged_exit_codes_are_overwritten_and_go_nowhere(attack: Attack) -> None:
    before = attack.measured.kept / "before"
    codes = {verb: (before / "exit" / verb).read_text() for verb in ("measure", "report", "publish")}
    assert codes == {"measure": "0\n", "report": "10\n", "publish": "00\n"}, "only what ran since then is overwritten"
    assert exit_code(Facts(before)) == 10
    with ZipFile(attack.report) as archive:
        assert not [name for name in archive.namelist() if "exit" in name]
    assert (attack.told[RUN].job.work / "exit" / "publish").read_text() == "0\n"


def test_what_stays_behind_is_ended_before_there_is_a_report(attack: Attack) -> None:
    watchers = (attack.measured.kept / "watchers").read_text().split()
    assert len(watchers) == 2, "before the first report, and in the first pair before the last one"
    assert not [pid for pid in watchers if Path("/proc", pid).exists()]
    verdict = json.loads((attack.measured.kept / "before" / "report" / "verdict.json").read_text())
    assert verdict["gate"]["status"] == "failed"
    assert [row["verdict"] for row in verdict["benchmarks"]] == ["regressed", "regressed"]


def test_what_is_written_into_the_runners_files_runs_nowhere(attack: Attack) -> None:
    assert (attack.measured.kept / "planted.sh").exists()
    assert not (attack.measured.kept / "planted-ran").exists()


def test_the_colour_of_the_measuring_job_is_its_own_claim(attack: Attack) -> None:
    """By nature: a command can change the action's own files, and so what the later steps of its job say."""
    assert attack.measured.succeeded, attack.measured.log[-4000:]
    assert (attack.measured.outputs["gate"], attack.measured.outputs["exit-code"]) == ("passed", "0")
    with ZipFile(attack.report) as archive:
        assert json.loads(archive.read("verdict.json"))["gate"]["status"] == "passed"


def test_a_gate_that_passed_over_a_regressed_row_fails_in_the_publishing_job(attack: Attack) -> None:
    told = attack.told[RUN]
    assert (told.check.head_sha, told.check.conclusion) == (attack.head, "failure")
    assert (told.job.outputs["gate"], told.job.outputs["regressed"]) == ("failed", "1"), told.job.log[-4000:]
    assert "is 40% slower" in told.comment


def test_numbers_that_agree_with_each_other_are_believed(attack: Attack) -> None:
    """By nature: the other benchmark was as much slower, and no later job can see that its numbers are invented."""
    told = attack.told[RUN]
    assert told.job.outputs["unchanged"] == "1"
    assert "no change detected" in told.comment.replace("\u00a0", " ")


def test_a_report_that_its_numbers_contradict_is_refused(attack: Attack) -> None:
    """No green, old or new: a neutral check would satisfy a rule that requires it, so it fails like the job."""
    told = attack.told[EARLIER_RUN]
    assert (told.check.head_sha, told.check.conclusion) == (attack.head, "failure")
    assert (told.job.succeeded, told.job.outputs["gate"], told.job.outputs["exit-code"]) == (False, "undecided", "3")
    for text in (told.check.summary or "", told.comment, told.job.summary):
        assert "verdict-contradicts" in text
    assert "All is well" not in told.comment


def test_no_sentence_of_the_command_is_published(attack: Attack) -> None:
    assert holds(attack.report.read_bytes(), PRAISE)
    for told in attack.told.values():
        for text in (told.check.title, told.check.summary, told.comment, told.job.summary):
            assert text
            assert PRAISE not in text.replace("\u00a0", " ")


def test_github_would_have_accepted_every_request(attack: Attack) -> None:
    assert attack.world.violations == []
