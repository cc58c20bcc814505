"""The search for the first slower commit, on drawn looks: what it names, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from reporter.decide.bisecting import Found, Look, Search, found, next_commit, pairs_for, probabilities
from reporter.decide.policy import BISECTION

COMMITS = 64


@dataclass
class History:
    """Commits of which those from ``culprit`` on are slower by ``step``; each has a layout of its own."""

    culprit: int
    step: float
    noise: float
    layouts: np.ndarray
    broken: frozenset[int]
    rng: np.random.Generator

    def look(self, commit: int, pairs: int) -> Look:
        centre = self.step * (commit >= self.culprit) + self.layouts[commit] - self.layouts[0]
        drawn = self.rng.normal(centre, self.noise, pairs)
        return Look(commit=commit, change=float(drawn.mean()), noise=float(drawn.std(ddof=1)), pairs=pairs)

    def searched(self) -> Search:
        search = Search(commits=COMMITS).with_look(self.look(COMMITS, 8))
        commit = next_commit(search)
        while commit is not None:
            if commit in self.broken:
                search = search.without(commit)
            else:
                search = search.with_look(self.look(commit, pairs_for(search, commit)))
            commit = next_commit(search)
        return search


def history(seed: int, *, step: float = 0.05, noise: float = 0.012, broken: float = 0.0) -> History:
    rng = np.random.default_rng(seed)
    culprit = int(rng.integers(1, COMMITS + 1))
    return History(
        culprit=culprit,
        step=float(np.log1p(step)),
        noise=noise,
        layouts=rng.normal(0, 0.004, COMMITS + 1),
        broken=frozenset(commit for commit in range(1, COMMITS) if rng.random() < broken),
        rng=rng,
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_first_slower_commit_is_named(seed: int) -> None:
    drawn = history(seed)
    search = drawn.searched()
    result = found(search)
    assert (result.first, result.last) == (drawn.culprit, drawn.culprit)
    assert result.probability >= BISECTION.sure
    assert len(search.looks) <= 16


@pytest.mark.parametrize("seed", range(12))
def test_where_commits_do_not_run_the_range_is_as_short_as_they_allow(seed: int) -> None:
    drawn = history(seed, broken=0.3)
    result = found(drawn.searched())
    assert result.first <= drawn.culprit <= result.last
    assert all(commit in drawn.broken for commit in range(result.first, result.last))


def test_a_commit_that_became_faster_is_found_too() -> None:
    drawn = history(3, step=-0.06)
    assert found(drawn.searched()).first == drawn.culprit


def test_before_anything_tells_them_apart_all_commits_are_as_likely() -> None:
    search = Search(commits=10).with_look(Look(commit=10, change=0.05, noise=0.01, pairs=8))
    assert probabilities(search) == pytest.approx(np.full(10, 0.1))
    assert next_commit(search) == 5


def test_one_commit_needs_no_look() -> None:
    search = Search(commits=1).with_look(Look(commit=1, change=0.05, noise=0.01, pairs=8))
    assert found(search) == Found(first=1, last=1, probability=1.0)
    assert next_commit(search) is None


def test_nothing_is_left_to_measure_where_no_commit_between_runs() -> None:
    search = Search(commits=3, skipped=frozenset({1, 2})).with_look(Look(commit=3, change=0.05, noise=0.01, pairs=8))
    assert next_commit(search) is None
    assert found(search) == Found(first=1, last=3, probability=1.0)


def test_a_small_step_in_much_noise_takes_more_pairs() -> None:
    quiet = Search(commits=9).with_look(Look(commit=9, change=0.10, noise=0.01, pairs=8))
    noisy = Search(commits=9).with_look(Look(commit=9, change=0.03, noise=0.02, pairs=8))
    assert pairs_for(quiet, 4) == BISECTION.fewest_pairs
    assert pairs_for(noisy, 4) == BISECTION.most_pairs


def test_what_no_number_of_pairs_can_tell_ends_the_search() -> None:
    """A step of half a percent is as large as what layout does to any commit."""
    search = history(5, step=0.005, noise=0.004).searched()
    result = found(search)
    assert not result.is_one
    assert max(search.pairs_of(commit) for commit in search.measured) < 200
