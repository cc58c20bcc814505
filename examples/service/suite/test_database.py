"""PostgreSQL without the HTTP around it."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from coaching.database import DASHBOARD
from coaching.seed import CALL_COLUMNS, NOW, REPS, calls

from suite.conftest import size

EVERYBODY = list(range(1, REPS + 1))
QUERIES = {
    "primary key": lambda database: database.call(4711),
    "indexed filter": lambda database: database.best_of(7),
    "join": lambda database: database.opportunity(7),
    "aggregate": lambda database: database.insights(30),
    "cursor paging": lambda database: database.after(NOW, 1),
    "full text": lambda database: database.search("budget timeline"),
    "some columns": lambda database: database.all("SELECT id, score FROM calls WHERE rep_id = 7"),
    "all columns": lambda database: database.all("SELECT * FROM calls WHERE rep_id = 7"),
    "batch": lambda database: database.all("SELECT id, score FROM calls WHERE id = ANY(%(ids)s)", ids=EVERYBODY),
    "dashboard": lambda database: database.dashboard(EVERYBODY),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_query(benchmark, database, query):
    assert benchmark(query, database)


def test_bulk_insert(benchmark, database):
    rows = list(islice(calls(size(2_000, 50_000), seed=2), size(2_000, 50_000)))

    def insert():
        with (
            database.pool.connection() as connection,
            connection.transaction(force_rollback=True),
            connection.cursor().copy(f"COPY calls ({CALL_COLUMNS}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    benchmark.pedantic(insert, rounds=3)
    benchmark.extra_info["rows_per_second"] = len(rows) / benchmark.stats.stats.median


def test_pool_acquisition(benchmark, database):
    def acquire():
        with database.pool.connection():
            pass

    benchmark(acquire)
    benchmark.extra_info["waited"] = database.pool.get_stats().get("requests_queued", 0)


@pytest.mark.parametrize("index", ["calls_by_rep"])
def test_plan(benchmark, database, index):
    """The planner still uses the index that the dashboard was given."""
    plan = benchmark(database.one, f"EXPLAIN (FORMAT JSON) {DASHBOARD}", reps=EVERYBODY)
    benchmark.extra_info["index_used"] = float(index in json.dumps(plan))
