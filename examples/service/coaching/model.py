"""A stand-in for a language model, a process of its own: words come one by one, as late as those of a real one.

``python -m coaching.model`` prints its port and serves until its standard input ends, which it does with the process
that started it. A request is one line with the prompt; the answer is a word a line, the same for the same prompt, at
the same times.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

WORDS = "ask about the budget before you talk of price then repeat what the buyer said and agree on a next step".split()
FIRST_SECONDS, NEXT_SECONDS, SPREAD = 0.060, 0.010, 0.25


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    source = random.Random(await reader.readline())
    try:
        for number, word in enumerate(WORDS):
            usual = NEXT_SECONDS if number else FIRST_SECONDS
            await asyncio.sleep(usual * source.lognormvariate(0, SPREAD))
            writer.write(f"{word}\n".encode())
            await writer.drain()
    except ConnectionError:
        pass  # whoever asked has gone
    finally:
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def running() -> AsyncIterator[int]:
    """Start the process, give its port, end it."""
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "coaching.model", **pipes)
    assert process.stdin
    assert process.stdout
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def ask(port: int, prompt: str) -> AsyncIterator[str]:
    """Yield the words of an answer as they come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(prompt.replace("\n", " ").encode() + b"\n")
        async for line in reader:
            yield line.decode().rstrip("\n")
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(_serve())
