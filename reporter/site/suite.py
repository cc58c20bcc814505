"""One suite: its sessions, the page of each of its benchmarks, and what it adds to the pages about several suites."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from msgspec import convert

from reporter.records import machine as wire
from reporter.records import site as records
from reporter.render.view_text import clean_unit, label
from reporter.site.addresses import benchmark_page, beside, commit_page, suite_file
from reporter.site.levels import level_changes
from reporter.site.lines import last_known, line, spark
from reporter.site.shown import commit_label, known_moment, machine_key, machine_labels, name_text, row_label
from reporter.site.views import benchmark_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reporter.site.columns import History, Moment
    from reporter.site.found import Found
    from reporter.site.levels import Change
    from reporter.site.writer import Writer

RECENT = 20
"""Sessions of a suite within which a machine counts as one that still measures."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SuiteParts:
    """A history with what was found in it: the changes of each machine's rows, and what the machines are called."""

    history: History
    changes: tuple[list[tuple[Change, ...]], ...]
    machines: tuple[str, ...]

    def shown_of(self, row: int) -> tuple[int, int]:
        """Return the machine that stands for a row, and the last session in which it measured it.

        Of those that measured it in its last sessions it is the one that has most of them: where jobs run on whichever
        machine is free, the one that was free last may know next to nothing.
        """
        lasts = [last_known(machine.value[row]) for machine in self.history.machines]
        found = []
        for number, (machine, last) in enumerate(zip(self.history.machines, lasts, strict=True)):
            if last >= 0:
                count = int(np.count_nonzero(~np.isnan(machine.value[row])))
                found.append((int(machine.moments[last]), count, number))
        newest = max(moment for moment, _, _ in found)
        _, _, number = max((count, moment, number) for moment, count, number in found if newest - moment < RECENT)
        return number, lasts[number]

    def moment(self, machine: int, session: int) -> Moment:
        """Return the session of a suite that is a machine's so many-th."""
        return self.history.moments[int(self.history.machines[machine].moments[session])]


def parts_of(history: History, progress: Callable[[int], None]) -> SuiteParts:
    """Look for the changes of level on every machine."""
    changes = tuple(level_changes(machine, history.metrics, progress) for machine in history.machines)
    return SuiteParts(history=history, changes=changes, machines=machine_labels(history.machines))


def add_suite(parts: SuiteParts, writer: Writer, found: Found) -> None:
    """Write the files of a suite, and keep what other pages need of it."""
    history = parts.history
    path = suite_file(history.suite)
    sessions = writer.record(path, _sessions(parts))
    writer.script(beside(path, "js"), sessions)
    changes = list(_changes(parts))
    by_page: dict[str, list[records.LevelChange]] = defaultdict(list)
    for change, _ in changes:
        by_page[change.page].append(change)
    by_name: dict[str, list[int]] = defaultdict(list)
    for row, (name, _, _) in enumerate(history.keys):
        by_name[name].append(row)
    for name, rows in by_name.items():
        record = _benchmark(parts, rows, name)
        page = benchmark_page(history.suite, name)
        clean = writer.record(beside(page, "json"), record)
        writer.page(
            page, "benchmark", clean.label, data=clean, **benchmark_view(clean, sessions, by_page.get(page, ()))
        )
    number = len(found.suites)
    found.rows += (_overview_row(parts, row, number) for row in range(len(history.keys)))
    found.suites.append(
        records.SuiteEntry(
            label=name_text(history.suite),
            file=path,
            benchmarks=len(by_name),
            sessions=len(history.moments),
            newest=_newest(history),
        )
    )
    _add_commits(parts, changes, found)


def _newest(history: History) -> float | None:
    return max((at for moment in history.moments if (at := known_moment(moment.measured_at)) is not None), default=None)


def _sessions(parts: SuiteParts) -> records.Suite:
    return records.Suite(
        schema=records.SUITE,
        name=parts.history.suite,
        machines=tuple(
            records.Machine(
                label=shown,
                plan=machine.plan,
                fingerprint=convert(machine.fingerprint.to_json(), wire.Fingerprint, from_attributes=True),
            )
            for shown, machine in zip(parts.machines, parts.history.machines, strict=True)
        ),
        sessions=tuple(
            records.Moment(
                commit=moment.commit,
                label=commit_label(moment.commit),
                page=commit_page(moment.commit),
                measured_at=moment.measured_at,
                machine=moment.machine,
            )
            for moment in parts.history.moments
        ),
    )


