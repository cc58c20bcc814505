"""Looks at pairs under a time limit, on a clock of their own: how many are measured, and when none is begun."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.console import Console
from reporter.measure.interrupt import Interrupt
from reporter.measure.paired import first_runs, sides, ways
from reporter.measure.paired import look as look_module
from reporter.measure.paired.cores import Cores
from reporter.measure.paired.look import Look
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pair_record import PairRecord
from reporter.measure.paired.pair_runs import PairRunner
from reporter.measure.paired.plugin import Plugin
from reporter.measure.paired.sides import Side, Sides
from reporter.measure.paired.steps import TooSlowError
from reporter.measure.plan import PAIRED, Plan
from reporter.measure.record import Record, RunRecord
from reporter.measure.run import Attempt
from reporter.shared.model import Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from reporter.measure.paired.pair_runs import Spot
    from reporter.measure.paired.plugin import Turns


@dataclass
class Clock:
    """Seconds that pass only while something runs."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@dataclass(frozen=True)
class Timed(PairRunner):
    """Takes the time that ``seconds_of`` says for a run and measures nothing else."""

    clock: Clock = field(default_factory=Clock)
    seconds_of: Callable[[int], float] = float

    def run(
        self, side_name: str, spot: Spot, index: int, turns: Turns | None = None, *, longest: float | None = None
    ) -> Attempt:
        assert turns is None, "these runs are in turn"
        seconds = self.seconds_of(self.plugin.selected() if spot.selected else self.plugin.calibrated())
        if longest is not None and seconds > longest:
            self.clock.now += longest
            return Attempt(RunRecord(index, side_name, spot.batch, 0.0, "log.txt", spot.number), "failed", "too long")
        self.clock.now += seconds
        entry = RunRecord(
            index, side_name, spot.batch, 0.0, "log.txt", spot.number, complete=True, wall_seconds=seconds
        )
        return Attempt(entry, "complete")


class Measuring:
    """A record and a runner whose runs take a time of their own; with ``names``, benchmarks that pytest selects."""

    def __init__(
        self,
        output: Path,
        monkeypatch: pytest.MonkeyPatch,
        seconds_of: Callable[[int], float],
        *,
        plan: str = PAIRED,
        names: int = 0,
        added: str | None = None,
    ) -> None:
        self.clock, self.stream, self.added = Clock(), io.StringIO(), added
        monkeypatch.setattr(look_module, "time", self.clock)
        monkeypatch.setattr(first_runs, "time", self.clock)
        (output / sides.FOLDER).mkdir(parents=True)
        (output / "runs").mkdir()
        if names:
            self._leave(output, "calibration", {f"test_{number}": {} for number in range(names)})
            for side in sides.NAMES:
                self._leave(output, f"evidence-{side}", {"modules": {}, "benchmark_files": []})
        content = Record("sample", plan, "go test", "interrupted", None, "b", "a", 0.0, 0.0, Fingerprint())
        self.found = PairRecord(content, output)
        base, head = (Side(name, name, output / name, output / name) for name in sides.NAMES)
        self.runner = Timed(
            Plan(name="sample", script="go test", plan=plan, pairs=PairPlan(base_sha="a", lock_step=False)),
            output,
            output,
            dict(os.environ),
            Console(self.stream, {}),
            Interrupt(),
            Sides(output, base, head),
            Plugin(output, 0.05),
            Cores(wanted=False),
            clock=self.clock,
            seconds_of=seconds_of,
        )

    def take(self, count: int, limit: float | None, *, select: list[str] | None = None) -> int:
        """Take one look; gives how many pairs it measured."""
        before = self.found.pairs
        Look(self.runner, self.found, 0, select, limit, (), added=self.added).take(count)
        return self.found.pairs - before

    def _leave(self, output: Path, name: str, content: dict[str, Any]) -> None:
        (output / sides.FOLDER / f"{name}.json").write_text(json.dumps(content))


@pytest.fixture
def every_run_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Measuring]:
    def make(seconds: float | Callable[[int], float], **options: Any) -> Measuring:
        seconds_of = seconds if callable(seconds) else lambda _: seconds
        return Measuring(tmp_path / "out", monkeypatch, seconds_of, **options)

    return make


@pytest.mark.parametrize(("limit", "pairs"), [(1000.0, 8), (500.0, 8), (495.0, 7), (310.0, 5), (186.0, 3)])
def test_the_base_run_that_is_there_serves_the_first_pair(
    every_run_takes: Callable[..., Measuring], limit: float | None, pairs: int
) -> None:
    slow = every_run_takes(31.0)
    assert slow.take(8, limit) == pairs
    assert slow.clock.now == pairs * 62.0
    assert slow.found.content.too_slow is None


@pytest.mark.parametrize(("seconds", "limit"), [(53.8, 150.0), (181.0, 180.0), (31.0, 180.0)])
def test_pairs_that_cannot_decide_are_not_begun_but_one_is_shown(
    every_run_takes: Callable[..., Measuring], seconds: float, limit: float
) -> None:
    slow = every_run_takes(seconds)
    assert slow.take(8, limit) == 1
    assert slow.clock.now == 2 * seconds
    noted = slow.found.content.too_slow
    assert noted is not None
    assert (noted.run_seconds, noted.limit_seconds) == (seconds, limit)
    assert "too slow for the time limit: one run takes" in slow.stream.getvalue()


