"""How high the rate of something may be that was seen so often in so many independent trials: the exact bound.

Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the case of the binomial": the rate
at which so few events, or fewer, would be seen with the probability that the confidence leaves.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

_HALVINGS = 60
_MOST_TRIALS = 1_000_000


def upper_bound(events: int, trials: int, confidence: float) -> float:
    """Return the one-sided upper bound of a rate; 1 without any trial, or where every trial was an event."""
    if events >= trials:
        return 1.0
    low, high = events / trials, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, trials, middle) > 1 - confidence else (low, middle)
    return high


def trials_for(events: int, rate: float, confidence: float) -> int | None:
    """Return the fewest trials that bound a rate by ``rate``, with so many events among them; ``None`` beyond 10⁶."""
    low, high = events, _MOST_TRIALS
    if upper_bound(events, high, confidence) > rate:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if upper_bound(events, middle, confidence) <= rate else (middle, high)
    return high


def _at_most(events: int, trials: int, rate: float) -> float:
    """Return the probability of at most so many events, 0 < ``rate`` < 1."""
    logs = (
        lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1) + k * log(rate) + (trials - k) * log1p(-rate)
        for k in range(events + 1)
    )
    return sum(map(exp, logs))
