"""One look: some pairs more, as many as fit into the time that is left, and what only the first pair of all tells."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure import wording
from reporter.measure.console import spoken_duration
from reporter.measure.paired import code_check, lock_step, only_in_head, ways
from reporter.measure.paired.first_runs import FirstRuns, go_on_after
from reporter.measure.paired.outlook import (
    FEWEST_PAIRS,
    MOST_PAIRS,
    Outlook,
    needs,
    pair_seconds,
    spoken_limit,
    time_limit,
)
from reporter.measure.paired.pair_runs import Spot
from reporter.measure.paired.steps import (
    SideFailedError,
    StoppedError,
)
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.measure.paired.pair_record import PairRecord
    from reporter.measure.paired.pair_runs import PairRunner
    from reporter.measure.run import Attempt

_PARTS = 4
"""How often a log that cannot be rewritten tells how far a look is."""
_TELLING_PAIRS = 3
"""So many of the last pairs tell how long the next one takes."""


@dataclass(frozen=True)
class Look:
    """Adds pairs of one batch to a record. ``select`` names the only benchmarks that are wanted.

    ``given_limit`` is for all looks together, in seconds, where somebody gave one (``outlook.time_limit``);
    ``differing`` are the files that differ between the sides. ``added`` are options in the runner's command that make
    its runs short, which the first of all runs tries.
    """

    runner: PairRunner
    found: PairRecord
    batch: int
    select: Sequence[str] | None
    given_limit: float | None
    differing: Sequence[str]
    added: str | None = None

    def take(self, count: int) -> None:
        """Measure ``count`` pairs, or as many as fit; the record says where these were fewer.

        Fewer than three pairs decide nothing. Where no more fit, none is begun, and the record says that this is too
        slow; only where there are no results yet is one pair measured, so that there is something to show.

        Raises:
            StoppedError: measuring was asked to stop; the complete pairs are in the record.
            SideFailedError: a side failed, or both ran the same code.
            TooSlowError: the first run was ended, because the fewest pairs would not fit.
            OptionsRefusedError: the first run failed, and its command had options added.
            UsageError: the output folder cannot be written.
        """
        began = time.monotonic()
        if not self.found.next_pair:
            self.runner.console.heading("Measuring pairs")
        given, run_seconds = (None, None) if self.found.next_pair else self._first_run()
        self.found.may_take(self._limit, given=self.given_limit is not None)
        is_selected, outlook = self._select(given, run_seconds)
        if run_seconds is not None:
            self._state_cost(outlook)
        offered = self._offered(count, outlook)
        done = self._take_offered(count, offered, outlook, is_selected=is_selected, given=given) if offered else 0
        spent = time.monotonic() - began
        each = f", {spoken_duration(spent / done)} each" if done else ""
        self.runner.console.say(f"{done} of {count} pairs in {spoken_duration(spent)}{each}")
        if self.found.pairs < min(count, FEWEST_PAIRS):
            self.note_too_slow((self._outlook_after(done) if done else outlook).later / 2)
        if done < count:
            self.found.out_of_time()

    def _take_offered(
        self, count: int, offered: int, outlook: Outlook, *, is_selected: bool, given: Attempt | None
    ) -> int:
        """Measure the pairs that are offered, and go on as long as more fit; return how many there are."""
        done, before = 0, self.found.pairs
        title = f"Pairs {before + 1} to {before + offered}"
        with self.runner.console.group(title, outlook.first + outlook.later * (offered - 1)):
            while done < offered:
                if self.runner.interrupt.count:
                    raise StoppedError
                left = outlook.first + outlook.later * (offered - done - 1)
                self.runner.console.show(f"pair {done + 1} of {offered}", left)
                self._pair(is_selected=is_selected, given=given)
                given, done = None, done + 1
                outlook = self._outlook_after(done)
                fitting = min(count, done + outlook.fitting(self._room(), count - done))
                offered = self._offered_after(offered, fitting, count)
                self._tell(done, offered)
        return done

    def _first_run(self) -> tuple[Attempt | None, float]:
        return FirstRuns(self.runner, self.found, self.batch, self.given_limit, self.added).of_the_base()

    def _state_cost(self, outlook: Outlook) -> None:
        """State, before the first pair, how long one takes and how many fit at most; selecting makes room for more."""
        known = self.runner.plugin.calibrated()
        benchmarks = f"{known} benchmark{'' if known == 1 else 's'}, " if known else ""
        fitting = outlook.fitting(self._room(), MOST_PAIRS)
        limit, pair = spoken_limit(self._limit), spoken_duration(outlook.later)
        self.runner.console.say(
            f"{benchmarks}about {pair} for a pair: {fitting} of at most {MOST_PAIRS} fit into {limit}"
        )

    def _offered(self, count: int, outlook: Outlook) -> int:
        """Return how many pairs are begun: those that fit, unless they would decide nothing."""
        fitting = outlook.fitting(self._room(), count)
        if self.found.pairs_of(self.batch) + fitting >= min(count, FEWEST_PAIRS):
            return fitting
        return 1 if self.runner.plan.pairs_only and not self.found.pairs else 0

    def _offered_after(self, offered: int, fitting: int, count: int) -> int:
        """Return how many pairs are begun in all: fewer than before if less fits; more, unless they decide nothing."""
        return fitting if fitting < offered or fitting >= min(count, FEWEST_PAIRS) else offered

    @property
    def _limit(self) -> float:
        """The seconds that all pairs may take; final once the first run has told how many benchmarks there are."""
        return time_limit(self.given_limit, self.runner.plugin.calibrated())

    def _room(self) -> float:
        """Return how many seconds are left."""
        return self._limit - self.found.spent_seconds

    def note_too_slow(self, run_seconds: float, *, at_least: bool = False) -> None:
        """Note that one run takes so many seconds, or ``at_least`` so many, so that too few pairs fit."""
        self.runner.console.say(f"too slow for the time limit: {needs(run_seconds, self._limit, at_least=at_least)}")
        if not self.runner.plan.noise_pairs:
            self.found.too_slow(run_seconds, self._limit, at_least=at_least)

    def head_alone(self) -> None:
        """Measure the head once, where there is nothing to pair it with. Raises as ``take`` does."""
        self.runner.console.show("a run of the head", None)
        began = time.monotonic()
        index = len(self.found.content.runs)
        attempt = self.runner.run("head", Spot(None, index, self.batch), index)
        go_on_after(self.found, attempt, [])
        self.found.spend(time.monotonic() - began)
        self.found.add([attempt.record] if attempt.record else [])

    def _select(self, given: Attempt | None, run_seconds: float | None) -> tuple[bool, Outlook]:
        """Select the benchmarks that are wanted, where that can be; return whether it can, and what pairs will take.

        Some benchmarks are expected to take their share of what the last pair, or the first run, took.
        """
        before, plugin = self.runner.plugin.selected(), self.runner.plugin
        is_selected = self.select is not None and plugin.evidence("base") is not None
        if self.select is not None and not is_selected:
            text = "single benchmarks can be selected only where pytest runs them; all were measured again"
            self.found.warn(Notice("selection-ignored", text))
        plugin.select(self.select if is_selected else None)
        share = plugin.selected() / before if before else 1.0
        expected = pair_seconds(
            run_seconds or 0.0, in_step=plugin.calibrated() > 0 and lock_step.is_wanted(self.runner.plan)
        )
        pair = share * (self.found.pair_seconds(1) or expected)
        return is_selected, Outlook(pair / 2 if given else pair, pair)

    def _outlook_after(self, done: int) -> Outlook:
        """Return what pairs will take, as the last ones of this look did: they ran the same benchmarks."""
        recent = self.found.pair_seconds(min(done, _TELLING_PAIRS)) or 0.0
        return Outlook(recent, recent)

    def _pair(self, *, is_selected: bool, given: Attempt | None) -> None:
        """Measure one pair, which is kept whole or not at all, unless a side fails."""
        number, index = self.found.next_pair, len(self.found.content.runs)
        spot = Spot(number, index, self.batch, selected=is_selected, given=given)
        began = time.monotonic()
        attempts: list[Attempt] = []
        for attempt in self._attempts(spot):
            go_on_after(self.found, attempt, attempts)
            attempts.append(attempt)
        if number == 0:
            self._learn()
        self.found.spend(time.monotonic() - began)
        self.found.add([attempt.record for attempt in attempts if attempt.record])
        self.found.write()

    def _attempts(self, spot: Spot) -> Iterator[Attempt]:
        """Yield both runs of a pair: in the best way that is possible and has not failed before, else in turn."""
        failed = {warning.code for warning in self.found.content.warnings}
        for way in ways.WAYS:
            if way.GIVEN_UP in failed or not way.is_possible(self.runner):
                continue
            try:
                attempts = list(way.measure(self.runner, spot))
                messages = [attempt.message for attempt in attempts if attempt.message]
            except OSError as error:
                attempts, messages = [], [f"no socket can be made: {error}"]
            if way.worked(self.runner, attempts) or any(attempt.status == "interrupted" for attempt in attempts):
                yield from attempts
                return
            self.found.warn(way.given_up(messages))
        yield from ways.in_turn(self.runner, spot)

    def _learn(self) -> None:
        """See from the first pair which code the sides ran, and which files hold benchmarks."""
        ready, plugin = self.runner.sides, self.runner.plugin
        shared = code_check.shared_module(ready, plugin)
        if shared:
            raise SideFailedError(None, wording.same_code(*shared))
        self.found.warn(*code_check.warnings(ready, plugin, self.runner.environ))
        base = plugin.evidence("base")
        if base and base.only_in_head:
            self.found.warn(Notice("only-in-head", only_in_head.new_among_others(base.only_in_head)))
        self.found.changed(sorted(code_check.benchmark_files(ready, plugin).intersection(self.differing)))

    def _tell(self, done: int, count: int) -> None:
        """Write how far it is, after each quarter."""
        if done * _PARTS // count == (done - 1) * _PARTS // count:
            return
        seconds = self.found.pair_seconds(min(done, _TELLING_PAIRS)) or 0.0
        left = f", about {spoken_duration(seconds * (count - done))} left" if done < count else ""
        self.runner.console.report(f"pair {done} of {count}, {spoken_duration(seconds)} each{left}")
