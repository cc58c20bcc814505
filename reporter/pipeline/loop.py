"""The driver of ``run``: measure, report, and measure what the report asks for. In the action, ``steps/report.sh``."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol, TextIO, TypeVar

from reporter.decide.looks import SHORT_LOOKS
from reporter.measure import wording
from reporter.measure.console import Console
from reporter.measure.noise import measure_with_noise
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.series import measure_head

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reporter.measure.plan import Plan
    from reporter.measure.series import Outcome
    from reporter.shared.next_step import Step


class Asking(Protocol):
    """A report, as far as it says what is measured next."""

    @property
    def next_step(self) -> Step | None:
        """What to measure; ``None`` when everything is settled."""


Done = TypeVar("Done", bound=Asking)


def measure_until_settled(
    plan: Plan,
    folder: Path,
    report: Callable[[Outcome], Done | None],
    *,
    stream: TextIO,
    environ: Mapping[str, str],
) -> tuple[Outcome, Done | None]:
    """Measure and report until nothing is asked for or measuring fails; return how it ended and the last report.

    A report is ``None`` where measuring did not get to anything complete.

    Raises:
        UsageError: the plan cannot be measured here. More in ``report``.
    """
    with ExitStack() as opened:
        sides = None
        if plan.begins_with_pairs:
            sides = opened.enter_context(paired_sides(plan, folder, stream=stream, environ=environ))
            outcome = sides.measure(SHORT_LOOKS[0])
        else:
            outcome = measure_with_noise(plan, folder, stream=stream, environ=environ)
        done = report(outcome)
        while done and done.next_step and not outcome.exit_code:
            step = done.next_step
            Console(stream, environ).heading(wording.again(step))
            if sides and step.looks:
                sides.explain(step)
            elif sides and step.pairs:
                outcome = sides.measure(step.pairs, select=step.select or None)
            else:
                opened.close()  # the head alone needs the folder, which the sides hold
                outcome = measure_head(plan, step, folder, stream=stream, environ=environ)
            done = report(outcome)
    return outcome, done
