"""A file that a plugin of an instrument left: foreign text, bounded, of exactly one type."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from reporter.shared.errors import InputError
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 64 * 2**20
Kind = TypeVar("Kind")


def read_as(kind: type[Kind], path: Path, what: str) -> Kind:
    """Read a file of an instrument; ``what`` says what it should be.

    Raises:
        InputError: the file cannot be read, is too large, or is not as the plugin writes it.
    """
    try:
        return msgspec.json.decode(read_regular(path, MOST_BYTES), type=kind)
    except (msgspec.DecodeError, RecursionError, OSError) as error:
        text = f"this is not {what} as the pytest plugin writes it: {error}"
        raise InputError("profile-broken", text, where=str(path), cure="measure again") from error
