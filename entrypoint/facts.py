"""What the event's payload says, as typed facts. A payload that lacks something gives ``None``, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_COMMIT = "0" * 40
"""What GitHub writes as ``before`` of a branch that did not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """``base_sha`` is the tip of the base branch when the event happened. ``fork`` is also true for a deleted fork.

    ``labels`` are those it had then.
    """

    number: int
    head_sha: str
    base_sha: str
    base_branch: str
    fork: bool
    closed: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeGroup:
    """Pull requests that a merge queue tries together: ``base_sha`` is what they are put on, a part of the queue."""

    head_sha: str
    base_sha: str
    base_branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggeringRun:
    """The finished run that a ``workflow_run`` event tells of, in GitHub's own words and not the run's.

    ``head_owner``, ``head_branch`` and ``head_repository_id`` say whose code it ran; ``None`` for a deleted fork.
    """

    id: int
    attempt: int
    event: str
    head_sha: str
    head_branch: str | None
    head_owner: str | None
    head_repository_id: int | None
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueComment:
    """A comment as its event tells of it. Who may ask for what is not here: that is asked of GitHub.

    ``number`` is that of the issue or pull request; ``created`` is false when it was edited or deleted.
    """

    id: int
    number: int
    on_pull_request: bool
    created: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``before`` is the commit that a push moved the branch from; ``None`` when it was created or forced.

    ``asks_to_save`` tells that a dispatch was started with its own input ``save-baseline`` (or ``save_baseline``) on;
    ``added_label`` which label of the pull request the event is about, if that is what it is.
    """

    default_branch: str | None
    pull_request: PullRequest | None = None
    added_label: str | None = None
    comment: IssueComment | None = None
    merge_group: MergeGroup | None = None
    run: TriggeringRun | None = None
    before: str | None = None
    asks_to_save: bool = False


def read(payload: Mapping[str, Any]) -> Facts:
    """Read the facts out of an event's payload."""
    return Facts(
        default_branch=_text(_part(payload, "repository"), "default_branch"),
        pull_request=pull_request(_part(payload, "pull_request"), _part(payload, "repository").get("id")),
        added_label=_text(_part(payload, "label"), "name") if payload.get("action") == "labeled" else None,
        comment=_comment(payload),
        merge_group=_merge_group(_part(payload, "merge_group")),
        run=_run(_part(payload, "workflow_run")),
        before=_before(payload),
        asks_to_save=_asks_to_save(_part(payload, "inputs")),
    )


def pull_request(pull: Mapping[str, Any], home: object) -> PullRequest | None:
    """Read a pull request as events and the API tell it; ``home`` is the number of the repository it is in."""
    head, base = _part(pull, "head"), _part(pull, "base")
    number, head_sha, base_sha = pull.get("number"), _text(head, "sha"), _text(base, "sha")
    if not isinstance(number, int) or head_sha is None or base_sha is None:
        return None
    return PullRequest(
        number=number,
        head_sha=head_sha,
        base_sha=base_sha,
        base_branch=_text(base, "ref") or "",
        fork=home is None or _part(head, "repo").get("id") != home,
        closed=pull.get("state") == "closed",
        labels=_labels(pull.get("labels")),
    )


def _labels(labels: object) -> tuple[str, ...]:
    listed = labels if isinstance(labels, list) else []
    return tuple(name for each in listed if isinstance(each, dict) and (name := _text(each, "name")))


def _comment(payload: Mapping[str, Any]) -> IssueComment | None:
    comment, issue = _part(payload, "comment"), _part(payload, "issue")
    number, of = comment.get("id"), issue.get("number")
    if not isinstance(number, int) or not isinstance(of, int):
        return None
    return IssueComment(
        id=number,
        number=of,
        on_pull_request=isinstance(issue.get("pull_request"), dict),
        created=payload.get("action") == "created",
        text=_text(comment, "body") or "",
    )


def _merge_group(group: Mapping[str, Any]) -> MergeGroup | None:
    head_sha, base_sha = _text(group, "head_sha"), _text(group, "base_sha")
    if head_sha is None or base_sha is None:
        return None
    branch = (_text(group, "base_ref") or "").removeprefix("refs/heads/")
    return MergeGroup(head_sha=head_sha, base_sha=base_sha, base_branch=branch)


def _run(run: Mapping[str, Any]) -> TriggeringRun | None:
    number, head_sha, attempt = run.get("id"), _text(run, "head_sha"), run.get("run_attempt")
    if not isinstance(number, int) or head_sha is None:
        return None
    repository = _part(run, "head_repository")
    repository_id = repository.get("id")
    return TriggeringRun(
        id=number,
        attempt=attempt if isinstance(attempt, int) else 1,
        event=_text(run, "event") or "",
        head_sha=head_sha,
        head_branch=_text(run, "head_branch"),
        head_owner=_text(_part(repository, "owner"), "login"),
        head_repository_id=repository_id if isinstance(repository_id, int) else None,
        page=_text(run, "html_url") or "",
    )


def _before(payload: Mapping[str, Any]) -> str | None:
    before = _text(payload, "before")
    moved = before is not None and before != NO_COMMIT and not payload.get("created") and not payload.get("forced")
    return before if moved else None


def moment(text: object) -> float | None:
    """Return a time as GitHub writes it in Unix seconds."""
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None


def _asks_to_save(inputs: Mapping[str, Any]) -> bool:
    asked = inputs.get("save-baseline", inputs.get("save_baseline"))
    return str(asked).lower() == "true"


def _part(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, dict) else {}


def _text(mapping: Mapping[str, Any], key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) and value else None
