"""Many requests at once."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from suite.conftest import size

SLOW_SECONDS = 0.5
"""From here on a user would not call it served."""


def _timed(client, path):
    begin = time.perf_counter()
    try:
        served = client.get(path).status_code == 200
    except httpx.TransportError:
        served = False
    return time.perf_counter() - begin if served else float("inf")


@pytest.mark.parametrize("users", [1, 5, 10, 15])
def test_requests(benchmark, client, users):
    with ThreadPoolExecutor(users) as pool:
        times = benchmark(
            lambda: list(pool.map(lambda number: _timed(client, f"/calls/{number}"), range(1, users + 1)))
        )
    assert max(times) < 30


def test_burst(benchmark, client):
    """A hundred requests out of nowhere; ``served`` is the share that came back well and in time."""
    with ThreadPoolExecutor(50) as pool:
        times = benchmark.pedantic(
            lambda: list(pool.map(lambda _: _timed(client, "/dashboard?reps=1"), range(100))), rounds=3
        )
    benchmark.extra_info["served"] = sum(seconds < SLOW_SECONDS for seconds in times) / len(times)


def test_highest_users(benchmark, client):
    """Double the users until the median of their requests is slow."""
    most = size(64, 256)

    def climb():
        users = 1
        while users < most:
            with ThreadPoolExecutor(users * 2) as pool:
                times = list(pool.map(lambda _: _timed(client, "/calls/7"), range(users * 4)))
            if statistics.median(times) > SLOW_SECONDS:
                break
            users *= 2
        return users

    benchmark.extra_info["highest_users"] = benchmark.pedantic(climb, rounds=1)
