"""One look: some pairs more, within the time that is left, and what only the first pair of all can tell."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure import wording
from reporter.measure.console import spoken_duration
from reporter.measure.paired import code_check, ways
from reporter.measure.paired.pair_runs import Spot
from reporter.measure.paired.steps import SideFailedError, StoppedError
from reporter.measure.record import Warned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.measure.paired.pair_record import PairRecord
    from reporter.measure.paired.pair_runs import PairRunner
    from reporter.measure.plan import Plan
    from reporter.measure.run import Attempt

NOT_LOCK_STEP = "not-lock-step"
_PYTEST = re.compile(r"(?:^|[\s/;&|(\"'])(?:pytest|py\.test)(?=$|[\s;&|)\"'])")


def names_pytest(plan: Plan) -> bool:
    """Whether the command runs pytest, as far as one can see."""
    return _PYTEST.search(wording.displayed(plan)) is not None


@dataclass(frozen=True)
class Look:
    """Adds pairs of one batch to a record. ``select`` names the only benchmarks that are wanted.

    ``time_limit`` is for all looks together, in seconds; ``differing`` are the files that differ between the sides.
    """

    runner: PairRunner
    found: PairRecord
    batch: int
    select: Sequence[str] | None
    time_limit: float | None
    differing: Sequence[str]
    lock_step: bool = True

    def take(self, count: int) -> bool:
        """Measure ``count`` pairs; whether there were fewer because the time would not have sufficed.

        Raises:
            StoppedError: measuring was asked to stop; the complete pairs are in the record.
            SideFailedError: a side failed, or both ran the same code.
            MeasureUsageError: the output folder cannot be written.
        """
        given = None if self.found.next_pair else self._first_base_run()
        is_selected = self._select()
        began, done = time.monotonic(), 0
        while done < count:
            if self.runner.interrupt.count:
                raise StoppedError
            expected = self._expected(done)
            if self.time_limit is not None and self.found.spent_seconds + expected > self.time_limit:
                break
            self.runner.console.show(f"pair {done + 1} of {count}", expected * (count - done))
            self._pair(is_selected=is_selected, given=given)
            given, done = None, done + 1
            self._tell(done, count)
        spent = time.monotonic() - began
        each = f", {spoken_duration(spent / done)} each" if done else ""
        self.runner.console.say(f"{done} of {count} pairs in {spoken_duration(spent)}{each}")
        return done < count

    def _first_base_run(self) -> Attempt | None:
        """Run the base once before all pairs: it fixes rounds and iterations for all that follow.

        Where nothing came of that (another tool than pytest-benchmark), the run is as good as any and is given back.
        """
        self.runner.console.show("a first run of the base", None)
        began = time.monotonic()
        index = len(self.found.content.runs)
        attempt = self.runner.run("base", Spot(0, index, self.batch), index)
        self.found.spend(time.monotonic() - began)
        self._go_on_after(attempt, [])
        if self.runner.plugin.calibrated():
            return None
        if self.runner.plugin.evidence("base") is None and names_pytest(self.runner.plan):
            text = "pytest ran without the plugin that shortens its runs, so they have their own length and rounds"
            self.found.warn(Warned("runs-not-shortened", text))
        return attempt

    def _select(self) -> bool:
        if self.select is None:
            return False
        if self.runner.plugin.evidence("base") is None:
            text = "single benchmarks can be selected only where pytest runs them; all were measured again"
            self.found.warn(Warned("selection-ignored", text))
            return False
        self.runner.plugin.select(self.select)
        return True

    def _expected(self, done: int) -> float:
        """Say how long the next pair will take. With a selection, its share of what the last ones took."""
        recent = self.found.pair_seconds()
        if recent is None:
            return 2 * self.found.spent_seconds
        known = self.runner.plugin.calibrated()
        share = min(1.0, len(self.select) / known) if self.select and known and not done else 1.0
        return share * recent

    def _pair(self, *, is_selected: bool, given: Attempt | None) -> None:
        """Measure one pair, which is kept whole or not at all, unless a side fails."""
        number, index = self.found.next_pair, len(self.found.content.runs)
        spot = Spot(number, index, self.batch, selected=is_selected, given=given)
        began = time.monotonic()
        attempts: list[Attempt] = []
        for attempt in self._attempts(spot):
            self._go_on_after(attempt, attempts)
            attempts.append(attempt)
        if number == 0:
            self._learn()
        self.found.spend(time.monotonic() - began)
        self.found.add([attempt.record for attempt in attempts if attempt.record])
        self.found.write()

    def _attempts(self, spot: Spot) -> Iterator[Attempt]:
        """Yield both runs of a pair: in lock-step where that is possible and wanted, else in turn."""
        if not self._takes_turns():
            yield from ways.in_turn(self.runner, spot)
            return
        attempts = list(ways.lock_step(self.runner, spot))
        if ways.took_turns(attempts) or any(attempt.status == "interrupted" for attempt in attempts):
            yield from attempts
            return
        self.found.warn(
            Warned(NOT_LOCK_STEP, wording.not_lock_step([each.message for each in attempts if each.message]))
        )
        yield from ways.in_turn(self.runner, spot)

    def _takes_turns(self) -> bool:
        failed = any(warning.code == NOT_LOCK_STEP for warning in self.found.content.warnings)
        return self.lock_step and not failed and ways.can_take_turns(self.runner)

    def _go_on_after(self, attempt: Attempt, before: Sequence[Attempt]) -> None:
        self.found.warn(*attempt.warnings)
        if attempt.status == "interrupted":
            raise StoppedError
        if attempt.status != "complete":
            self.found.add([each.record for each in (*before, attempt) if each.record])
            side = attempt.record.side if attempt.record else ""
            raise SideFailedError(side, attempt.message or "", status=attempt.status)

    def _learn(self) -> None:
        """See from the first pair which code the sides ran, and which files hold benchmarks."""
        ready, plugin = self.runner.sides, self.runner.plugin
        shared = code_check.shared_module(ready, plugin)
        if shared:
            raise SideFailedError(None, wording.same_code(*shared))
        self.found.warn(*code_check.warnings(ready, plugin, self.runner.environ))
        self.found.changed(sorted(code_check.benchmark_files(ready, plugin).intersection(self.differing)))

    def _tell(self, done: int, count: int) -> None:
        seconds = self.found.pair_seconds() or 0.0
        left = f", about {spoken_duration(seconds * (count - done))} left" if done < count else ""
        self.runner.console.report(f"pair {done} of {count}, {spoken_duration(seconds)} each{left}")
