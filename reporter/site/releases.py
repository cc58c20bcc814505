"""Releases side by side: the values of each, and to which level of its row each of them belongs."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from reporter.records import site as records
from reporter.render import site_words
from reporter.render.view_text import clean_unit, label
from reporter.site.addresses import COMPARISON, benchmark_page, beside, commit_page, release_file
from reporter.site.shown import commit_label, name_text, row_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.site.found import AtRelease, Found
    from reporter.site.suite import SuiteParts
    from reporter.site.writer import Writer

_DIGITS = 5


def add_releases(parts: SuiteParts, found: Found) -> None:
    """Keep the values of each release on each machine of a suite that measured one of them."""
    history = parts.history
    for number, machine in enumerate(history.machines):
        commits = {history.moments[place].commit: session for session, place in enumerate(machine.moments.tolist())}
        sessions = [(one, _session(one, commits)) for one in found.releases]
        chosen = [session for _, session in sessions if session is not None]
        measured = ~np.isnan(machine.value[:, chosen]).all(axis=1) if chosen else np.zeros(0, dtype=bool)
        for row in np.flatnonzero(measured).tolist():
            found.compared.append(_row(parts, row, number))
            _add_values(parts, row, number, sessions)


def _add_values(parts: SuiteParts, row: int, number: int, sessions: Sequence[tuple[AtRelease, int | None]]) -> None:
    machine = parts.history.machines[number]
    begins = [change.session for change in parts.changes[number][row]]
    recoded = machine.recoded.get(row, ())
    for one, session in sessions:
        if session is None or math.isnan(machine.value[row, session]):
            one.add_unknown()
            continue
        one.values.append(float(f"{float(machine.value[row, session]):.{_DIGITS}g}"))
        one.levels.append(bisect_right(begins, session))
        one.codes.append(bisect_right(recoded, session))


def _row(parts: SuiteParts, row: int, machine: int) -> records.ComparedRow:
    history = parts.history
    name, params, _ = history.keys[row]
    return records.ComparedRow(
        suite=name_text(history.suite),
        label=row_label(name, params),
        page=benchmark_page(history.suite, name),
        metric=label(history.metrics[row].name),
        unit=clean_unit(history.metrics[row].unit),
        better=history.metrics[row].better,
        machine=parts.machines[machine],
    )


def write_comparison(found: Found, writer: Writer) -> None:
    """Write the comparison of releases and the values of each."""
    measured = [one for one in found.releases if one.commit is not None]
    for one in measured:
        path = release_file(one.release.label)
        release = records.Release(
            schema=records.RELEASE,
            label=name_text(one.release.label),
            values=tuple(one.values),
            levels=tuple(one.levels),
            codes=tuple(one.codes),
        )
        writer.script(beside(path, "js"), writer.record(path, release))
    record = writer.record(
        beside(COMPARISON, "json"),
        records.Compare(
            schema=records.COMPARE,
            releases=tuple(map(_entry, measured)),
            rows=tuple(found.compared),
        ),
    )
    releases = [(release.label, _words(release)) for release in record.releases]
    writer.page(COMPARISON, "compare", "Releases", data=record, releases=releases)


def _words(release: records.ReleaseEntry) -> str:
    """Return where a release was measured."""
    return site_words.release(commit_label(release.commit), release.distance)


def _entry(one: AtRelease) -> records.ReleaseEntry:
    return records.ReleaseEntry(
        label=name_text(one.release.label),
        file=release_file(one.release.label),
        commit=one.commit or "",
        page=commit_page(one.commit),
        distance=one.distance,
    )


def _session(one: AtRelease, commits: dict[str | None, int]) -> int | None:
    """Return the session of the release's commit, or of the nearest before it that was measured."""
    for distance, commit in enumerate(one.release.commits):
        if commit in commits:
            if one.commit is None or distance < one.distance:
                one.commit, one.distance = commit, distance
            return commits[commit]
    return None
