"""The base commit and its history, asked of the API: shallow clones have neither."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from entrypoint.api import member
from entrypoint.failures import ApiError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from entrypoint.api import Api
    from entrypoint.situations import BaseRule, Situation

HISTORY_LIMIT = 1000
"""How many commits before the base are searched for a saved baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseCommit:
    """The base commit with how it was found, or ``None`` with why it is unknown."""

    sha: str | None
    how: str


def base_commit(here: Situation, api: Api) -> BaseCommit:
    """Find the base commit; a merge base is asked of the API."""
    base = here.base
    if base.rule == "merge_base" and base.sha:
        return _merge_base(api, base.sha, here.head_sha)
    return BaseCommit(sha=base.sha, how=_WORDS.get(base.rule, ""))


_WORDS: dict[BaseRule, str] = {
    "first_parent": "the first parent of GitHub's test merge",
    "queue": "what the merge queue puts the changes on",
    "before_push": "the commit before the push",
    "parent": "the parent of the pushed commit",
    "checkout": "the checked out commit itself",
    "none": "the pushed commit has no parent",
}


def _merge_base(api: Api, base: str, head: str) -> BaseCommit:
    try:
        comparison = api.get(f"/compare/{base}...{head}", per_page=1)
        sha = member(comparison, "merge_base_commit.sha", str)
    except ApiError as problem:
        return BaseCommit(sha=None, how=f"the merge base cannot be asked for: {problem}{problem.cure}")
    return BaseCommit(sha=sha, how="the merge base of the head and its base branch")


def distances(api: Api, sha: str, wanted: AbstractSet[str]) -> dict[str, int]:
    """Return for each wanted commit how many commits lie between it and ``sha`` (0: it is ``sha``).

    Commits that are no ancestors, or further away than ``HISTORY_LIMIT``, are left out.

    Raises:
        ApiError: the history cannot be read.
    """
    found: dict[str, int] = {}
    if wanted:
        for position, commit in enumerate(islice(api.pages("/commits", sha=sha), HISTORY_LIMIT)):
            if commit.get("sha") in wanted:
                found[str(commit["sha"])] = position
            if len(found) == len(wanted):
                break
    return found
