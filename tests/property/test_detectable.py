"""What a comparison claims that it would have found is found in about four of five cases, by the very rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.evaluate import worlds
from benchmarks.evaluate.suites import baseline_of, slowed, suite_of
from reporter.decide.judge import DEFAULT_POLICY, Decision, judge_pairs, judge_screen

PAIRS_DRAWN, SCREENS_DRAWN = 80, 40
LOWEST, HIGHEST = 0.64, 0.95
"""Two to three standard deviations of so few draws around 0.8; an untrue claim is found never or always."""
NAMES = [f"b{index}" for index in range(6)]
QUIET = worlds.read_worlds()[0]["quiet"]


def _detectable(decision: Decision) -> float:
    found = decision.assessments[0].detectable
    assert found is not None
    return found


def _paired(seed: int, pairs: int, sd: float, change: float) -> Decision:
    """Judge six benchmarks of which the first is slowed, and all are moved by the code of a usual head."""
    world = replace(QUIET, sd=(sd, sd), benchmarks=len(NAMES), alignment_sd=DEFAULT_POLICY.alignment)
    generator = np.random.default_rng(seed)
    base, head = worlds.draw_pairs(world, worlds.draw_benchmarks(world, generator), pairs, generator)
    factor = np.repeat(worlds.draw_alignment(world, generator)[:, None], pairs, axis=1)
    factor[0] *= 1 + change
    return judge_pairs(suite_of(NAMES, base), suite_of(NAMES, slowed(head, factor)))


@pytest.mark.parametrize(("pairs", "sd"), [(8, 0.0005), (8, 0.02), (16, 0.005)])
def test_final_pairs_find_what_they_claim(pairs: int, sd: float) -> None:
    claimed = float(np.median([_detectable(_paired(seed, pairs, sd, 0.0)) for seed in range(9)]))
    assert claimed > 0.02
    found = [_paired(1000 + seed, pairs, sd, claimed).assessments[0].verdict for seed in range(PAIRS_DRAWN)]
    assert LOWEST < found.count("regressed") / PAIRS_DRAWN < HIGHEST


def _screened(seed: int, sd: float, change: float) -> tuple[Decision, Decision | None]:
    """Screen one run, and let two further runs confirm a suspect."""
    world = replace(QUIET, sd=(sd, sd), benchmarks=len(NAMES), sessions=8, session_runs=1, job_sd=1.0)
    generator = np.random.default_rng(seed)
    jobs = worlds.draw_jobs(
        world, worlds.draw_benchmarks(world, generator), 3, generator, np.zeros(len(NAMES), dtype=bool)
    )
    baseline = baseline_of([suite_of(NAMES, runs) for runs in jobs.runs[:-1]])
    factor = np.ones((len(NAMES), 3))
    factor[0] += change
    head = slowed(jobs.runs[-1], factor)
    first, again = suite_of(NAMES, head[:, :1]), suite_of(NAMES, head[:, 1:])
    seen = judge_screen(first, baseline)
    return seen, judge_screen(first, baseline, again) if seen.suspects else None


@pytest.mark.parametrize("sd", [0.001, 0.01])
def test_screens_confirmed_by_further_runs_find_what_they_claim(sd: float) -> None:
    claimed = float(np.median([_detectable(_screened(seed, sd, 0.0)[0]) for seed in range(9)]))
    assert claimed > 0.03
    decided = [_screened(1000 + seed, sd, claimed)[1] for seed in range(SCREENS_DRAWN)]
    found = [decision is not None and decision.assessments[0].verdict == "regressed" for decision in decided]
    assert LOWEST < sum(found) / SCREENS_DRAWN < HIGHEST
