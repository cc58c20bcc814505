"""Whatever effects a head has, what alignment adds is finite, even-handed, and a function of these effects alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.decide.code_alignment import SIZES, of_others
from reporter.decide.judge import DEFAULT_POLICY

if TYPE_CHECKING:
    from reporter.model import IndexArray
    from reporter.stats.variance import Variance

rows = st.lists(
    st.tuples(st.floats(-3.0, 3.0), st.floats(1e-6, 0.5), st.booleans()),
    min_size=1,
    max_size=30,
    unique_by=lambda row: row[0],
)
Rows = list[tuple[float, float, bool]]


def _of(drawn: Rows, order: IndexArray | None = None) -> Variance:
    effect, error, moved = (np.array(column) for column in zip(*drawn, strict=True))
    place = np.arange(len(drawn)) if order is None else order
    return of_others(effect[place], error[place] ** 2, moved[place].astype(bool), DEFAULT_POLICY)


@given(rows)
def test_it_is_a_size_that_is_possible_and_nothing_where_code_moves_nothing(drawn: Rows) -> None:
    found = _of(drawn)
    moved = np.array([row[2] for row in drawn])
    sizes = np.sqrt(found.variance)
    assert ((SIZES[0] * 0.99 <= sizes[moved]) & (sizes[moved] <= SIZES[-1] * 1.01)).all()
    assert (found.variance[~moved] == 0).all()
    assert np.isfinite(found.df).all()
    assert (found.df > 0).all()


@given(rows, st.integers(0, 2**32 - 1))
def test_order_changes_nothing(drawn: Rows, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(drawn))
    found, mixed = _of(drawn), _of(drawn, order)
    assert mixed.variance == pytest.approx(found.variance[order], rel=1e-6)
    assert mixed.df == pytest.approx(found.df[order], rel=1e-6)


@given(rows, st.floats(-0.5, 0.5))
def test_a_shift_of_everything_changes_nothing(drawn: Rows, shift: float) -> None:
    moved = [(effect + shift, error, is_moved) for effect, error, is_moved in drawn]
    assert _of(moved).variance == pytest.approx(_of(drawn).variance, rel=1e-4)


@given(rows)
def test_rows_that_code_does_not_move_say_nothing(drawn: Rows) -> None:
    some = [row for row in drawn if row[2]]
    if some:
        found = _of(drawn).variance[[row[2] for row in drawn]]
        assert found == pytest.approx(_of(some).variance)
