"""Would both sides of a pair measure one and the same server? Then pairs tell nothing of what was changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.ingest.registry import LOAD_TESTS

if TYPE_CHECKING:
    from reporter.config import MeasureSettings

CURE = (
    "declare [service], so that each side starts a server of its own (docs/service.md), "
    'or set compare = "baseline" in the configuration'
)
_PROGRAMS = {
    **{name: name for name in LOAD_TESTS - {"lighthouse", "taurus"}},
    "lhci": "lighthouse",
    "lighthouse": "lighthouse",
    "bzt": "taurus",
}
_AT_THE_BEGINNING = (
    r"(?:^|[;&|(\n]|\b(?:npx|exec|uv run|poetry run|python[\d.]* -m)\s)"
    r"\s{0,99}(?:\w{1,99}=\S{0,999}\s{1,99}){0,9}(?:\S{0,499}/)?"
)
_LOADS = re.compile(rf"{_AT_THE_BEGINNING}({'|'.join(map(re.escape, _PROGRAMS))})(?=\s|$)")


def same_server(settings: MeasureSettings, command: str) -> str | None:
    """Return why base and head would measure the same server; ``None`` where nothing speaks for it.

    A service that is declared is started from each side's own tree. Which tool the command runs is also known from its
    results; see ``loads_a_server``.
    """
    if settings.service is not None:
        return None
    named = _LOADS.search(command)
    if named:
        return reason(_PROGRAMS[named[1]])
    if settings.format and settings.format in LOAD_TESTS:
        return reason(settings.format)
    if settings.requires_url:
        return f"the server at {settings.requires_url[0]} is one and the same for base and head"
    return None


def loads_a_server(formats: set[str], *, has_service: bool) -> str | None:
    """Return the same of results: a tool that loads a server, and no service of each side's own."""
    tools = sorted(formats & LOAD_TESTS)
    return reason(tools[0]) if tools and not has_service else None


def reason(tool: str) -> str:
    """Return the sentence that a tool loads one server."""
    return f"{tool} loads one and the same server for base and head"
