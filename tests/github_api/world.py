"""What the server knows: one repository with its forks, commits, pulls, comments, runs, artifacts, tokens, faults."""

from __future__ import annotations

import itertools
import re
import threading
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

MINUTE = timedelta(minutes=1)
WORKFLOW_PERMISSIONS = {"contents": "read", "actions": "read", "pull_requests": "write", "checks": "write"}
"""What the documented workflow grants its token."""


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(kw_only=True)
class Token:
    """Who a token is. An ``installation`` is a workflow's GITHUB_TOKEN or an App's: it has no user."""

    login: str = "github-actions[bot]"
    kind: Literal["installation", "user"] = "installation"
    permissions: dict[str, str] = field(default_factory=lambda: dict(WORKFLOW_PERMISSIONS))


@dataclass(kw_only=True)
class Repository:
    full_name: str = "octo/bench"
    id: int = 1000
    default_branch: str = "main"
    fork: bool = False


@dataclass(kw_only=True)
class Commit:
    sha: str
    parents: list[str]
    message: str = "A commit"
    date: datetime = field(default_factory=now)


@dataclass(kw_only=True)
class Pull:
    number: int
    head_sha: str
    base_sha: str
    head_ref: str = "topic"
    base_ref: str = "main"
    head_repository: str = "octo/bench"
    author: str = "contributor"
    state: Literal["open", "closed"] = "open"


@dataclass(kw_only=True)
class Comment:
    id: int
    issue: int
    login: str
    body: str
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


@dataclass(kw_only=True)
class Issue:
    """An issue that is no pull request; the two share their numbers."""

    number: int
    login: str
    title: str
    body: str | None = None
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    labels: list[str] = field(default_factory=list)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    closed_at: datetime | None = None


@dataclass(kw_only=True)
class LabelEvent:
    """A label that somebody has set or taken off, as the history of an issue keeps it."""

    id: int
    issue: int
    label: str
    actor: str
    event: Literal["labeled", "unlabeled"] = "labeled"
    created_at: datetime = field(default_factory=now)


@dataclass(kw_only=True)
class Run:
    """A workflow run. ``conclusion`` is ``None`` in progress, ``started_at`` is that of its last attempt."""

    id: int
    head_sha: str
    head_branch: str = "main"
    event: str = "push"
    path: str = ".github/workflows/benchmarks.yml"
    head_repository: str = "octo/bench"
    conclusion: str | None = "success"
    created_at: datetime = field(default_factory=now)
    started_at: datetime = field(default_factory=now)


@dataclass(kw_only=True)
class Artifact:
    """``content`` is the zip as bytes, or the path of a zip that another program (act's artifact server) wrote."""

    id: int
    name: str
    run_id: int
    content: bytes | str
    expired: bool = False
    retention: timedelta = timedelta(days=90)
    created_at: datetime = field(default_factory=now)

    def zip(self) -> bytes:
        return Path(self.content).read_bytes() if isinstance(self.content, str) else self.content


@dataclass(kw_only=True)
class Check:
    """A check run; ``annotations`` are all that were ever added."""

    id: int
    name: str
    head_sha: str
    external_id: str = ""
    details_url: str | None = None
    status: str = "queued"
    conclusion: str | None = None
    title: str | None = None
    summary: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    started_at: datetime = field(default_factory=now)


FaultKind = Literal["drop", "status", "delay", "cut", "garbage", "reset", "hang"]


