"""``source.json`` beside a fetched baseline: where it came from, or why there is none (``schemas/source-v1.json``)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.ingest.opening import read_bytes
from reporter.model import Baseline, BaselineSource
from reporter.records.reading import Origin, decode
from reporter.records.source import SCHEMA, Source
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "source.json"


def read_source(folder: Path) -> Source | None:
    """Read the file in a store's folder; ``None`` when nobody looked anything up (a local store).

    Raises:
        InputError: the file is there and not as the look-up writes it.
    """
    path = folder / FILE_NAME
    try:
        content = read_bytes(path)
    except InputError as error:
        if error.code == "no-such-file":
            return None
        raise
    origin = Origin(schema=SCHEMA, where=str(path), code="broken-source", cure="fetch the baseline again")
    return decode(content, Source, origin)


def with_source(baseline: Baseline, source: Source | None) -> Baseline:
    """Fill in where a loaded baseline came from."""
    if source is None:
        return baseline
    found = BaselineSource(
        commit=source.commit or baseline.suite.commit, run_id=source.run_id, distance=source.distance
    )
    return replace(baseline, source=found)
