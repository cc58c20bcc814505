"""What kept one side from being measured, as ``measure.json`` and ``verdict.json`` have it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import Line, Record, Text

Side = Literal["base", "head"]


class FailedSide(Record, frozen=True):
    """What failed, on which side, and the last lines printed; without a ``side`` it was both together."""

    side: Side | None
    commit: Line | None
    what: Text
    lines: Annotated[tuple[Text, ...], Meta(max_length=10)]
