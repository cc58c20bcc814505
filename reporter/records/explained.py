"""``explained.json``: ``explained/v1`` (``schemas/explained-v1.json``), as measuring left it beside what it names.

It is written by ``reporter.measure.instruments.explaining``, which needs the standard library alone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import MANY, Record, Seconds, Text

SCHEMA = "explained/v1"

_File = Annotated[str, Meta(pattern=r"^(?:profile|memory|instructions|instructions-again)-(?:base|head)-[0-9]\.json\Z")]


class Explained(Record, frozen=True):
    """The measuring that it belongs to, what was asked for, the files that came of it, and what kept others away."""

    schema: Literal["explained/v1"]
    started_at: Seconds
    names: Annotated[tuple[Text, ...], Meta(max_length=10)]
    seconds: Seconds
    files: Annotated[tuple[_File, ...], Meta(max_length=10)]
    problems: Annotated[tuple[Text, ...], MANY]
