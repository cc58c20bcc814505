"""The ways to measure a pair, by name. A way is a function from a runner and a place to the attempts of both sides.

*In turn* runs one side after the other, whatever the tool. *Lock-step* runs both at once, and the pytest plugin lets
them take turns slice by slice, so that both meet the same weather (``pytest_plugin/benchverdict_lockstep.py``).
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from reporter.measure import orphans, wording
from reporter.measure.paired.meeting import Meeting
from reporter.measure.paired.plugin import Turns
from reporter.shared.files import read_json
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reporter.measure.paired.pair_runs import PairRunner, Spot
    from reporter.measure.run import Attempt

WayName = Literal["in-turn", "lock-step"]


class Way(Protocol):
    """Measures one pair. Ends after a run that is not complete; base and head come in the order of measuring."""

    def __call__(self, runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
        """Yield the attempts of both sides.

        Raises:
            UsageError: the output folder cannot be written.
        """


def in_turn(runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
    """Run one side after the other."""
    for step, side in enumerate(runner.order(spot)):
        attempt = spot.given if spot.given and side == "base" else runner.run(side, spot, spot.index + step)
        yield attempt
        if attempt.status != "complete":
            return


def lock_step(runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
    """Run both sides at once, taking turns.

    Raises:
        OSError: no socket can be made where they would meet.
    """
    adopted_since = orphans.adopt()
    try:
        with Meeting() as meeting, ThreadPoolExecutor(max_workers=2) as pool:
            turns = Turns(meeting.path, leads=runner.order(spot)[0])

            def attempt(side: str, index: int) -> Attempt:
                try:
                    return runner.run(side, spot, index, turns)
                finally:
                    meeting.end(side)

            both = [pool.submit(attempt, side, spot.index + step) for step, side in enumerate(runner.order(spot))]
            attempts = [each.result() for each in both]
    finally:
        left = orphans.end_adopted(adopted_since)
    if left:
        warning = Notice("processes-left-behind", wording.left_behind(f"pair {(spot.number or 0) + 1}", left))
        attempts[-1] = replace(attempts[-1], warnings=(*attempts[-1].warnings, warning))
    yield from attempts


WAYS: Mapping[WayName, Way] = {"in-turn": in_turn, "lock-step": lock_step}


def took_turns(runner: PairRunner, attempts: list[Attempt]) -> bool:
    """Return whether both sides are complete, and most of their benchmarks took turns."""
    records = [attempt.record for attempt in attempts if attempt.status == "complete"]
    return len(records) == 2 and all(
        record is not None and record.slices is not None and _mostly_in_turn(runner.output / record.slices)
        for record in records
    )


def _mostly_in_turn(path: Path) -> bool:
    """Return whether most benchmarks of a file of slices have some that took turns; false where it is damaged."""
    try:
        found = read_json(path)["benchmarks"]
        shared = [any(not each["alone"] for each in run["slices"]) for run in found.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return 2 * sum(shared) > len(shared)


def can_take_turns(runner: PairRunner) -> bool:
    """Return whether lock-step is possible: the plugin takes part, and processes can pass on a socket."""
    return runner.plan.service is None and runner.plugin.calibrated() > 0 and hasattr(socket, "SCM_RIGHTS")
