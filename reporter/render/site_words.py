"""The words of the site: what a change of level is called, and the sentences above its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from reporter.render.view_text import percent_text
from reporter.render.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Direction = Literal["worse", "better"]

DIRECTIONS: dict[Direction | None, tuple[str, str]] = {
    "worse": ("regressed", "✗ regressed"),
    "better": ("improved", "✓ improved"),
    None: ("changed", "◆ changed"),
}
"""By direction: the class of a row, and what is shown."""

NO_CHANGES = "No benchmark changed its level by 3% or more."
LEVELS = (
    "A new level is at least three sessions long and 3% or more away from the level before. "
    "Values of different machines are never compared."
)
BAND = "The line is the value that decides; the band reaches from the lowest to the highest run of a session."
NO_CHANGES_HERE = "No new level begins with this commit."
NO_RELEASES = (
    "No release was measured. Releases are the tags of the git repository in which the site is built; a tag counts as "
    "measured when its commit, or one of the 50 commits before it, has a saved session."
)
ONE_RELEASE = "Only one release was measured; a comparison needs two."
COMPARED = (
    "A difference within one level is noise. A new level lasts at least three sessions and is 3% or more away. "
    "Values of different machines are never compared."
)
KEYS = (
    "Drag over the chart to zoom, or use the keys: arrows move from session to session, + and − zoom, Escape shows "
    "everything again, Enter opens the commit."
)
ASKS_NOTHING = "This site asks nothing of other servers."
NO_SCRIPT = "Charts, search and filters need JavaScript. Everything is in the JSON files beside the pages, too."


def changed(direction: Direction | None, ratio: float) -> str:
    """Return a change of level in two words: ``✗ regressed +12.0%``."""
    return f"{DIRECTIONS[direction][1]} {percent_text(ratio, signed=True)}"


def at_commit(label: str, directions: Sequence[Direction | None]) -> str:
    """Return the sentence at the top of a commit's page."""
    if not directions:
        return f"No new level begins with {label}."
    counts = [
        f"{count_of(number, 'row')} {DIRECTIONS[each][0]}"
        for each in DIRECTIONS
        if (number := list(directions).count(each))
    ]
    return f"{', '.join(counts)} with {label}."


def feed_title(label: str, metric: str, ratio: float, commit: str) -> str:
    """Return the title of an entry of the feed."""
    return f"{label} · {metric}: {percent_text(ratio, signed=True)} since {commit}"


def feed_summary(before: str, after: str, suite: str, machine: str) -> str:
    """Return the sentence of an entry of the feed."""
    return f"{before} → {after}, suite {suite}, on {machine}. The new level has held for at least three sessions."


def left_out(changes: int, added: int, most: int) -> str:
    """Return what a page does not show of long lists; empty where it shows all."""
    if max(changes, added) <= most:
        return ""
    return f"The first {most} of each list are shown. The JSON file beside this page has all."


def release(commit: str, distance: int) -> str:
    """Return where a release was measured."""
    return f"measured at {commit}" + (f", {count_of(distance, 'commit')} before it" if distance else "")
