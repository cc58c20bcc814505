"""Base and head measured beside each other in many short pairs, looked at as often as wanted."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure.console import Console
from reporter.measure.interrupt import Interrupt
from reporter.measure.lock import held
from reporter.measure.paired import kept_base, sides
from reporter.measure.paired.paired_sides import PairedSides
from reporter.measure.service import state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.measure.plan import Plan
    from reporter.measure.series import Outcome


@contextmanager
def paired_sides(
    plan: Plan,
    output: Path,
    *,
    resume: bool = False,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[PairedSides]:
    """Yield the two sides of a plan, to be measured in one or more looks; nothing of them is left afterwards.

    ``output`` is cleared first; with ``resume`` what was measured there (runs for a baseline, say) is kept. Progress
    goes to ``stream`` (standard error when not given). Inside, SIGINT, SIGTERM and SIGHUP raise nothing: they end the
    look that is under way, and the next one at once.

    Raises:
        UsageError: the plan says nothing of pairs. More in ``PairedSides.measure``.
    """
    environ = os.environ if environ is None else environ
    console = Console(stream or sys.stderr, environ)
    real_output = Path(os.path.realpath(output))
    with held(real_output), Interrupt().listening() as interrupt:
        both = PairedSides(plan, real_output, environ=environ, console=console, interrupt=interrupt, resume=resume)
        try:
            yield both
        finally:
            _clean(real_output, environ, console)


def measure_pairs(
    plan: Plan,
    output: Path,
    *,
    count: int | None = None,
    select: Sequence[str] | None = None,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Measure one look in a process of its own: go on with what is in ``output``, and leave the sides for the next.

    They are left only when all went well; else, and in the end, ``clean`` removes them. Raises as
    ``PairedSides.measure`` does.
    """
    environ = os.environ if environ is None else environ
    console = Console(stream or sys.stderr, environ)
    real_output = Path(os.path.realpath(output))
    outcome = None
    with held(real_output), Interrupt().listening() as interrupt:
        both = PairedSides(plan, real_output, environ=environ, console=console, interrupt=interrupt, resume=True)
        try:
            outcome = both.measure(count, select=select)
        finally:
            if outcome is None or outcome.exit_code or not outcome.pairs:
                _clean(real_output, environ, console)
    return outcome


def clean(output: Path, *, stream: TextIO | None = None, environ: Mapping[str, str] | None = None) -> bool:
    """Remove the worktrees and environments that a measuring left below ``output``; whether nothing is left of them.

    A service that it left is ended, and bases that are kept there are removed.

    Raises:
        UsageError: something is being measured there, or it cannot be written to.
    """
    environ = os.environ if environ is None else environ
    real_output = Path(os.path.realpath(output))
    if not real_output.is_dir():
        return True
    console = Console(stream or sys.stderr, environ)
    with held(real_output), Interrupt().listening():
        left = state.settle(real_output)
        if left:
            console.quote(f"note: {left.text}")
        kept_base.clear(real_output)
        return _clean(real_output, environ, console)


def _clean(output: Path, environ: Mapping[str, str], console: Console) -> bool:
    gone = sides.clean(output, environ)
    if not gone:
        console.quote(
            f"note: {output / sides.FOLDER} cannot be removed; remove it by hand, then run git worktree prune"
        )
    return gone
