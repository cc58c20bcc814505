"""All kinds of stores. A new one is one module here, a function from a place to its ``Store``, and one line below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reporter.config.store_rules import check_place, is_address, scheme_of
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reporter.model import Baseline
    from reporter.store.protocol import Missing, Store

    Find = Callable[[str, str, str | None], Baseline | Missing]
    """Loads the baseline of a suite from the store at a place, with the session of a pinned commit."""


def _directory(place: str, _pinned: str | None) -> Store:
    from reporter.store.directory import DirectoryStore

    return DirectoryStore(Path(place))


def _objects(place: str, pinned: str | None) -> Store:
    from reporter.store.objects import open_objects

    return open_objects(place, pinned)


def _postgres(place: str, pinned: str | None) -> Store:
    from reporter.store.postgres import open_postgres

    return open_postgres(place, pinned)


STORES: Mapping[str, Callable[[str, str | None], Store]] = {
    "": _directory,
    "file": _objects,
    "s3": _objects,
    "gs": _objects,
    "az": _objects,
    "postgresql": _postgres,
    "postgres": _postgres,
}
"""By the scheme of the address; a place without one is a folder. Their packages are imported when one is opened."""


def open_store(place: str | Path, *, pinned: str | None = None) -> Store:
    """Return the store at a place. ``pinned`` is a commit whose session is read however old it is.

    Raises:
        UsageError: the address cannot be one of a store, or the packages for it are not installed.
    """
    found = check_place(str(place))
    return STORES[scheme_of(found) if is_address(found) else ""](found, pinned)


def find(place: str, suite: str, pinned: str | None = None) -> Baseline | Missing:
    """Load a suite's baseline from the store at a place, or say why there is none. Raises as both do."""
    return open_store(place, pinned=pinned).find(suite)


def once(ask: Find) -> Find:
    """Return what asks for the same only once, and gives every later caller the same answer or the same error."""
    known: dict[tuple[str, str, str | None], Baseline | Missing | InputError] = {}

    def find_kept(place: str, suite: str, pinned: str | None) -> Baseline | Missing:
        wanted = (place, suite, pinned)
        if wanted not in known:
            try:
                known[wanted] = ask(*wanted)
            except InputError as error:
                known[wanted] = error
        found = known[wanted]
        if isinstance(found, InputError):
            raise found
        return found

    return find_kept
