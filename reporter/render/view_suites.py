"""Several suites as people read them together: how each is, and where they are the same benchmarks, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.render.view_types import ReportView, RowView

MOST_SUITES = 100
MOST_COLUMNS = 8
"""Suites side by side; more are wider than any page."""

_ORDER: tuple[words.Outcome, ...] = (
    "failed",
    "undecided",
    "not_compared",
    "too_noisy",
    "incomplete",
    "no_baseline",
    "saved",
    "measured",
    "passed",
)

Key = tuple[str, str]
"""Display name of a row and its metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRow:
    """One benchmark in every column; ``None`` where a suite does not have it."""

    name: str
    cells: tuple[RowView | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformTable:
    """The benchmarks that call for attention in any of ``suites``, the most important first."""

    suites: tuple[str, ...]
    rows: tuple[PlatformRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitesView:
    """Everything an output may show of several suites: the worst first, then those ``missing`` without a report.

    ``table`` is ``None`` where the suites are not the same benchmarks, or none of them calls for attention. Names are
    those of suites, which are plain; ``more`` says what is left out.
    """

    outcome: words.Outcome
    headline: str
    suites: tuple[ReportView, ...]
    missing: tuple[str, ...]
    more: str
    table: PlatformTable | None
    artifact_url: str


def build(views: Iterable[ReportView], missing: Sequence[str]) -> SuitesView:
    """Order and count the suites, and put their rows side by side."""
    ordered = sorted(views, key=lambda view: (_ORDER.index(view.outcome), view.suite))
    found = {view.outcome for view in ordered} | ({"undecided"} if missing or not ordered else set())
    left_out = max(len(ordered) - MOST_SUITES, 0) + max(len(missing) - MOST_SUITES, 0)
    return SuitesView(
        outcome=next(each for each in _ORDER if each in found),
        headline=words.suites_headline([view.outcome for view in ordered], len(missing), _ORDER),
        suites=tuple(ordered[:MOST_SUITES]),
        missing=tuple(missing[:MOST_SUITES]),
        more=words.more_suites(left_out) if left_out else "",
        table=_table(sorted(ordered, key=lambda view: view.suite)),
        artifact_url=next((view.artifact_url for view in ordered if view.artifact_url), ""),
    )


def _table(views: Sequence[ReportView]) -> PlatformTable | None:
    """Lay the suites side by side when at least half of all benchmarks are in every one of them."""
    if not 2 <= len(views) <= MOST_COLUMNS:
        return None
    found = [{_key(row): row for row in view.rows()} for view in views]
    common, everything = set.intersection(*map(set, found)), set.union(*map(set, found))
    calling = _calling(views)
    if not calling or 2 * len(common) < len(everything):
        return None
    rows = tuple(PlatformRow(name=key[0], cells=tuple(rows.get(key) for rows in found)) for key in calling)
    return PlatformTable(suites=tuple(view.suite for view in views), rows=rows)


def _calling(views: Sequence[ReportView]) -> list[Key]:
    """Return what calls for attention anywhere: by the most important group that it is in, then its place there."""
    importance = {key: place for place, key in enumerate(STATES)}
    places: dict[Key, tuple[int, int, str]] = {}
    for view in views:
        for group in view.groups:
            for position, row in enumerate(group.rows if group.calls else ()):
                place = (importance[group.key], position, row.name)
                places[_key(row)] = min(place, places.get(_key(row), place))
    return sorted(places, key=places.__getitem__)


def _key(row: RowView) -> Key:
    return row.name, row.metric
