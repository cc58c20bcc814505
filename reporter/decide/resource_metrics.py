"""What the runs used, as benchmarks like any other: ``service`` where there is one, ``command`` where a budget asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reporter.decide.growth import over_run
from reporter.ingest.reading import FileReading, Reading
from reporter.model import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.config.budget_rules import BudgetRule
    from reporter.model import RunResources

COMMAND, SERVICE = "command", "service"

GROWTH = Metric(name="memory_growth", unit="B", better="lower")
PEAK = Metric(name="peak_memory", unit="B", better="lower")
CPU = Metric(name="cpu_time", unit="s", better=None)
READ = Metric(name="disk_read", unit="B", better=None)
WRITTEN = Metric(name="disk_written", unit="B", better=None)
_ALWAYS = frozenset((GROWTH, PEAK))
"""The others depend on how much was done: they are added for budgets that name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which benchmarks and metrics the budgets name."""

    benchmarks: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()


def asked_by(budgets: Sequence[BudgetRule]) -> Asked:
    """Look into the budgets for what is to be added."""
    return Asked(
        benchmarks=frozenset(budget.match for budget in budgets),
        metrics=frozenset(name for budget in budgets for name in budget.metrics),
    )


MOST_SERIES = 20
"""Memory over time that a report keeps, of the command and of the service each: the first runs of each side."""


def kept_resources(resources: Sequence[RunResources], asked: Asked) -> tuple[RunResources, ...]:
    """Leave out memory over time that nobody asked for, or that is too much for a report."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for used in resources:
        seen[used.side, used.of] += 1
        wanted = used.of == SERVICE or used.of in asked.benchmarks
        is_kept = wanted and seen[used.side, used.of] <= MOST_SERIES
        kept.append(used if is_kept else replace(used, memory=None))
    return tuple(kept)


def with_resource_metrics(files: Sequence[FileReading], asked: Asked) -> tuple[FileReading, ...]:
    """Add what the command of one run and its service used, unless the tool has a benchmark of that name."""
    taken = {reading.name for file in files for reading in file.readings}
    return (
        *files,
        *(
            FileReading(path=file.path, format=file.format, readings=readings)
            for file in files
            for used in file.used
            if used.of not in taken
            and (used.of == SERVICE or used.of in asked.benchmarks)
            and (readings := tuple(_readings(used, asked)))
        ),
    )


def _readings(used: RunResources, asked: Asked) -> Iterator[Reading]:
    values = (
        (GROWTH, over_run(used.memory) if used.memory else None),
        (PEAK, used.peak_memory_bytes),
        (CPU, used.cpu_seconds),
        (READ, used.read_bytes),
        (WRITTEN, used.written_bytes),
        *((Metric(name=name, unit="1", better=None), count) for name, count in used.counts.items()),
    )
    for metric, value in values:
        if value is not None and (metric in _ALWAYS or metric.name in asked.metrics):
            yield Reading(name=used.of, metric=metric, place="the whole run", values=(value,))
