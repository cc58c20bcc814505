"""``override.json``: who accepted the regressions of a commit, as fetch found it (``schemas/override-v1.json``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest.opening import read_bytes
from reporter.model import Override
from reporter.records import override
from reporter.records.reading import Origin, decode

if TYPE_CHECKING:
    from pathlib import Path


def read_override(path: Path) -> Override:
    """Read the file.

    Raises:
        InputError: it cannot be read, or is not as the action writes it.
    """
    origin = Origin(
        schema=override.SCHEMA,
        where=str(path),
        code="broken-override",
        cure="run the job again; the step that finds the baseline writes this file",
    )
    found = decode(read_bytes(path), override.OverrideFile, origin)
    return Override(label=found.label, by=found.by, at=found.at, commit=found.commit)
