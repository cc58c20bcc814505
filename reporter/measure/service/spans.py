"""What a service does inside, as far as it sends OpenTelemetry spans: received on loopback, summed up for each run.

The service finds the address in OpenTelemetry's own variables. Whatever it sends is bounded: the length of a body, the
number of spans and names, and the length of a name.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

from reporter.measure.record import writing_to
from reporter.measure.service.otlp import Span, spans_of_json, spans_of_protobuf
from reporter.measure.service.readiness import HERE
from reporter.shared.files import write_whole
from reporter.shared.masking import masked
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILE_NAME = "spans.json"
SCHEMA = "spans/v1"
MOST_SPANS = 100_000
MOST_ROWS = 200
MOST_NAMES = 2_000
MOST_BODY_BYTES = 4_000_000
MOST_PLAIN_BYTES = 16_000_000
LONGEST_NAME = 120
_READ_OF_NAME = 2_000
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PATIENCE_SECONDS = 5.0
_OTHER = "other spans"
_LONGEST_ID = 32


@dataclass
class _Sum:
    """How often a span occurred below one kind of request, and how long it took without what is below it."""

    count: int = 0
    seconds: float = 0.0


@dataclass
class Collector:
    """Keeps spans until they are summed up. ``left_out`` counts those beyond what is kept."""

    left_out: int = 0
    _is_closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: list[tuple[bytes, bytes, bytes, int, float]] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)

    def add(self, span: Span) -> None:
        """Keep one, as long as there is room and the sum was not asked for."""
        trace, own, parent = (part[:_LONGEST_ID] for part in (span.trace, span.span, span.parent))
        with self._lock:
            if self._is_closed or len(self._kept) >= MOST_SPANS:
                self.left_out += 1
                return
            self._kept.append((trace, own, parent, self._number(span), span.seconds))

    def summary(self) -> dict[str, Any] | None:
        """Return the content of the file: for each kind of request the spans below it; ``None`` without any span."""
        with self._lock:
            self._is_closed = True
        if not self._kept:
            return None
        names = list(self._names)
        rows = sorted(self._sums().items(), key=lambda row: -row[1].seconds)
        spans = [
            {"request": names[root], "span": names[own], "count": one.count, "seconds": one.seconds}
            for (root, own), one in rows[:MOST_ROWS]
        ]
        return {"schema": SCHEMA, "spans": spans, "requests": self._requests(names), "left_out": self.left_out}

    def _number(self, span: Span) -> int:
        is_named = not span.statement or span.statement.startswith(span.name)
        shown = (span.statement or span.name) if is_named else f"{span.name}: {span.statement}"
        words = shown[:_READ_OF_NAME].split()
        whole = words if len(shown) <= _READ_OF_NAME else words[:-1]  # the last one may be a part of a secret
        name = shorten(visible(masked(" ".join(whole))), LONGEST_NAME) or "(no name)"
        if name not in self._names and len(self._names) >= MOST_NAMES:
            name = _OTHER
        return self._names.setdefault(name, len(self._names))

    def _sums(self) -> dict[tuple[int, int], _Sum]:
        """Sum up what each span took by itself, without its children, by the root of its trace."""
        below: dict[tuple[bytes, bytes], float] = defaultdict(float)
        for trace, _, parent, _, seconds in self._kept:
            below[trace, parent] += seconds
        roots = {trace: name for trace, name, _ in self._roots()}
        sums: dict[tuple[int, int], _Sum] = defaultdict(_Sum)
        for trace, own, _, name, seconds in self._kept:
            if trace in roots:
                one = sums[roots[trace], name]
                one.count += 1
                one.seconds += max(0.0, seconds - below.get((trace, own), 0.0))
        return sums

    def _requests(self, names: list[str]) -> list[dict[str, Any]]:
        sums: dict[int, _Sum] = defaultdict(_Sum)
        for _, name, seconds in self._roots():
            sums[name].count += 1
            sums[name].seconds += seconds
        longest = sorted(sums.items(), key=lambda row: -row[1].seconds)[:MOST_ROWS]
        return [{"request": names[name], "count": one.count, "seconds": one.seconds} for name, one in longest]

    def _roots(self) -> Iterator[tuple[bytes, int, float]]:
        """Yield trace, name and seconds of each first span of a trace: one without a parent, or with one elsewhere."""
        known = {(trace, own) for trace, own, _, _, _ in self._kept}
        seen = set()
        for trace, _, parent, name, seconds in self._kept:
            if trace not in seen and (not parent or (trace, parent) not in known):
                seen.add(trace)
                yield trace, name, seconds


class Receiver:
    """Receives the spans of one service until it is closed."""

    def __init__(self) -> None:
        self._collector = Collector()
        handler = type("Handler", (_Handler,), {"collector": self._collector})
        self._server = HTTPServer((HERE, 0), handler)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def variables(self) -> dict[str, str]:
        """Return OpenTelemetry's own variables, by which a service sends its spans here."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{HERE}:{self._server.server_port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf",
        }

    def close(self, folder: Path) -> str | None:
        """End, and write the summary into a folder; return the name of the file, or ``None`` where nothing came.

        Raises:
            UsageError: the folder cannot be written.
        """
        ending = threading.Thread(target=self._server.shutdown, daemon=True)
        ending.start()
        ending.join(_PATIENCE_SECONDS)  # one that sends a byte now and then must not keep the measuring
        self._server.server_close()
        found = self._collector.summary()
        if found is None:
            return None
        with writing_to(folder):
            write_whole(folder / FILE_NAME, json.dumps(found, indent=1, allow_nan=False) + "\n")
        return FILE_NAME


def receiver_for(environ: Mapping[str, str]) -> Receiver | None:
    """Return a receiver, unless the spans go elsewhere already."""
    return None if any(environ.get(name) for name in _ENDPOINTS) else Receiver()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request after the other, and closes each connection: a client that waits keeps no other out."""

    collector: ClassVar[Collector]
    timeout = _PATIENCE_SECONDS

    def do_POST(self) -> None:
        """Take a body, and answer whether it was one of spans. Other signals are taken and dropped."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 12) or int(length) > MOST_BODY_BYTES:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            if self.path == "/v1/traces":
                self._take(_plain(body, self.headers.get("Content-Encoding", "")))
        except (ValueError, zlib.error):
            self._answer(400)
        else:
            self._answer(200)

    def _take(self, body: bytes) -> None:
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        for span in (spans_of_json if is_json else spans_of_protobuf)(body):
            self.collector.add(span)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the server calls
        """Print nothing."""


def _plain(body: bytes, encoding: str) -> bytes:
    """Unpack a body; raises ``ValueError`` where it is too large."""
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise ValueError("an encoding that is not known")
    unpacked = zlib.decompressobj(wbits=31).decompress(body, MOST_PLAIN_BYTES + 1)
    if len(unpacked) > MOST_PLAIN_BYTES:
        raise ValueError("the body is too large")
    return unpacked
