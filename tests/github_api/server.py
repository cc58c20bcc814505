"""The HTTP side: threads on loopback, tokens, permissions, faults, the request log, and the check of every exchange."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
import urllib.parse
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol, Self

from tests.github_api import admin
from tests.github_api.replies import Call, Reply, error, not_found, refused
from tests.github_api.routes import HOME, ROUTES, Route
from tests.github_api.shapes import Shapes
from tests.github_api.world import Fault, Logged, World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.github_api.description import Description

RATE_LIMIT = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "999", "X-RateLimit-Used": "1"}


class Served(Protocol):
    """What answers need to know of the server that gives them."""

    @property
    def world(self) -> World: ...
    @property
    def description(self) -> Description | None: ...
    @property
    def prefix(self) -> str: ...
    @property
    def url(self) -> str: ...


class GitHubApi:
    """The server, running from ``with`` to its end. ``prefix`` is ``/api/v3`` for an enterprise server.

    With ``tls``, a file with a certificate and its key, it speaks https.

    With a ``description`` every exchange is checked, and what does not fit is kept in ``world.violations``.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        description: Description | None = None,
        port: int = 0,
        prefix: str = "",
        tls: Path | None = None,
    ) -> None:
        self.world = world or World()
        self.description = description
        self.prefix = prefix
        self._server = _Server(("127.0.0.1", port), self)
        self._scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}{self.prefix}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: GitHubApi) -> None:
        self.api = api
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client that went away, or of a connection that was dropped on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as the base class gets it


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Keep quiet: tests read ``world.log``."""

    def answer(self) -> None:
        body = self._read_json()
        if self.path.startswith("http://"):  # as to a proxy
            self.path = "/" + self.path.split("/", 3)[3]
        path, _, query = self.path.partition("?")
        if path.startswith("/_admin"):
            self._send(admin.answer(self.server.api.world, self.command, path, body))
            return
        exchange = Exchange(self.server.api, self.command, path, query, body, dict(self.headers.items()))
        reply = exchange.perform()
        if reply is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(reply)

    do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - the base class looks methods up by these names

    def _read_json(self) -> Any:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return json.loads(raw) if raw else None

    def _send(self, reply: Reply) -> None:
        content = reply.content
        payload = b"" if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(reply.status)
        if payload:
            kind = "application/zip" if isinstance(content, bytes) else "application/json; charset=utf-8"
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload) + (100 if reply.cut else 0)))
        for name, value in (RATE_LIMIT | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)
        self.close_connection = self.close_connection or reply.cut


class Exchange:
    """One request on its way through storage, faults, route, token and permission."""

    def __init__(self, api: Served, method: str, path: str, query: str, body: Any, headers: dict[str, str]) -> None:
        self.api, self.world = api, api.world
        self.method, self.path, self.body = method, path.removeprefix(api.prefix), body
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.headers = {name.lower(): value for name, value in headers.items()}

    def perform(self) -> Reply | None:
        """Answer, log and check the request; ``None`` when the connection is to be dropped."""
        with self.world.lock:
            fault = self.world.take_fault(self.method, self.path)
        if fault and fault.kind in ("delay", "hang"):
            time.sleep(fault.seconds)
        if fault and fault.kind in ("reset", "hang"):
            return None
        with self.world.lock:
            reply = self._stored(fault) if self.path.startswith("/_storage/") else self._routed(fault)
            dropped = fault is not None and fault.kind == "drop"
            self.world.log.append(self._logged(0 if dropped else reply.status))
        if dropped:
            return None
        if fault and fault.kind == "garbage":
            return replace(reply, status=200, content=b"<html>Have you tried again?</html>")
        return replace(reply, cut=True) if fault and fault.kind == "cut" else reply

    def _logged(self, status: int) -> Logged:
        host = self.headers.get("host", "").rsplit(":", 1)[0]
        return Logged(
            method=self.method,
            path=self.path,
            query=self.query,
            host=host,
            headers=self.headers,
            body=self.body,
            status=status,
        )

    def _stored(self, fault: Fault | None) -> Reply:
        """Serve a zip as the blob storage does: by signature alone; a token that was sent along is refused."""
        if fault and fault.kind == "status":
            return self._faulty(fault)
        if "authorization" in self.headers:
            return error(400, "InvalidAuthenticationInfo")
        found = self.world.signatures.get(self.query.get("sig", ""))
        return Reply(content=self.world.artifacts[found].zip()) if found else error(403, "AuthenticationFailed")

    def _routed(self, fault: Fault | None) -> Reply:
        matches = ((route, route.match(self.method, self.path)) for route in ROUTES)
        route, values = next(((route, values) for route, values in matches if values is not None), (None, None))
        if route is None or values is None:
            self.world.violations.append(f"{self.method} {self.path}: the server has no such endpoint")
            return not_found()
        reply = self._faulty(fault) if fault and fault.kind == "status" else self._permitted(route, values)
        self._check(route, reply)
        return reply

    def _faulty(self, fault: Fault) -> Reply:
        reply = error(fault.status, fault.message)
        return Reply(status=reply.status, content=reply.content, headers=fault.headers)

    def _permitted(self, route: Route, values: dict[str, str]) -> Reply:
        secret = self.headers.get("authorization", "").partition(" ")[2]
        token = self.world.tokens.get(secret)
        if not self.headers.get("user-agent"):
            return error(403, "Request forbidden by administrative rules.")
        if token is None:
            return error(401, "Bad credentials" if secret else "Requires authentication")
        if route.template.startswith(HOME) and self._repository(values) != self.world.repository.full_name:
            return not_found()
        if not route.allows(token.permissions):
            return refused(token)
        if route.app_only and token.kind == "user":
            return error(403, "You must authenticate via a GitHub App.")
        shapes = Shapes(self.world, self.api.url)
        values = {name: urllib.parse.unquote(value) for name, value in values.items()}
        call = Call(
            world=self.world,
            shapes=shapes,
            token=token,
            path=self.path,
            values=values,
            query=self.query,
            body=self.body,
        )
        return route.handle(call)

    def _repository(self, values: dict[str, str]) -> str:
        return f"{values['owner']}/{values['repo']}"

    def _check(self, route: Route, reply: Reply) -> None:
        if self.api.description:
            self.world.violations += self.api.description.violations(
                route.method, route.template, query=self.query, body=self.body, reply=reply
            )
