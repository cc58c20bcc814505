"""All that is asked of PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from coaching.seed import NOW
from coaching.tracing import query_span

Row = dict[str, Any]

DASHBOARD = """
SELECT reps.id, reps.name, best.score, best.minutes
FROM reps CROSS JOIN LATERAL (
  SELECT avg(score) AS score, sum(seconds) / 60 AS minutes
  FROM (SELECT score, seconds FROM calls WHERE rep_id = reps.id ORDER BY score DESC LIMIT 20) AS calls
) AS best
WHERE reps.id = ANY(%(reps)s) ORDER BY reps.id
"""
SORTS = {"newest": "started_at DESC, id DESC", "longest": "seconds DESC, id", "best": "score DESC, id"}
SUMMARY = "id, rep_id, opportunity_id, product, started_at, seconds, score"


class Database:
    """Queries over a pool of connections. ``queries`` counts them."""

    def __init__(self, url: str, pool_size: int) -> None:
        options = {"row_factory": dict_row, "autocommit": True, "options": "-c search_path=coaching"}
        self.pool = ConnectionPool(url, min_size=2, max_size=pool_size, kwargs=options, open=False)
        self._counter = count(1)
        self.queries = 0

    def open(self) -> None:
        self.pool.open(wait=True, timeout=10)

    def close(self) -> None:
        self.pool.close()

    def all(self, query: str, **values: object) -> list[Row]:
        self.queries = next(self._counter)
        with query_span(query), self.pool.connection() as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, **values: object) -> Row | None:
        found = self.all(query, **values)
        return found[0] if found else None

    def call(self, number: int) -> Row | None:
        return self.one(f"SELECT {SUMMARY}, transcript FROM calls WHERE id = %(id)s", id=number)

    def best_of(self, rep: int, limit: int = 20) -> list[Row]:
        query = f"SELECT {SUMMARY} FROM calls WHERE rep_id = %(rep)s ORDER BY score DESC LIMIT %(limit)s"
        return self.all(query, rep=rep, limit=limit)

    def opportunity(self, number: int) -> Row | None:
        query = """
        SELECT opportunities.*, count(calls.id) AS calls, avg(calls.score) AS score
        FROM opportunities LEFT JOIN calls ON calls.opportunity_id = opportunities.id
        WHERE opportunities.id = %(id)s GROUP BY opportunities.id
        """
        return self.one(query, id=number)

    def insights(self, days: int, team: str | None = None) -> list[Row]:
        query = """
        SELECT team, calls.product, count(*) AS calls, avg(score) AS score, sum(seconds) AS seconds
        FROM calls JOIN reps ON reps.id = calls.rep_id
        WHERE started_at >= %(since)s AND (%(team)s::text IS NULL OR team = %(team)s)
        GROUP BY team, calls.product ORDER BY team, calls.product
        """
        return self.all(query, since=NOW - timedelta(days=days), team=team)

    def search(
        self,
        text: str | None = None,
        *,
        product: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        sort: str = "newest",
        page: int = 1,
        size: int = 20,
    ) -> list[Row]:
        asked = {
            "words @@ plainto_tsquery('english', %(text)s)": text,
            "product = %(product)s": product,
            "started_at >= %(since)s": since,
            "started_at < %(until)s": until,
        }
        where = " AND ".join(condition for condition, value in asked.items() if value is not None) or "true"
        query = f"SELECT {SUMMARY} FROM calls WHERE {where} ORDER BY {SORTS[sort]} LIMIT %(size)s OFFSET %(skip)s"
        skip = (page - 1) * size
        return self.all(query, text=text, product=product, since=since, until=until, size=size, skip=skip)

    def after(self, started_at: datetime, number: int, size: int = 20) -> list[Row]:
        """Go on behind a call, newest first: what paging by cursor asks for."""
        query = f"""
        SELECT {SUMMARY} FROM calls WHERE (started_at, id) < (%(at)s, %(id)s)
        ORDER BY started_at DESC, id DESC LIMIT %(size)s
        """
        return self.all(query, at=started_at, id=number, size=size)

    def dashboard(self, reps: list[int]) -> list[Row]:
        return self.all(DASHBOARD, reps=reps)

    def add_upload(self, digest: str, size: int) -> None:
        query = "INSERT INTO uploads VALUES (%(digest)s, %(size)s) ON CONFLICT DO NOTHING RETURNING digest"
        self.all(query, digest=digest, size=size)
