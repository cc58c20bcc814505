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


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``before`` is the commit that a push moved the branch from; ``None`` when it was created or forced.

    ``asks_to_save`` tells that a dispatch was started with its own input ``save-baseline`` (or ``save_baseline``) on.
    """

    default_branch: str | None
    pull_request: PullRequest | None = None
    before: str | None = None
    asks_to_save: bool = False


def read(payload: Mapping[str, Any]) -> Facts:
    """Read the facts out of an event's payload."""
    return Facts(
        default_branch=_text(_part(payload, "repository"), "default_branch"),
        pull_request=_pull_request(payload),
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
