"""Base and head made as pairs make them, to be looked at by instruments."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure.console import Console, spoken_duration
from reporter.measure.interrupt import Interrupt
from reporter.measure.lock import held
from reporter.measure.paired import preparing, sides, trees
from reporter.measure.paired.plugin import found_by_pytest
from reporter.measure.paired.preparing import Preparation
from reporter.measure.plan_values import plan_error
from reporter.measure.record import INSTRUMENTS_FOLDER
from reporter.measure.run import Runner, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.measure.instruments.instrument import Instrument
    from reporter.measure.paired.sides import Side, Sides
    from reporter.measure.plan import Plan
    from reporter.measure.run import Attempt

FOLDER = INSTRUMENTS_FOLDER
"""Below the output folder, beside what is timed."""
ORDER = ("base", "head", "head", "base")
NO_PLUGIN = "pytest ran without the plugin that looks at benchmarks, or in several processes"
_SHORTEST_SECONDS = 1.0


@dataclass(frozen=True)
class Looked:
    """What an instrument left: its files by side, in the order of the runs, and what went wrong, in words.

    A run that failed may have left a file all the same, of the benchmarks before it failed; ``failed`` says what
    happened to such runs.
    """

    files: Mapping[str, Sequence[Path]]
    problems: tuple[str, ...] = ()
    interrupted: bool = False
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class InstrumentedSides:
    """Both sides, ready to run. ``output`` is a real path, ``folder`` the user's working directory."""

    plan: Plan
    output: Path
    folder: Path
    environ: Mapping[str, str]
    console: Console
    interrupt: Interrupt
    ready: Sides

    def look(
        self, instrument: Instrument, names: Sequence[str], limit_seconds: float, *, limit_of_all: float | None = None
    ) -> Looked:
        """Run the command with an instrument on both sides in turn; each run ends after the limit at the latest.

        With a ``limit_of_all`` the head gets what the first run of the base leaves, and the others are made only where
        both fit in.

        Raises:
            UsageError: the output folder cannot be written.
        """
        began = time.monotonic()
        self._announce(instrument)
        instrument.forget(self.output / FOLDER)
        files: dict[str, list[Path]] = {side: [] for side in sides.NAMES}
        problems: list[str] = []
        failed: list[str] = []
        order = [side for _ in range(instrument.runs) for side in ORDER][: 2 * instrument.runs]
        for index, side in enumerate(order):
            limit = _limit_of(index, limit_seconds, limit_of_all, time.monotonic() - began)
            if limit is None:
                self.console.say(f"{instrument.name}: no time for more than one run of each side")
                break
            self.console.show(f"{instrument.name} of the {side}", None)
            written = self.output / FOLDER / f"{instrument.name}-{side}-{len(files[side])}.json"
            attempt = self._run(index, side, instrument, instrument.variables(written, names), limit)
            if attempt.status == "interrupted":
                return Looked(files, tuple(problems), interrupted=True)
            if written.is_file():
                files[side].append(written)
                failed += [attempt.message or ""] if attempt.status != "complete" else []
            else:
                problems.append(attempt.message or NO_PLUGIN)
                break
        self.console.say(f"{instrument.name}: done in {spoken_duration(time.monotonic() - began)}")
        return Looked(files, tuple(problems), failed=tuple(failed))

    def _announce(self, instrument: Instrument) -> None:
        cost = f"about {spoken_duration(instrument.cost_seconds(1))} for a benchmark"
        self.console.say(f"{instrument.name}: {2 * instrument.runs} runs, {cost} and what the command takes besides")
        missing = instrument.lacking()
        if missing:
            text = f"{instrument.name}: not counted, {missing}; bytecodes of Python are, which do not show what C does"
            self.console.say(text)

    def _run(
        self, index: int, name: str, instrument: Instrument, variables: Mapping[str, str], limit_seconds: float
    ) -> Attempt:
        side = self.ready.base if name == "base" else self.ready.head
        environ = sides.variables(side, self.ready.root, self.environ)
        added = {**found_by_pytest(environ), "BENCHVERDICT_TREE": str(side.tree), **variables}
        runner = Runner(
            replace(self._command_of(side, instrument), run_time_limit_seconds=limit_seconds),
            self.output / FOLDER,
            side.folder,
            environ,
            self.console,
            self.interrupt,
            added=added,
            shows_log=False,
        )
        return runner.run(Slot(index, 0, f"a profile of the {name}", name, fixed_addresses=True))

    def _command_of(self, side: Side, instrument: Instrument) -> Plan:
        own = preparing.own_command(self.plan, side, self.folder)
        return instrument.command(own) if instrument.command else own


def _limit_of(index: int, limit_seconds: float, limit_of_all: float | None, spent: float) -> float | None:
    """Return how long a run may take; ``None`` where it and the one after it are not made.

    The first runs of both sides share the time, and the next two are made where they fit in as the first two did.
    """
    if limit_of_all is None:
        return limit_seconds
    left = limit_of_all - spent
    if index == len(sides.NAMES) and left < spent:
        return None
    return max(_SHORTEST_SECONDS, left / 2 if index == 0 else left)


@contextmanager
def instrumented_sides(
    plan: Plan, output: Path, *, stream: TextIO | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[InstrumentedSides, str]]:
    """Yield both sides of a plan and the diff between them (``git diff --unified=0``); nothing is left of the sides.

    ``output`` is where pairs are measured: a base that is kept there is used, and what was measured there stays.

    Raises:
        UsageError: the plan has no pairs, or there is no such commit; or the folder cannot be used.
        SideFailedError: a side cannot be set up.
        StoppedError: it was asked to stop.
    """
    environ = os.environ if environ is None else environ
    if plan.pairs is None:
        raise plan_error("the plan has no 'pairs', which say what the base is")
    console = Console(stream or sys.stderr, environ)
    real_output, folder = Path(os.path.realpath(output)), Path.cwd()
    with held(real_output), Interrupt().listening() as interrupt:
        commits = trees.find_commits(plan.pairs, folder, environ)
        try:
            made = Preparation(plan, plan.pairs, real_output, folder, environ, console, interrupt).make(commits)
            found = InstrumentedSides(plan, real_output, folder, environ, console, interrupt, made.sides)
            yield found, trees.diff_of(plan.pairs, commits)
        finally:
            sides.clean(real_output, environ)
