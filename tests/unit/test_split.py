"""``shard: auto``: every job computes the same parts, and they cost nearly the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.decide.shards import Shard
from reporter.pipeline.split import BALANCED, share_of, split
from reporter.store.history import AGAINST_ITSELF, session_of
from tests.suites import baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.measure.share import Share
    from reporter.model import Baseline
    from reporter.pipeline.split import Parts

COSTS = st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0.1, 64.0), min_size=1, max_size=60)


@given(COSTS, st.integers(1, 12))
def test_every_benchmark_is_in_one_part_and_no_part_is_far_above_its_share(cost: dict[str, float], count: int) -> None:
    parts = split(cost, count, {})
    assert set(parts.shard) == set(cost)
    assert set(parts.shard.values()) <= set(range(1, count + 1))
    loads = [parts.load(number) for number in range(1, count + 1)]
    assert max(loads) <= sum(cost.values()) / count + max(cost.values())


@given(COSTS, st.integers(1, 12), st.randoms())
def test_the_order_of_what_is_known_changes_nothing(cost: dict[str, float], count: int, random: object) -> None:
    names = list(cost)
    random.shuffle(names)  # type: ignore[attr-defined] # a random.Random
    assert split({name: cost[name] for name in names}, count, {}).shard == split(cost, count, {}).shard


@given(COSTS, st.integers(2, 6))
def test_what_is_balanced_stays_where_it_is(cost: dict[str, float], count: int) -> None:
    before = split(cost, count, {})
    loads = [before.load(number) for number in range(1, count + 1)]
    again = split({name: value * 1.0001 for name, value in cost.items()}, count, before.shard)
    if max(loads) <= (BALANCED - 0.01) * sum(loads) / count:
        assert again.shard == before.shard


def test_a_part_that_has_grown_too_large_is_split_again() -> None:
    before = dict.fromkeys("abcdef", 1)
    assert sorted(split(dict.fromkeys("abcdef", 1.0), 2, before).shard.values()) == [1, 1, 1, 2, 2, 2]


def _baseline(rows: dict[str, tuple[float, float]]) -> Baseline:
    """Return a baseline of benchmarks with the seconds of a round and the noise of a pair, and pairs for the noise."""
    random = np.random.default_rng(3)
    suite = suite_of({name: noisy_runs(random, level=level, sd=0.01, runs=2) for name, (level, _) in rows.items()})
    pairs = suite_of({name: noisy_runs(random, level=level, sd=sd, runs=16) for name, (level, sd) in rows.items()})
    against = replace(session_of(pairs), plan=AGAINST_ITSELF)
    made = baseline_of([suite])
    return replace(made, history=(against, *made.history))


def shares(count: int, baselines: dict[int, Baseline]) -> list[tuple[Share, Parts]]:
    return [share_of(Shard(number=number, count=count), baselines) for number in range(1, count + 1)]


def test_slow_and_noisy_benchmarks_cost_more() -> None:
    quiet, slow, noisy = (1e-4, 0.002), (5e-3, 0.002), (1e-4, 0.05)
    rows = {"slow": slow, "noisy": noisy, **{f"quiet{i}": quiet for i in range(8)}}
    _, parts = share_of(Shard(number=1, count=2), {1: _baseline(rows)})
    assert parts.cost["slow"] > 3 * parts.cost["quiet0"]
    assert parts.cost["noisy"] > 3 * parts.cost["quiet0"]


def test_all_jobs_come_to_the_same_split_and_share_it_out() -> None:
    one = _baseline({f"a{i}": (1e-4, 0.01) for i in range(6)})
    two = _baseline({f"b{i}": (2e-3, 0.01) for i in range(6)})
    found = [share for share, _ in shares(3, {1: one, 2: two})]
    assert len({share.digest for share in found}) == 1
    assert sorted(name for share in found for name in share.here) == sorted([f"{c}{i}" for c in "ab" for i in range(6)])
    for share in found:
        assert set(share.here).isdisjoint(share.elsewhere)
    other = [share for share, _ in shares(3, {1: one})]
    assert other[0].digest != found[0].digest, "a job that found other baselines is found out"


def test_without_any_history_every_benchmark_goes_by_its_name() -> None:
    share, parts = share_of(Shard(number=2, count=3), {})
    assert (share.here, share.elsewhere, parts.shard) == ((), (), {})


@pytest.mark.parametrize("count", [1, 4])
def test_costs_of_a_suite_without_noise_are_those_of_its_runs(count: int) -> None:
    baseline = _baseline({"fast": (1e-6, 0.001), "slow": (1.0, 0.001)})
    _, parts = share_of(Shard(number=1, count=count), {1: baseline})
    assert parts.cost["slow"] / parts.cost["fast"] == pytest.approx(5 * 2 / 0.1, rel=0.1)
