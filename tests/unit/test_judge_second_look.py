"""Pairs as the second look at the suspects of a screen, and what stored pairs of a commit and itself are good for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.judge import Decision, Pairs, judge_pairs, judge_screen
from reporter.decide.looks import Progress, Step, next_look_after_screen
from reporter.store.history import AGAINST_ITSELF, session_of
from tests.suites import MACHINE, baseline_of, suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment, Session, Suite

LEVELS = {"a": 1e-3, "b": 2e-3, "c": 3e-3, "d": 4e-3}
SLOWER = LEVELS | {"a": 1.2e-3}


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


def _judge(base: Suite, head: Suite, *, changed: tuple[str, ...] = ()) -> Decision:
    """Judge a head with one suspect, a, whose second look are pairs of ``base`` and ``head``."""
    known = baseline_of([_suite(LEVELS, 5)])
    return judge_screen(_suite(SLOWER, 1), known, Pairs(base=base, head=head), changed_files=changed)


def test_what_pairs_show_too_is_regressed_with_their_numbers() -> None:
    decision = _judge(_suite(LEVELS, 8), _suite(LEVELS | {"a": 1.1e-3}, 8))
    row = _row(decision, "a")
    assert (decision.compare, decision.suspects, row.verdict) == ("confirmed", 0, "regressed")
    assert row.comparison.change is not None
    assert row.comparison.change.marginal.point == pytest.approx(0.1, abs=0.001)
    assert "8 of 8 pairs" in row.reason


def test_the_other_direction_confirms_nothing() -> None:
    assert _row(_judge(_suite(LEVELS, 8), _suite(LEVELS | {"a": 0.9e-3}, 8)), "a").verdict == "inconclusive"


def test_what_pairs_show_to_be_inside_the_margin_is_unchanged() -> None:
    row = _row(_judge(_suite(LEVELS, 8), _suite(LEVELS, 8)), "a")
    assert (row.verdict, row.suspect) == ("unchanged", False)


def test_what_pairs_cannot_tell_stays_a_suspect() -> None:
    row = _row(_judge(_suite(LEVELS, 8, jitter=0.2), _suite(LEVELS, 8)), "a")
    assert (row.verdict, row.suspect) == ("inconclusive", True)
    assert "did not confirm" in row.reason


def test_a_benchmark_whose_file_changed_is_not_comparable() -> None:
    row = _row(_judge(_suite(LEVELS, 8), _suite(SLOWER, 8), changed=("a",)), "a")
    assert row.verdict == "not_comparable"


def test_more_pairs_than_planned_by_hand_decide_as_well() -> None:
    assert _row(_judge(_suite(LEVELS, 70), _suite(SLOWER, 70)), "a").verdict == "regressed"


def test_pairs_go_on_for_open_suspects_alone_and_within_the_time() -> None:
    left = _judge(_suite(LEVELS, 8, jitter=0.2), _suite(LEVELS, 8)).unsettled
    settled = _judge(_suite(LEVELS, 8), _suite(LEVELS, 8)).unsettled
    progress = Progress(pairs=8, seconds=16.0, time_limit=180.0, pair_seconds=2.0)
    assert next_look_after_screen(progress, left) == Step(batch=1, pairs=8, select=("a",))
    assert next_look_after_screen(progress, settled) is None
    assert next_look_after_screen(replace(progress, time_limit=22.0), left) == Step(batch=1, pairs=3, select=("a",))
    assert next_look_after_screen(replace(progress, time_limit=17.0), left) is None
    assert next_look_after_screen(replace(progress, pairs=64), left) is None


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
