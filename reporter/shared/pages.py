"""Addresses of the documentation: below what the installed package names as its documentation, else as paths."""

from __future__ import annotations

MESSAGES = "docs/messages.md"
PACKAGE = "benchverdict"
_LABEL = "Documentation, "


def address(page: str) -> str:
    """Return the address of a page such as ``docs/pairs.md``."""
    return f"{_home()}{page}"


def address_of_message(code: str) -> str:
    """Return the address of what is known about a message."""
    return f"{address(MESSAGES)}#{code}"


def _home() -> str:
    from importlib import metadata

    try:
        labelled = metadata.metadata(PACKAGE).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    return next((f"{url[len(_LABEL) :].rstrip('/')}/" for url in labelled if url.startswith(_LABEL)), "")
