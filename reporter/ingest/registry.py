"""All result formats, and which of them a document is of. A new format is one module and one line here."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from reporter.errors import InputError, UsageError
from reporter.ingest import (
    asv,
    bencher,
    criterion,
    custom_json,
    go_testing,
    google_benchmark,
    hyperfine,
    jmeter,
    jmh,
    k6,
    locust,
    pyperf,
    pytest_benchmark,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.ingest.reading import Document, Format

FORMATS: tuple[Format, ...] = (
    pytest_benchmark,
    pyperf,
    locust,
    k6,
    hyperfine,
    go_testing,
    google_benchmark,
    jmh,
    criterion,
    bencher,
    custom_json,
    jmeter,
    asv,
)

LOAD_TESTS = frozenset({"locust", "k6", "jmeter"})
"""Formats of tools that load a server: both sides of a pair would measure the same one."""


def named(format_name: str, formats: Sequence[Format] = FORMATS) -> Format:
    """Give the format of that name.

    Raises:
        UsageError: there is none; names those there are.
    """
    known = {entry.name: entry for entry in formats}
    if format_name in known:
        return known[format_name]
    near = difflib.get_close_matches(format_name, known, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    cure = f"use one of {', '.join(sorted(known))}, or leave the format out to recognise it by content"
    raise UsageError("unknown-format-name", f"there is no format {format_name!r}{guess}", cure=cure)


def recognise(document: Document, formats: Sequence[Format] = FORMATS) -> Format:
    """Give the one format that knows the content best.

    Raises:
        InputError: no format knows it (broken JSON is reported as such), or several know it equally well.
    """
    scores = {entry.name: entry.score(document) for entry in formats}
    best = max(scores.values())
    winners = [entry for entry in formats if scores[entry.name] == best]
    if best <= 0:
        raise document.json_error or _unknown(document, formats)
    if len(winners) > 1:
        names = " and ".join(entry.name for entry in winners)
        cure = f"say which it is, for example: --format {winners[0].name}"
        raise InputError("ambiguous-format", f"this could be {names}", where=str(document.path), cure=cure)
    return winners[0]


def _unknown(document: Document, formats: Sequence[Format]) -> InputError:
    names = ", ".join(sorted(entry.name for entry in formats))
    return InputError(
        "unknown-format",
        f"this is none of the known result formats ({names})",
        where=str(document.path),
        cure="check that this is the result file and not the log; if its format is known, name it with --format",
    )
