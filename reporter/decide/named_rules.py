"""Rules of other tools that can be chosen by name. ``docs/rules.md`` tells what each costs in false alarms.

A rule is arithmetic on what both sides measured and nothing else. The evaluation measures these very functions.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np

from reporter.decide.policy import ALPHA_ASV, ALPHA_BENCHSTAT
from reporter.shared.errors import UsageError
from reporter.stats.rank_sum import rank_sum

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray

Kind = Literal["mean", "median", "min", "z", "benchstat", "asv"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RATIOS: tuple[Kind, ...] = ("mean", "median", "min")

ASV_FACTOR = 1.1
FEWEST_SESSIONS = 3
"""Saved sessions below which a standard deviation of them says nothing."""

_USUAL = {"mean": "10", "median": "10", "min": "5", "z": "5"}
_WRITTEN = re.compile(r"\s*(?P<kind>[a-z]+)(?:\s*>\s*(?P<bound>\d+(?:\.\d+)?)\s*(?P<percent>%?))?\s*")
_MOST_PERCENT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """``bound`` is a share (0.1 is 10%) for the rules of ``RATIOS``, standard deviations for z, 0 for the others."""

    kind: Kind
    bound: float = 0.0

    def __str__(self) -> str:
        if self.kind in RATIOS:
            return f"{self.kind} > {self.bound * 100:g}%"
        return f"z > {self.bound:g}" if self.kind == "z" else self.kind


def parse_rule(text: str, where: str) -> NamedRule:
    """Read ``mean > 10%``, ``z > 5``, ``benchstat`` …; ``where`` is the place that messages name.

    Raises:
        UsageError: it is no rule; names the nearest.
    """
    found = _WRITTEN.fullmatch(text.lower())
    kind = found["kind"] if found else ""
    if found is None or kind not in KINDS or bool(found["bound"]) != (kind in _USUAL):
        raise _unknown(text, where)
    if kind not in _USUAL:
        return NamedRule(kind=cast("Kind", kind))
    bound, is_share = float(found["bound"]), kind in RATIOS
    if bool(found["percent"]) != is_share or not 0 < bound <= _MOST_PERCENT:
        raise _unknown(text, where)
    return NamedRule(kind=cast("Kind", kind), bound=bound / 100 if is_share else bound)


def _unknown(text: str, where: str) -> UsageError:
    word = re.match(r"\W*(\w*)", text.lower())
    near = difflib.get_close_matches(word[1] if word else "", KINDS, n=1, cutoff=0.5)
    return UsageError(
        "unknown-rule",
        f"there is no rule {text!r}; did you mean {_spelled(near[0] if near else 'mean', text)!r}?",
        where=where,
        cure=f"use one of {', '.join(_spelled(kind, 'N') for kind in KINDS)}",
    )


def _spelled(kind: str, like: str) -> str:
    """Write a rule with the bound that a wrong text has, or N, or the usual bound."""
    if kind not in _USUAL:
        return kind
    given = re.search(r"[<>]\s*([1-9]\d{0,2}(?:\.\d+)?)", like)
    bound = "N" if like == "N" else given[1] if given else _USUAL[kind]
    return f"{kind} > {bound}{'%' if kind in RATIOS else ''}"


def beyond(before: FloatArray | np.floating, after: FloatArray | np.floating, share: float) -> BoolArray:
    """Return per row whether one number per side grew by more than a share of its size."""
    return np.asarray(after > np.where(before < 0, 1 - share, 1 + share) * before)


def z_score(history: FloatArray, after: FloatArray) -> FloatArray:
    """Return each row's distance to the mean of its history (rows × sessions, nan where absent), in its sds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        count = np.sum(~np.isnan(history), axis=1)
        mean = np.nansum(history, axis=1) / count
        sd = np.sqrt(np.nansum((history - mean[:, None]) ** 2, axis=1) / (count - 1))
        return np.asarray(np.where(after == mean, 0.0, (after - mean) / sd))


def ranked_larger(before: FloatArray, after: FloatArray, alpha: float = ALPHA_BENCHSTAT) -> tuple[bool, float]:
    """Return whether the Mann-Whitney test finds the second sample larger, and its two-sided p."""
    p_value, u = rank_sum(np.sort(before), np.sort(after))
    return p_value < alpha and u > before.size * after.size / 2, p_value


def pooled_larger(
    before: FloatArray, after: FloatArray, factor: float = ASV_FACTOR, alpha: float = ALPHA_ASV
) -> tuple[bool, float]:
    """Return whether the median of all rounds grew beyond a factor and the Mann-Whitney test on them agrees, and its p.

    The p is nan where the factor alone has said no.
    """
    if not beyond(np.median(before), np.median(after), factor - 1):
        return False, math.nan
    p_value = rank_sum(np.sort(before), np.sort(after))[0]
    return p_value < alpha, p_value


def smallest_p(before: int, after: int) -> float:
    """Return the smallest two-sided p that the Mann-Whitney test can have for two samples of these sizes."""
    return min(1.0, 2 / math.comb(before + after, before))
