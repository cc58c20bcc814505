"""Sound comes in, within a limit."""

from __future__ import annotations

from itertools import count


def test_upload(benchmark, client):
    """Every round is another client, so that the limit is not what is measured."""
    clients = count()

    def upload():
        return client.post("/uploads", content=b"sound" * 20_000, headers={"x-client": f"suite-{next(clients)}"})

    assert benchmark(upload).status_code == 201


def test_limit(benchmark, client):
    """One client sends twice as much as it may; ``limited`` is the share that was told to wait."""

    def burst():
        answers = [client.post("/uploads", content=b"sound", headers={"x-client": "greedy"}) for _ in range(40)]
        return [answer.status_code for answer in answers]

    codes = benchmark.pedantic(burst, rounds=3)
    assert set(codes) <= {201, 429}
    benchmark.extra_info["limited"] = codes.count(429) / len(codes)
