"""Pairs of a commit and itself as saved sessions: the level of a benchmark in the short runs that pairs consist of.

Whole runs and the runs of pairs take other times for the same code, so a head that was measured in pairs is compared
with saved sessions of pairs alone, and only with those that were measured in the same way (``HOW``).

Files stay readable both ways, because a session holds nothing of a new kind. What slices say by either clock are
metrics beside that of the whole run, which versions before do not look up. How the pairs were measured is one of the
details of the fingerprint, which are not compared as the machine is. Sessions of versions before have neither.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import numpy as np

from reporter.model import COLUMN, STATISTICS, Clock
from reporter.store.history import AGAINST_ITSELF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.ingest.measured import Measurement
    from reporter.model import FloatArray, Session, Suite
    from reporter.store.history import Key

HOW = "Pairs"
"""The detail that tells how the pairs of a session were measured."""

_CLOCKS: tuple[Clock, ...] = get_args(Clock)
"""In the order of their columns in ``IN_STEP``."""
_ADDED = {
    "runs-shortened": "with an option for short runs",
    "runs-not-shortened": "as long as the command makes them",
}
"""What a message of measuring says of the length of the runs, by its code."""


def way_of(measurement: Measurement, batch: int) -> str:
    """Return how the pairs of a batch were measured: ``in lock-step``; equal texts are equal ways."""
    takes_turns = any(base and head for base, head in measurement.slices(batch))
    codes = {notice.code for notice in measurement.warnings}
    lengths = (text for code, text in _ADDED.items() if code in codes)
    return ", ".join(("in lock-step" if takes_turns else "one after the other", *lengths))


def metric_by(name: str, clock: Clock | None) -> str:
    """Return the name under which a session holds a metric as a clock tells it; that of whole runs is its own."""
    return name if clock is None else f"{name} by {clock} clock"


def with_levels(session: Session, base: Suite, head: Suite, way: str) -> Session:
    """Return a session of pairs with how they were measured and what the slices of both sides say.

    ``base`` and ``head`` have one run for each pair, of which the session has two in turn.
    """
    before, after = (_in_step(suite) for suite in (base, head))
    levels = {
        (name, params, metric_by(metric, clock)): _as_runs(before[name, params, metric], other, column)
        for (name, params, metric), other in after.items()
        if (name, params, metric) in before
        for column, clock in enumerate(_CLOCKS)
    }
    machine = replace(session.fingerprint, details=(*session.fingerprint.details, (HOW, way)))
    return replace(session, fingerprint=machine, statistics=session.statistics | levels)


def _in_step(suite: Suite) -> dict[Key, FloatArray]:
    return {
        (benchmark.name, benchmark.params, metric.name): sample.in_step
        for benchmark in suite.benchmarks
        for metric, sample in benchmark.samples
        if sample.in_step is not None
    }


def _as_runs(base: FloatArray, head: FloatArray, column: int) -> FloatArray:
    """Return a value for each run as the statistics of a run with one round."""
    values = np.stack([base[:, column], head[:, column]], axis=1).reshape(-1)
    table = np.repeat(values[:, None], len(STATISTICS), axis=1)
    table[:, COLUMN["n"]] = np.where(np.isnan(values), np.nan, 1.0)
    return table


def short_runs(history: Iterable[Session]) -> list[Session]:
    """Return the sessions of pairs whose way is known, with the code that their benchmarks had.

    That code is kept with the whole runs that were saved together with them.
    """
    sessions = list(history)
    codes = {(one.commit, one.measured_at): one.codes for one in sessions if one.plan != AGAINST_ITSELF}
    return [
        replace(one, codes=codes.get((one.commit, one.measured_at), {}))
        for one in sessions
        if one.plan == AGAINST_ITSELF and way_of_session(one)
    ]


def way_of_session(session: Session) -> str | None:
    """Return how the pairs of a saved session were measured; ``None`` where an older version saved it."""
    return dict(session.fingerprint.details).get(HOW)
