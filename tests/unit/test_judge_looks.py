"""Pairs that grow from look to look: strict early, every verdict final, and only the undecided go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.commands.build_report import GateOptions
from reporter.config import Config
from reporter.decide.gate import gate
from reporter.decide.judge import DEFAULT_POLICY, Decision, Pairs, judge_looks, judge_pairs
from reporter.decide.looks import SHORT_LOOKS, Progress, next_step
from reporter.model import Sample
from reporter.shared.next_step import Step
from tests.reports import row
from tests.suites import noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import Suite

NAMES = tuple("abcd")


def _pairs(
    seed: int, pairs: int, slower: float = 1.0, *, noise: float = 0.005, names: tuple[str, ...] = NAMES
) -> Pairs:
    """Make pairs whose first benchmark is slower in the head."""
    generator = np.random.default_rng(seed)
    sides = [
        suite_of(
            {
                name: noisy_runs(generator, level=1e-3 * (factor if name == names[0] else 1), sd=noise, runs=pairs)
                for name in names
            }
        )
        for factor in (1.0, slower)
    ]
    return Pairs(base=sides[0], head=sides[1])


def _verdicts(decision: Decision) -> dict[str, str]:
    return {row.comparison.name: row.verdict for row in decision.assessments}


def test_one_batch_decides_and_nothing_waits_for_another() -> None:
    decision = judge_looks(_pairs(1, 8, 1.1))
    assert _verdicts(decision) == {"a": "regressed", "b": "unchanged", "c": "unchanged", "d": "unchanged"}
    assert decision.suspects == 0
    assert not any(row.suspect for row in decision.assessments)


def test_pairs_that_prove_unchanged_say_unchanged_at_every_look() -> None:
    for pairs in SHORT_LOOKS:
        assert set(_verdicts(judge_looks(_pairs(2, pairs, noise=0.003))).values()) == {"unchanged"}


def test_each_row_has_the_level_of_its_own_number_of_pairs() -> None:
    pairs = np.array([2, 3, 7, 8, 9, 16, 32, 64, 70])
    levels = DEFAULT_POLICY.alpha_of(pairs, grows=True)
    assert levels.tolist() == [0.0, 0.002, 0.006, 0.005, *[0.0075] * 5]
    looks = DEFAULT_POLICY.alpha_of(np.array(SHORT_LOOKS), grows=True)
    assert looks.sum() == pytest.approx(0.0275)


def test_a_row_that_left_early_is_held_to_the_level_of_its_pairs() -> None:
    """Of 32 pairs, a has the first eight alone: where eight have no level, only the others can be found."""
    whole = _pairs(3, 32, 1.1)
    for side in (whole.base, whole.head):
        side.benchmarks[0].samples[0][1].statistics[8:] = np.nan
    assert _verdicts(judge_looks(whole))["a"] == "regressed"
    none_early = replace(DEFAULT_POLICY, alpha_look=((8, 0.0), (9, 0.015)))
    assert _verdicts(judge_looks(whole, policy=none_early))["a"] == "inconclusive"
    assert _verdicts(judge_looks(_pairs(3, 32, 1.1), policy=none_early))["a"] == "regressed"


def test_no_later_pair_of_another_row_moves_a_verdict() -> None:
    """What left after eight pairs is what it was then, to the last digit, however noisy the others turn out."""
    early = judge_looks(_pairs(6, 8, 1.1))
    later = _pairs(6, 8, 1.1), _pairs(7, 24, noise=0.5)
    grown = Pairs(
        base=_joined(later[0].base, later[1].base, only="d"), head=_joined(later[0].head, later[1].head, only="d")
    )
    decided = {row.comparison.name: row for row in judge_looks(grown).assessments}
    for left in early.assessments[:3]:
        assert left.verdict != "inconclusive"
        assert decided[left.comparison.name].comparison.change == left.comparison.change
        assert decided[left.comparison.name].verdict == left.verdict
    assert decided["d"].verdict == "inconclusive"


def _joined(first: Suite, second: Suite, *, only: str) -> Suite:
    """Put runs behind others that only one benchmark has gone on with."""
    benchmarks = []
    for one, other in zip(first.benchmarks, second.benchmarks, strict=True):
        more = other.samples[0][1].statistics
        table = np.concatenate(
            [one.samples[0][1].statistics, more if one.name == only else np.full(more.shape, np.nan)]
        )
        sample = Sample(statistics=table, rounds=(np.empty(0),) * len(table))
        benchmarks.append(replace(one, samples=((one.samples[0][0], sample),)))
    return replace(first, benchmarks=tuple(benchmarks), runs=first.runs + second.runs)


def test_seventy_pairs_by_hand_find_a_slowdown() -> None:
    decision = judge_looks(_pairs(4, 70, 1.2))
    assert _verdicts(decision)["a"] == "regressed"
    assert all(row.detectable is not None for row in decision.assessments)


@pytest.mark.parametrize("pairs", [3, 5, 7])
def test_few_pairs_are_one_final_look(pairs: int) -> None:
    """Where no more fit into the time, the level is that of as many pairs as one final look."""
    measured = _pairs(5, pairs, 1.5)
    grown, final = judge_looks(measured), judge_pairs(measured.base, measured.head)
    assert grown.assessments == final.assessments
    assert _verdicts(grown)["a"] == "regressed"
    progress = Progress(pairs=pairs, seconds=1.0, time_limit=100.0, pair_seconds=0.1)
    assert next_step(progress, grown.assessments) is None


def test_only_the_undecided_go_on() -> None:
    rows = [row("a", "regressed"), row("b", "unchanged"), row("c", "inconclusive"), row("d", "improved")]
    progress = Progress(pairs=8, seconds=8.0, time_limit=100.0, pair_seconds=1.0)
    assert next_step(progress, rows) == Step(pairs=8, select=("c",))
    assert next_step(progress, rows[:2]) is None


def test_the_last_look_takes_what_fits() -> None:
    progress = Progress(pairs=16, seconds=16.0, time_limit=21.5, pair_seconds=1.0)
    assert next_step(progress, [row("c", "inconclusive")]) == Step(pairs=5, select=("c",))


def test_a_look_that_the_time_ended_early_is_the_last() -> None:
    progress = Progress(pairs=21, seconds=21.0, time_limit=100.0, pair_seconds=1.0)
    assert next_step(progress, [row("c", "inconclusive")]) is None


def test_few_selected_benchmarks_cost_their_share_of_a_pair() -> None:
    """Ten pairs of 200 benchmarks would not fit any more; as many of two do."""
    progress = Progress(pairs=8, seconds=80.0, time_limit=100.0, pair_seconds=10.0, benchmarks=200)
    assert next_step(progress, [row("a", "inconclusive"), row("b", "inconclusive")]) == Step(pairs=8, select=("a", "b"))
    everything = Progress(pairs=8, seconds=80.0, time_limit=100.0, pair_seconds=10.0)
    assert next_step(everything, [row("a", "inconclusive")]) == Step(pairs=2, select=("a",))


@dataclass
class _Suite:
    """A suite that takes so long a run, measured as the product measures, on a clock of its own."""

    run_seconds: float
    time_limit: float
    slower: float
    names: tuple[str, ...]

    def decide(self) -> tuple[Decision, int]:
        """Drive looks until nothing more is asked for; a pair that would end too late is not begun."""
        step: Step | None = Step(pairs=SHORT_LOOKS[0])
        pairs = 0
        while step is not None:
            pairs += min(step.pairs, int((self.time_limit - pairs * self._pair) / self._pair))
            decision = judge_looks(self._measured(pairs))
            step = next_step(self._progress(pairs), decision.assessments)
        return decision, pairs

    @property
    def _pair(self) -> float:
        return 2 * self.run_seconds

    def _progress(self, pairs: int) -> Progress:
        return Progress(pairs=pairs, seconds=pairs * self._pair, time_limit=self.time_limit, pair_seconds=self._pair)

    def _measured(self, pairs: int) -> Pairs:
        generator = np.random.default_rng(7)
        base, head = (
            suite_of({name: noisy_runs(generator, level=factor, sd=0.01, runs=pairs) for name in self.names})
            for factor in (1.0, self.slower)
        )
        return Pairs(base=base, head=head)


@pytest.mark.parametrize(("run_seconds", "pairs"), [(6.0, 8), (8.0, 6), (16.0, 3)])
def test_a_suite_of_long_runs_that_became_twice_as_slow_fails_the_gate(run_seconds: float, pairs: int) -> None:
    suite = _Suite(run_seconds, time_limit=100.0, slower=2.0, names=tuple("abcdefghijkl"))
    decision, measured = suite.decide()
    assert measured == pairs
    assert set(_verdicts(decision).values()) == {"regressed"}
    assert gate(decision.assessments, (), GateOptions().verdicts(Config())).status == "failed"


def test_a_suite_of_short_runs_stops_when_all_is_clear() -> None:
    assert _Suite(0.1, time_limit=100.0, slower=2.0, names=NAMES).decide()[1] == 8
