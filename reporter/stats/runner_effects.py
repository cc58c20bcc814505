"""What several machines say together of each row, with the machine as a random effect.

A change need not be the same on every machine: another cache or another scheduler makes more or less of it. So the
effects of the runners are a sample of the machines there are (DerSimonian and Laird 1986, "Meta-analysis in clinical
trials"). How much runners differ beyond the noise of their pairs is one size for the suite, because two runners of one
row can tell nothing of it and two hundred rows can: its restricted likelihood is worked out on a grid, with what is
thought of usual runners before. Rows that differ by far more hardly count there.

Such a row answers for itself: the spread of its own runners about their mean, in units of what was expected, multiplies
its variance (Hartung and Knapp 2001, "A refined method for the meta-analysis of controlled clinical trials with binary
outcome"; never below one, as Knapp and Hartung 2003). One row has few runners, so its spread is drawn towards those of
the other rows (Smyth 2004), and the degrees of freedom are never more than those of spread and noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.stats.variance import Variance, moderate

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray, IndexArray

SIZES = np.concatenate(([0.0], np.geomspace(0.0005, 0.03, 48)))
"""Standard deviations between runners that are possible, in logs."""
FAR_APART = 0.05
"""Standard deviation between the runners of the few rows that differ by far more."""
FAR_SHARE = 0.1
ROWS_THAT_TELL = 4
"""A runner's own noise counts half where so many rows tell of it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfRunners:
    """Rows × runners: the effect, the variance of one pair with its degrees of freedom, the number of pairs.

    nan is a runner that tells nothing of the row.
    """

    effect: FloatArray
    variance: FloatArray
    df: FloatArray
    pairs: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """Per row: the mean effect with its variance, and the ``weight`` of each runner in it (rows × runners).

    ``between`` is the variance of a row's effects from runner to runner.
    """

    effect: FloatArray
    of_mean: Variance
    weight: FloatArray
    between: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How far runners usually are apart (a standard deviation in logs), and as how many ``rows`` that counts."""

    size: float
    rows: int


def together(found: OfRunners, kind: IndexArray, moved: BoolArray, usual: Usual) -> Together:
    """Return the mean of the runners of each row. Only rows that are ``moved`` have an effect of the runner."""
    known = ~np.isnan(found.effect) & (found.pairs > 0)
    noise = np.where(known, found.variance / np.where(known, found.pairs, 1.0), np.nan)
    exact = np.any(known & ~(noise > 0), axis=1)
    smooth = _smooth(np.where(exact[:, None], np.nan, found.variance)) / np.where(known, found.pairs, np.nan)
    size = _size(found.effect, smooth, moved & ~exact, usual)
    between = np.where(moved & ~exact, size.variance[0], 0.0)
    weight = _shares(np.where(exact[:, None], found.pairs, 1 / (smooth + between[:, None])), known)
    effect = _sum(weight * found.effect, known)
    of_mean = _of_mean(weight, Variance(variance=noise, df=found.df), between, size.df[0])
    spread = _spread(found.effect - effect[:, None], 1 / (smooth + between[:, None]), known & ~exact[:, None], kind)
    more = np.fmax(spread.variance, 1.0)
    df = np.where(more > 1, np.fmin(of_mean.df, spread.df), of_mean.df)
    whole = Variance(variance=np.where(np.isnan(more), of_mean.variance, of_mean.variance * more), df=df)
    return Together(
        effect=np.where(known.any(axis=1), effect, np.nan),
        of_mean=_with_exact(whole, exact, found.effect, known),
        weight=weight,
        between=between,
    )


def _smooth(variance: FloatArray) -> FloatArray:
    """Return the variance of one pair as a row and a runner make it: a weight must not follow the luck of one cell."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(variance > 0, np.log(variance), np.nan)
    of_row = _mean(logs, axis=1)
    apart = logs - of_row[:, None]
    rows = np.sum(~np.isnan(apart), axis=0)
    of_runner = _mean(apart, axis=0) * rows / (rows + ROWS_THAT_TELL)
    return np.asarray(np.exp(_mean(logs - of_runner, axis=1)[:, None] + of_runner))


