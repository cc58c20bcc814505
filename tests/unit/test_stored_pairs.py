"""What stored pairs of a commit and itself are good for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.judge import Decision, judge_pairs
from reporter.store.history import AGAINST_ITSELF, session_of
from tests.suites import MACHINE, suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment, Session, Suite

LEVELS = {"a": 1e-3, "b": 2e-3, "c": 3e-3, "d": 4e-3}


def _suite(levels: dict[str, float], runs: int, jitter: float = 0.002) -> Suite:
    """Runs that differ by a known, repeating jitter."""
    return suite_of(
        {
            name: [
                [level * (1 + jitter * (-1) ** (run // 2) + 1e-4 * value) for value in range(60)] for run in range(runs)
            ]
            for name, level in levels.items()
        }
    )


def _row(decision: Decision, name: str) -> Assessment:
    return next(row for row in decision.assessments if row.comparison.name == name)


def _stored(noise: float) -> Session:
    """Forty runs whose values differ by ``noise``, as twenty pairs of a commit and itself."""
    generator = np.random.default_rng(5)
    factors = {name: np.exp(generator.normal(0.0, noise, 40)) for name in LEVELS}
    runs = {name: [[level * factor] * 60 for factor in factors[name]] for name, level in LEVELS.items()}
    return replace(session_of(suite_of(runs)), plan=AGAINST_ITSELF)


def test_stored_pairs_tell_the_noise_of_few_pairs() -> None:
    base, head = _suite(LEVELS, 3, jitter=0.001), _suite(LEVELS | {"a": 1.1e-3}, 3, jitter=0.001)
    alone = judge_pairs(base, head)
    noisy = judge_pairs(base, head, stored=(_stored(0.2),))
    assert (_row(alone, "a").verdict, _row(noisy, "a").verdict) == ("regressed", "inconclusive")
    noise = _row(noisy, "a").comparison.noise
    assert noise is not None
    assert "stored pairs" in noise.source
    assert noise.sd > 0.1


def test_stored_pairs_of_another_machine_or_plan_are_not_used() -> None:
    base, head = _suite(LEVELS, 3), _suite(LEVELS | {"a": 1.1e-3}, 3)
    alone = judge_pairs(base, head)
    other = replace(_stored(0.2), fingerprint=replace(MACHINE, cpu_model="another"))
    for stored in (other, replace(_stored(0.2), plan="whole")):
        assert judge_pairs(base, head, stored=(stored,)).assessments == alone.assessments


def test_rows_that_stored_pairs_do_not_cover_are_judged_as_without_any() -> None:
    base, head = _suite(LEVELS, 3, jitter=0.02), _suite(LEVELS, 3, jitter=0.02)
    stored = _stored(0.02)
    some = replace(stored, statistics={key: runs for key, runs in stored.statistics.items() if key[0] in "ab"})
    alone, half = judge_pairs(base, head), judge_pairs(base, head, stored=(some,))
    for name in "cd":
        noise, usual = (_row(decision, name).comparison.noise for decision in (half, alone))
        assert noise is not None
        assert usual is not None
        assert (noise.sd, noise.source) == (usual.sd, usual.source)
        # What the others say of the code's alignment is all that they share, and with such noise that is little.
        assert _row(half, name).detectable == pytest.approx(_row(alone, name).detectable, rel=0.01)
    for name in "ab":
        assert _row(half, name).detectable != _row(alone, name).detectable
