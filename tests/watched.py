"""Histories for tests of watching: seeded levels of some benchmarks, session by session, and pairs of their code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.judge import judge_pairs
from reporter.decide.watch_states import watch
from reporter.model import Gate, Measured, Report
from reporter.store.history import session_of
from tests.suites import MACHINE, suite_of
from tests.watches import sha

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.model import Better, CompareKind, Session, Suite
    from reporter.records.watch import Watch
    from reporter.shared.model import Fingerprint

    Level = Callable[[str, int], float]
    """The level of a benchmark at a commit, 1 for the usual one."""

OTHER = replace(MACHINE, cpu_model="Other CPU")
NAMES = ("test_a", "test_b", "test_c", "test_d")


def step(at: int, *names: str, by: float = 0.1, back: int = 10_000) -> Level:
    """Return levels of which some benchmarks are slower from a commit on, until they are back."""
    return lambda name, commit: 1 + by * (name in names and at <= commit < back)


def suite_at(
    commit: int,
    level: Level,
    *,
    names: Sequence[str] = NAMES,
    machine: Fingerprint = MACHINE,
    better: Better = "lower",
    seed: int = 0,
    called: str | None = None,
) -> Suite:
    """Measure the benchmarks at a commit in three runs: each takes 1 ms, and sessions differ by 1 %."""
    rng = np.random.default_rng([seed, commit, len(machine.cpu_model or "")])
    found = {}
    for name in names:
        centre = 1e-3 * level(name, commit) * np.exp(rng.normal(0, 0.01))
        found[name] = [(centre * (1 + rng.exponential(0.02, 60))).tolist() for _ in range(3)]
    made = suite_of(found, commit=called or sha(f"m{commit}"), fingerprint=machine, better=better)
    return replace(made, measured_at=1.7e9 + commit)


def history_of(commits: int | Sequence[int], level: Level, **more: object) -> list[Suite]:
    """Measure commits one after the other."""
    numbers = range(commits) if isinstance(commits, int) else commits
    return [suite_at(number, level, **more) for number in numbers]  # type: ignore[arg-type]  # those of suite_at


def sessions(suites: Sequence[Suite]) -> list[Session]:
    """Return what a store keeps of them."""
    return [session_of(suite) for suite in suites]


def watched(suites: Sequence[Suite], previous: Watch | None = None) -> Watch:
    """Watch a history as the command does."""
    return watch(suites[-1], sessions(suites), previous)


def pairs_of(base: int, head: int, level: Level, *, compare: CompareKind = "paired", pairs: int = 20) -> Report:
    """Measure pairs of two commits, and let the product judge them."""
    rng = np.random.default_rng([base, head])
    sides = [
        {
            name: [
                (1e-3 * level(name, commit) * np.exp(rng.normal(0, 0.005)) * (1 + rng.exponential(0.02, 60))).tolist()
                for _ in range(pairs)
            ]
            for name in NAMES
        }
        for commit in (base, head)
    ]
    before, after = (suite_of(side) for side in sides)
    return Report(
        suite="suite",
        gate=Gate(status="passed"),
        measured=Measured(
            base_sha=sha(f"m{base}"),
            head_sha=sha(f"m{head}"),
            plan="pairs",
            runs=pairs,
            seconds=None,
            fingerprint=MACHINE,
        ),
        baseline=None,
        baseline_reason=None,
        compare=compare,
        shift=None,
        assessments=judge_pairs(before, after).assessments,
    )
