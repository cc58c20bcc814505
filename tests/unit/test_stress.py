"""Load analysis: where a service breaks, by errors or by latency, or that it did not; and how it came back."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import pytest

from reporter.commands.suites import suite_from
from reporter.config import Config, LoadLimits
from reporter.decide import reasons
from reporter.decide.stress import analyse
from reporter.ingest import read_file
from reporter.ingest.reading import LoadPoint
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = LoadLimits()
HEADER = (
    "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,"
    "Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,"
    "Total Min Response Time,Total Max Response Time,Total Average Content Size"
)


def _users(second: int, *, smooth: bool = False) -> int:
    """Rise to 1,000 users in ten steps of 20 s (or evenly), and fall again in 40 s."""
    if second < 200:
        return 5 * (second + 1) if smooth else 100 * (second // 20 + 1)
    return max(0, 1000 - 25 * (second - 199))


def _history(
    capacity: int = 10_000, *, latency: int = 10_000, recovers: bool = True, smooth: bool = False, stall: float = 1e9
) -> list[LoadPoint]:
    """Simulate a server that refuses users above its capacity and becomes slow above ``latency`` users.

    From second ``stall`` to the ramp-down, or to the end if it does not recover, it completes nothing.
    """
    requests = failures = 0.0
    points = []
    for second in range(260):
        users = _users(second, smooth=smooth)
        stuck = not recovers and second >= 200
        refused = 0.5 * users if stuck or users > capacity * 1.1 else 0.0
        slow = users > latency
        stalled = second >= stall and (second < 200 or not recovers)
        requests += 0 if stalled else users
        failures += 0 if stalled else refused
        points.append(
            LoadPoint(
                at=1000.0 + second,
                users=users,
                requests=requests,
                failures=failures,
                p50=nan if stalled else 5.0 if slow else 0.05 + users * 1e-5,
                p99=nan if stalled else 15.0 if slow else 0.2,
            )
        )
    return points


@pytest.mark.parametrize("capacity", [200, 400, 700])
def test_the_first_level_with_errors_is_the_breaking_point(capacity: int) -> None:
    found = analyse(_history(capacity), LIMITS)
    assert found
    assert found.breaking
    assert found.highest
    assert (found.breaking.users, found.broken_by, found.highest.users) == (capacity + 100, "failures", capacity)
    assert found.highest_rate == pytest.approx(capacity)
    assert found.recovery_seconds
    assert 0 < found.recovery_seconds < 40


def test_it_may_break_by_latency() -> None:
    found = analyse(_history(latency=500), LIMITS)
    assert found
    assert found.breaking
    assert (found.breaking.users, found.broken_by, found.breaking.p99) == (600, "latency", 15.0)
    assert found.degradation == pytest.approx(0.055 / 0.051)


def test_it_may_not_break() -> None:
    found = analyse(_history(), LIMITS)
    assert found
    assert (found.breaking, found.broken_by, found.recovery_seconds) == (None, None, None)
    assert found.highest
    assert found.highest.users == 1000


def test_a_server_that_completes_nothing_any_more_has_stalled() -> None:
    found = analyse(_history(stall=120), LIMITS)
    assert found
    assert found.breaking
    assert found.highest
    assert (found.breaking.users, found.broken_by, found.highest.users) == (700, "stalled", 600)
    assert reasons.broke(found) == (
        "it stalled at 700 users: no request was completed any more; 600 users were the most it served well"
    )
    assert found.recovery_seconds
    stuck = analyse(_history(stall=120, recovers=False), LIMITS)
    assert stuck
    assert (stuck.broken_by, stuck.recovery_seconds) == ("stalled", None)


@pytest.mark.parametrize(("second", "users"), [(128, 700), (188, 1000)])
def test_a_server_that_stalls_within_a_level_broke_at_that_level(second: int, users: int) -> None:
    found = analyse(_history(stall=second), LIMITS)
    assert found
    assert found.breaking
    assert (found.breaking.users, found.broken_by) == (users, "stalled")


def test_a_low_rate_is_no_stall() -> None:
    """Some requests in the first half of a level and none in the second happen by chance."""
    points = [
        LoadPoint(at=second, users=second // 20 + 1, requests=2 * ((second + 15) // 20), failures=0, p50=0.1, p99=0.2)
        for second in range(100)
    ]
    found = analyse(points, LIMITS)
    assert found
    assert found.breaking is None


def test_a_server_that_never_completes_anything_served_no_load_well() -> None:
    found = analyse(_history(stall=0), LIMITS)
    assert found
    assert found.breaking
    assert (found.breaking.users, found.broken_by, found.highest) == (100, "stalled", None)
    assert reasons.broke(found).endswith("no load was served well")


def test_a_load_that_rises_without_a_pause_is_within_one_level() -> None:
    found = analyse(_history(500, smooth=True), LIMITS)
    assert found
    assert found.breaking
    assert abs(found.breaking.users - 550) <= 1000 / 20


def test_it_may_not_recover() -> None:
    found = analyse(_history(500, recovers=False), LIMITS)
    assert found
    assert found.breaking
    assert found.recovery_seconds is None


def test_limits_are_those_of_the_configuration() -> None:
    assert analyse(_history(), LoadLimits(p99_seconds=0.1)).breaking.users == 100  # type: ignore[union-attr] # it broke
    found = analyse(_history(500), LoadLimits(error_rate=0.6))
    assert found
    assert found.breaking is None


def test_a_steady_load_says_nothing_of_limits() -> None:
    steady = [LoadPoint(at=i, users=50, requests=i * 10, failures=0, p50=0.1, p99=0.2) for i in range(100)]
    assert analyse(steady, LIMITS) is None
    assert analyse([], LIMITS) is None


def _csv(path: Path, points: list[LoadPoint]) -> Path:
    rows = [
        f"{p.at:.0f},{p.users},,Aggregated,1,0,{p.p50 * 1000:.0f},0,0,0,0,0,0,{p.p99 * 1000:.0f},0,0,0,"
        f"{p.requests:.0f},{p.failures:.0f},0,0.0,0,0,0"
        for p in points
    ]
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


def test_the_history_becomes_a_benchmark_beside_the_results(tmp_path: Path) -> None:
    history = _csv(tmp_path / "x_stats_history.csv", _history(400))
    files = [read_file(DATA / "locust" / "shop_stats.csv"), read_file(history)]
    suite = suite_from([files], Config(), "s")
    [load] = [benchmark for benchmark in suite.benchmarks if benchmark.name == "load"]
    values = {metric.name: float(sample.statistics[0, 1]) for metric, sample in load.samples}
    assert values["breaking_point"] == 500
    assert values["highest_sustained_load"] == 400
    assert any("it broke at 500 users" in notice.text for notice in suite.warnings)
    assert [course.broken_by for course in suite.courses] == ["failures"]


def test_a_recorded_history_is_read_and_its_steady_load_makes_no_benchmark() -> None:
    history = read_file(DATA / "locust" / "shop_stats_history.csv")
    assert history.companion
    assert max(point.users for point in history.load) == 4
    assert history.load[-1].failures > 0
    files = [read_file(DATA / "locust" / "shop_stats.csv"), history]
    assert "load" not in [benchmark.name for benchmark in suite_from([files], Config(), "s").benchmarks]


def test_a_cut_history_costs_nothing_but_itself(tmp_path: Path) -> None:
    path = _csv(tmp_path / "x_stats_history.csv", _history(400)[:50])
    path.write_text(path.read_text(encoding="utf-8") + "1049,300,,Aggr", encoding="utf-8")
    file = read_file(path)
    assert len(file.load) == 50
    assert [notice.code for notice in file.warnings] == ["load-history-broken"]
