"""All result formats, and which of them a document is of. A new format is one module and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest import (
    artillery,
    asv,
    autocannon,
    bencher,
    benchmark_js,
    benchmarkdotnet,
    benchmarktools,
    cargo_bench,
    catch2,
    criterion,
    custom_json,
    gatling,
    go_testing,
    google_benchmark,
    gungraun,
    hey,
    hyperfine,
    jmeter,
    jmh,
    junit,
    k6,
    lighthouse,
    locust,
    oha,
    pyperf,
    pytest_benchmark,
    pytest_codspeed,
    taurus,
    vegeta,
    vitest,
    wrk,
)
from reporter.shared.errors import InputError, UsageError, did_you_mean

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
    pytest_codspeed,
    cargo_bench,
    gungraun,
    benchmarkdotnet,
    vitest,
    benchmark_js,
    catch2,
    benchmarktools,
    wrk,
    hey,
    oha,
    vegeta,
    autocannon,
    artillery,
    gatling,
    lighthouse,
    junit,
    taurus,
)

STREAMED: tuple[Format, ...] = (jmeter, k6, gatling)
"""Formats that read large files line by line."""
LOAD_TESTS = frozenset(
    tool.name
    for tool in (locust, k6, jmeter, wrk, hey, oha, vegeta, autocannon, artillery, gatling, lighthouse, taurus)
)
"""Formats of tools that load a server: both sides of a pair would measure the same one."""


def named(format_name: str, formats: Sequence[Format] = FORMATS) -> Format:
    """Return the format of that name.

    Raises:
        UsageError: there is none; names those there are.
    """
    known = {entry.name: entry for entry in formats}
    if format_name in known:
        return known[format_name]
    cure = f"use one of {', '.join(sorted(known))}, or leave the format out to recognise it by content"
    what = f"there is no format {format_name!r}{did_you_mean(format_name, known)}"
    raise UsageError("unknown-format-name", what, cure=cure)


def recognise(document: Document, formats: Sequence[Format] = FORMATS) -> Format:
    """Return the one format that knows the content best.

    Raises:
        InputError: no format knows it (broken JSON is reported as such), or several know it equally well.
    """
    winners = best(document, formats)
    if not winners:
        raise document.json_error or _unknown(document, formats)
    if len(winners) > 1:
        names = " and ".join(entry.name for entry in winners)
        cure = f"say which it is, for example: --input-format {winners[0].name}"
        raise InputError("ambiguous-format", f"this could be {names}", where=str(document.path), cure=cure)
    return winners[0]


def best(document: Document, formats: Sequence[Format]) -> list[Format]:
    """Return the formats that know the content equally well and better than all others; none when none knows it."""
    scores = [entry.score(document) for entry in formats]
    highest = max(scores, default=0.0)
    return [entry for entry, score in zip(formats, scores, strict=True) if score == highest > 0]


def _unknown(document: Document, formats: Sequence[Format]) -> InputError:
    names = ", ".join(sorted(entry.name for entry in formats))
    return InputError(
        "unknown-format",
        f"this is none of the known result formats ({names})",
        where=str(document.path),
        cure="check that this is the result file and not the log; if its format is known, name it with --input-format",
    )
