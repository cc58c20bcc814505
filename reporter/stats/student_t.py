"""Student's t distribution, vectorised, without scipy: importing ``scipy.special`` alone would double the run time.

The tail is the regularised incomplete beta function by its continued fraction (Abramowitz & Stegun 26.5.8, evaluated
with the modified Lentz algorithm). ``tests/property/test_student_t.py`` holds it against published values and against
an independent integration.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from reporter.model import FloatArray

_TINY = 1e-300
_STEPS = 200
_STEP_THAT_IS_LAST = 1e-6
_LOG_DF = np.linspace(math.log(0.5), math.log(1e6), 350)
_FEW = 16
"""So many quantiles take less than a curve."""


def upper_tail(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """P(T > t) for each pair of values; ``df`` may be fractional, 1e6 and more is normal for all purposes here.

    nan in, nan out. A zero standard error is the caller's affair: ±inf gives 0 and 1.
    """
    t_values, degrees = np.broadcast_arrays(np.asarray(t, dtype=float), np.asarray(df, dtype=float))
    tail = np.full(t_values.shape, np.nan)
    usable = ~np.isnan(t_values) & (degrees > 0)
    size = np.abs(t_values[usable])
    bounded = np.minimum(degrees[usable], 1e6)
    with np.errstate(over="ignore"):
        x = bounded / (bounded + size**2)
    half = 0.5 * _incomplete_beta(bounded / 2, np.full_like(bounded, 0.5), x)
    tail[usable] = np.where(t_values[usable] >= 0, half, 1 - half)
    return tail


@lru_cache(maxsize=16384)
def quantile(tail: float, df: float) -> float:
    """Return the t with P(T > t) = ``tail``, 0 < tail < 1."""
    return float(_quantiles(tail, np.array([df]))[0])


def quantiles(tail: float, df: FloatArray) -> FloatArray:
    """Return the same for many degrees of freedom, to three digits; nan where there are none.

    Few different ones are worked out, all at once; for more, one curve for each tail is kept, and read off in logs.
    """
    known = df > 0
    different = sorted(set(df[known].tolist()))
    if len(different) <= _FEW:
        table = dict(zip(different, _quantiles(tail, np.array(different)).tolist(), strict=True))
        return np.array([table.get(value, np.nan) for value in df.tolist()])
    curve = np.interp(np.log(np.where(known, df, 1.0)), _LOG_DF, _curve(tail))
    return np.where(known, np.sign(0.5 - tail) * np.exp(curve), np.nan)


@lru_cache(maxsize=256)
def _curve(tail: float) -> FloatArray:
    """Return the log of the size of the quantile at all ``_LOG_DF``."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.abs(_quantiles(tail, np.exp(_LOG_DF)))))


def _quantiles(tail: float, df: FloatArray) -> FloatArray:
    """Solve by Newton's method for the log of t.

    It begins with the normal quantile and the first term of its expansion (Abramowitz & Stegun 26.7.5). The log of the
    tail bends down over the log of t, so that after its first step it comes from beyond the root without overshooting.
    The error is squared each time; the last step is as large as the error before it.
    """
    if tail > 0.5:
        return -_quantiles(1 - tail, df)
    z = -NormalDist().inv_cdf(tail) if tail < 0.5 else 0.0
    t = z + (z**3 + z) / (4 * df)
    moving = np.flatnonzero(t > 0)
    for _ in range(_STEPS):
        if not moving.size:
            break
        beyond = upper_tail(t[moving], df[moving])
        step = beyond * np.log(beyond / tail) / (t[moving] * _density(t[moving], df[moving]))
        t[moving] *= np.exp(step)
        moving = moving[np.abs(step) > _STEP_THAT_IS_LAST]
    return t


def _density(t: FloatArray, df: FloatArray) -> FloatArray:
    log_scale = _log_gamma((df + 1) / 2) - _log_gamma(df / 2) - 0.5 * np.log(df * math.pi)
    return np.asarray(np.exp(log_scale - (df + 1) / 2 * np.log1p(t * t / df)))


def _incomplete_beta(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    """Regularised I_x(a, b); the continued fraction converges fast below the mean, so the upper part is mirrored."""
    mirrored = x > (a + 1) / (a + b + 2)
    first, second = np.where(mirrored, b, a), np.where(mirrored, a, b)
    point = np.where(mirrored, 1 - x, x)
    with np.errstate(divide="ignore"):
        log_front = first * np.log(point) + second * np.log1p(-point) - _log_beta(first, second)
    part = np.exp(log_front) / first * _continued_fraction(first, second, point)
    return np.asarray(np.where(mirrored, 1 - part, part))


def _continued_fraction(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d.copy()
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away_from_zero(1 + even * d)
        c = _away_from_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away_from_zero(1 + odd * d)
        c = _away_from_zero(1 + odd / c)
        change = d * c
        fraction *= change
        if np.all(np.abs(change - 1) < 1e-14):
            break
    return fraction


def _away_from_zero(values: FloatArray) -> FloatArray:
    return np.asarray(np.where(np.abs(values) < _TINY, _TINY, values))


def _log_beta(a: FloatArray, b: FloatArray) -> FloatArray:
    return _log_gamma(a) + _log_gamma(b) - _log_gamma(a + b)


def _log_gamma(values: FloatArray) -> FloatArray:
    flat = values.ravel().tolist()
    table = {value: math.lgamma(value) for value in set(flat)}
    return np.array([table[value] for value in flat]).reshape(values.shape)
