"""The ways to measure a pair, by name. A way is a function from a runner and a place to the attempts of both sides.

*In turn* runs one side after the other, whatever the tool. *Lock-step* runs both at once, and the pytest plugin lets
them take turns slice by slice, so that both meet the same weather (``pytest_plugin/benchverdict_lockstep.py``).
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, Protocol

from reporter.measure import orphans
from reporter.measure.paired.meeting import Meeting
from reporter.measure.paired.plugin import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.paired.pair_runs import PairRunner, Spot
    from reporter.measure.run import Attempt

WayName = Literal["in-turn", "lock-step"]


class Way(Protocol):
    """Measures one pair. Ends after a run that is not complete; base and head come in the order of measuring."""

    def __call__(self, runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
        """Yield the attempts of both sides.

        Raises:
            MeasureUsageError: the output folder cannot be written.
        """


def in_turn(runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
    """Run one side after the other."""
    for step, side in enumerate(runner.order(spot)):
        attempt = spot.given if spot.given and side == "base" else runner.run(side, spot, spot.index + step)
        yield attempt
        if attempt.status != "complete":
            return


def lock_step(runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
    """Run both sides at once, taking turns."""
    adopted_since = orphans.adopt()
    with Meeting() as meeting, ThreadPoolExecutor(max_workers=2) as pool:
        turns = Turns(meeting.path, leads=runner.order(spot)[0])

        def attempt(side: str, index: int) -> Attempt:
            try:
                return runner.run(side, spot, index, turns)
            finally:
                meeting.end(side)

        both = [pool.submit(attempt, side, spot.index + step) for step, side in enumerate(runner.order(spot))]
        attempts = [each.result() for each in both]
    orphans.end_adopted(adopted_since)
    yield from attempts


WAYS: Mapping[WayName, Way] = {"in-turn": in_turn, "lock-step": lock_step}


def took_turns(attempts: list[Attempt]) -> bool:
    """Return whether both sides are complete and left their slices."""
    return len(attempts) == 2 and all(
        attempt.status == "complete" and attempt.record is not None and attempt.record.slices for attempt in attempts
    )


def can_take_turns(runner: PairRunner) -> bool:
    """Return whether lock-step is possible: the plugin takes part, and processes can pass on a socket."""
    return runner.plan.service is None and runner.plugin.calibrated() > 0 and hasattr(socket, "SCM_RIGHTS")
