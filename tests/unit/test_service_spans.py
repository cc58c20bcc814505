"""Spans of a service: what OpenTelemetry sends is read, bounded, summed up, and the one that became slower is named."""

from __future__ import annotations

import gzip
import http.client
import json
import struct
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest

from reporter.decide.reasons import slower_inside
from reporter.decide.slower_span import slower_span
from reporter.ingest import spans as reading
from reporter.measure.service import spans
from reporter.measure.service.otlp import Span, spans_of_json, spans_of_protobuf
from reporter.measure.service.spans import Collector, Receiver, receiver_for
from reporter.records.spans import Spans
from reporter.shared.errors import InputError
from tests.measure_plans import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGIN = 1_700_000_000_000_000_000
RECORDED = (ROOT / "tests/recorded_otlp/traces.bin").read_bytes()
"""Made by the real SDK: ``tests/recorded_otlp/record_otlp.py``."""


def field(number: int, kind: int, value: bytes | int) -> bytes:
    """One field of a protocol buffer."""
    key = varint(number << 3 | kind)
    if isinstance(value, int):
        return key + (struct.pack("<Q", value) if kind == 1 else varint(value))
    return key + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def request_of(span: bytes) -> bytes:
    return field(1, 2, field(2, 2, field(2, 2, span)))


def span_of(name: bytes = b"GET /", ms: int = 3, **ids: bytes) -> bytes:
    own = {"trace": b"t", "span": b"s", "parent": b""} | ids
    parts = [field(1, 2, own["trace"]), field(2, 2, own["span"]), field(4, 2, own["parent"]), field(5, 2, name)]
    return b"".join([*parts, field(7, 1, BEGIN), field(8, 1, BEGIN + ms * 1_000_000)])


def test_what_the_real_sdk_sends_is_read() -> None:
    found = {span.name: span for span in spans_of_protobuf(RECORDED)}
    request, query = found["GET /dashboard"], found["SELECT"]
    assert (request.parent, query.parent, query.trace) == (b"", request.span, request.trace)
    assert query.statement == "SELECT avg(score) FROM calls WHERE rep_id = 1"
    assert 0 < query.seconds < request.seconds < 1


def test_json_says_the_same() -> None:
    span = {"traceId": "t", "spanId": "s", "parentSpanId": "p", "name": "SELECT", "kind": 3}
    span |= {"startTimeUnixNano": str(BEGIN), "endTimeUnixNano": str(BEGIN + 2_000_000)}
    attributes = [{"key": "db.system", "value": {}}, {"key": "db.statement", "value": {"stringValue": "SELECT 1"}}]
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [span | {"attributes": attributes}]}]}]}
    (found,) = spans_of_json(json.dumps(body).encode())
    assert found == Span(b"t", b"s", b"p", "SELECT", "SELECT 1", found.seconds)
    assert found.seconds == pytest.approx(0.002)


@pytest.mark.parametrize("at", range(0, len(RECORDED), 7))
def test_a_body_that_is_cut_is_refused_or_has_fewer_spans(at: int) -> None:
    try:
        found = list(spans_of_protobuf(RECORDED[:at]))
    except ValueError:
        return
    assert len(found) <= len(list(spans_of_protobuf(RECORDED)))


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (spans_of_protobuf, b"\x80" * 11),
        (spans_of_protobuf, field(1, 0, 3)),
        (spans_of_protobuf, b"\x0b"),
        (spans_of_protobuf, request_of(field(7, 2, b"now"))),
        (spans_of_protobuf, request_of(field(5, 0, 3))),
        (spans_of_protobuf, request_of(span_of(ms=-5))),
        (spans_of_json, b"[]"),
        (spans_of_json, b"{"),
        (spans_of_json, b'{"resourceSpans": 3}'),
        (spans_of_json, b"[" * 100_000),
        (spans_of_json, b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "x"}]}]}]}'),
    ],
)
def test_damage_is_a_value_error(read: Callable[[bytes], Any], body: bytes) -> None:
    with pytest.raises(ValueError):
        list(read(body))


def collected(*made: Span) -> dict[str, Any]:
    collector = Collector()
    for span in made:
        collector.add(span)
    content = collector.summary()
    assert content is not None
    jsonschema.validate(content, json.loads((ROOT / "schemas/spans-v1.json").read_text()))
    return content


def trace(number: int, query: float, rest: float = 0.002, statement: str = "SELECT 1") -> list[Span]:
    """A request whose query takes so many seconds; the query ends, and is sent, before the request."""
    own = str(number).encode()
    return [Span(own, b"q", b"r", "SELECT", statement, query), Span(own, b"r", b"", "GET /x", "", query + rest)]


