"""Redis, and what the cache spares the database."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count

import pytest
from coaching.cache import pack, unpack

SMALL = {"score": 87.5, "words": ["budget", "timeline"]}
LARGE = {"rows": [{"id": number, "transcript": "we talk about the budget " * 8} for number in range(50)]}
KEYS = [f"suite:{number}" for number in range(100)]


@pytest.fixture
def warm(cache):
    cache.set_many(dict.fromkeys(KEYS, SMALL))
    return cache


def test_get_hit(benchmark, warm):
    assert benchmark(warm.get, KEYS[0]) == SMALL


def test_get_miss(benchmark, cache):
    assert benchmark(cache.get, "suite:nothing") is None


def test_set(benchmark, cache):
    benchmark(cache.set, "suite:set", SMALL)


def test_delete(benchmark, warm):
    benchmark(warm.delete, "suite:nothing")


def test_get_or_fetch(benchmark, warm, database):
    """A hit spares the query; the value is the same."""
    expected = warm.get_or_fetch("suite:insights", lambda: database.insights(90))
    assert len(benchmark(warm.get_or_fetch, "suite:insights", lambda: database.insights(90))) == len(expected)


def test_get_many(benchmark, warm):
    assert benchmark(warm.get_many, KEYS) == [SMALL] * len(KEYS)


def test_warming(benchmark, cache):
    benchmark(cache.set_many, dict.fromkeys(KEYS, SMALL))


def test_pattern_invalidation(benchmark, cache):
    benchmark.pedantic(
        cache.invalidate, ["suite:*"], setup=lambda: cache.set_many(dict.fromkeys(KEYS, SMALL)), rounds=30
    )


@pytest.mark.parametrize("value", [SMALL, LARGE], ids=["plain", "compressed"])
def test_serialisation(benchmark, value):
    assert benchmark(lambda: unpack(pack(value))) == value
    benchmark.extra_info["packed"] = len(pack(value))


def test_expiry(benchmark, cache):
    """A value lives as long as it was given, and no longer."""

    def expire():
        cache.set("suite:short", SMALL, ttl=0.005)
        while cache.get("suite:short") is not None:
            pass

    benchmark.pedantic(expire, rounds=20)


def test_eviction(benchmark, cache):
    """More than fits: Redis makes room by itself, and its memory stays within the limit it was given."""
    limit = int(cache.redis.config_get("maxmemory")["maxmemory"])
    if not limit:
        pytest.skip("this Redis has no maxmemory, so it evicts nothing")
    block, numbers = b"x" * 100_000, count()

    def overfill():
        for _ in range(limit // len(block) // 10):
            cache.redis.set(f"coaching:suite:block:{next(numbers)}", block)

    benchmark.pedantic(overfill, rounds=15)
    benchmark.extra_info["used_share"] = cache.redis.info("memory")["used_memory"] / limit


def test_mix_80_20(benchmark, cache):
    """Four of five requests want the same fifth of the values."""
    source = random.Random(3)
    hot, cold = KEYS[:20], KEYS[20:]
    wanted = [source.choice(hot if source.random() < 0.8 else cold) for _ in range(1_000)]

    def serve():
        for key in wanted:
            cache.get_or_fetch(key, lambda: SMALL)

    benchmark.pedantic(serve, setup=lambda: cache.invalidate("suite:*") and None, rounds=3)
    benchmark.extra_info["hit_rate"] = cache.hits / (cache.hits + cache.misses)


def test_query_reduction(benchmark, cache, database):
    """How many of the queries behind a page the cache spares, when it is asked for again and again."""
    pages = [7, 30, 90] * 10
    before = database.queries

    def serve():
        for days in pages:
            cache.get_or_fetch(f"suite:insights:{days}", partial(database.insights, days))

    benchmark.pedantic(serve, rounds=1)
    benchmark.extra_info["query_reduction"] = 1 - (database.queries - before) / len(pages)


@pytest.mark.parametrize("workers", [1, 10, 50])
def test_concurrent(benchmark, warm, workers):
    with ThreadPoolExecutor(workers) as pool:
        benchmark(lambda: list(pool.map(warm.get, KEYS)))