def test_a_first_run_that_takes_too_long_is_ended_where_the_head_can_be_measured_alone(
    every_run_takes: Callable[..., Measuring],
) -> None:
    slow = every_run_takes(31.0, plan="auto")
    with pytest.raises(TooSlowError):
        slow.take(8, 180.0)
    assert slow.clock.now == 30.0


def test_runs_that_turn_out_shorter_make_room_for_more(every_run_takes: Callable[..., Measuring]) -> None:
    lengths = iter([10.0, *[2.0] * 40])
    suite = every_run_takes(lambda _: next(lengths))
    assert suite.take(16, 60.0) == 13


def test_the_limit_that_nobody_gave_is_noted_where_too_few_pairs_fit(
    every_run_takes: Callable[..., Measuring],
) -> None:
    lengths = iter([19.0, *[100.0] * 20])
    growing = every_run_takes(lambda _: next(lengths), plan="auto")
    assert growing.take(8, None) == 1
    assert growing.found.content.too_slow is not None
    slow = growing.found.content.too_slow
    assert slow.limit_seconds == growing.found.content.time_limit_seconds == 120.0


def test_without_a_limit_there_is_one_by_the_number_of_benchmarks(every_run_takes: Callable[..., Measuring]) -> None:
    suite = every_run_takes(lambda known: 0.06 * known, names=200)
    assert suite.take(32, None) == 16
    assert "200 benchmarks, about 24 s for a pair: 16 of at most 64 fit into 6 min 40 s" in suite.stream.getvalue()
    assert suite.found.content.time_limit_seconds == 400.0


def test_runs_that_turn_out_longer_end_the_look(every_run_takes: Callable[..., Measuring]) -> None:
    lengths = iter([10.0, *[100.0] * 20])
    growing = every_run_takes(lambda _: next(lengths))
    assert growing.take(8, 180.0) == 1
    assert growing.found.content.too_slow is not None


def test_what_the_first_runs_build_is_not_expected_of_short_pairs(every_run_takes: Callable[..., Measuring]) -> None:
    lengths = iter([50.0, 50.0, *[1.0] * 20])
    built = every_run_takes(lambda _: next(lengths), added="-benchtime=50ms")
    assert built.take(8, 20.0) == 8
    assert built.clock.now == 100.0 + 16 * 1.0
    assert built.found.content.setup_seconds == 100.0
    assert [warning.code for warning in built.found.content.warnings] == ["runs-shortened"]


def _per_benchmark(known: int) -> float:
    return 1.0 * known


def test_the_share_of_the_benchmarks_that_go_on_is_expected(every_run_takes: Callable[..., Measuring]) -> None:
    """40 benchmarks of a second each; then 4 of them; then 2: each pair takes 80, 8 and 4 s."""
    suite = every_run_takes(_per_benchmark, names=40)
    names = [f"test_{number}" for number in range(4)]
    assert suite.take(3, 10_000.0) == 3
    spent = suite.clock.now
    assert suite.take(5, spent + 5 * 8.0, select=names) == 5
    spent = suite.clock.now
    assert suite.take(8, spent + 8 * 4.0, select=names[:2]) == 8
    spent = suite.clock.now
    assert suite.take(2, spent + 159.0) == 1
    assert suite.take(2, suite.clock.now + 79.0) == 0


def test_a_first_look_at_few_benchmarks_expects_their_share(every_run_takes: Callable[..., Measuring]) -> None:
    suite = every_run_takes(_per_benchmark, names=40)
    assert suite.take(8, 40.0 + 8 * 4.0, select=["test_0", "test_1"]) == 8


@dataclass
class Reversed:
    """A way of measuring that runs the head first."""

    works: bool = True
    GIVEN_UP = "not-reversed"

    def is_possible(self, runner: PairRunner) -> bool:
        return runner.plan.service is None

    def measure(self, runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
        yield from (runner.run(side, spot, spot.index + step) for step, side in enumerate(("head", "base")))

    def worked(self, _: PairRunner, attempts: Sequence[Attempt]) -> bool:
        return self.works and len(attempts) == 2

    def given_up(self, messages: Sequence[str]) -> Notice:
        return Notice(self.GIVEN_UP, f"{len(messages)} messages")


@pytest.mark.parametrize("works", [True, False])
def test_a_way_of_measuring_is_one_line_and_is_given_up_once_it_failed(
    every_run_takes: Callable[..., Measuring], monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    monkeypatch.setattr(ways, "WAYS", (Reversed(works),))
    measuring = every_run_takes(1.0)
    assert measuring.take(4, 600.0) == 4
    sides_of_pairs = [run.side for run in measuring.found.content.runs]
    assert (sides_of_pairs == ["head", "base"] * 4) is works
    assert [each.code for each in measuring.found.content.warnings].count("not-reversed") == (not works)
