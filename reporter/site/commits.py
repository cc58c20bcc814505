"""A page for each commit that was measured: the new levels that begin with it, and what it was measured for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.records import site as records
from reporter.render import site_words
from reporter.render.links import Links
from reporter.site.addresses import beside, commit_page
from reporter.site.shown import commit_label, moment_text, name_text
from reporter.site.views import change_view

if TYPE_CHECKING:
    from reporter.site.found import AtCommit, Found
    from reporter.site.writer import Writer

MOST_SHOWN = 500
"""Rows of a page; the JSON beside it has all."""


def write_commits(found: Found, repository: str, writer: Writer) -> None:
    """Write the page of every commit, and the JSON beside it."""
    links = Links(repository=repository)
    for commit, at in sorted(found.commits.items()):
        page = commit_page(commit)
        if page is not None:
            record = writer.record(beside(page, "json"), _record(commit, at, links))
            _write_page(page, record, writer)


def _record(commit: str, at: AtCommit, links: Links) -> records.Commit:
    return records.Commit(
        schema=records.COMMIT,
        commit=commit,
        label=commit_label(commit),
        address=links.commit(commit) or None,
        sessions=tuple(at.sessions),
        changes=tuple(sorted(at.changes, key=lambda one: (-abs(one.ratio), one.suite, one.label, one.machine))),
        added=tuple(sorted(set(at.added))),
    )


def _write_page(page: str, record: records.Commit, writer: Writer) -> None:
    writer.page(
        page,
        "commit",
        record.label,
        record=record,
        commit=name_text(record.commit),
        headline=site_words.at_commit(record.label, [change.direction for change in record.changes]),
        changes=[change_view(change) for change in record.changes[:MOST_SHOWN]],
        added=record.added[:MOST_SHOWN],
        left_out=site_words.left_out(len(record.changes), len(record.added), MOST_SHOWN),
        sessions=[(one.suite, one.machine, moment_text(one.measured_at), f"{one.rows:,}") for one in record.sessions],
    )
