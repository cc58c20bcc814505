"""Two small tables of a report: what the runs of each side used, and how each category fared."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from reporter.decide.categories import summaries
from reporter.decide.resource_use import resource_use
from reporter.render import words
from reporter.render.view_text import LABEL_LIMIT, percent_text, value_text
from reporter.render.view_types import CategoryView, ResourceView
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from reporter.decide.categories import CategorySummary
    from reporter.decide.growth import Growth
    from reporter.decide.resource_use import ResourceUse, Spread
    from reporter.model import Report, RunResources
    from reporter.verdicts import GroupKey

MOST_CATEGORIES = 50
"""Shown, the largest first; a tool may put every benchmark into a group of its own."""


def resources(runs: tuple[RunResources, ...]) -> tuple[ResourceView, ...]:
    """Sum up what the runs used, a line for each side and one for its service; empty when nothing is known."""
    return tuple(map(_resource, resource_use(runs)))


def categories(report: Report, groups: dict[GroupKey, list[int]]) -> tuple[CategoryView, ...]:
    """Return the counts of the largest categories and their typical change; empty when there is only one."""
    counts: dict[str, dict[GroupKey, int]] = {}
    for key, indexes in groups.items():
        for index in indexes:
            found = counts.setdefault(report.assessments[index].comparison.category or "", {})
            found[key] = found.get(key, 0) + 1
    kept = {summary.name or "": summary for summary in summaries(report)}
    for name in kept:
        counts.setdefault(name, {})
    largest = sorted(counts, key=lambda name: (-sum(counts[name].values()), name))[:MOST_CATEGORIES]
    return tuple(_category(name, counts[name], kept[name]) for name in largest) if len(counts) > 1 else ()


def _resource(used: ResourceUse) -> ResourceView:
    side = words.BASELINE if used.side == "base" else words.HEAD
    return ResourceView(
        label=side + words.RESOURCE_USERS[used.of],
        runs=f"{used.runs:,}",
        wall=_spread(used.wall, "s"),
        cpu=_spread(used.cpu, "s"),
        memory=_spread(used.memory, "B"),
        growth=_growth(used.growth) if used.growth else "",
        read=_spread(used.read, "B"),
        written=_spread(used.written, "B"),
    )


def _growth(found: Growth) -> str:
    """Return what memory gains."""
    per_run = found.per_run
    interval = f"{value_text(per_run.low, 'B')} to {value_text(per_run.high, 'B')}"
    rate = value_text(found.per_second.point, "B/s")
    return words.memory_growth(value_text(per_run.point, "B"), interval, rate, shown=per_run.low > 0)


def _spread(spread: Spread | None, unit: str) -> str:
    """Return the middle of the runs and how far they reach: ``3.1 s (2.9 s to 3.4 s)``."""
    if spread is None:
        return "–"
    middle, low, high = (value_text(value, unit) for value in (spread.middle, spread.low, spread.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _category(name: str, groups: dict[GroupKey, int], kept: CategorySummary) -> CategoryView:
    label = shorten(visible(name), LABEL_LIMIT)
    return CategoryView(
        name=label if label.strip() else words.NO_CATEGORY,
        address=f"#category={quote_plus(label)}" if label and groups else "",
        rows=f"{sum(groups.values()):,}",
        verdicts=words.verdicts_counted(groups),
        change="–" if kept.change is None else percent_text(kept.change, signed=True),
        budgets=words.budgets_met(kept.budgets_met, kept.budgets) if kept.severity else "",
        severity=words.BUDGET_WORDS[kept.severity] if kept.severity else "",
        symbol=words.BUDGET_SYMBOLS[kept.severity] if kept.severity else "",
        pass_rate=percent_text(kept.pass_rate) if kept.pass_rate is not None else "",
    )
