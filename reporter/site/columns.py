"""The sessions of a suite in columns: read once, one after the other, and kept as three numbers for each value.

A session holds eleven statistics of each run of each benchmark. A site shows one of them, the one that decides, over
all runs and with its spread; so 2,000 sessions of 5,000 benchmarks take 120 megabytes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import deciding_values, statistics_of
from reporter.decide.policy import DEFAULT_POLICY
from reporter.model import COLUMN, SHOWN_ALONE, Metric
from reporter.shared.model import FINGERPRINT_KEYS
from reporter.stats.variance import row_mean
from reporter.store.history import AGAINST_ITSELF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from reporter.model import FloatArray, IndexArray, Sample, Session, Suite
    from reporter.shared.model import Fingerprint
    from reporter.store.history import Key

    Singles = npt.NDArray[np.float32]
    Kind = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One session: the commit, when it was measured (Unix seconds), and the number of its machine."""

    commit: str | None
    measured_at: float | None
    machine: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Machine:
    """The sessions that one kind of machine measured in one way; ``moments`` are their places among all of a suite.

    ``value``, ``low`` and ``high`` are rows × sessions, nan where nothing was measured. ``low`` and ``high`` are the
    lowest and the highest run. ``recoded`` has the sessions in which the code of a row is another than before.
    """

    fingerprint: Fingerprint
    plan: str
    moments: IndexArray
    value: Singles
    low: Singles
    high: Singles
    recoded: dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """All sessions of a suite, oldest first. ``keys`` and ``metrics`` are those of the rows of every machine."""

    suite: str
    moments: tuple[Moment, ...]
    machines: tuple[Machine, ...]
    keys: tuple[Key, ...]
    metrics: tuple[Metric, ...]


def read_history(suite: Suite, sessions: Iterable[Session]) -> History:
    """Read the sessions, each once. ``suite`` is the newest: it knows the units and which statistic decides.

    Pairs of a commit and itself are left out where anything else was measured.
    """
    rows = _Rows(suite)
    kinds: dict[Kind, _Kind] = {}
    moments: list[Moment] = []
    for session in sessions:
        own = kinds.setdefault(_kind_of(session), _Kind(session.fingerprint, session.plan, len(kinds)))
        own.add(session, rows, len(moments))
        moments.append(Moment(commit=session.commit, measured_at=session.measured_at, machine=own.number))
    chosen = [one for one in kinds.values() if one.plan != AGAINST_ITSELF] or list(kinds.values())
    return _history(suite.name, rows, chosen, moments)


def _kind_of(session: Session) -> Kind:
    return session.plan, *(getattr(session.fingerprint, key) for key in FINGERPRINT_KEYS)


def _history(suite: str, rows: _Rows, chosen: Sequence[_Kind], moments: Sequence[Moment]) -> History:
    """Leave out the sessions and rows of machines that are left out."""
    numbers = {one.number: index for index, one in enumerate(chosen)}
    places = [place for place, moment in enumerate(moments) if moment.machine in numbers]
    new = {old: place for place, old in enumerate(places)}
    machines = [one.machine(len(rows.keys), new) for one in chosen]
    measured = [~np.isnan(machine.value).all(axis=1) for machine in machines]
    kept = np.flatnonzero(np.any(measured, axis=0)) if machines else np.empty(0, dtype=np.intp)
    keys = list(rows.keys)
    return History(
        suite=suite,
        moments=tuple(
            Moment(
                commit=moments[place].commit,
                measured_at=moments[place].measured_at,
                machine=numbers[moments[place].machine],
            )
            for place in places
        ),
        machines=tuple(_with_rows(machine, kept) for machine in machines),
        keys=tuple(keys[row] for row in kept.tolist()),
        metrics=tuple(rows.metrics[row] for row in kept.tolist()),
    )


def _with_rows(machine: Machine, kept: IndexArray) -> Machine:
    if len(kept) == len(machine.value):
        return machine
    number = {row: place for place, row in enumerate(kept.tolist())}
    return Machine(
        fingerprint=machine.fingerprint,
        plan=machine.plan,
        moments=machine.moments,
        value=machine.value[kept],
        low=machine.low[kept],
        high=machine.high[kept],
        recoded={number[row]: places for row, places in machine.recoded.items() if row in number},
    )


