"""The base commit and its history, asked of the API: shallow clones have neither."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from entrypoint.api import ApiError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from entrypoint.api import Api
    from entrypoint.context import Situation

HISTORY_LIMIT = 1000
"""How many commits before the base are searched for a saved baseline."""


def base_commit(here: Situation, api: Api) -> tuple[str | None, str]:
    """Give the base commit and in words how it was found, or ``None`` and why it is unknown."""
    base = here.base
    if base.rule == "merge_base" and base.sha:
        return _merge_base(api, base.sha, here.head_sha)
    return base.sha, _WORDS[base.rule]


_WORDS = {
    "first_parent": "the first parent of GitHub's test merge",
    "before_push": "the commit before the push",
    "parent": "the parent of the pushed commit",
    "checkout": "the checked out commit itself",
    "none": "the pushed commit has no parent",
    "merge_base": "the event names no base branch",
}


def _merge_base(api: Api, base: str, head: str) -> tuple[str | None, str]:
    try:
        comparison = api.get(f"/compare/{base}...{head}", per_page=1)
        return str(comparison["merge_base_commit"]["sha"]), "the merge base of head and base branch"
    except ApiError as problem:
        cure = " (add `contents: read` to the job's permissions)" if problem.refused else ""
        return None, f"the merge base could not be asked for: {problem}{cure}"
    except (KeyError, TypeError):
        return None, "the merge base could not be asked for: GitHub's answer has none"


def distances(api: Api, sha: str, wanted: AbstractSet[str]) -> dict[str, int]:
    """Say for each wanted commit how many commits lie between it and ``sha`` (0: it is ``sha``).

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
