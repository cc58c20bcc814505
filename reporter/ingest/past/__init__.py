"""Histories that other tools kept: many past runs in one file or folder, each to become a session of ours.

Known are ``data.js`` of github-action-benchmark, the reports and exports of Bencher, the results folder of asv, and
plain tables. What a past run holds is named as the format of the same tool names it, so that new results continue it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest.benchmark_data import is_benchmark_data
from reporter.ingest.opening import open_document
from reporter.ingest.past import asv_tree, bencher_export, data_js, plain_table
from reporter.ingest.past.run import Past, PastRun
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Past", "PastRun", "read_past"]


def read_past(path: Path, entry: str | None = None) -> Past:
    """Read a history, its runs oldest first; ``entry`` names the wanted one where a file holds several.

    Raises:
        InputError: it is of no known kind, or broken.
        UsageError: the file holds several histories and none is named, or none of that name.
    """
    if path.is_dir():
        return asv_tree.read(path)
    document = open_document(path)
    if is_benchmark_data(document):
        return data_js.read(document, entry)
    if bencher_export.is_known(document):
        return bencher_export.read(document)
    if plain_table.is_known(document):
        return plain_table.read(document, entry)
    raise InputError(
        "unknown-history",
        "this is none of the known histories (data.js of github-action-benchmark, Bencher, a table with a time)",
        where=str(path),
        cure="name that file, or the results folder of asv; a single result is no history",
    )
