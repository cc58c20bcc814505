"""What requests cost in memory, and whether it comes back."""

from __future__ import annotations

import gc
import random
import tracemalloc

from coaching.analysis import analyse
from coaching.seed import transcript

from suite.conftest import size

SPOKEN = transcript(random.Random(9), 5_000)


def test_allocation(benchmark):
    tracemalloc.start()
    analyse(SPOKEN)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    benchmark(analyse, SPOKEN)
    benchmark.extra_info["allocated"] = peak


def test_clean_up(benchmark):
    """Values that refer to each other, as those of a finished request may, until they are gone."""

    def leave():
        for _ in range(200):
            ring = [analyse("rep: agree?")]
            ring.append(ring)

    benchmark.pedantic(gc.collect, setup=leave, rounds=10)


def test_leak(benchmark, client, get):
    """``growth`` is what the server's memory grows by in 200 requests, after it has warmed up."""

    def ask():
        for number in range(1, 201):
            client.post("/analysis", json={"transcript": SPOKEN[: 20 * number]})

    ask()
    before = get("/stats")["memory"]
    benchmark.pedantic(ask, rounds=size(1, 10))
    benchmark.extra_info["growth"] = max(0, get("/stats")["memory"] - before) / size(1, 10)
