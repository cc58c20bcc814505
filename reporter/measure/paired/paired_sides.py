"""Base and head of one measuring, look by look: what is measured when, and what comes of a failure."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure import record, series, wording
from reporter.measure.instruments.explaining import explain_sides
from reporter.measure.instruments.sides import InstrumentedSides
from reporter.measure.paired import pair_record, short_plan, sides, trees
from reporter.measure.paired.cores import Cores
from reporter.measure.paired.look import Look
from reporter.measure.paired.outlook import first_look
from reporter.measure.paired.pair_plan import AFFECTED
from reporter.measure.paired.pair_runs import PairRunner
from reporter.measure.paired.plugin import Plugin
from reporter.measure.paired.preparing import Preparation
from reporter.measure.paired.steps import (
    NothingAffectedError,
    NothingInCommonError,
    OptionsRefusedError,
    SideFailedError,
    StoppedError,
    TooSlowError,
)
from reporter.measure.plan import AUTO
from reporter.measure.plan_values import plan_error
from reporter.measure.run import Runner
from reporter.measure.selecting.decision import UnsureError
from reporter.measure.selecting.selecting import select_benchmarks
from reporter.measure.series import DISCARDED, Outcome, earlier
from reporter.shared.batch import Batch
from reporter.shared.errors import UsageError
from reporter.shared.model import Notice
from reporter.shared.printable import shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.pair_plan import PairPlan
    from reporter.measure.paired.pair_record import PairRecord
    from reporter.measure.paired.sides import Sides
    from reporter.measure.paired.trees import Commits
    from reporter.measure.plan import Plan
    from reporter.shared.next_step import Step


LONGEST_DOUBT = 300


class PairedSides:
    """Base and head of one measuring; they are made when first measured. Made by ``paired_sides``."""

    def __init__(
        self,
        plan: Plan,
        output: Path,
        *,
        environ: Mapping[str, str],
        console: Console,
        interrupt: Interrupt,
        resume: bool,
    ) -> None:
        self._plan, self._pair_plan = plan, _pair_plan(plan)
        self._output, self._environ, self._resume = output, environ, resume
        self._console, self._interrupt = console, interrupt
        self._folder = Path.cwd()
        self._commits: Commits | None = None
        self._found: PairRecord | None = None
        self._runner: PairRunner | None = None
        self._differing: tuple[str, ...] = ()
        self._added: str | None = None

    def measure(self, count: int | None, *, batch: int = Batch.FIRST, select: Sequence[str] | None = None) -> Outcome:
        """Measure ``count`` pairs more, as part of ``batch``, and add them to ``measure.json``.

        Without a ``count`` it is what the first look lacks: pairs of an interrupted one are kept.
        ``select`` names the only benchmarks wanted, where the tool can select them. Fewer pairs are measured when
        the time limit of the plan would be passed. Signals end the command and then this call, with the status
        ``interrupted``; a side that fails ends it with ``failed``, or ``empty`` when it wrote no result. A plan "auto"
        measures the head alone where its first look comes to no pairs, and a warning says why.

        Raises:
            UsageError: there is no repository, it lacks a commit, or the folder is somebody else's, holds
                another measurement or cannot be written.
        """
        found = self._found = self._found or self._begin()
        if self._plan.whole_too and not found.content.runs:
            whole = self._measure_head(found)
            if whole.exit_code:
                return whole
        first = first_look(self._pair_plan.runners)
        wanted = first - found.pairs % first if count is None else count
        outcome = self._measure_pairs(found, wanted, batch, select) if self._has_sides else None
        came_to_nothing = self._plan.plan == AUTO and found.wanted != () and not found.pairs
        if outcome is None or (came_to_nothing and not outcome.exit_code):
            return self._go_on_with_head(found)
        return outcome

    def explain(self, step: Step) -> Outcome:
        """Look at what a step is to explain, on the sides that were measured. Raises as ``explaining.explain`` does."""
        found = self._instrumented(self._runner.sides) if self._runner else None
        return explain_sides(self._output, found, step)

    def _measure_pairs(self, found: PairRecord, count: int, batch: int, select: Sequence[str] | None) -> Outcome:
        found.open()
        before = found.pairs
        status, message, side = "complete", None, None
        try:
            self._look(found, count, batch, select)
        except NothingAffectedError:
            self._console.say(wording.NOTHING_AFFECTED)
        except StoppedError:
            status, message = "interrupted", wording.pairs_interrupted(found.pairs - before, count)
        except SideFailedError as error:
            found.fail(error.side, str(error))
            if self._plan.pairs_only or (before and error.side == "head"):
                status, message, side = error.status, str(error), error.side
            else:
                self._go_on_without(found, batch, str(error), keep=bool(before))
        found.end(status, message, side)
        return Outcome(status, message, self._output / record.FILE_NAME, side, pairs=max(0, found.pairs - before))

    def _look(self, found: PairRecord, count: int, batch: int, select: Sequence[str] | None) -> None:
        """Measure pairs, by the command as it is if it fails with what was added. Raises as ``Look.take`` does."""
        runner = self._runner = self._runner or self._make(found)
        try:
            self._look_with(runner, found, count, batch, select)
        except OptionsRefusedError as error:
            self._console.quote(f"note: {error}")
            found.warn(short_plan.runs_are_not_short(str(error)))
            self._added, self._runner = None, replace(runner, plan=self._plan)
            self._look_with(self._runner, found, count, batch, select)

    def _look_with(
        self, runner: PairRunner, found: PairRecord, count: int, batch: int, select: Sequence[str] | None
    ) -> None:
        with runner.cores.used():
            limit = self._pair_plan.time_limit_seconds
            look = Look(runner, found, batch, select or found.wanted, limit, self._differing, added=self._added)
            try:
                look.take(count)
            except TooSlowError as error:
                look.note_too_slow(error.seconds, at_least=True)
                found.out_of_time()
            except NothingInCommonError as error:
                self._go_on_alone(look, found, str(error))
                return
        if found.content.too_slow and not self._plan.pairs_only:
            found.give_up(batch)

    def _go_on_alone(self, look: Look, found: PairRecord, message: str) -> None:
        """Note what the base lacks, and measure the head by itself unless that is done elsewhere."""
        self._console.quote(f"note: {message}")
        found.warn(Notice("only-in-head", message))
        found.give_up(look.batch)
        if self._plan.pairs_only:
            look.head_alone()

    def _go_on_without(self, found: PairRecord, batch: int, message: str, *, keep: bool) -> None:
        """Note why there are no pairs, or with ``keep`` no more than those of the looks before."""
        self._console.quote(f"note: {message}")
        brief = wording.in_brief(message)
        if self._plan.noise_pairs:
            text = f"the noise of pairs is not known, because a commit cannot be measured beside itself: {brief}"
            found.warn(Notice("no-noise-pairs", text))
        else:
            found.warn(Notice("not-paired", f"{wording.NOT_PAIRED}{brief}"))
        if not keep:
            found.give_up(batch)

    def _go_on_with_head(self, found: PairRecord) -> Outcome:
        """Measure the head alone, unless that was done before the pairs that came to nothing."""
        found.without_pairs()
        if found.content.runs:
            outcome = Outcome("complete", None, self._output / record.FILE_NAME)
        else:
            outcome = self._measure_head(found)
        if self._added is None and not short_plan.names_pytest(self._plan):
            found.correct_run_seconds()
        found.end(outcome.status, outcome.message, None)
        return outcome

    def _measure_head(self, found: PairRecord) -> Outcome:
        """Run the head as a plan without pairs does: in the working directory, on any core."""
        self._console.heading("Measuring the head by itself")
        runner = Runner(self._plan, self._output, self._folder, self._environ, self._console, self._interrupt)
        done = found.content = series.all_runs(runner, found.content, 0, self._plan.runs)
        return Outcome(done.status, done.message, self._output / record.FILE_NAME)

    @property
    def _has_sides(self) -> bool:
        """Whether there are two commits to pair, or sides that an earlier call left."""
        return self._commits is not None or self._runner is not None

    def _begin(self) -> PairRecord:
        """Take up or begin the record, once it is clear which commits are compared."""
        former = earlier(self._output, self._console, kept="the complete pairs are kept" if self._resume else DISCARDED)
        has_record = self._resume and (self._output / record.FILE_NAME).exists()
        kept = sides.kept(self._output, self._plan) if has_record else None
        if kept:
            found = pair_record.take_up(self._plan, self._output, self._environ, None)
            self._runner = self._runner_of(kept, found)
        else:
            former = (*former, *self._find_commits())
            start = pair_record.take_up if has_record else pair_record.begin
            found = start(self._plan, self._output, self._environ, self._commits)
        found.warn(*former)
        if kept is None:
            self._console.quote(f"$ {found.content.command}")
        return found

    def _find_commits(self) -> tuple[Notice, ...]:
        """Find the commits; a plan "auto" goes without them, and then there is a warning unless both are the same."""
        try:
            commits = trees.find_commits(self._pair_plan, self._folder, self._environ)
        except UsageError as error:
            if self._plan.plan != AUTO:
                raise
            return (Notice("base-not-here", f"{error.what}, so the head is measured alone: {error.cure}"),)
        if self._plan.plan != AUTO or commits.base != commits.head or commits.uncommitted:
            self._commits = commits
        return ()

    def _make(self, found: PairRecord) -> PairRunner:
        if self._interrupt.count:
            raise StoppedError
        assert self._commits is not None  # noqa: S101 - found at the beginning, unless there were sides
        try:
            prepared = Preparation(
                self._plan, self._pair_plan, self._output, self._folder, self._environ, self._console, self._interrupt
            ).make(self._commits)
        except UsageError as error:
            if self._interrupt.count:
                raise StoppedError from None  # a Ctrl-C in a terminal ends git too, which then fails
            if not self._plan.pairs_only:
                raise SideFailedError(None, error.what) from None
            raise
        found.prepared(prepared)
        found.write()
        self._differing = prepared.differences.files
        if self._pair_plan.select == AFFECTED:
            self._select(found, prepared.sides)
        return self._runner_of(prepared.sides, found)

    def _select(self, found: PairRecord, ready: Sides) -> None:
        """Leave out what the change cannot reach; a warning says why nothing is left out.

        Raises:
            StoppedError: measuring was asked to stop.
            NothingAffectedError: nothing is left.
        """
        began = time.monotonic()
        found.select(None)
        try:
            self._refuse_submodules()
            selection = select_benchmarks(self._instrumented(ready), self._pair_plan, self._differing)
        except UnsureError as error:
            why = shorten(str(error), LONGEST_DOUBT)
            text = f"every benchmark was measured, although only affected ones were asked for: {why}"
            self._console.quote(f"note: {text}")
            found.warn(Notice("select-unsure", text))
            return
        finally:
            found.set_up(time.monotonic() - began)
        if selection is None:
            raise StoppedError
        self._console.say(wording.selected(len(selection.measured), len(selection.left_out)))
        if selection.left_out or not selection.measured:
            found.select(selection)
            found.write()
        if not selection.measured:
            raise NothingAffectedError

    def _refuse_submodules(self) -> None:
        assert self._commits is not None  # noqa: S101 - the sides were made of them
        moved = self._commits.repository.moved_submodules(self._commits.base, self._commits.head)
        if moved:
            raise UnsureError(f"the submodule {moved[0]} differs")

    def _instrumented(self, ready: Sides) -> InstrumentedSides:
        return InstrumentedSides(
            self._plan, self._output, self._folder, self._environ, self._console, self._interrupt, ready
        )

    def _runner_of(self, ready: Sides, found: PairRecord) -> PairRunner:
        wanted = (
            self._pair_plan.pin and self._plan.service is None
        )  # a load generator would share a core with its server
        cores = Cores(wanted=wanted)
        if wanted and not cores:
            text = "runs cannot be kept on one core here, which makes them noisier"
            found.warn(Notice("not-pinned", text))
        plan, self._added = short_plan.plan_to_go_on_with(self._plan, found, self._folder, self._environ)
        if self._added is not None:
            self._console.quote(f"note: {wording.shortened(self._added)}")
        return PairRunner(
            plan,
            self._output,
            self._folder,
            self._environ,
            self._console,
            self._interrupt,
            ready,
            Plugin(self._output, self._pair_plan.seconds),
            cores,
        )


def _pair_plan(plan: Plan) -> PairPlan:
    if plan.pairs is None:
        raise plan_error("the plan has no 'pairs', which say what the base is")
    return plan.pairs
