"""Saved histories made from plain numbers, for tests of the site that shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from reporter.model import Baseline, BaselineSource, Benchmark, Metric, Suite
from reporter.store.history import session_of
from reporter.store.protocol import Missing, Store
from tests.suites import MACHINE, sample_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from reporter.shared.model import Fingerprint

    Levels = Callable[[int], float]
    Key = tuple[str, tuple[tuple[str, str], ...], Metric]

TIME = Metric(name="time", unit="s", better="lower")
MEMORY = Metric(name="peak_memory", unit="B", better="lower")
RATE = Metric(name="throughput", unit="1/s", better="higher")
TOKENS = Metric(name="tokens", unit="1", better=None)
OTHER_MACHINE = replace(MACHINE, cpu_model="Other CPU")
BEGAN_AT = 1_790_000_000.0
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class KeptStore(Store):
    """A store that holds what it was made with."""

    baselines: tuple[Baseline | Missing, ...]

    def kept(self) -> tuple[tuple[str, Baseline | Missing], ...]:
        return tuple((f"place {number}", found) for number, found in enumerate(self.baselines))

    def find(self, suite: str) -> Baseline | Missing:
        found = (one for one in self.baselines if isinstance(one, Baseline) and one.suite.name == suite)
        return next(found, Missing(reason="there is none"))

    def save(self, baseline: Baseline) -> str:
        raise NotImplementedError

    def forget(self, suite: str) -> None:
        raise NotImplementedError


def commit_of(session: int) -> str:
    """Return the commit of a session: its number plus one, repeated."""
    return f"{session + 1:02x}" * 20


def suite_at(
    session: int,
    levels: Mapping[Any, Levels],
    *,
    name: str = "default",
    runs: int = 3,
    fingerprint: Fingerprint = MACHINE,
    plan: str = "whole",
) -> Suite:
    """Make the suite of one session; a level of nan is a benchmark that was not measured."""
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[Metric, Levels]]] = {}
    for (benchmark, params, metric), level in levels.items():
        if not np.isnan(level(session)):
            grouped.setdefault((benchmark, params), []).append((metric, level))
    return Suite(
        name=name,
        benchmarks=tuple(
            Benchmark(
                name=benchmark,
                params=params,
                samples=tuple((metric, sample_of(_rounds(level(session), session, runs))) for metric, level in some),
            )
            for (benchmark, params), some in grouped.items()
        ),
        runs=runs,
        fingerprint=fingerprint,
        commit=commit_of(session),
        measured_at=BEGAN_AT + DAY * session,
        plan=plan,
    )


def baseline_of(suites: Sequence[Suite]) -> Baseline:
    """Make a baseline whose history is these suites, oldest first."""
    history = tuple(session_of(suite) for suite in suites)
    return Baseline(suite=suites[-1], history=history, source=BaselineSource(commit=suites[-1].commit))


def _rounds(level: float, session: int, runs: int) -> list[list[float]]:
    """Return rounds whose lowest values wander about the level by a fifth of a percent, the same ones every time."""
    return [
        [level * (1 + 0.002 * ((session * 7 + run * 5) % 11) / 10 + 0.01 * part) for part in range(6)]
        for run in range(runs)
    ]


def step(before: float, after: float, at: int) -> Levels:
    """Return a level that changes with a session."""
    return lambda session: after if session >= at else before


def steady(level: float) -> Levels:
    """Return a level that stays."""
    return lambda _: level


SHOP: dict[Key, Levels] = {
    ("bench/test_shop.py::test_parse", (("size", "10"),), TIME): step(1e-3, 1.2e-3, 12),
    ("bench/test_shop.py::test_parse", (("size", "1000"),), TIME): steady(5e-3),
    ("bench/test_shop.py::test_parse", (("size", "10"),), MEMORY): steady(5e7),
    ("bench/test_shop.py::test_sort", (), TIME): step(3e-6, 2.4e-6, 9),
    ("serve", (), RATE): step(900.0, 700.0, 14),
    ("render", (), TOKENS): step(40.0, 44.0, 10),
    ("new", (), TIME): lambda session: 2e-2 if session >= 8 else float("nan"),
}
"""A suite with a change for the worse and for the better, in both directions, and one of which neither is known."""


def shop(sessions: int = 20) -> Baseline:
    """Return the history of a small suite; every fourth session was measured by another machine, half as fast."""
    suites = []
    for session in range(sessions):
        other = session % 4 == 3
        levels = {key: _times(level, 2.0 if other else 1.0) for key, level in SHOP.items()}
        suites.append(suite_at(session, levels, fingerprint=OTHER_MACHINE if other else MACHINE))
    return baseline_of(suites)


def _times(level: Levels, factor: float) -> Levels:
    return lambda session: level(session) * factor
