"""Spans of requests and queries, where OpenTelemetry's SDK is installed and something takes them."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


def _tracer() -> Any:
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        return None
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("coaching")


_TRACER = _tracer()


def query_span(query: str) -> AbstractContextManager[Any]:
    """Return the span of a query, named by its first word."""
    if _TRACER is None:
        return nullcontext()
    words = query.split()
    attributes = {"db.system.name": "postgresql", "db.query.text": " ".join(words)}
    return _TRACER.start_as_current_span(words[0], attributes=attributes)


class Traced:
    """Gives every request a span, named by its method and the pattern of its path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _TRACER is None or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with _TRACER.start_as_current_span(scope["method"]) as span:
            await self.app(scope, receive, send)
            route = scope.get("route")
            span.update_name(f"{scope['method']} {route.path if route else '(no route)'}")
