"""Two small tables of a report: what the runs of each side used, and how each category fared."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from reporter.render import words
from reporter.render.categories import summaries
from reporter.render.view_text import LABEL_LIMIT, percent_text, value_text
from reporter.render.view_types import CategoryView, ResourceView
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.model import Assessment, Report, RunResources
    from reporter.render.categories import CategorySummary
    from reporter.render.words import GroupKey
    from reporter.shared.model import MemorySeries

MOST_CATEGORIES = 50
"""Shown, the largest first; a tool may put every benchmark into a group of its own."""


def resources(runs: tuple[RunResources, ...]) -> tuple[ResourceView, ...]:
    """Sum up what the runs used, a line for each side and one for its service; empty when nothing is known."""
    sides = (("base", words.BASELINE), ("head", words.HEAD))
    lines = [
        _side(label + suffix, [run for run in runs if (run.side, run.of) == (side, user)])
        for side, label in sides
        for user, suffix in words.RESOURCE_USERS.items()
    ]
    return tuple(line for line in lines if line is not None)


def categories(report: Report, groups: dict[GroupKey, list[int]]) -> tuple[CategoryView, ...]:
    """Count the verdicts of the largest categories and give their typical change; empty when there is only one."""
    found: dict[str, dict[GroupKey, list[Assessment]]] = {}
    for key, indexes in groups.items():
        for index in indexes:
            assessment = report.assessments[index]
            name = assessment.comparison.category or ""
            found.setdefault(name, {}).setdefault(key, []).append(assessment)
    kept = {summary.name or "": summary for summary in summaries(report)}
    for name in kept:
        found.setdefault(name, {})
    largest = sorted(found, key=lambda name: (-sum(map(len, found[name].values())), name))[:MOST_CATEGORIES]
    return tuple(_category(name, found[name], kept[name]) for name in largest) if len(found) > 1 else ()


def _side(label: str, runs: list[RunResources]) -> ResourceView | None:
    if not runs:
        return None
    return ResourceView(
        label=label,
        runs=f"{len(runs):,}",
        wall=_spread((run.wall_seconds for run in runs), "s"),
        cpu=_spread((run.cpu_seconds for run in runs), "s"),
        memory=_spread((run.peak_memory_bytes for run in runs), "B"),
        growth=_growth([run.memory for run in runs if run.memory]),
        read=_spread((run.read_bytes for run in runs), "B"),
        written=_spread((run.written_bytes for run in runs), "B"),
    )


def _growth(series: list[MemorySeries]) -> str:
    """Say what memory gains; empty where the runs are too short to tell."""
    from reporter.decide.growth import growth

    found = growth(series)
    if found is None:
        return ""
    per_run = found.per_run
    interval = f"{value_text(per_run.low, 'B')} to {value_text(per_run.high, 'B')}"
    rate = value_text(found.per_second.point, "B/s")
    return words.memory_growth(value_text(per_run.point, "B"), interval, rate, shown=per_run.low > 0)


def _spread(values: Iterable[float | None], unit: str) -> str:
    """Say the middle of the runs and how far they reach: ``3.1 s (2.9 s to 3.4 s)``."""
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    middle, low, high = (value_text(value, unit) for value in (median(known), min(known), max(known)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _category(name: str, groups: dict[GroupKey, list[Assessment]], kept: CategorySummary) -> CategoryView:
    changes = [
        assessment.comparison.change.marginal.point
        for assessments in groups.values()
        for assessment in assessments
        if assessment.comparison.change and assessment.comparison.change.kind == "ratio"
    ]
    label = shorten(visible(name), LABEL_LIMIT)
    return CategoryView(
        name=label if label.strip() else words.NO_CATEGORY,
        address=f"#category={quote_plus(label)}" if label and groups else "",
        rows=f"{sum(map(len, groups.values())):,}",
        verdicts=words.verdicts_counted({key: len(assessments) for key, assessments in groups.items()}),
        change=percent_text(median(changes), signed=True) if changes else "–",
        budgets=words.budgets_met(kept.budgets_met, kept.budgets) if kept.severity else "",
        severity=words.BUDGET_WORDS[kept.severity] if kept.severity else "",
        symbol=words.BUDGET_SYMBOLS[kept.severity] if kept.severity else "",
        pass_rate=percent_text(kept.pass_rate) if kept.pass_rate is not None else "",
    )
