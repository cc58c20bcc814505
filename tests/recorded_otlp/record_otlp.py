"""Records what OpenTelemetry's SDK sends of one request with a query: ``python record_otlp.py``.

Needs ``pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http``. Writes ``traces.bin`` beside itself.
"""

import http.server
import threading
import time
from pathlib import Path

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Path(__file__).with_name("traces.bin").write_bytes(body)
        self.send_response(200)
        self.end_headers()


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
provider = TracerProvider(resource=Resource({"service.name": "sample"}))
exporter = OTLPSpanExporter(endpoint=f"http://127.0.0.1:{server.server_port}/v1/traces")
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer("sample")
with tracer.start_as_current_span("GET /dashboard"):
    time.sleep(0.002)
    with tracer.start_as_current_span("SELECT") as span:
        span.set_attribute("db.system", "postgresql")
        span.set_attribute("db.statement", "SELECT avg(score) FROM calls WHERE rep_id = 1")
        time.sleep(0.005)
provider.shutdown()
