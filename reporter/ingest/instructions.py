"""Counts of one process (``schemas/instructions-v1.json``), as the instrument's plugin writes them: foreign text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.ingest.instrument_file import read_as
from reporter.records.instructions import Counts

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> Counts:
    """Read one file.

    Raises:
        InputError: the file cannot be read, is too large, or is not as the plugin writes it.
    """
    return read_as(Counts, path, "a file of counts")
