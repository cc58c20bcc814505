"""The rows of a measuring: what is in the tables that ``migrations`` makes, written with COPY, and sessions of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import ValidationError, convert

from reporter.model import STATISTICS, Session
from reporter.records import machine as record
from reporter.records.snapshot import MAX_RUNS
from reporter.shared.errors import InputError
from reporter.store.history import UNKNOWN_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from reporter.model import FloatArray
    from reporter.shared.model import Fingerprint
    from reporter.store.history import Key
    from reporter.store.lasting import Kept

    Database = Connection[tuple[Any, ...]]
    Identity = tuple[str, frozenset[tuple[str, str]], str, str, str]

_COPY_RUNS = (
    "COPY benchverdict.run (series_id, session_id, run, n, min, q10, q25, median, q75, q90, p95, p99, max, mean) "
    "FROM STDIN"
)
"""In the order of ``STATISTICS``."""
_LAST_MOMENT = 253_402_300_799.0


def text(value: str) -> str:
    """Return a text as a database can hold it: without zeros and half characters."""
    return value.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def add_rows(connection: Database, suite: str, name: str, kept: Kept) -> bool:
    """Add a measuring, its sessions and their runs, unless there is one of that name; return whether it was added.

    What measurings share comes first and in a fixed order, so writers wait for each other and never in a circle.
    """
    sessions = kept.measuring.history
    suite_id = _suite(connection, suite)
    machines = {one: _machine(connection, one) for one in sorted({each.fingerprint for each in sessions}, key=repr)}
    series = _series(connection, suite_id, _identities(kept))
    with connection.transaction():
        added = connection.execute(
            "INSERT INTO benchverdict.measuring (suite_id, name, statistics, rounds) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING RETURNING id",
            (suite_id, name, kept.statistics, kept.rounds),
        ).fetchone()
        if added is None:
            return False
        for session in sessions:
            number = _session(connection, added[0], session, machines[session.fingerprint])
            _copy_runs(connection, number, session, series)
    return True


def _suite(connection: Database, name: str) -> int:
    connection.execute("INSERT INTO benchverdict.suite (name) VALUES (%s) ON CONFLICT DO NOTHING", (name,))
    return _one(connection.execute("SELECT id FROM benchverdict.suite WHERE name = %s", (name,)).fetchone())


def _machine(connection: Database, fingerprint: Fingerprint) -> int:
    from psycopg.types.json import Jsonb

    value = Jsonb(_clean(fingerprint.to_json()))
    connection.execute("INSERT INTO benchverdict.machine (fingerprint) VALUES (%s) ON CONFLICT DO NOTHING", (value,))
    found = connection.execute(
        "SELECT id FROM benchverdict.machine WHERE md5(fingerprint::text) = md5(%s::text)", (value,)
    )
    return _one(found.fetchone())


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {text(key): _clean(part) for key, part in value.items()}
    return text(value) if isinstance(value, str) else value


def _identities(kept: Kept) -> dict[Key, Identity]:
    """Return what the series of each key of the sessions is known by."""
    declared = {
        (benchmark.name, benchmark.params, metric.name): (metric.unit, metric.better or "")
        for benchmark in kept.measuring.suite.benchmarks
        for metric, _ in benchmark.samples
    }
    found: dict[Key, Identity] = {}
    for session in kept.measuring.history:
        for name, params, metric in session.statistics:
            # Levels of pairs have a name of their own, and the unit of the metric whose name begins theirs.
            plain = metric.partition(" by ")[0]
            unit, better = (
                declared.get((name, params, metric))
                or declared.get((name, params, plain))
                or (
                    UNKNOWN_UNIT,
                    "",
                )
            )
            pairs = frozenset((text(key), text(value)) for key, value in params)
            found[name, params, metric] = (text(name), pairs, text(metric), text(unit), better)
    return found


def _series(connection: Database, suite_id: int, identities: dict[Key, Identity]) -> dict[Key, int]:
    """Return the numbers of the series of a measuring; those that are new are added."""
    import json

    known = dict(_known_series(connection, suite_id))
    missing = sorted(
        (name, json.dumps(dict(sorted(params))), metric, unit, better)
        for name, params, metric, unit, better in set(identities.values()) - known.keys()
    )
    if missing:
        columns = [list(column) for column in zip(*missing, strict=True)]
        connection.execute(
            "INSERT INTO benchverdict.series (suite_id, benchmark, params, metric, unit, better) "
            "SELECT %s, * FROM unnest(%s::text[], %s::jsonb[], %s::text[], %s::text[], %s::text[]) "
            "ON CONFLICT DO NOTHING",
            (suite_id, *columns),
        )
        known = dict(_known_series(connection, suite_id))
    return {key: known[identity] for key, identity in identities.items()}


def _known_series(connection: Database, suite_id: int) -> Iterator[tuple[Identity, int]]:
    found = connection.execute(
        "SELECT id, benchmark, params, metric, unit, better FROM benchverdict.series WHERE suite_id = %s", (suite_id,)
    )
    for number, name, params, metric, unit, better in found:
        yield (name, frozenset(params.items()), metric, unit, better), number


def _session(connection: Database, measuring: int, session: Session, machine: int) -> int:
    moment = session.measured_at
    known = None if moment is None else min(max(moment, 0.0), _LAST_MOMENT)
    runs = max((len(table) for table in session.statistics.values()), default=0)
    commit = None if session.commit is None else text(session.commit)
    added = connection.execute(
        "INSERT INTO benchverdict.session (measuring_id, commit, measured_at, plan, machine_id, runs) "
        "VALUES (%s, %s, to_timestamp(%s), %s, %s, %s) RETURNING id",
        (measuring, commit, known, text(session.plan), machine, runs),
    )
    return _one(added.fetchone())


def _copy_runs(connection: Database, session: int, measured: Session, series: dict[Key, int]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY_RUNS) as copy:
        for key, table in measured.statistics.items():
            for run in np.flatnonzero(~np.isnan(table[:, 1:]).all(axis=1)).tolist():
                values = [None if np.isnan(value) else value for value in table[run].tolist()]
                count = values[0]
                copy.write_row((series[key], session, run, None if count is None else int(count), *values[1:]))


def sessions_of_rows(benchmark: str, rows: Iterable[tuple[Any, ...]], where: str) -> list[tuple[str, Session]]:
    """Return the sessions of rows, each with the name of its measuring.

    Raises:
        InputError: the rows are not as ``add_rows`` writes them.
    """
    found: dict[int, tuple[str, Session]] = {}
    for measuring, number, commit, moment, plan, runs, fingerprint, params, metric, run, *values in rows:
        try:
            if number not in found:
                known = convert(fingerprint, record.Fingerprint).known()
                session = Session(commit=commit, measured_at=moment, fingerprint=known, plan=plan, statistics={})
                found[number] = measuring, session
            key = (benchmark, tuple(convert(params, dict[str, str]).items()), metric)
        except ValidationError as error:
            raise _broken(where, number, str(error)) from None
        if not 0 <= run < min(runs, MAX_RUNS):
            raise _broken(where, number, f"run {run} of {runs}")
        table = found[number][1].statistics.setdefault(key, _empty(min(runs, MAX_RUNS)))
        table[run] = [np.nan if value is None else value for value in values]
    return list(found.values())


def _broken(where: str, session: int, what: str) -> InputError:
    text = f"the rows of session {session} are not as Benchverdict writes them: {what}"
    cure = "remove its measuring, which benchverdict.session names, from benchverdict.measuring"
    return InputError("broken-rows", text, where=where, cure=cure)


def _empty(runs: int) -> FloatArray:
    return np.full((runs, len(STATISTICS)), np.nan)


def _one(row: tuple[Any, ...] | None) -> int:
    if row is None:
        raise LookupError("the row that was just written is not there")
    return int(row[0])
