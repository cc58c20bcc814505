"""What people do with the service, in the order they do it."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from coaching.seed import transcript

from suite.conftest import size

DIMENSIONS = {"one": ["clarity"], "two": ["clarity", "questions"], "all": None}
MIXES = {"texts": ["budget", "timeline", "competitor"], "products": ["atlas", "beacon", "comet"]}


def test_hundred_analyses(benchmark, get):
    first = iter(range(1, 20_000, 100))

    def analyse():
        begin = next(first)
        for number in range(begin, begin + 100):
            get(f"/calls/{number}/analysis")

    benchmark.pedantic(analyse, rounds=size(2, 10))


@pytest.mark.parametrize("dimensions", DIMENSIONS.values(), ids=DIMENSIONS)
def test_dimensions(benchmark, get, dimensions):
    asked = {"dimensions": dimensions} if dimensions else {}
    assert len(benchmark(get, "/calls/99/analysis", fresh=True, **asked)) == len(dimensions or range(4))


def test_large_transcript(benchmark, client):
    spoken = transcript(random.Random(8), 20_000)
    assert benchmark(client.post, "/analysis", json={"transcript": spoken}).status_code == 200


@pytest.mark.parametrize("reps", [1, 50])
def test_dashboard(benchmark, get, reps):
    assert len(benchmark(get, "/dashboard", reps=list(range(1, reps + 1)))) == reps


def test_concurrent_views(benchmark, get):
    pages = [("/dashboard", {"reps": [1, 2, 3]}), ("/insights", {"days": 30}), ("/calls/7", {})] * 3
    with ThreadPoolExecutor(len(pages)) as pool:
        assert all(benchmark(lambda: list(pool.map(lambda page: get(page[0], **page[1]), pages))))


@pytest.mark.parametrize("mix", MIXES)
def test_search_mix(benchmark, get, mix):
    key = mix.removesuffix("s")
    assert all(benchmark(lambda: [get("/search", **{key: value}) for value in MIXES[mix]]))
