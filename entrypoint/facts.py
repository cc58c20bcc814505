"""What the event's payload says, as typed facts. A payload that lacks something gives ``None``, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_COMMIT = "0" * 40
"""What GitHub writes as ``before`` of a branch that did not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """``base_sha`` is the tip of the base branch when the event happened. ``fork`` is also true for a deleted fork."""

    number: int
    head_sha: str
    base_sha: str
    base_branch: str
    fork: bool
    closed: bool = False


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
class Facts:
    """``before`` is the commit that a push moved the branch from; ``None`` when it was created or forced.

    ``asks_to_save`` tells that a dispatch was started with its own input ``save-baseline`` (or ``save_baseline``) on.
    """

    default_branch: str | None
    pull_request: PullRequest | None = None
    merge_group: MergeGroup | None = None
    run: TriggeringRun | None = None
    before: str | None = None
    asks_to_save: bool = False


def read(payload: Mapping[str, Any]) -> Facts:
    """Read the facts out of an event's payload."""
    return Facts(
        default_branch=_text(_part(payload, "repository"), "default_branch"),
        pull_request=_pull_request(payload),
        merge_group=_merge_group(_part(payload, "merge_group")),
        run=_run(_part(payload, "workflow_run")),
        before=_before(payload),
        asks_to_save=_asks_to_save(_part(payload, "inputs")),
    )


def _pull_request(payload: Mapping[str, Any]) -> PullRequest | None:
    pull = _part(payload, "pull_request")
    head, base = _part(pull, "head"), _part(pull, "base")
    number, head_sha, base_sha = pull.get("number"), _text(head, "sha"), _text(base, "sha")
    if not isinstance(number, int) or head_sha is None or base_sha is None:
        return None
    home = _part(payload, "repository").get("id")
    return PullRequest(
        number=number,
        head_sha=head_sha,
        base_sha=base_sha,
        base_branch=_text(base, "ref") or "",
        fork=home is None or _part(head, "repo").get("id") != home,
        closed=pull.get("state") == "closed",
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


def _asks_to_save(inputs: Mapping[str, Any]) -> bool:
    asked = inputs.get("save-baseline", inputs.get("save_baseline"))
    return str(asked).lower() == "true"


def _part(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, dict) else {}


def _text(mapping: Mapping[str, Any], key: str) -> str | None:
    value = mapping.get(key)
    return value if isinstance(value, str) and value else None
