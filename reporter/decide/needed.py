"""What would decide a comparison that came to no answer: how many pairs, how long they take, or a quieter machine."""

from __future__ import annotations

from math import ceil, inf, log1p, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.decide.decided import asked, decided
from reporter.decide.looks import SHORT_LOOKS
from reporter.decide.policy import DEFAULT_POLICY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.model import Assessment, Change, Measured, Noise

_MOST = SHORT_LOOKS[-1]
ENDS = NormalDist().inv_cdf((1 + DEFAULT_POLICY.confidence) / 2) + NormalDist().inv_cdf((1 + DEFAULT_POLICY.power) / 2)
"""Standard errors between the truth and either end of an interval, with the power of the policy."""
_RUNS_OF_A_PAIR = 2


def pairs_needed(row: Assessment, *, paired: bool) -> float:
    """Return the pairs with which an unchanged row is called so with the power of the policy; infinite where unknown.

    Both ends of its interval have to lie inside the margin. Known noise is that of one pair where rows are ``paired``,
    and else of one run, of which a pair has two.
    """
    change, noise, margin = row.comparison.change, row.comparison.noise, row.margin
    if change is None or noise is None or not margin:
        return inf
    room = _room(noise, change, margin)
    sd = noise.sd if paired else noise.sd * sqrt(_RUNS_OF_A_PAIR)
    return (ENDS * sd) ** 2 / room if room > 0 else inf


def is_beyond_pairs(noise: Noise, change: Change, margin: float | None) -> bool:
    """Return whether alignment alone is too much for any number of pairs to call an unchanged row so."""
    return bool(noise.alignment and margin and _room(noise, change, margin) <= 0)


def _room(noise: Noise, change: Change, margin: float) -> float:
    """Return the square of what a margin leaves to the noise of pairs: they do not average alignment out."""
    room = log1p(margin) if change.kind == "ratio" else margin
    return room**2 - (ENDS * (noise.alignment or 0.0)) ** 2


def what_would_decide(assessments: Sequence[Assessment], measured: Measured, *, paired: bool) -> str | None:
    """Return what would decide half of what was asked, in words; ``None`` where that is not known."""
    rows = asked(assessments)
    still_open = [row for row in rows if row.verdict == "inconclusive"]
    lacking = ceil(len(rows) / 2) - decided(rows)
    if not 0 < lacking <= len(still_open):
        return None
    needed = sorted(pairs_needed(row, paired=paired) for row in still_open)[lacking - 1]
    if needed == inf:
        return next((row.cure for row in still_open if row.cure), None)
    have = measured.runs if paired else 0
    pairs = max(ceil(needed), SHORT_LOOKS[0], 2 * have)
    if pairs > _MOST:
        return reasons.quieter_machine(pairs)
    return reasons.more_pairs(pairs, have, _seconds(pairs, measured, paired=paired))


def _seconds(pairs: int, measured: Measured, *, paired: bool) -> float | None:
    """Return how long so many pairs take here, by the time of those, or of the runs, that were measured."""
    if not measured.seconds or not measured.runs:
        return None
    return pairs * measured.seconds / measured.runs * (1 if paired else _RUNS_OF_A_PAIR)
