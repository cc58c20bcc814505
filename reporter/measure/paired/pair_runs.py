"""The runs of a pair: each a fresh process of the command in its side's tree, both on the same core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure.paired import preparing, sides
from reporter.measure.run import Runner, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reporter.measure.console import Console
    from reporter.measure.interrupt import Interrupt
    from reporter.measure.paired.cores import Cores
    from reporter.measure.paired.plugin import Plugin
    from reporter.measure.paired.sides import Sides
    from reporter.measure.plan import Plan
    from reporter.measure.run import Attempt


@dataclass(frozen=True)
class PairRunner:
    """Everything that is the same for all pairs. ``folder`` is the user's working directory."""

    plan: Plan
    output: Path
    folder: Path
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt
    sides: Sides
    plugin: Plugin
    cores: Cores

    def pair(self, number: int, index: int, batch: int, *, selected: bool, given: Attempt | None) -> Iterator[Attempt]:
        """Run both sides of a pair, in turn first; ``index`` is that of its first run, ``given`` its base run if any.

        Ends after a run that is not complete.
        """
        for step, side in enumerate(order_of(number, len(self.cores))):
            attempt = (
                given if given and side == "base" else self.run(side, number, index + step, batch, selected=selected)
            )
            yield attempt
            if attempt.status != "complete":
                return

    def run(self, side_name: str, number: int | None, index: int, batch: int, *, selected: bool) -> Attempt:
        """Run one side once, as part of the pair of that number, or by itself."""
        side = self.sides.base if side_name == "base" else self.sides.head
        environ = sides.variables(side, self.sides.root, self.environ)
        runner = Runner(
            preparing.own_command(self.plan, side, self.folder),
            self.output,
            side.folder,
            environ,
            self.console,
            self.interrupt,
            added=self.plugin.variables(environ, side_name, self.sides, selected=selected),
            shows_log=False,
        )
        title = f"the run of the {side_name}" if number is None else f"the {side_name} run of pair {number + 1}"
        return runner.run(Slot(index, batch, title, side_name, number, self.cores.of_pair(number or 0)))


def order_of(number: int, cores: int) -> tuple[str, str]:
    """Return the sides of a pair in the order in which they run, where pairs take so many cores in turn.

    Sides go first in turn, so that a drift hits both alike; from one round over the cores to the next the turn changes,
    so that each core sees either order equally often.
    """
    around, core = divmod(number, max(1, cores))
    return ("head", "base") if (around + core) % 2 else ("base", "head")
