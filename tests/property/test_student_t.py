"""The t distribution against published values and an independent integration of its density."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.stats import student_t

NODES = np.polynomial.legendre.leggauss(400)
PUBLISHED = [
    # Upper 2.5 %, 1 % and 0.05 % points of Student's t as printed in common tables.
    (1, 0.025, 12.706),
    (2, 0.025, 4.303),
    (5, 0.025, 2.571),
    (30, 0.025, 2.042),
    (1, 0.01, 31.821),
    (7, 0.01, 2.998),
    (4, 0.0005, 8.610),
    (120, 0.0005, 3.373),
]


@pytest.mark.parametrize(("df", "tail", "t"), PUBLISHED)
def test_quantile_is_the_published_one(df: int, tail: float, t: float) -> None:
    assert student_t.quantile(tail, df) == pytest.approx(t, abs=6e-4)


def _integrated_tail(t: float, df: float) -> float:
    """Integrate the density over x = t + tan(u) by Gauss-Legendre; shares nothing with the tested code."""
    nodes, weights = NODES
    upper = math.pi / 2
    u = upper / 2 * (nodes + 1)
    x = t + np.tan(u)
    log_scale = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    density = np.exp(log_scale - (df + 1) / 2 * np.log1p(x * x / df)) / np.cos(u) ** 2
    return float(np.sum(weights * density) * upper / 2)


@given(st.floats(0, 12), st.floats(2, 300))
def test_tail_is_the_integral_of_the_density(t: float, df: float) -> None:
    assert float(student_t.upper_tail(t, df)) == pytest.approx(_integrated_tail(t, df), rel=1e-6, abs=1e-12)


@given(st.floats(-30, 30), st.floats(0.5, 1e5))
def test_both_tails_make_one(t: float, df: float) -> None:
    assert float(student_t.upper_tail(t, df) + student_t.upper_tail(-t, df)) == pytest.approx(1, abs=1e-12)


@given(st.floats(1e-9, 0.49), st.floats(0.5, 1e6))
def test_quantile_inverts_the_tail(tail: float, df: float) -> None:
    assert float(student_t.upper_tail(student_t.quantile(tail, df), df)) == pytest.approx(tail, rel=1e-6)


def test_unknown_stays_unknown_and_certainty_is_certain() -> None:
    tails = student_t.upper_tail([np.nan, np.inf, -np.inf, 1.0], [5, 5, 5, 0])
    assert np.isnan(tails[[0, 3]]).all()
    assert tails[1:3].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("tail", [0.9, 0.2, 0.025, 0.001, 1e-5])
@pytest.mark.parametrize("by_curve", [False, True])
def test_many_quantiles_are_those_of_each(tail: float, *, by_curve: bool) -> None:
    few = np.array([1.0, 1.7, 3.0, 6.67, 10.0, 53.0, 800.0, 1e5])
    degrees = np.concatenate([few, np.geomspace(0.9, 9e4, 20)]) if by_curve else few
    each = [student_t.quantile(tail, df) for df in degrees.tolist()]
    assert student_t.quantiles(tail, degrees) == pytest.approx(each, rel=3e-3 if by_curve else 1e-9)
    assert np.isnan(student_t.quantiles(tail, np.array([0.0, np.nan]))).all()
    assert not student_t.quantiles(0.5, degrees).any()