def _size(effect: FloatArray, noise: FloatArray, moved: BoolArray, usual: Usual) -> Variance:
    """Return the variance between runners with its degrees of freedom: mean and variance of its posterior."""
    asked = moved & (np.sum(~np.isnan(effect) & ~np.isnan(noise), axis=1) > 1)
    squares = SIZES**2
    likely = np.array([_log_likelihood(effect[asked], noise[asked], square) for square in squares])
    far = _log_likelihood(effect[asked], noise[asked], FAR_APART**2)
    mixed = np.logaddexp(np.log(1 - FAR_SHARE) + likely, np.log(FAR_SHARE) + far)
    posterior = np.sum(mixed, axis=1) + _log_prior(squares, usual)
    weight = np.exp(posterior - np.max(posterior))
    weight /= np.sum(weight)
    mean = float(weight @ squares)
    doubt = max(float(weight @ (squares - mean) ** 2), 1e-4 * mean**2)
    return Variance(variance=np.array([mean]), df=np.array([2 * mean**2 / doubt if mean else np.inf]))


def _log_prior(squares: FloatArray, usual: Usual) -> FloatArray:
    """Return what is thought of usual runners, as if so many rows of two runners had been seen as far apart."""
    likely = squares + (usual.size / 2) ** 2
    return np.asarray(-usual.rows * (np.log(likely) + usual.size**2 / likely) / 2)


def _log_likelihood(effect: FloatArray, noise: FloatArray, between: float) -> FloatArray:
    """Return the restricted log likelihood of each row, its own mean being unknown."""
    weight = 1 / (noise + between)
    known = ~np.isnan(weight) & ~np.isnan(effect)
    total = _sum(weight, known)
    mean = _sum(weight * effect, known) / total
    squares = _sum(weight * (effect - mean[:, None]) ** 2, known)
    return np.asarray((_sum(np.log(weight), known) - np.log(total) - squares) / 2)


def _of_mean(weight: FloatArray, noise: Variance, between: FloatArray, df: float) -> Variance:
    """Return the variance of the mean; degrees of freedom of the sum are those of Satterthwaite."""
    known = weight > 0
    parts = weight**2 * noise.variance
    of_runners = np.sum(np.where(known, weight, 0.0) ** 2, axis=1) * between
    variance = _sum(parts, known) + of_runners
    with np.errstate(divide="ignore", invalid="ignore"):
        doubt = _sum(parts**2 / noise.df, known) + of_runners**2 / df
        return Variance(variance=variance, df=np.where(doubt > 0, variance**2 / doubt, 0.0))


def _spread(apart: FloatArray, precision: FloatArray, known: BoolArray, kind: IndexArray) -> Variance:
    """Return how far a row's runners are about their mean, in units of what was expected; 1 where nothing is known."""
    df = np.maximum(np.sum(known, axis=1) - 1, 0).astype(float)
    squares = _sum(precision * apart**2, known)
    own = Variance(variance=np.where(df > 0, squares / np.maximum(df, 1), np.nan), df=df)
    return moderate(own, kind)


def _with_exact(whole: Variance, exact: BoolArray, effect: FloatArray, known: BoolArray) -> Variance:
    """Let runners without any noise answer by their spread alone: none where they all say the same."""
    count = np.sum(known, axis=1)
    mean = _sum(effect, known) / np.maximum(count, 1)
    squares = _sum((effect - mean[:, None]) ** 2, known)
    own = np.where(count > 1, squares / np.maximum(count * (count - 1), 1), 0.0)
    return Variance(
        variance=np.where(exact, own, whole.variance), df=np.where(exact, np.maximum(count - 1, 1), whole.df)
    )


def _shares(weight: FloatArray, known: BoolArray) -> FloatArray:
    shares = np.where(known & ~np.isnan(weight), weight, 0.0)
    total = np.sum(shares, axis=1, keepdims=True)
    return np.asarray(shares / np.where(total > 0, total, 1.0))


def _sum(values: FloatArray, known: BoolArray) -> FloatArray:
    return np.asarray(np.sum(np.where(known, values, 0.0), axis=1))


def _mean(values: FloatArray, axis: int) -> FloatArray:
    count = np.sum(~np.isnan(values), axis=axis)
    return np.asarray(np.where(count > 0, np.nansum(values, axis=axis) / np.maximum(count, 1), np.nan))
