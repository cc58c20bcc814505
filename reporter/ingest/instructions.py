"""Counts of one process (``schemas/instructions-v1.json``), as the instrument's plugin writes them: foreign text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from reporter.records.instructions import Counts
from reporter.shared.errors import InputError
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 16 * 2**20


def read(path: Path) -> Counts:
    """Read one file.

    Raises:
        InputError: the file cannot be read, is too large, or is not as the plugin writes it.
    """
    try:
        return msgspec.json.decode(read_regular(path, MOST_BYTES), type=Counts)
    except (msgspec.DecodeError, RecursionError, OSError) as error:
        what = f"these are no counts as the pytest plugin writes them: {error}"
        raise InputError("counts-broken", what, where=str(path), cure="count again") from error