class _Rows:
    """The rows by their keys, in the order in which they appear, with metric and statistic."""

    def __init__(self, suite: Suite) -> None:
        self.keys: dict[Key, int] = {}
        self.metrics: list[Metric] = []
        self._statistics: list[int] = []
        self._known = dict(_known(suite))
        self._by_name = {metric.name: metric for metric, _ in self._known.values()}

    def of(self, session: Session) -> IndexArray:
        """Return the row of each key of a session."""
        keys = self.keys
        if not keys.keys() >= session.statistics.keys():
            for key in session.statistics:
                if key not in keys:
                    self._add(key)
        return np.fromiter(map(keys.__getitem__, session.statistics), dtype=np.intp, count=len(session.statistics))

    def statistics(self, rows: IndexArray) -> IndexArray:
        """Return the statistic that is shown of each row, as an index into ``STATISTICS``."""
        return np.array(self._statistics, dtype=np.intp)[rows]

    def _add(self, key: Key) -> None:
        metric, statistic = self._known.get(key) or self._like(key[2])
        self.keys[key] = len(self.keys)
        self.metrics.append(metric)
        self._statistics.append(statistic)

    def _like(self, name: str) -> tuple[Metric, int]:
        """Return what a metric is taken for that the newest suite does not have: that of its name, else unknown."""
        metric = self._by_name.get(name, Metric(name=name, unit="", better=None))
        return metric, COLUMN[SHOWN_ALONE[metric.better]]


def _known(suite: Suite) -> Iterable[tuple[Key, tuple[Metric, int]]]:
    """Yield each row of a suite with its metric and the statistic that decides it."""
    samples: list[Sample] = []
    keys: list[Key] = []
    metrics: list[Metric] = []
    for benchmark in suite.benchmarks:
        for metric, sample in benchmark.samples:
            keys.append((benchmark.name, benchmark.params, metric.name))
            metrics.append(metric)
            samples.append(sample)
    table = statistics_of(samples)
    chosen: list[int] = deciding_values(table, table, metrics, DEFAULT_POLICY).statistic.tolist() if samples else []
    for key, metric, statistic in zip(keys, metrics, chosen, strict=True):
        yield key, (metric, COLUMN[SHOWN_ALONE[None]] if metric.better is None else statistic)


class _Kind:
    """Collects the sessions of one machine and way of measuring."""

    def __init__(self, fingerprint: Fingerprint, plan: str, number: int) -> None:
        self.plan = plan
        self.number = number
        self._fingerprint = fingerprint
        self._moments: list[int] = []
        self._parts: list[tuple[IndexArray, Singles]] = []
        self._codes: dict[str, str] = {}
        self._recoded: dict[int, list[int]] = defaultdict(list)

    def add(self, session: Session, rows: _Rows, moment: int) -> None:
        """Take one session in, which is number ``moment`` of its suite."""
        of = rows.of(session)
        changed = {name for name, code in session.codes.items() if self._codes.get(name, code) != code}
        self._codes.update(session.codes)
        if changed:
            for row, (name, _, _) in zip(of.tolist(), session.statistics, strict=True):
                if name in changed:
                    self._recoded[row].append(len(self._moments))
        self._moments.append(moment)
        self._parts.append((of.astype(np.int32), _three(list(session.statistics.values()), rows.statistics(of))))

    def machine(self, rows: int, places: dict[int, int]) -> Machine:
        """Put the sessions next to each other; ``places`` are the numbers of sessions that are kept."""
        whole = np.full((3, rows, len(self._parts)), np.nan, dtype=np.float32)
        for column, (of, three) in enumerate(self._parts):
            whole[:, of, column] = three
        self._parts.clear()
        return Machine(
            fingerprint=self._fingerprint,
            plan=self.plan,
            moments=np.array([places[moment] for moment in self._moments], dtype=np.intp),
            value=whole[0],
            low=whole[1],
            high=whole[2],
            recoded={row: tuple(at) for row, at in self._recoded.items()},
        )


def _three(tables: Sequence[FloatArray], statistic: IndexArray) -> Singles:
    """Return the value of each row of a session, its lowest and its highest run: 3 × rows."""
    found = np.full((3, len(tables)), np.nan)
    lengths = np.array([len(table) for table in tables])
    for runs in sorted(set(lengths.tolist()) - {0}):
        some = np.flatnonzero(lengths == runs)
        table = np.concatenate([tables[row] for row in some.tolist()]).reshape(len(some), runs, -1)
        found[:, some] = _of_runs(table, statistic[some])
    with np.errstate(over="ignore"):
        single = found.astype(np.float32)
    single[:, ~np.isfinite(single).all(axis=0)] = np.nan
    return single


def _of_runs(table: FloatArray, statistic: IndexArray) -> FloatArray:
    """Return it of rows × runs × ``STATISTICS``; the mean over runs is geometric where all are above zero."""
    values = np.take_along_axis(table, statistic[:, None, None], axis=2)[:, :, 0]
    unknown = np.isnan(values).all(axis=1)
    values[unknown] = table[unknown, :, COLUMN["mean"]]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        positive = np.all(np.isnan(values) | (values > 0), axis=1)
        centre = np.where(positive, np.exp(row_mean(np.log(values))), row_mean(values))
    return np.stack([centre, np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)])
