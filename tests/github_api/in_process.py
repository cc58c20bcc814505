"""The same server without sockets: whatever ``requests`` would send is answered in this process, ten times as fast."""

from __future__ import annotations

import http.client
import io
import json
import urllib.parse
from typing import TYPE_CHECKING, Any, Self
from unittest import mock

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from tests.github_api.server import RATE_LIMIT, Exchange
from tests.github_api.world import World

if TYPE_CHECKING:
    from tests.github_api.description import Description
    from tests.github_api.replies import Reply


class InProcess:
    """Answers in place of a network from ``with`` to its end; ``world`` may be exchanged meanwhile."""

    prefix = ""
    url = "http://127.0.0.1:1"
    description: Description | None = None

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self._patch = mock.patch.object(HTTPAdapter, "send", self._answering())

    def __enter__(self) -> Self:
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()

    def _answering(self) -> Any:
        def send(_adapter: HTTPAdapter, request: requests.PreparedRequest, **_: object) -> requests.Response:
            parts = urllib.parse.urlsplit(str(request.url))
            body = json.loads(sent) if isinstance(sent := request.body, str | bytes) else None
            headers = {name: str(value) for name, value in request.headers.items()} | {"host": parts.netloc}
            reply = Exchange(self, str(request.method), parts.path, parts.query, body, headers).perform()
            if reply is None:
                raise requests.ConnectionError(f"{parts.netloc} went away")
            return _response(request, reply)

        return send


def _response(request: requests.PreparedRequest, reply: Reply) -> requests.Response:
    content = reply.content
    is_json = content is not None and not isinstance(content, bytes)
    kind = "application/json; charset=utf-8" if is_json else "application/zip"
    response = requests.Response()
    response.status_code = reply.status
    response.reason = http.client.responses.get(reply.status, "")
    response.url = str(request.url)
    response.request = request
    response.headers = CaseInsensitiveDict({"Content-Type": kind} | RATE_LIMIT | reply.headers)
    response.encoding = "utf-8"
    response.raw = io.BytesIO(json.dumps(content).encode() if is_json else content or b"")
    return response
