"""One workflow job as the edge sees it: environment and event of a real run, against the server of the tests."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from entrypoint.__main__ import main
from entrypoint.failures import Patience
from reporter.model import Baseline, BaselineSource
from reporter.store import snapshot
from tests.suites import suite_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github_api.server import Served
    from tests.github_api.world import Artifact, Run, World

TOKEN = "ghs_0123456789abcdefTheTokenOfTheTests"
WORKFLOW = ".github/workflows/benchmarks.yml"
NAME = "benchverdict-baseline-benchmarks"
HASTE = Patience(repeats=2, sleep=lambda _: None)
"""The waiting of production, in no time."""


def sha(name: str) -> str:
    """Return the commit that a test calls by a short name."""
    return hashlib.sha1(name.encode()).hexdigest()


def seed(world: World) -> None:
    """Make main m0 … m5; a pull request #7 with head t1 from m2, and its test merge into m5."""
    world.add_token(TOKEN)
    world.add_commit(sha("m0"), branch="main")
    for number in range(1, 6):
        world.add_commit(sha(f"m{number}"), sha(f"m{number - 1}"), branch="main")
    world.add_commit(sha("t1"), sha("m2"))
    world.add_commit(sha("merge"), sha("m5"), sha("t1"))
    world.add_pull(number=7, head_sha=sha("t1"), base_sha=sha("m5"))


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def snapshot_of(label: str, suite: str = "benchmarks") -> bytes:
    """Make a real snapshot with one benchmark; tests tell it by its label, which stands for the commit."""
    measured = replace(suite_of({"test_one": [[1e-3, 1.1e-3]]}, commit=label), name=suite, measured_at=1_795_000_000.0)
    return snapshot.dump(Baseline(suite=measured, history=(), source=BaselineSource(commit=label)))


def baseline_zip(label: str = "any", suite: str = "benchmarks") -> bytes:
    return zipped({"baseline.json.gz": snapshot_of(label, suite)})


def save(world: World, commit: str, content: str | bytes | None = None, **facts: Any) -> Artifact:
    """Add a saved baseline at a commit; ``facts`` are the run's, ``expired`` and ``name`` the artifact's."""
    own = {key: facts.pop(key) for key in ("expired", "name") if key in facts}
    run: Run = world.add_run(head_sha=sha(commit), **facts)
    packed = content if isinstance(content, bytes) else baseline_zip(content or commit)
    return world.add_artifact(**({"name": NAME, "run_id": run.id, "content": packed} | own))


@dataclass
class Job:
    """``environ`` may be changed before a verb is run."""

    api: Served
    folder: Path
    environ: dict[str, str]
    log: str = field(default="")
    patience: Patience = HASTE

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def run(self, verb: str, *more: str) -> int:
        """Run a verb, and keep its exit code and its message as ``record`` of ``steps/runtime.sh`` does."""
        log, errors = io.StringIO(), io.StringIO()
        code = main([verb, *more, "--work", str(self.work)], self.environ, log, errors, patience=self.patience)
        self.log = log.getvalue() + errors.getvalue()
        recorded = "publish" if verb == "request" else verb
        self.put(f"exit/{recorded}", f"{code}\n")
        self.put(f"messages/{recorded}", errors.getvalue())
        return code

    def put(self, name: str, text: str) -> None:
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> Any:
        return json.loads((self.work / name).read_text(encoding="utf-8"))


def job(api: Served, folder: Path, event: str, payload: dict[str, Any], **environ: str) -> Job:
    """Make the job of an event on main at m5, with a command and the token."""
    workspace = folder / "workspace"
    workspace.mkdir(parents=True, exist_ok=True)
    event_path = folder / "event.json"
    event_path.write_text(json.dumps(payload), encoding="utf-8")
    repository = api.world.repository.full_name
    defaults = {
        "GITHUB_REPOSITORY": repository,
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(event_path),
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": sha("m5"),
        "GITHUB_RUN_ID": "42",
        "GITHUB_WORKFLOW_REF": f"{repository}/{WORKFLOW}@refs/heads/main",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_API_URL": api.url,
        "BENCHVERDICT_TOKEN": TOKEN,
        "BENCHVERDICT_INPUT_COMMAND": "pytest benchmarks --benchmark-json={output}",
        "BENCHVERDICT_INPUT_NAME": "benchmarks",
    }
    return Job(api, folder, defaults | environ)


