"""The HTTP side, request by request."""

from __future__ import annotations

import random

import pytest
from coaching.seed import transcript

SPOKEN = transcript(random.Random(7), 600)
INSIGHTS = {
    "7 days": {"days": 7},
    "30 days": {"days": 30},
    "90 days": {"days": 90},
    "team": {"days": 90, "team": "north"},
}
SEARCHES = {
    "simple": {"text": "budget"},
    "product": {"product": "atlas"},
    "dates": {"since": "2025-10-01T00:00:00Z", "until": "2025-11-01T00:00:00Z"},
    "complex": {"text": "budget timeline", "product": "atlas", "since": "2025-06-01T00:00:00Z"},
    "page 10": {"page": 10},
    "sorted": {"text": "budget", "sort": "best"},
}


@pytest.mark.benchmark(min_rounds=100)  # as many as a P99 needs
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
