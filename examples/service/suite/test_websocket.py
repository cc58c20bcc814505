"""Rooms: how fast messages go round, and reach a hundred people."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect

from suite.conftest import size


@pytest.fixture
def room(port):
    """Connections to a room, and the loop that they live in."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def enter(members):
            address = f"ws://127.0.0.1:{port}/rooms/suite"
            return [await stack.enter_async_context(connect(address, compression=None)) for _ in range(members)]

        yield lambda members: (runner.run, runner.run(enter(members)))
        runner.run(stack.aclose())


def test_throughput(benchmark, room):
    run, (member,) = room(1)
    messages = size(500, 5_000)

    async def exchange():
        async def send():
            for number in range(messages):
                await member.send(str(number))

        sending = asyncio.create_task(send())
        for _ in range(messages):
            await member.recv()
        await sending

    benchmark.pedantic(lambda: run(exchange()), rounds=5)
    benchmark.extra_info["messages_per_second"] = messages / benchmark.stats.stats.median


@pytest.mark.parametrize("members", [10, 100])
def test_broadcast(benchmark, room, members):
    run, connections = room(members)

    async def broadcast():
        await connections[0].send("hello")
        return await asyncio.gather(*(connection.recv() for connection in connections))

    assert benchmark(lambda: run(broadcast())) == ["hello"] * members
