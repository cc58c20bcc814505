"""The runs of a pair: each a fresh process of the command in its side's tree, both on the same core."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reporter.measure.paired import preparing, sides
from reporter.measure.paired.plugin import MOST_CHANCE
from reporter.measure.run import Runner, Slot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.cores import Cores
    from reporter.measure.paired.plugin import Plugin, Turns
    from reporter.measure.paired.sides import Sides
    from reporter.measure.plan import Plan
    from reporter.measure.run import Attempt


@dataclass(frozen=True)
class Spot:
    """The place of a pair: its number over all batches, the index of its first run, and its batch.

    A run by itself has no number. ``selected`` measures only the benchmarks that are selected. ``given`` is a base run
    that already exists.
    """

    number: int | None
    index: int
    batch: int
    selected: bool = False
    given: Attempt | None = None


@dataclass(frozen=True)
class PairRunner:
    """Everything that is the same for all pairs. ``folder`` is the user's working directory.

    From the ``seed`` each pair has a chance of its own, which both of its sides get.
    """

    plan: Plan
    output: Path
    folder: Path
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt
    sides: Sides
    plugin: Plugin
    cores: Cores
    seed: int = field(default_factory=lambda: secrets.randbits(64))

    def order(self, spot: Spot) -> tuple[str, str]:
        """Return the sides of a pair, the one that goes first in front."""
        return order_of(spot.number or 0, len(self.cores))

    def run(
        self, side_name: str, spot: Spot, index: int, turns: Turns | None = None, *, longest: float | None = None
    ) -> Attempt:
        """Run one side once; with ``turns`` the other side runs at the same time.

        A run that takes more than the ``longest`` seconds is ended, and fails.
        """
        side = self.sides.base if side_name == "base" else self.sides.head
        environ = sides.variables(side, self.sides.root, self.environ)
        runner = Runner(
            _within(preparing.own_command(self.plan, side, self.folder), longest),
            self.output,
            side.folder,
            environ,
            self.console,
            self.interrupt,
            added=self.plugin.variables(
                environ, side_name, self.sides, selected=spot.selected, chance=self._chance(spot), turns=turns
            ),
            shows_log=self.console.is_verbose,
        )
        title = (
            f"the run of the {side_name}" if spot.number is None else f"the {side_name} run of pair {spot.number + 1}"
        )
        core = self.cores.of_pair(spot.number or 0)
        return runner.run(
            Slot(
                index,
                spot.batch,
                title,
                side_name,
                spot.number,
                core,
                takes_turns=turns is not None,
                fixed_addresses=self.plugin.calibrated() > 0,
            )
        )

    def _chance(self, spot: Spot) -> int:
        """Return the chance of a pair; a run before the first pair, which may become its base run, has the same."""
        return 1 + random.Random(f"{self.seed} {spot.batch} {spot.number}").randrange(MOST_CHANCE)  # noqa: S311


def _within(plan: Plan, longest: float | None) -> Plan:
    """Return the plan with a limit for one run that is no longer."""
    limits = [limit for limit in (plan.run_time_limit_seconds, longest) if limit is not None]
    return replace(plan, run_time_limit_seconds=min(limits)) if limits else plan


def order_of(number: int, cores: int) -> tuple[str, str]:
    """Return the sides of a pair in the order in which they run, where pairs take so many cores in turn.

    Sides go first in turn, so that a drift hits both alike; from one round over the cores to the next the turn changes,
    so that each core sees either order equally often.
    """
    around, core = divmod(number, max(1, cores))
    return ("head", "base") if (around + core) % 2 else ("base", "head")