def pull_request(api: Served, folder: Path, *, fork: bool = False, **environ: str) -> Job:
    """Make the job of pull request #7, its test merge checked out."""
    home = api.world.repository
    other = api.world.repositories.get("stranger/bench") or api.world.add_repository("stranger/bench")
    payload = {
        "repository": {"id": home.id, "default_branch": "main"},
        "pull_request": {
            "number": 7,
            "head": {"sha": sha("t1"), "ref": "topic", "repo": {"id": other.id if fork else home.id}},
            "base": {"sha": sha("m5"), "ref": "main", "repo": {"id": home.id}},
        },
    }
    merged = {
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_SHA": sha("merge"),
        "BENCHVERDICT_CHECKOUT_SHA": sha("merge"),
        "BENCHVERDICT_CHECKOUT_PARENTS": f"{sha('m5')} {sha('t1')}",
    }
    return job(api, folder, "pull_request", payload, **(merged | environ))


def other_run(api: Served, folder: Path, *, conclusion: str = "failure", **environ: str) -> Job:
    """Make the publishing job of pull request #7 of a fork, after run 41 of its head t1 with a report of its own."""
    world = api.world
    fork = world.repositories.get("stranger/bench") or world.add_repository("stranger/bench")
    world.pulls[7].head_repository = fork.full_name
    run = world.runs.get(41) or world.add_run(
        id=41,
        head_sha=sha("t1"),
        head_branch="topic",
        event="pull_request",
        head_repository=fork.full_name,
        conclusion=conclusion,
    )
    told = {
        "id": run.id,
        "run_attempt": 1,
        "event": run.event,
        "conclusion": run.conclusion,
        "head_sha": run.head_sha,
        "head_branch": run.head_branch,
        "head_repository": {"id": fork.id, "owner": {"login": "stranger"}},
        "html_url": f"https://github.com/octo/bench/actions/runs/{run.id}",
        "pull_requests": [],
    }
    payload = {"repository": {"id": world.repository.id, "default_branch": "main"}, "workflow_run": told}
    return job(api, folder, "workflow_run", payload, BENCHVERDICT_INPUT_STAGE="publish", **environ)


def pull_request_head(api: Served, folder: Path, **environ: str) -> Job:
    """Make the job of pull request #7 with its head checked out, not the test merge."""
    this = pull_request(api, folder)
    this.environ |= {"BENCHVERDICT_CHECKOUT_SHA": sha("t1"), "BENCHVERDICT_CHECKOUT_PARENTS": sha("m2")} | environ
    return this


def push(api: Served, folder: Path, **environ: str) -> Job:
    """Make the job of a push of m5 onto m4."""
    payload = {"repository": {"id": 1000, "default_branch": "main"}, "before": sha("m4")}
    checkout = {"BENCHVERDICT_CHECKOUT_SHA": sha("m5"), "BENCHVERDICT_CHECKOUT_PARENTS": sha("m4")}
    return job(api, folder, "push", payload, **(checkout | environ))


def comment(api: Served, folder: Path, text: str = "/benchmark", *, author: str = "member", **environ: str) -> Job:
    """Make the job of a new comment on pull request #7; it runs on main, as GitHub has it."""
    written = api.world.add_comment(7, author, text)
    payload = {
        "action": "created",
        "repository": {"id": api.world.repository.id, "default_branch": "main"},
        "issue": {"number": 7, "pull_request": {"url": f"{api.url}/repos/octo/bench/pulls/7"}},
        "comment": {"id": written.id, "body": text, "user": {"login": author}, "author_association": "OWNER"},
    }
    return job(api, folder, "issue_comment", payload, **({"BENCHVERDICT_INPUT_STAGE": "request"} | environ))


def labelled(api: Served, folder: Path, name: str = "benchverdict: accept", **environ: str) -> Job:
    """Make the job of pull request #7 that setting a label has started; ``alice`` did."""
    api.world.add_label_event(issue=7, label=name, actor="alice")
    this = pull_request(api, folder)
    event = json.loads((folder / "event.json").read_text(encoding="utf-8"))
    event |= {"action": "labeled", "label": {"name": name}, "sender": {"login": "alice"}}
    event["pull_request"]["labels"] = [{"name": "bug"}, {"name": name}]
    (folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
    this.environ |= {"BENCHVERDICT_INPUT_ACCEPT_LABEL": "benchverdict: accept"} | environ
    return this
