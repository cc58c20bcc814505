"""All kinds of stores. A new one is one module here, a ``Store`` of a place, and one line in ``STORES``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.store.directory import DirectoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reporter.store.protocol import Store

STORES: Mapping[str, Callable[[Path], Store]] = {"": DirectoryStore}
"""By the ending of the place's name."""


def open_store(place: Path) -> Store:
    """Return the store at a place; one whose ending says nothing is a folder."""
    return STORES.get(place.suffix, DirectoryStore)(place)
