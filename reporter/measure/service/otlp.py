"""Spans of an OTLP request body: the protocol buffers of ``/v1/traces``, or their JSON.

Only what is needed is read, and nothing is trusted: any damage is a ``ValueError``, and no input takes longer than in
proportion to its length. Numbers of fields are those of ``opentelemetry/proto/trace/v1/trace.proto``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_STATEMENTS = ("db.query.text", "db.statement")
_NANOSECONDS = 1e-9


@dataclass(frozen=True)
class Span:
    """One span; ``parent`` is empty for the first of a trace. ``statement`` is what it asked a database."""

    trace: bytes
    span: bytes
    parent: bytes
    name: str
    statement: str
    seconds: float


def spans_of_protobuf(body: bytes) -> Iterator[Span]:
    """Yield the spans of an ``ExportTraceServiceRequest``; raises ``ValueError`` where it is none."""
    for resource in _messages(body, 1):
        for scope in _messages(resource, 2):
            for span in _messages(scope, 2):
                yield _span(span)


def spans_of_json(body: bytes) -> Iterator[Span]:
    """Yield the spans of the same request in JSON; raises ``ValueError`` where it is none."""
    try:
        content = json.loads(body)
        for resource in content["resourceSpans"]:
            for scope in resource.get("scopeSpans", ()):
                for span in scope.get("spans", ()):
                    yield _span_of_json(span)
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError(f"no spans: {error}") from None


def _span(data: bytes) -> Span:
    known: dict[int, Any] = {}
    attributes: list[bytes] = []
    for number, value in _fields(data):
        if number == 9 and isinstance(value, bytes):
            attributes.append(value)
        known[number] = value
    trace, span, parent = (_as_bytes(known.get(number, b"")) for number in (1, 2, 4))
    return Span(
        trace=trace,
        span=span,
        parent=parent,
        name=_as_bytes(known.get(5, b"")).decode("utf-8", "replace"),
        statement=_statement(attributes),
        seconds=_seconds(_as_number(known.get(7, 0)), _as_number(known.get(8, 0))),
    )


def _statement(attributes: Iterable[bytes]) -> str:
    for attribute in attributes:
        parts = dict(_fields(attribute))
        if _as_bytes(parts.get(1, b"")).decode("utf-8", "replace") in _STATEMENTS:
            value = dict(_fields(_as_bytes(parts.get(2, b""))))
            return _as_bytes(value.get(1, b"")).decode("utf-8", "replace")
    return ""


def _span_of_json(span: dict[str, Any]) -> Span:
    pairs = [(pair.get("key"), pair.get("value")) for pair in span.get("attributes", ())]
    statements = [value.get("stringValue") for key, value in pairs if key in _STATEMENTS and isinstance(value, dict)]
    trace, own, parent = (str(span.get(key) or "").encode() for key in ("traceId", "spanId", "parentSpanId"))
    return Span(
        trace=trace,
        span=own,
        parent=parent,
        name=str(span.get("name", "")),
        statement=str(statements[0]) if statements else "",
        seconds=_seconds(int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])),
    )


def _seconds(start: int, end: int) -> float:
    if not 0 <= start <= end < 1 << 64:
        raise ValueError("a span ends before it begins")
    return (end - start) * _NANOSECONDS


def _messages(data: bytes, wanted: int) -> Iterator[bytes]:
    for number, value in _fields(data):
        if number == wanted:
            yield _as_bytes(value)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        length, at = _varint(data, at) if kind == _BYTES else ({_FIXED64: 8, _FIXED32: 4}.get(kind, -1), at)
        if length < 0 or at + length > len(data):
            raise ValueError("a field is cut, or of a kind that is not known")
        piece = data[at : at + length]
        yield key >> 3, piece if kind == _BYTES else int.from_bytes(piece, "little")
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_LONGEST_VARINT):
        if at + place >= len(data):
            break
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a number is cut or too long")


def _as_bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a number stands where a text is wanted")  # noqa: TRY004 - of the input, and no mistake of ours
    return value


def _as_number(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise ValueError("a text stands where a number is wanted")  # noqa: TRY004 - as above
    return value
