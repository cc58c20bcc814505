"""A limit on what the server stands, for load tests that have to find it: so many requests a second.

What comes above the limit is refused (``errors``), or waits for its turn, however long that takes (``latency``).
"""

from __future__ import annotations

import asyncio
import time

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_WAITING_SECONDS = 1.0
"""How long requests may wait before they are refused: a second's worth may come at once."""


class Capacity:
    """Lets requests through one after another, ``1 / per_second`` seconds apart."""

    def __init__(self, app: ASGIApp, *, per_second: int, refuses: bool) -> None:
        self.app = app
        self.interval = 1 / per_second
        self.refuses = refuses
        self.free_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in ("/health", "/ready"):
            now = time.monotonic()
            wait = max(0.0, self.free_at - now)
            if self.refuses and wait > MOST_WAITING_SECONDS:
                await PlainTextResponse("overloaded", status_code=503)(scope, receive, send)
                return
            self.free_at = now + wait + self.interval
            await asyncio.sleep(wait)
        await self.app(scope, receive, send)
