"""Read one result file: opened, recognised, read by its format, every number judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.errors import InputError
from reporter.ingest.collector import collector_paused
from reporter.ingest.opening import open_document
from reporter.ingest.registry import named, recognise
from reporter.ingest.secrets import without_secrets
from reporter.ingest.validity import judged

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.ingest.reading import FileReading


@collector_paused()
def read_file(path: Path, *, format_name: str | None = None) -> FileReading:
    """Read a result file of any known format, recognised by content unless ``format_name`` says which it is.

    Readings whose numbers are not usable (NaN, null, below zero …) come back errored with the reason. Credentials in
    names are masked.

    Raises:
        InputError: the file cannot be read, is of no known format, is broken, or has no benchmark in it.
        UsageError: there is no format of that name.
    """
    chosen = named(format_name) if format_name else None
    document = open_document(path)
    if document.json in ({}, []):
        raise _no_benchmark(path)
    reading = (chosen or recognise(document)).read(document)
    if not reading.readings and not reading.companion:
        raise _no_benchmark(path)
    return replace(reading, readings=tuple(map(judged, without_secrets(reading.readings))))


def _no_benchmark(path: Path) -> InputError:
    cure = "check that the command selects benchmarks, and that none of them failed: its log says which ran"
    return InputError("no-benchmark", "there is no benchmark in it", where=str(path), cure=cure)
