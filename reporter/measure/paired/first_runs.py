"""What runs before the first pair of all: the base once, and both sides with the options that make runs short."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure import wording
from reporter.measure.paired import lock_step, only_in_head, short_plan
from reporter.measure.paired.outlook import LONGEST_LIMIT, longest_run
from reporter.measure.paired.pair_runs import Spot
from reporter.measure.paired.steps import (
    NothingInCommonError,
    OptionsRefusedError,
    SideFailedError,
    StoppedError,
    TooSlowError,
)
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.measure.paired.pair_record import PairRecord
    from reporter.measure.paired.pair_runs import PairRunner
    from reporter.measure.run import Attempt


@dataclass(frozen=True)
class FirstRuns:
    """The runs of ``batch`` that are no pair yet. ``given_limit`` and ``added`` are those of the look."""

    runner: PairRunner
    found: PairRecord
    batch: int
    given_limit: float | None
    added: str | None

    def of_the_base(self) -> tuple[Attempt | None, float]:
        """Run the base once before all pairs: it fixes rounds and iterations for all that follow; return its seconds.

        Where nothing came of that (another tool than pytest-benchmark), the run is as good as any and is given back.
        Where options are added, each side tries them before that, and builds what it runs.
        """
        if self.added is not None:
            self._try_options(self.added)
        attempt, seconds = self._run_before_pairs("base", self._longest_run())
        self.found.spend(seconds)
        if attempt.status in {"failed", "empty"}:
            self._stop_if_nothing_is_in_common(attempt)
        go_on_after(self.found, attempt, [])
        if self.runner.plugin.calibrated():
            return None, seconds
        if self.runner.plugin.evidence("base") is None and short_plan.names_pytest(self.runner.plan):
            text = "pytest ran without the plugin that shortens its runs, so they have their own length and rounds"
            self.found.warn(Notice("runs-not-shortened", text))
        return attempt, seconds

    def _try_options(self, added: str) -> None:
        """Run each side once with the added options. What that takes is part of the set-up: the runs may build.

        Raises:
            OptionsRefusedError: a side failed.
        """
        for side in ("base", "head"):
            attempt, seconds = self._run_before_pairs(side, LONGEST_LIMIT if self._can_do_without else None)
            self.found.set_up(seconds)
            if attempt.status in {"failed", "empty"}:
                if side == "base":
                    self._stop_if_nothing_is_in_common(attempt)
                raise OptionsRefusedError(wording.options_refused(added))
            go_on_after(self.found, attempt, [])
        self.found.warn(short_plan.runs_are_short(added))

    @property
    def _can_do_without(self) -> bool:
        """Whether something else than pairs can be measured."""
        return not self.runner.plan.pairs_only and not self.runner.plan.noise_pairs

    def _longest_run(self) -> float | None:
        """Return after how many seconds the first run is ended; ``None`` where there is nothing else to measure."""
        if not self._can_do_without:
            return None
        has_pytest = short_plan.names_pytest(self.runner.plan)
        in_step = has_pytest and lock_step.is_wanted(self.runner.plan)
        can_be_shortened = has_pytest or self.added is not None
        return longest_run(self.given_limit, in_step=in_step, can_be_shortened=can_be_shortened)

    def _run_before_pairs(self, side: str, longest: float | None) -> tuple[Attempt, float]:
        """Run a side in its place in the first pair, for the ``longest`` seconds at most; return what it took too."""
        self.runner.console.show(f"a first run of the {side}", None)
        began = time.monotonic()
        index = len(self.found.content.runs)
        attempt = self.runner.run(side, Spot(0, index, self.batch), index + (side == "head"), longest=longest)
        seconds = time.monotonic() - began
        if attempt.status == "failed" and longest is not None and seconds >= longest:
            self.found.spend(seconds)
            raise TooSlowError(seconds)
        return attempt, seconds

    def _stop_if_nothing_is_in_common(self, attempt: Attempt) -> None:
        evidence = self.runner.plugin.evidence("base")
        files = self.found.content.changed_benchmark_files
        places = only_in_head.missing_on_the_base(self.runner.plan, self.runner.sides, files, attempt, evidence)
        if places is not None:
            self.runner.console.quote(f"note: {attempt.message}")
            from_head = self.runner.plan.pairs is not None and self.runner.plan.pairs.benchmarks_from is not None
            raise NothingInCommonError(only_in_head.nothing_in_common(places, from_head=from_head))


def go_on_after(found: PairRecord, attempt: Attempt, before: Sequence[Attempt]) -> None:
    """Note what a run had to warn of; stop where it failed, or was asked to stop."""
    found.warn(*attempt.warnings)
    if attempt.status == "interrupted":
        raise StoppedError
    if attempt.status != "complete":
        found.add([each.record for each in (*before, attempt) if each.record])
        side = attempt.record.side if attempt.record else ""
        raise SideFailedError(side, attempt.message or "", status=attempt.status)
