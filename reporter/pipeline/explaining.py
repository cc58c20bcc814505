"""Which slower benchmarks are explained after the last pairs, and the report with what was found of them.

Nothing of it is a timing: verdicts and gate are what they were.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from reporter.causes import MOST_FRAMES
from reporter.decide import changed_lines
from reporter.decide.counts import part_of, settled
from reporter.decide.flame import looked_at
from reporter.decide.memory import memory_use
from reporter.decide.reasons import instructions_more
from reporter.ingest import go_testing, pytest_benchmark
from reporter.measure.instruments.go import shows_go, why_hidden
from reporter.measure.instruments.instrument import ONLY_PROFILED, ONLY_PYTEST
from reporter.shared.batch import Batch
from reporter.shared.markdown import one_line
from reporter.shared.masking import masked
from reporter.shared.model import Notice
from reporter.shared.next_step import Step
from reporter.shared.printable import listed
from reporter.units import is_timing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.causes import Cause, MemoryUse
    from reporter.config import MeasureSettings
    from reporter.counts import Instructions
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement
    from reporter.model import Assessment, Report

MOST_EXPLAINED = 3
"""Benchmarks of one report, the worst first."""
NOT_EXPLAINED = "not-explained"
NONE_RAN = "the command ran none of them when it was profiled"
LIKELY_SLOWER = "likely-slower"


def to_explain(
    measurement: Measurement, report: Report, settings: MeasureSettings, count: tuple[str, ...] = ()
) -> Step | None:
    """Return the step that looks for causes, and counts; ``None`` where neither is wanted, or can be."""
    names = slower(report, settings.explain)
    if why_not_counted(measurement) is not None:
        count = ()
    if not (names or count) or why_not(measurement) is not None:
        return None
    return Step(
        explain=names[:MOST_EXPLAINED],
        seconds=settings.explain_limit_seconds if names else 0.0,
        count=count,
        count_seconds=settings.count_limit_seconds if count else 0.0,
    )


def slower(report: Report, explain: str) -> tuple[str, ...]:
    """Name the benchmarks that became slower, the worst first: those that regressed and are not accepted.

    With "always" they are all timings that are slower by more than their threshold, whatever their verdict.
    """
    if explain == "never":
        return ()
    found = [row for row in report.assessments if _is_slower(row, always=explain == "always")]
    return tuple(dict.fromkeys(row.comparison.name for row in sorted(found, key=_speed)))


def _is_slower(row: Assessment, *, always: bool) -> bool:
    of = row.comparison
    if of.change is None or not is_timing(of.metric.unit) or of.metric.better is None or not isfinite(_speed(row)):
        return False
    if row.verdict == "regressed":
        return always or row.accepted is None
    return always and of.change.kind == "ratio" and _speed(row) < -(row.threshold or 0.0)


def _speed(row: Assessment) -> float:
    """Return the change of a row with its sign: the smaller, the worse."""
    assert row.comparison.change is not None  # noqa: S101 - asked of rows with a change
    point = row.comparison.change.marginal.point
    return point if row.comparison.metric.better == "higher" else -point


def why_not(measurement: Measurement) -> str | None:
    """Return what is missing for profiles, in words; ``None`` where nothing is."""
    if measurement.has_service:
        return "the work of a benchmark with a service is done in another process"
    is_go = measurement.formats() == {go_testing.name} and shows_go(measurement.command)
    if not is_go and measurement.formats() != {pytest_benchmark.name}:
        return ONLY_PROFILED
    if is_go and why_hidden(measurement.command):
        return why_hidden(measurement.command)
    return None if measurement.pairs(Batch.FIRST) else "it takes pairs of base and head"


def why_not_counted(measurement: Measurement) -> str | None:
    """Return what is missing for counts, in words; ``None`` where nothing is."""
    if measurement.has_service or measurement.formats() == {pytest_benchmark.name}:
        return why_not(measurement)
    return ONLY_PYTEST


def with_causes(report: Report, found: Profiles | None, measurement: Measurement, settings: MeasureSettings) -> Report:
    """Return a report with the causes that were found, and one line on those that were not looked for."""
    if settings.explain == "auto" and not measurement.pairs(Batch.FIRST):
        return report
    names = slower(report, settings.explain)
    causes = _causes(found, names) if found else {}
    memory = _memory(found, names) if found else {}
    counted = settled(found.counts) if found and found.counts else {}
    given = tuple(_explained(row, causes, memory, counted) for row in report.assessments)
    notices = (_left_out(found, names, causes, why_not(measurement)), _likely(given))
    measured = replace(report.measured, explained_seconds=found.seconds if found else None)
    return replace(report, assessments=given, measured=measured, warnings=(*report.warnings, *filter(None, notices)))


def without_causes(report: Report, error: Exception) -> Report:
    """Return a report that says that looking for causes went wrong: its verdicts do not need them."""
    text = f"why benchmarks are slower was not found out: looking for it failed with {type(error).__name__}"
    return replace(report, warnings=(*report.warnings, Notice(NOT_EXPLAINED, text)))


def _explained(
    row: Assessment,
    causes: Mapping[str, Cause],
    memory: Mapping[str, MemoryUse],
    counted: Mapping[str, Instructions],
) -> Assessment:
    name = row.comparison.name
    if row.comparison.change is None or not is_timing(row.comparison.metric.unit):
        return row
    return replace(row, cause=causes.get(name), memory=memory.get(name), instructions=counted.get(name))


def _likely(rows: Sequence[Assessment]) -> Notice | None:
    """Return which undecided benchmarks are likely slower: they execute many more instructions."""
    found = [row for row in rows if row.instructions and part_of(row.verdict, row.instructions) == "likely-slower"]
    names = [f"{row.comparison.name} ({instructions_more(row.instructions)})" for row in found if row.instructions]
    return Notice(LIKELY_SLOWER, f"likely slower, though their timings do not tell: {listed(names)}") if names else None


def _causes(found: Profiles, names: Sequence[str]) -> dict[str, Cause]:
    diff = changed_lines.parse(found.diff)
    causes = {}
    for name in names:
        base, head = found.of(name)
        if base and head:
            causes[name] = looked_at(base, head, diff, MOST_FRAMES // MOST_EXPLAINED)
    return causes


def _memory(found: Profiles, names: Sequence[str]) -> dict[str, MemoryUse]:
    diff = changed_lines.parse(found.diff)
    both = {name: found.memory_of(name) for name in names}
    return {name: memory_use(*sides, diff) for name, sides in both.items() if sides}


def _left_out(
    found: Profiles | None, names: Sequence[str], causes: dict[str, Cause], missing: str | None
) -> Notice | None:
    """Return which benchmarks have no cause because nobody looked, and why."""
    left = [name for name in names if name not in causes]
    if not left or (found is None and missing is None):
        return None
    why = missing or _why(found, left)
    return Notice(NOT_EXPLAINED, f"why these are slower was not looked for: {listed(left)}; {why}")


def _why(found: Profiles | None, left: Sequence[str]) -> str:
    asked = [name for name in left if found and name in found.names]
    if found and asked:
        problem = masked(one_line("; ".join(found.problems)))
        return problem or (NONE_RAN if _is_empty(found) else "the time for it was used up")
    return f"only the worst {MOST_EXPLAINED} are; `benchverdict profile NAME` looks at any"


def _is_empty(found: Profiles) -> bool:
    """Return whether both sides were profiled, and no benchmark was seen."""
    both = bool(found.base) and bool(found.head)
    return both and not any(each.benchmarks for each in (*found.base, *found.head))
