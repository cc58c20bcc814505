"""Seeding and reading the world from another process: ``/_admin`` endpoints and the state file of the same form.

The form is ``{"tokens": [{"secret": …, …}], "commits": [{"sha": …, "parents": […], "branch": …}], "pulls": [{…}],
"runs": […], "artifacts": [{"content": PATH, …}], "comments": […], "faults": […], "repositories": […],
"repository": {…}}``; every entry has the fields of the dataclass in ``world.py``, moments as ISO texts.
``POST /_admin`` adds such a document, ``GET /_admin/comments`` (or ``log``, ``violations``, ``artifacts``, …) lists
what is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github_api.replies import Reply
from tests.github_api.world import as_plain

if TYPE_CHECKING:
    from tests.github_api.world import World


def answer(world: World, method: str, path: str, body: Any) -> Reply:
    """Answer an ``/_admin`` request."""
    if method == "POST":
        with world.lock:
            seed(world, body)
        return Reply(status=204)
    with world.lock:
        things = getattr(world, path.removeprefix("/_admin/"))
        listed = list(things.values() if isinstance(things, dict) else things)
        return Reply(content=[thing if isinstance(thing, str) else as_plain(thing) for thing in listed])


def seed(world: World, document: dict[str, Any]) -> None:
    """Add everything in the document to the world."""
    if "repository" in document:
        world.repository = world.add_repository(**({"fork": False} | document["repository"]))
    for fork in document.get("repositories", []):
        world.add_repository(**fork)
    for token in document.get("tokens", []):
        world.add_token(**token)
    for commit in map(_typed, document.get("commits", [])):
        parents = commit.pop("parents", [])
        world.add_commit(commit.pop("sha"), *parents, **commit)
    for kind in ("pull", "issue", "run", "comment", "check", "artifact", "fault", "label_event"):
        for facts in map(_typed, document.get(f"{kind}s", [])):
            getattr(world, f"add_{kind}")(**facts)


def _typed(facts: dict[str, Any]) -> dict[str, Any]:
    """Read the moments of an entry, which JSON has as texts."""
    moments = {key: datetime.fromisoformat(facts[key]) for key in ("date", "created_at", "updated_at") if key in facts}
    return facts | moments