def _benchmark(parts: SuiteParts, rows: Sequence[int], name: str) -> records.Benchmark:
    history = parts.history
    metrics = list(dict.fromkeys(history.metrics[row] for row in rows))
    return records.Benchmark(
        schema=records.BENCHMARK,
        suite=name_text(history.suite),
        name=name,
        label=name_text(name),
        sessions=suite_file(history.suite),
        metrics=tuple(
            records.Metric(name=one.name, label=label(one.name), unit=clean_unit(one.unit), better=one.better)
            for one in metrics
        ),
        lines=tuple(
            line(machine, row, parts.changes[number][row], history.keys[row], (metrics.index(metric), number))
            for row in rows
            for metric in (history.metrics[row],)
            for number, machine in enumerate(history.machines)
            if last_known(machine.value[row]) >= 0
        ),
    )


def _overview_row(parts: SuiteParts, row: int, suite: int) -> records.Row:
    history = parts.history
    name, params, _ = history.keys[row]
    number, last = parts.shown_of(row)
    moment = parts.moment(number, last)
    changes = parts.changes[number][row]
    values = history.machines[number].value[row]
    return records.Row(
        suite=suite,
        label=row_label(name, params),
        page=benchmark_page(history.suite, name),
        metric=label(history.metrics[row].name),
        unit=clean_unit(history.metrics[row].unit),
        machine=parts.machines[number],
        value=float(values[last]),
        measured_at=moment.measured_at,
        change=_last_change(parts, number, changes[-1]) if changes else None,
        spark=spark(values),
    )


def _last_change(parts: SuiteParts, machine: int, change: Change) -> records.LastChange:
    moment = parts.moment(machine, change.session)
    return records.LastChange(
        label=commit_label(moment.commit),
        page=commit_page(moment.commit),
        measured_at=moment.measured_at,
        ratio=change.ratio,
        direction=change.direction,
    )


def _add_commits(parts: SuiteParts, changes: Sequence[tuple[records.LevelChange, str]], found: Found) -> None:
    """Keep for each commit where it was measured, what changed with it, and what was measured for the first time."""
    history, suite = parts.history, name_text(parts.history.suite)
    counts = [np.count_nonzero(~np.isnan(machine.value), axis=0) for machine in history.machines]
    for number, machine in enumerate(history.machines):
        for session, place in enumerate(machine.moments.tolist()):
            moment = history.moments[place]
            if moment.commit is not None:
                found.at(moment.commit).sessions.append(
                    records.Measuring(
                        suite=suite,
                        machine=parts.machines[number],
                        measured_at=moment.measured_at,
                        rows=int(counts[number][session]),
                    )
                )
    for change, machine_known_by in changes:
        found.changes.append(change)
        found.machines.append(machine_known_by)
        if change.commit is not None:
            found.at(change.commit).changes.append(change)
    for row, first in enumerate(_first_moments(history)):
        commit = history.moments[first].commit
        if first and commit is not None:
            found.at(commit).added.append(row_label(*history.keys[row][:2]))


def _first_moments(history: History) -> list[int]:
    """Return the session in which each row was measured first, on whichever machine."""
    firsts = np.full(len(history.keys), len(history.moments), dtype=np.intp)
    for machine in history.machines:
        known = ~np.isnan(machine.value)
        own = machine.moments[np.argmax(known, axis=1)]
        firsts = np.where(known.any(axis=1), np.minimum(firsts, own), firsts)
    return firsts.tolist()


def _changes(parts: SuiteParts) -> Iterator[tuple[records.LevelChange, str]]:
    """Yield every change of level of a suite with the key of its machine, by machines and rows."""
    for number, of_rows in enumerate(parts.changes):
        machine = machine_key(parts.history.machines[number])
        for row, changes in enumerate(of_rows):
            for change in changes:
                yield _change(parts, number, row, change), machine


def _change(parts: SuiteParts, machine: int, row: int, change: Change) -> records.LevelChange:
    history, moment = parts.history, parts.moment(machine, change.session)
    name, params, _ = history.keys[row]
    return records.LevelChange(
        suite=name_text(history.suite),
        label=row_label(name, params),
        page=benchmark_page(history.suite, name),
        metric=label(history.metrics[row].name),
        unit=clean_unit(history.metrics[row].unit),
        machine=parts.machines[machine],
        commit=moment.commit,
        commit_page=commit_page(moment.commit),
        measured_at=moment.measured_at,
        before=change.before,
        after=change.after,
        ratio=change.ratio,
        direction=change.direction,
    )