def test_a_span_counts_without_what_is_below_it_under_the_request_it_belongs_to() -> None:
    content = collected(*trace(1, 0.01), *trace(2, 0.03))
    assert content["requests"] == [{"request": "GET /x", "count": 2, "seconds": pytest.approx(0.044)}]
    own = {row["span"]: (row["request"], row["count"], row["seconds"]) for row in content["spans"]}
    assert own == {
        "SELECT 1": ("GET /x", 2, pytest.approx(0.04)),
        "GET /x": ("GET /x", 2, pytest.approx(0.004)),
    }


def test_a_span_whose_name_is_not_how_its_query_begins_has_both() -> None:
    content = collected(Span(b"t", b"r", b"", "cursor.execute", "SELECT 1", 0.5))
    assert content["spans"][0]["span"] == "cursor.execute: SELECT 1"


def test_a_request_that_another_service_began_is_one_too() -> None:
    content = collected(Span(b"t", b"r", b"elsewhere", "GET /y", "", 0.5))
    assert content["requests"][0]["request"] == "GET /y"


def test_everything_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "MOST_SPANS", 50)
    monkeypatch.setattr(spans, "MOST_NAMES", 5)
    hostile = "a\n\x1b[31m ghp_abcdefghijklmnopqrstuvwxyz0123456789 " + "x" * 10_000
    content = collected(*(Span(str(n).encode() * 99, b"s", b"", f"{n}{hostile}", "", 1.0) for n in range(60)))
    assert content["left_out"] == 10
    names = {row["span"] for row in content["spans"]}
    assert len(names) == 6
    assert all(len(name) <= spans.LONGEST_NAME and name.isprintable() and "ghp_" not in name for name in names)


def test_a_secret_that_is_cut_is_not_kept() -> None:
    secret = "ghp_" + "a1B2c3D4e5" * 4
    content = collected(Span(b"t", b"r", b"", "x " * 995 + secret, "", 0.5))
    assert content["spans"][0]["span"].endswith("x x")


def post(receiver: Receiver, body: bytes, path: str = "/v1/traces", **headers: str) -> int:
    address = receiver.variables()["OTEL_EXPORTER_OTLP_ENDPOINT"].removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    status = connection.getresponse().status
    connection.close()
    return status


def test_spans_arrive_over_http_and_become_a_file(tmp_path: Path) -> None:
    receiver = receiver_for({})
    assert receiver is not None
    assert post(receiver, RECORDED) == 200
    assert post(receiver, gzip.compress(request_of(span_of(b"GET /zipped"))), Content_Encoding="gzip") == 200
    assert post(receiver, b"whatever", "/v1/metrics") == 200
    assert post(receiver, b"\xff" * 20) == 400
    assert post(receiver, b"", Content_Encoding="br") == 400
    assert post(receiver, b"x", Content_Length="99999999") == 413
    assert post(receiver, b"x", Content_Length="-1") == 413
    assert post(receiver, gzip.compress(b"\0" * (spans.MOST_PLAIN_BYTES + 1)), Content_Encoding="gzip") == 400
    assert receiver.close(tmp_path) == "spans.json"
    found = reading.read(tmp_path / "spans.json")
    assert {row.request for row in found.requests} == {"GET /dashboard", "GET /zipped"}


def test_without_spans_there_is_no_file_and_who_sends_them_elsewhere_goes_on(tmp_path: Path) -> None:
    assert Receiver().close(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert receiver_for({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}) is None


def test_a_damaged_file_is_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "spans.json").write_text('{"schema": "spans/v1", "spans": [], "requests": 3, "left_out": 0}')
    with pytest.raises(InputError, match="requests"):
        reading.read(tmp_path / "spans.json")


def sums(query: float, rest: float, requests: int = 20) -> reading.SpanSums:
    made = [span for number in range(requests) for span in trace(number, query, rest)]
    return reading.summed([msgspec.convert(collected(*made), Spans)])


def test_the_slow_query_behind_a_slow_request_is_named() -> None:
    found = slower_span(sums(0.002, 0.002), sums(0.030, 0.003))
    assert found is not None
    said = slower_inside(found)
    assert said == (
        "inside the service GET /x takes 33.0 ms a request, was 4.00 ms; most of what was added is in the span"
        " SELECT 1: 30.0 ms, was 2.00 ms"
    )


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ((0.002, 0.002, 20), (0.0021, 0.002, 20)),
        ((0.030, 0.002, 20), (0.002, 0.002, 20)),
        ((0.002, 0.002, 9), (0.030, 0.002, 20)),
        ((1e-4, 1e-4, 20), (4e-4, 1e-4, 20)),
    ],
)
def test_what_does_not_stand_out_is_not_named(base: tuple[float, float, int], head: tuple[float, float, int]) -> None:
    assert slower_span(sums(*base), sums(*head)) is None
