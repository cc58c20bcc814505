"""What tables of the site show, as texts: changes of level, and where each line is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.render import site_words
from reporter.render.view_text import value_text
from reporter.shared.model import FINGERPRINT_KEYS
from reporter.site.addresses import beside
from reporter.site.lines import SPARKS, spark, spark_path
from reporter.site.shown import commit_label, moment_text, name_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporter.records import site as records


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One change of level; ``page`` and ``commit_page`` are empty where there is nothing to lead to."""

    kind: str
    story: str
    suite: str
    label: str
    page: str
    metric: str
    machine: str
    commit: str
    commit_page: str
    when: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of a benchmark: the parameters, the machine, its last value and its last change of level."""

    label: str
    metric: str
    machine: str
    value: str
    when: str
    commit: str
    commit_page: str
    path: str


def change_view(change: records.LevelChange) -> ChangeView:
    """Return a change of level as a table shows it."""
    return ChangeView(
        kind=site_words.DIRECTIONS[change.direction][0],
        story=site_words.changed(change.direction, change.ratio),
        suite=change.suite,
        label=change.label,
        page=change.page,
        metric=change.metric,
        machine=change.machine,
        commit=commit_label(change.commit),
        commit_page=change.commit_page or "",
        when=moment_text(change.measured_at),
        before=value_text(change.before, change.unit),
        after=value_text(change.after, change.unit),
    )


def newest_first(changes: Iterable[records.LevelChange]) -> list[records.LevelChange]:
    """Sort changes by when they were measured, the newest first; of equal ones the largest."""
    return sorted(changes, key=newest_key)


def newest_key(one: records.LevelChange) -> tuple[float, float, str, str, str, str]:
    """Return what changes are sorted by."""
    return -(one.measured_at or 0.0), -abs(one.ratio), one.suite, one.label, one.metric, one.machine


def benchmark_view(
    record: records.Benchmark, sessions: records.Suite, changes: Iterable[records.LevelChange]
) -> dict[str, Any]:
    """Return what the page of a benchmark shows beside its chart."""
    by_machine: list[list[records.Moment]] = [[] for _ in sessions.machines]
    for moment in sessions.sessions:
        by_machine[moment.machine].append(moment)
    lines = [
        _line_view(line, record, sessions.machines[line.machine], by_machine[line.machine]) for line in record.lines
    ]
    return {
        "record": record,
        "lines": lines,
        "changes": [change_view(change) for change in newest_first(changes)],
        "machines": [_machine(machine) for machine in sessions.machines],
        "sessions_script": beside(record.sessions, "js"),
    }


def _machine(machine: records.Machine) -> dict[str, Any]:
    """Return a machine with what is known of it."""
    known = ((key.replace("_", " "), getattr(machine.fingerprint, key)) for key in FINGERPRINT_KEYS)
    facts = [(key, name_text(str(value))) for key, value in known if value is not None]
    return {"label": machine.label, "facts": facts}


def _line_view(
    line: records.Line, record: records.Benchmark, machine: records.Machine, moments: Sequence[records.Moment]
) -> LineView:
    metric = record.metrics[line.metric]
    known = [place for place, value in enumerate(line.values) if value is not None]
    moment = moments[line.first + known[-1]]
    values = np.array([line.values[place] for place in known[-SPARKS:]], dtype=np.float64)
    return LineView(
        label=line.label or record.label,
        metric=metric.label,
        machine=machine.label,
        value=value_text(float(values[-1]) * 10.0**line.exponent, metric.unit),
        when=moment_text(moment.measured_at),
        commit=moment.label,
        commit_page=moment.page or "",
        path=spark_path(spark(values)),
    )
