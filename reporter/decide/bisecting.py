"""The search for the first slower commit: what the looks at some commits say of all of them.

The commits after the good one are numbered from 1; the last is the bad one. A look measures pairs of the good commit
and one other. Under the hypothesis "commit k is the first slower one" the mean of a look at commit i is normal around
``offset + step · [k ≤ i]``. The offset (how the code of the good commit happens to lie in memory) and the step are
unknown, so they are integrated out. Each commit has a layout of its own, too, which no number of pairs averages out.
A noisy binary search in the sense of Horstein (1963), with the evidence of all looks weighed again after each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.policy import BISECTION

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray

_WIDE = 100.0
"""Standard deviation of the step before anything is known, in noise of one pair and more: every step is possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What pairs of the good commit and ``commit`` said: the mean change and the noise of one pair, in logarithms."""

    commit: int
    change: float
    noise: float
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search among ``commits`` commits after the good one; those in ``skipped`` cannot be measured."""

    commits: int
    looks: tuple[Look, ...] = ()
    skipped: frozenset[int] = frozenset()

    def with_look(self, look: Look) -> Search:
        """Return the search with one more look."""
        return replace(self, looks=(*self.looks, look))

    def without(self, commit: int) -> Search:
        """Return the search with one commit less that can be measured."""
        return replace(self, skipped=self.skipped | {commit})

    @property
    def noise(self) -> float:
        """The noise of one pair, of all looks together."""
        freedom = sum(look.pairs - 1 for look in self.looks)
        squares = sum((look.pairs - 1) * look.noise**2 for look in self.looks)
        return max(float(np.sqrt(squares / freedom)) if freedom else 0.0, BISECTION.least_noise)

    def pairs_of(self, commit: int) -> int:
        """Return how many pairs a commit has."""
        return sum(look.pairs for look in self.looks if look.commit == commit)

    def change_of(self, commit: int) -> float:
        """Return the mean change of a commit that has pairs."""
        looks = [look for look in self.looks if look.commit == commit]
        return float(np.average([look.change for look in looks], weights=[look.pairs for look in looks]))

    @property
    def measured(self) -> list[int]:
        """The commits that have pairs, in order."""
        return sorted({look.commit for look in self.looks})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The shortest range of commits, ``first`` to ``last``, that holds the first slower one; how sure that is."""

    first: int
    last: int
    probability: float

    @property
    def is_one(self) -> bool:
        """Whether it is one commit."""
        return self.first == self.last


def probabilities(search: Search) -> FloatArray:
    """Return for each commit from 1 on the probability that it is the first slower one.

    Before any look every commit is as likely as any other.
    """
    measured = search.measured
    changes = np.array([search.change_of(commit) for commit in measured])
    pairs = np.array([search.pairs_of(commit) for commit in measured])
    own = search.noise**2 / pairs + BISECTION.layout**2
    wide = _WIDE * max(float(np.abs(changes).max(initial=0.0)), search.noise)
    likelihoods = np.array(
        [_log_likelihood(changes, own, np.array(measured) >= first, wide) for first in range(1, search.commits + 1)]
    )
    weights = np.exp(likelihoods - likelihoods.max())
    return np.asarray(weights / weights.sum())


def _log_likelihood(changes: FloatArray, own: FloatArray, slower: BoolArray, wide: float) -> float:
    """Return the logarithm of a normal density whose offset and step are integrated out."""
    step = slower.astype(float)
    covariance = np.diag(own) + BISECTION.layout**2 + wide**2 * np.outer(step, step)
    sign, size = np.linalg.slogdet(covariance)
    assert sign > 0  # noqa: S101 - own variances are positive
    return float(-0.5 * (size + changes @ np.linalg.solve(covariance, changes)))


def found(search: Search) -> Found:
    """Return the shortest range that holds the first slower commit as surely as is asked for."""
    sums = np.concatenate([[0.0], np.cumsum(probabilities(search))])
    for length in range(1, search.commits + 1):
        held = sums[length:] - sums[:-length]
        best = int(np.argmax(held))
        if held[best] >= BISECTION.sure or length == search.commits:
            return Found(first=best + 1, last=best + length, probability=min(1.0, float(held[best])))
    raise AssertionError("a range of all commits holds it")


def next_commit(search: Search) -> int | None:
    """Return the commit that is measured next; ``None`` when no further look can narrow the search.

    That is the commit whose side of the step is least known, less where it has pairs already.
    """
    result = found(search)
    if result.is_one:
        return None
    below = np.cumsum(probabilities(search))
    inside = range(max(1, result.first - 1), result.last + 1)
    candidates = [
        commit
        for commit in inside
        if commit not in search.skipped and search.pairs_of(commit) < BISECTION.most_of_commit
    ]
    worth = [_entropy(below[commit - 1]) * _open_to_pairs(search, commit) for commit in candidates]
    if not worth or max(worth) < BISECTION.least_worth:
        return None
    return candidates[int(np.argmax(worth))]


def pairs_for(search: Search, commit: int) -> int:
    """Return how many pairs a look at a commit takes to tell its side of the step apart."""
    step = abs(search.change_of(search.commits)) or search.noise
    wanted = (BISECTION.separation * search.noise / step) ** 2
    return int(np.clip(np.ceil(wanted), BISECTION.fewest_pairs, BISECTION.most_pairs))


def _entropy(share: float) -> float:
    inside = min(max(float(share), 0.0), 1.0)
    return float(-sum(part * np.log2(part) for part in (inside, 1 - inside) if part > 0))


def _open_to_pairs(search: Search, commit: int) -> float:
    """Return which share of the doubt about a commit's change further pairs can take away.

    What the layout of its code adds stays.
    """
    pairs = search.pairs_of(commit)
    if not pairs:
        return 1.0
    by_noise = search.noise**2 / pairs
    return float(by_noise / (by_noise + BISECTION.layout**2))
