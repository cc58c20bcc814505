"""``spans.json`` of a run: ``spans/v1`` (``schemas/spans-v1.json``), the OpenTelemetry spans that its service sent.

It is written by ``reporter.measure.service.spans``, which needs the standard library alone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from reporter.record import SOME, Amount, Line, Record, Whole

SCHEMA = "spans/v1"


class Request(Record, frozen=True):
    """One kind of request, by the name of the first span of its trace: how many there were, and their seconds."""

    request: Line
    count: Whole
    seconds: Amount


class Span(Record, frozen=True):
    """One span below a kind of request; ``seconds`` are its own, without the spans below it."""

    request: Line
    span: Line
    count: Whole
    seconds: Amount


class Spans(Record, frozen=True):
    """The whole file; ``left_out`` counts the spans beyond what is kept."""

    schema: Literal["spans/v1"]
    spans: Annotated[tuple[Span, ...], SOME]
    requests: Annotated[tuple[Request, ...], SOME]
    left_out: Whole
