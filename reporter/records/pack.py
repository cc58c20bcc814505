"""What a pack of measurings says of its rows: ``pack/v1`` (``schemas/pack-v1.json``), as ``pack.json`` in it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import WHOLE_LIMIT, Line, Record, Text, Whole
from reporter.records.machine import Fingerprint

SCHEMA = "pack/v1"
MOST = Meta(max_length=100_000)

_Time = Annotated[float, Meta(le=WHOLE_LIMIT)]


class Session(Record, frozen=True, kw_only=True):
    """One session: of which of the measurings, and on which of the machines."""

    measuring: Whole
    machine: Whole
    commit: Text | None
    measured_at: _Time | None
    plan: Text


class Series(Record, frozen=True, kw_only=True):
    """One benchmark with its parameters, and a metric of it."""

    benchmark: Text
    params: dict[Text, Text]
    metric: Text


class Pack(Record, frozen=True, kw_only=True):
    """The whole file. The rows beside it point into sessions and series."""

    schema: Literal["pack/v1"]
    measurings: Annotated[tuple[Line, ...], MOST]
    machines: Annotated[tuple[Fingerprint, ...], MOST]
    sessions: Annotated[tuple[Session, ...], MOST]
    series: Annotated[tuple[Series, ...], MOST]
