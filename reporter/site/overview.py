"""The overview: suites, what changed last, and every benchmark with its last values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from reporter.records import site as records
from reporter.render.words import count_of
from reporter.site.addresses import OVERVIEW, beside
from reporter.site.shown import moment_text
from reporter.site.views import change_view, newest_first
from reporter.site.writer import GENERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.site.found import Found
    from reporter.site.writer import Writer

NEWEST = 50
"""Changes of level in the overview and in the feed."""
SHOWN_CHANGES = 12
CHUNK = 2_000
"""Rows that the overview itself holds; the others come in scripts of as many."""


def write_overview(found: Found, repository: str, writer: Writer) -> records.Index:
    """Write the overview and the JSON beside it; return what that holds."""
    index = writer.record(
        beside(OVERVIEW, "json"),
        records.Index(
            schema=records.INDEX,
            generator=GENERATOR,
            repository=repository or None,
            suites=tuple(found.suites),
            changes=tuple(newest_first(found.changes)[:NEWEST]),
            rows=tuple(sorted(found.rows, key=_last_changed_first)),
        ),
    )
    chunks = [index.rows[at : at + CHUNK] for at in range(0, len(index.rows), CHUNK)]
    for number, rows in enumerate(chunks[1:], 1):
        writer.script(f"overview/{number:024x}.js", replace(index, changes=(), rows=rows))
    data = replace(index, changes=(), rows=chunks[0] if chunks else ())
    writer.page(OVERVIEW, "index", "Benchmarks", data=data, **_view(index, len(chunks) - 1))
    return index


def _last_changed_first(row: records.Row) -> tuple[Any, ...]:
    at = row.change.measured_at if row.change else None
    return row.change is None, -(at or 0.0), row.suite, row.label, row.metric


def _view(index: records.Index, chunks: int) -> dict[str, Any]:
    return {
        "index": index,
        "suites": [_suite(suite) for suite in index.suites],
        "metrics": _counted([row.metric for row in index.rows]),
        "changes": [change_view(change) for change in index.changes[:SHOWN_CHANGES]],
        "chunks": max(chunks, 0),
        "total": len(index.rows),
    }


def _suite(suite: records.SuiteEntry) -> dict[str, str]:
    return {
        "label": suite.label,
        "size": f"{count_of(suite.benchmarks, 'benchmark')}, {count_of(suite.sessions, 'session')}",
        "newest": moment_text(suite.newest),
    }


def _counted(names: Sequence[str]) -> list[str]:
    """Return each name once, the most frequent first."""
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))
