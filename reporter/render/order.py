"""In which order people see the rows of a report, and what each is called."""

from __future__ import annotations

from math import inf, isfinite, log1p
from typing import TYPE_CHECKING

from reporter.decide.groups import group_of
from reporter.model import benchmark_label
from reporter.render.view_rows import shown_values
from reporter.verdicts import STATES, GroupKey

if TYPE_CHECKING:
    from reporter.model import Change, Comparison, Report


def grouped(report: Report) -> dict[GroupKey, list[int]]:
    """Put the indexes of the report's rows into groups, most important first, and sort each by the size of the change.

    Groups without a row are left out. Rows of metrics whose good direction nobody declared are a group of their own.
    """
    groups: dict[GroupKey, list[int]] = {key: [] for key in STATES}
    for index, assessment in enumerate(report.assessments):
        groups[group_of(assessment)].append(index)
    sizes = [-_size(assessment.comparison) for assessment in report.assessments]
    for indexes in groups.values():
        indexes.sort(key=sizes.__getitem__)
    return {key: indexes for key, indexes in groups.items() if indexes}


def display_names(report: Report) -> list[str]:
    """Name every row: the benchmark, its parameters unless its name shows them, its metric where it has several."""
    metrics: dict[tuple[str, str, tuple[tuple[str, str], ...]], str] = {}
    several = set()
    for assessment in report.assessments:
        comparison = assessment.comparison
        identity = (comparison.suite, comparison.name, comparison.params)
        if metrics.setdefault(identity, comparison.metric.name) != comparison.metric.name:
            several.add(identity)
    return [_display_name(assessment.comparison, several) for assessment in report.assessments]


def _display_name(comparison: Comparison, several: set[tuple[str, str, tuple[tuple[str, str], ...]]]) -> str:
    name = benchmark_label(comparison.name, comparison.params)
    if several and (comparison.suite, comparison.name, comparison.params) in several:
        return f"{name} · {comparison.metric.name}"
    return name


def _size(comparison: Comparison) -> float:
    """Measure how large a change is, so that halved and doubled are equally large."""
    change = comparison.change
    if change is None or not isfinite(change.marginal.point):
        return 0.0
    return _size_of_difference(change, comparison) if change.kind == "difference" else _size_of_ratio(change)


def _size_of_ratio(change: Change) -> float:
    return abs(log1p(change.marginal.point)) if change.marginal.point > -1 else inf


def _size_of_difference(change: Change, comparison: Comparison) -> float:
    base = shown_values(comparison)[0]
    return abs(change.marginal.point) / abs(base) if base else inf
