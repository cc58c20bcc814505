"""A log in PostgreSQL: measurings as they are read here, and their numbers as rows for SQL and dashboards.

``migrations/`` makes the tables, in the order of its numbers. A measuring and its rows are added in one transaction,
so a writer that is killed leaves nothing. Its rows are written with COPY.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.config.store_rules import shown_place
from reporter.store.lasting import LARGEST, MOST_NAMES, LastingStore, Log
from reporter.store.measuring import parse_name
from reporter.store.postgres_rows import add_rows, sessions_of_rows, text
from reporter.store.refusals import not_installed, refusal, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from reporter.model import Session
    from reporter.shared.errors import InputError
    from reporter.store.lasting import Kept
    from reporter.store.measuring import Name

MIGRATIONS = Path(__file__).with_name("migrations")
WAIT_SECONDS = 10
_LONGEST_STATEMENT = "10min"
_AT_ONCE = 32
"""Measurings that are fetched at the same time."""
_CURSORS = count(1)
_LOCK = 7_231_960_125
"""The lock of a migration; any number that no other program locks."""
_STATES = {
    "28": "refused",
    "42501": "refused",
    "25006": "refused",
    "3D": "missing",
    "53100": "full",
    "53": "busy",
    "55P03": "busy",
    "57014": "busy",
}
"""What codes of PostgreSQL mean, and classes of them."""
_SAID = (
    ("refused", ("password", "authentication", "pg_hba", "role ")),
    ("busy", ("too many", "slots are reserved", "starting up")),
    ("missing", ("does not exist",)),
)


_SUITES = """
    SELECT name FROM benchverdict.suite
    WHERE EXISTS (SELECT FROM benchverdict.measuring WHERE suite_id = suite.id) ORDER BY name LIMIT %s
"""
_NAMES = """
    SELECT measuring.name FROM benchverdict.measuring JOIN benchverdict.suite ON suite.id = suite_id
    WHERE suite.name = %s LIMIT %s
"""
_STATISTICS = """
    SELECT measuring.name, CASE WHEN octet_length(statistics) <= %s THEN statistics END
    FROM benchverdict.measuring JOIN benchverdict.suite ON suite.id = suite_id
    WHERE suite.name = %s AND measuring.name = ANY(%s) ORDER BY measuring.name
"""
_ROUNDS = """
    SELECT CASE WHEN octet_length(rounds) <= %s THEN rounds END
    FROM benchverdict.measuring JOIN benchverdict.suite ON suite.id = suite_id
    WHERE suite.name = %s AND measuring.name = %s
"""
_REMOVE = """
    DELETE FROM benchverdict.measuring USING benchverdict.suite
    WHERE suite.id = suite_id AND suite.name = %s AND measuring.name = ANY(%s)
"""
_SERIES = """
    SELECT measuring.name, session.id, session.commit, extract(epoch FROM session.measured_at)::float8, session.plan,
        session.runs, machine.fingerprint, series.params, series.metric, run.run,
        n, min, q10, q25, median, q75, q90, p95, p99, max, mean
    FROM benchverdict.series
    JOIN benchverdict.suite ON suite.id = series.suite_id
    JOIN benchverdict.run ON run.series_id = series.id
    JOIN benchverdict.session ON session.id = run.session_id
    JOIN benchverdict.measuring ON measuring.id = session.measuring_id
    JOIN benchverdict.machine ON machine.id = session.machine_id
    WHERE suite.name = %s AND md5(series.benchmark) = md5(%s) AND series.benchmark = %s
    ORDER BY session.id, series.id, run.run
