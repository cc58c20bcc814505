"""Drawn pull requests keep to their design: who meets whom, and that no run is on both sides."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.evaluate import designs
from benchmarks.evaluate.designs import Pairs, Timeline

LEVELS = (0.05, 0.20)


def _timeline(rounds: int = 12) -> Timeline:
    """Base, head at +5%, base, head at +20%, in turn."""
    size = 4 * rounds
    base = np.arange(size) % 2 == 0
    level = np.where(base, 0.0, np.where(np.arange(size) % 4 == 1, *LEVELS))
    return Timeline(runs=np.arange(size), base=base, level=level)


def _resampled(generator: np.random.Generator) -> Timeline:
    timeline = _timeline()
    return timeline.take(designs.resampled_blocks(len(timeline), timeline.block, generator))


def _pairs() -> Pairs:
    level = np.repeat([0.0, 0.0, 0.05, 0.20], 10)
    neutral = np.arange(40) // 10 == 1
    return Pairs(base=np.arange(40) * 2, head=np.arange(40) * 2 + 1, level=level, neutral=neutral)


def test_single_is_every_head_against_every_earlier_base() -> None:
    harmless = list(designs.single(_timeline(), 0.0))
    assert len(harmless) == 24 * 23 // 2
    assert all(draw.baseline[0] < draw.head[0] for draw in harmless)
    slowed = list(designs.single(_timeline(), 0.05))
    assert Counter(int(draw.head[0]) for draw in slowed) == {4 * n + 1: 2 * n + 1 for n in range(12)}


@pytest.mark.parametrize("level", [0.0, 0.05])
def test_history_holds_no_run_twice_and_none_of_the_head(level: float) -> None:
    generator = np.random.default_rng(1)
    for _ in range(50):
        draw = designs.history(_resampled(generator), level, generator, again=2)
        heads = {int(draw.head[0]), *draw.again.tolist()}
        assert len(heads) == 3
        assert not heads & set(draw.baseline.tolist())
        assert len(set(draw.baseline.tolist())) == draw.baseline.size
    draw = designs.history(_timeline(), level, generator)
    assert draw.baseline.size == designs.HISTORY
    assert draw.baseline.tolist() == sorted(draw.baseline.tolist())


def test_paired_base_runs_are_neighbours_on_random_sides_and_stored_ones_are_others() -> None:
    generator, orders, starts = np.random.default_rng(2), Counter[bool](), Counter[int]()
    for _ in range(60):
        draw = designs.neighbours(_timeline(), 0.0, 5, generator)
        assert (np.abs(draw.baseline - draw.head) == 2).all()
        used = {*draw.baseline.tolist(), *draw.head.tolist()}
        assert len(used) == 10
        stored = {*draw.stored[0].tolist(), *draw.stored[1].tolist()}
        assert stored
        assert not stored & used
        orders.update((draw.baseline < draw.head).tolist())
        starts.update((np.minimum(draw.baseline, draw.head) // 2 % 2).tolist())
    assert min(orders[True], orders[False]) > 100
    assert min(starts[0], starts[1]) > 75
    assert draw.alone().stored[0].size == 0


def test_paired_heads_have_a_base_run_beside_them_on_either_side() -> None:
    generator, sides = np.random.default_rng(3), Counter[int]()
    for _ in range(40):
        draw = designs.neighbours(_timeline(), 0.20, 3, generator)
        assert len(set(draw.head.tolist())) == 3
        assert draw.level.tolist() == [0.20] * 3
        sides.update((draw.head - draw.baseline).tolist())
        assert not {*draw.stored[0].tolist(), *draw.stored[1].tolist()} & set(draw.baseline.tolist())
    assert set(sides) == {-1, 1}


def test_short_pairs_of_equal_code_swap_labels_and_are_not_put_back() -> None:
    generator, swapped = np.random.default_rng(4), Counter[bool]()
    for _ in range(40):
        draw = designs.short_pairs(_pairs(), 0.0, 8, generator, neutral=False)
        assert np.unique(np.minimum(draw.baseline, draw.head)).size == 8
        assert max(draw.head.max(), draw.baseline.max()) < 20
        swapped.update((draw.baseline > draw.head).tolist())
    assert min(swapped[True], swapped[False]) > 100


def test_short_pairs_with_different_sides_keep_them_and_fill_up_from_other_levels() -> None:
    generator = np.random.default_rng(5)
    neutral = designs.short_pairs(_pairs(), 0.0, 10, generator, neutral=True)
    assert sorted((neutral.baseline // 2).tolist()) == list(range(10, 20))
    assert (neutral.head - neutral.baseline == 1).all()
    own = designs.short_pairs(_pairs(), 0.05, 10, generator, neutral=False)
    assert set(own.level.tolist()) == {0.05}
    twice = _pairs().take(np.arange(40) // 2)
    assert designs.short_pairs(twice, 0.0, 10, generator, neutral=False).baseline.size == 10
    assert len(set(designs.short_pairs(twice, 0.0, 10, generator, neutral=True).baseline.tolist())) == 10
    more = designs.short_pairs(_pairs(), 0.05, 14, generator, neutral=False)
    assert Counter(more.level.tolist()) == {0.05: 10, 0.20: 4}


def test_blocks_are_neighbouring_positions() -> None:
    positions = designs.resampled_blocks(48, 8, np.random.default_rng(6))
    blocks = positions.reshape(-1, 8)
    assert (np.diff(blocks, axis=1) == 1).all()
    assert (blocks[:, 0] % 8 == 0).all()
    assert len(set(blocks[:, 0].tolist())) < 6
