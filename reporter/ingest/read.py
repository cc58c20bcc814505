"""Read one result file: opened, recognised, read by its format, every number judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.ingest.benchmark_data import is_benchmark_data
from reporter.ingest.collector import collector_paused
from reporter.ingest.failed import together
from reporter.ingest.large import large_document
from reporter.ingest.lengths import bounded, bounded_fingerprint
from reporter.ingest.opening import open_document
from reporter.ingest.registry import FORMATS, STREAMED, best, named, recognise
from reporter.ingest.shape import refuse_too_many
from reporter.ingest.validity import judged
from reporter.ingest.within import behind_log_lines, documents_within
from reporter.masking import without_secrets
from reporter.shared.errors import InputError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.ingest.reading import Document, FileReading, Format


@collector_paused()
def read_file(path: Path, *, format_name: str | None = None) -> FileReading:
    """Read a result file of any known format, recognised by content unless ``format_name`` says which it is.

    Results may stand behind lines of a log, or be several JSON documents of one format. Readings whose numbers are not
    usable (NaN, null, below zero …) come back errored with the reason. Credentials in names are masked.

    Raises:
        InputError: the file cannot be read, is of no known format, is broken, or has no benchmark in it.
        UsageError: there is no format of that name.
    """
    formats = (named(format_name),) if format_name else FORMATS
    return finished(_read_large(path, formats) or _read_whole(path, formats))


def finished(reading: FileReading) -> FileReading:
    """Judge what a format handed over: bounded texts, no credentials, and every number usable or its reading errored.

    Raises:
        InputError: there is no benchmark, or a name is too long.
    """
    path = reading.path
    if not reading.readings and not reading.companion:
        raise _no_benchmark(path)
    refuse_too_many(len(reading.readings), path)
    short = tuple(bounded(entry, path) for entry in reading.readings)
    clean = without_secrets(replace(reading, readings=short, fingerprint=bounded_fingerprint(reading.fingerprint)))
    return replace(clean, readings=tuple(map(judged, clean.readings)))


def _read_large(path: Path, formats: Sequence[Format]) -> FileReading | None:
    document = large_document(path)
    if document is None:
        return None
    winners = best(document, [entry for entry in STREAMED if entry in formats])
    return winners[0].read(document) if winners else None


def _read_whole(path: Path, formats: Sequence[Format]) -> FileReading:
    document = open_document(path)
    if document.json in ({}, []):
        raise _no_benchmark(path)
    if best(document, formats):
        return recognise(document, formats).read(document)
    found = _read_behind_log(document, formats) or _read_documents(document, formats)
    if found is None and is_benchmark_data(document):
        cure = "import it: benchverdict history import FILE"
        raise InputError(
            "history-file", "this is a history of many runs, not the result of one", where=str(document.path), cure=cure
        )
    if found is None and len(formats) == 1:
        return formats[0].read(document)
    return found or recognise(document, formats).read(document)


def _read_documents(document: Document, formats: Sequence[Format]) -> FileReading | None:
    if document.json is not None:
        return None
    parts, others = [], 0
    for part in documents_within(document):
        if best(part, formats):
            parts.append(recognise(part, formats).read(part))
        else:
            others += 1
    return _joined(parts, others) if parts else None


def _joined(parts: Sequence[FileReading], others: int) -> FileReading:
    first = parts[0]
    names = sorted({part.format for part in parts})
    if len(names) > 1:
        cure = "let each tool write a file of its own"
        raise InputError(
            "several-formats", f"it holds results of {' and '.join(names)}", where=str(first.path), cure=cure
        )
    readings = (
        entry if len(parts) == 1 else structs.replace(entry, place=f"document {number}, {entry.place}")
        for number, part in enumerate(parts, 1)
        for entry in part.readings
    )
    notices = [notice for part in parts for notice in part.warnings]
    if others:
        text = f"{first.path.name} also holds {others} JSON documents of no known format, which were passed over."
        notices.append(Notice(code="documents-passed-over", text=text))
    return replace(
        first,
        readings=tuple(readings),
        companion=all(part.companion for part in parts),
        warnings=tuple(dict.fromkeys(notices)),
        failures=together(part.failures for part in parts),
    )


def _read_behind_log(document: Document, formats: Sequence[Format]) -> FileReading | None:
    found = behind_log_lines(document, lambda part: bool(best(part, formats)))
    return recognise(found, formats).read(found) if found else None


def _no_benchmark(path: Path) -> InputError:
    cure = "check that the command selects benchmarks, and that none of them failed: its log says which ran"
    return InputError("no-benchmark", "the file holds no benchmark", where=str(path), cure=cure)