"""


def open_postgres(address: str, pinned: str | None = None) -> LastingStore:
    """Return the store of a database. It is connected to when it is used.

    Raises:
        UsageError: the packages for it are not installed.
    """
    try:
        import psycopg  # noqa: F401 - whether it is there
    except ImportError:
        raise not_installed(address, "psycopg") from None
    return LastingStore(PostgresLog(address), pinned)


class PostgresLog(Log):
    """Measurings as rows of a database."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __repr__(self) -> str:
        return f"PostgresLog({self.place!r})"

    @property
    def place(self) -> str:
        """Return its address as it may be printed."""
        return shown_place(self._address)

    def key(self, suite: str) -> str:
        """Return the name of the suite."""
        return text(suite)

    def keys(self) -> list[str]:
        """Return the names of all suites that have a measuring."""
        return [name for (name,) in self._rows(_SUITES, MOST_NAMES)]

    def names(self, key: str) -> list[Name]:
        """Return the names of a suite's measurings, in order."""
        found = [parse_name(name) for (name,) in self._rows(_NAMES, key, MOST_NAMES + 1)]
        if len(found) > MOST_NAMES:
            raise refusal("too large", self._address)
        return sorted(name for name in found if name)

    def read(self, key: str, names: Sequence[Name]) -> Iterator[tuple[Name, bytes | InputError]]:
        """Yield the bytes of each measuring, in order."""
        by_name = {str(name): name for name in names}
        for found, content in self._rows(_STATISTICS, LARGEST, key, list(by_name)):
            yield by_name[found], too_large(f"{self.place} ({found})") if content is None else content

    def rounds(self, key: str, name: Name) -> bytes | None:
        """Return the bytes of a measuring with its rounds, if they are kept."""
        with self._told():
            if not self._is_ready():
                return None
            found = self._connection.execute(_ROUNDS, (LARGEST, key, str(name))).fetchone()
            return found[0] if found else None

    def add(self, key: str, name: Name, kept: Kept) -> bool:
        """Add a measuring and its rows in one transaction."""
        with self._told():
            self._migrate()
            return add_rows(self._connection, key, str(name), kept)

    def remove(self, key: str, names: Sequence[Name]) -> None:
        """Remove measurings with all of their rows."""
        with self._told():
            if self._is_ready():
                self._connection.execute(_REMOVE, (key, [str(name) for name in names]))

    def series(self, key: str, benchmark: str, names: Sequence[Name]) -> dict[Name, list[Session]]:
        """Return the sessions of one benchmark of all measurings."""
        by_name = {str(name): name for name in names}
        found: dict[Name, list[Session]] = {name: [] for name in names}
        rows = self._rows(_SERIES, key, text(benchmark), text(benchmark))
        for measuring, session in sessions_of_rows(benchmark, rows, self.place):
            if measuring in by_name:
                found[by_name[measuring]].append(session)
        return found

    def tidy(self, key: str) -> None:
        """Do nothing: the database keeps its indexes itself."""

    def _rows(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds; nothing where there are no tables yet."""
        with self._told():
            if not self._is_ready():
                return
            with self._connection.transaction(), self._connection.cursor(name=_cursor_name()) as cursor:
                cursor.itersize = _AT_ONCE if statement is _STATISTICS else cursor.itersize
                cursor.execute(statement, values)
                yield from cursor

    @cached_property
    def _connection(self) -> Connection[tuple[Any, ...]]:
        import psycopg

        connection = psycopg.connect(
            self._address,
            autocommit=True,
            connect_timeout=WAIT_SECONDS,
            application_name="benchverdict",
        )
        weakref.finalize(self, connection.close)
        connection.execute(f"SET statement_timeout = '{_LONGEST_STATEMENT}'")
        return connection

    def _is_ready(self) -> bool:
        """Return whether there are tables; those of an older version are brought up to date first."""
        version = self._version()
        if 0 < version < len(_scripts()):
            self._migrate()
        return version > 0

    def _version(self) -> int:
        """Return the number of the last migration; 0 where there are no tables.

        Raises:
            InputError: the tables are those of a newer version.
        """
        found = self._connection.execute("SELECT to_regclass('benchverdict.migration')").fetchone()
        if not found or found[0] is None:
            return 0
        last = self._connection.execute("SELECT coalesce(max(number), 0) FROM benchverdict.migration").fetchone()
        version = int(last[0]) if last else 0
        if version > len(_scripts()):
            raise refusal("newer", self._address)
        return version

    def _migrate(self) -> None:
        """Bring the tables up to date, one migration and one writer after the other.

        Raises:
            InputError: they are older, and this job may not change them.
        """
        from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

        version = self._version()
        if version == len(_scripts()):
            return
        # Not in a transaction, which may not see yet what another writer has made while this one waited for it.
        self._connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            for number, script in list(enumerate(_scripts(), 1))[self._version() :]:
                with self._connection.transaction():
                    self._connection.execute(script.read_bytes())
                    self._connection.execute("INSERT INTO benchverdict.migration (number) VALUES (%s)", (number,))
        except (InsufficientPrivilege, ReadOnlySqlTransaction):
            if version:
                raise refusal("older", self._address) from None
            raise
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the client raises into an error without its words, which may hold the address as it was given."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise _error(self._address, error) from None


def _cursor_name() -> str:
    """Return a name that no other cursor has: a query may begin while what another one found is being read."""
    return f"benchverdict_{next(_CURSORS)}"


def _scripts() -> list[Path]:
    return sorted(MIGRATIONS.glob("[0-9]*.sql"))


def _error(address: str, error: Any) -> InputError:
    state = str(error.sqlstate or "")
    detail = f"SQLSTATE {state}" if state.isalnum() else ""
    return refusal(_of_state(state) or _of_words(str(error).lower()), address, detail)


def _of_state(state: str) -> str:
    """Return what a code of the server means; empty where it has none, as while connecting."""
    if not state or state.startswith("08"):
        return ""
    return _STATES.get(state) or _STATES.get(state[:2]) or "failed"


def _of_words(words: str) -> str:
    """Return what became of a connection: the client has no code for it, only the words of the server."""
    return next((kind for kind, known in _SAID if any(word in words for word in known)), "unreachable")
