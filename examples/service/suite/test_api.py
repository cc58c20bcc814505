"""The HTTP side, request by request."""

from __future__ import annotations

import random

import pytest

from coaching.seed import transcript

SPOKEN = transcript(random.Random(7), 600)
INSIGHTS = {"7 days": {"days": 7}, "30 days": {"days": 30}, "90 days": {"days": 90}, "team": {"days": 90, "team": "north"}}
SEARCHES = {
    "simple": {"text": "budget"},
    "product": {"product": "atlas"},
    "dates": {"since": "2025-10-01T00:00:00Z", "until": "2025-11-01T00:00:00Z"},
    "complex": {"text": "budget timeline", "product": "atlas", "since": "2025-06-01T00:00:00Z"},
    "page 10": {"page": 10},
    "sorted": {"text": "budget", "sort": "best"},
}


def test_health(benchmark, get):
    assert benchmark(get, "/health") == {"status": "ok"}


def test_call(benchmark, get):
    assert benchmark(get, "/calls/4711")["id"] == 4711


@pytest.mark.parametrize("fresh", [False, True], ids=["cached", "uncached"])
def test_analysis(benchmark, get, fresh):
    assert benchmark(get, "/calls/42/analysis", fresh=fresh).keys() >= {"clarity", "questions"}


def test_analysis_of_transcript(benchmark, client):
    answer = benchmark(client.post, "/analysis", json={"transcript": SPOKEN})
    assert answer.status_code == 200


@pytest.mark.parametrize("asked", INSIGHTS.values(), ids=INSIGHTS)
def test_insights(benchmark, get, asked):
    assert benchmark(get, "/insights", **asked)


@pytest.mark.parametrize("asked", SEARCHES.values(), ids=SEARCHES)
def test_search(benchmark, get, asked):
    assert len(benchmark(get, "/search", **asked)) == 20


def test_opportunity(benchmark, get):
    assert benchmark(get, "/opportunities/7")["calls"] > 0


def test_upload(benchmark, client):
    """Every round is another client, so that the limit is not what is measured."""
    clients = iter(range(1_000_000))

    def upload():
        return client.post("/uploads", content=b"sound" * 20_000, headers={"x-client": f"suite-{next(clients)}"})

    assert benchmark(upload).status_code == 201


def test_upload_limit(benchmark, client):
    """One client sends twice as much as it may; ``limited`` is the share that was told to wait."""

    def burst():
        answers = [client.post("/uploads", content=b"sound", headers={"x-client": "greedy"}) for _ in range(40)]
        return [answer.status_code for answer in answers]

    codes = benchmark.pedantic(burst, rounds=3)
    assert set(codes) <= {201, 429}
    benchmark.extra_info["limited"] = codes.count(429) / len(codes)
