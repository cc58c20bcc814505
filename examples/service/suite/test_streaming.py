"""The assistant: how soon the first word comes, and how evenly the others follow."""

from __future__ import annotations

import time

from suite.conftest import size

QUESTION = {"prompt": "How do I talk about the price?"}


def _chunks(client):
    with client.stream("POST", "/assistant", json=QUESTION) as answer:
        yield from answer.iter_lines()


def test_first_byte(benchmark, client):
    def first():
        with client.stream("POST", "/assistant", json=QUESTION) as answer:
            return next(answer.iter_lines())

    assert benchmark.pedantic(first, rounds=size(20, 100)).startswith("data: ")


def test_answer(benchmark, client):
    """``chunk_p95`` is how long, at worst but for one in twenty, the next word is waited for."""
    gaps = []

    def read():
        before = None
        for line in _chunks(client):
            if line:
                now = time.perf_counter()
                gaps.extend([now - before] if before else [])
                before = now

    benchmark.pedantic(read, rounds=size(5, 20))
    benchmark.extra_info["chunk_p95"] = sorted(gaps)[int(len(gaps) * 0.95)]