@dataclass(kw_only=True)
class Fault:
    """What goes wrong, ``times`` times, with requests in whose ``METHOD path`` the pattern ``match`` is found.

    ``status`` answers with that status instead of performing; ``drop`` performs the request and closes the connection
    without an answer; ``cut`` closes it in the middle of the answer, and ``garbage`` answers with something else.
    ``reset`` closes it without performing, ``hang`` after ``seconds``; ``delay`` sleeps before performing.
    """

    match: str
    kind: FaultKind
    times: int = 1
    status: int = 502
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(kw_only=True)
class Logged:
    """One answered (or dropped) request. ``host`` is the Host header without the port; header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    host: str
    headers: dict[str, str]
    body: Any
    status: int


class World:
    """Everything the server knows; seeded by tests through the ``add_`` methods, guarded by ``lock`` while serving.

    ``collaborators`` map logins to their role (``admin``, ``maintain``, ``write``, ``triage``, ``read``); ``uploads``
    maps runs that still go on to the folders in which an artifact server beside this one keeps what they upload.
    ``files`` maps a path and a commit to the text of the file there. Without ``has_issues`` issues are disabled.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.repository = Repository()
        self.repositories = {self.repository.full_name: self.repository}
        self.branches: dict[str, str] = {}
        self.commits: dict[str, Commit] = {}
        self.pulls: dict[int, Pull] = {}
        self.issues: dict[int, Issue] = {}
        self.labels: dict[str, dict[str, Any]] = {}
        self.has_issues = True
        self.comments: dict[int, Comment] = {}
        self.checks: dict[int, Check] = {}
        self.label_events: dict[int, LabelEvent] = {}
        self.collaborators: dict[str, str] = {}
        self.reactions: dict[tuple[int, str, str], int] = {}
        self.runs: dict[int, Run] = {}
        self.artifacts: dict[int, Artifact] = {}
        self.tokens: dict[str, Token] = {}
        self.signatures: dict[str, int] = {}
        self.uploads: dict[int, Path] = {}
        self.files: dict[tuple[str, str], str] = {}
        self.faults: list[Fault] = []
        self.log: list[Logged] = []
        self.violations: list[str] = []
        self._ids = itertools.count(5001)

    def next_id(self) -> int:
        return next(self._ids)

    def add_token(self, secret: str, **facts: Any) -> Token:
        return self.tokens.setdefault(secret, Token(**facts))

    def add_repository(self, full_name: str, **facts: Any) -> Repository:
        repository = Repository(full_name=full_name, **({"id": self.next_id(), "fork": True} | facts))
        return self.repositories.setdefault(full_name, repository)

    def add_commit(self, sha: str, *parents: str, branch: str | None = None, **facts: Any) -> Commit:
        """Add a commit one minute after its newest parent; with ``branch`` it becomes that branch's tip."""
        if "date" not in facts:
            times = [self.commits[parent].date for parent in parents]
            facts["date"] = max(times) + MINUTE if times else now() - timedelta(days=2)
        commit = self.commits.setdefault(sha, Commit(sha=sha, parents=list(parents), **facts))
        if branch:
            self.branches[branch] = sha
        return commit

    def add_pull(self, **facts: Any) -> Pull:
        pull = Pull(**facts)
        return self.pulls.setdefault(pull.number, pull)

    def add_issue(self, **facts: Any) -> Issue:
        issue = Issue(**({"number": max([0, *self.pulls, *self.issues]) + 1} | facts))
        return self.issues.setdefault(issue.number, issue)

    def add_comment(self, issue: int, login: str, body: str, **facts: Any) -> Comment:
        comment = Comment(**({"id": self.next_id()} | facts), issue=issue, login=login, body=body)
        return self.comments.setdefault(comment.id, comment)

    def add_check(self, **facts: Any) -> Check:
        check = Check(**({"id": self.next_id()} | facts))
        return self.checks.setdefault(check.id, check)

    def add_label_event(self, **facts: Any) -> LabelEvent:
        event = LabelEvent(**({"id": self.next_id()} | facts))
        return self.label_events.setdefault(event.id, event)

    def add_run(self, **facts: Any) -> Run:
        run = Run(**({"id": self.next_id()} | facts))
        return self.runs.setdefault(run.id, run)

    def add_artifact(self, **facts: Any) -> Artifact:
        artifact = Artifact(**({"id": self.next_id()} | facts))
        return self.artifacts.setdefault(artifact.id, artifact)

    def add_fault(self, match: str, kind: FaultKind, **facts: Any) -> Fault:
        fault = Fault(match=match, kind=kind, **facts)
        self.faults.append(fault)
        return fault

    def take_uploads(self) -> None:
        """Take in what another program (act's artifact server) has received of a run that still goes on."""
        known = {artifact.content for artifact in self.artifacts.values()}
        for run_id, folder in self.uploads.items():
            for path in sorted(folder.glob("*/*.zip")):
                if str(path) not in known:
                    self.add_artifact(name=path.stem, run_id=run_id, content=str(path))

    def take_fault(self, method: str, path: str) -> Fault | None:
        """Use up one occurrence of the first fault that fits this request."""
        fits = (fault for fault in self.faults if fault.times > 0 and re.search(fault.match, f"{method} {path}"))
        fault = next(fits, None)
        if fault:
            fault.times -= 1
        return fault

    def requests(self, method: str, part: str = "") -> list[Logged]:
        """Return the logged requests of a method whose path contains ``part``, in order."""
        with self.lock:
            return [entry for entry in self.log if entry.method == method and part in entry.path]


def as_plain(thing: Any) -> dict[str, Any]:
    """Show one of the dataclasses above as JSON values, for the admin endpoints."""
    values = {item.name: getattr(thing, item.name) for item in fields(thing)}
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in values.items()
        if not isinstance(value, bytes)
    }
