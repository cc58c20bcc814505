"""Rooms in which everybody hears everybody, over WebSockets."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from fastapi import WebSocket, WebSocketDisconnect


class Rooms:
    def __init__(self) -> None:
        self._members: defaultdict[str, set[WebSocket]] = defaultdict(set)

    async def join(self, name: str, member: WebSocket) -> None:
        """Pass on to all members, the sender among them, whatever one says, until it leaves."""
        await member.accept()
        members = self._members[name]
        members.add(member)
        try:
            while True:
                await self._tell(members, await member.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            members.discard(member)
            if not members:
                self._members.pop(name, None)

    async def _tell(self, members: set[WebSocket], text: str) -> None:
        told = await asyncio.gather(*(member.send_text(text) for member in members), return_exceptions=True)
        gone = [member for member, problem in zip(tuple(members), told) if problem is not None]
        members.difference_update(gone)
