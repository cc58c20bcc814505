"""*Lock-step*: both sides run at once, and the pytest plugin lets them take turns slice by slice.

So both meet the same weather (``pytest_plugin/benchverdict_lockstep.py``). See ``ways.Way``.
"""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.measure import orphans, wording
from reporter.measure.paired.meeting import Meeting
from reporter.measure.paired.plugin import Turns
from reporter.shared.files import read_json
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from reporter.measure.paired.pair_runs import PairRunner, Spot
    from reporter.measure.plan import Plan
    from reporter.measure.run import Attempt

GIVEN_UP = "not-lock-step"


def is_wanted(plan: Plan) -> bool:
    """Return whether the plan lets the sides take turns; those of a service never can."""
    return plan.pairs is not None and plan.pairs.lock_step and plan.service is None


def is_possible(runner: PairRunner) -> bool:
    """Return whether it is wanted, the plugin takes part, and processes can pass on a socket."""
    return is_wanted(runner.plan) and runner.plugin.calibrated() > 0 and hasattr(socket, "SCM_RIGHTS")


def measure(runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
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


def worked(runner: PairRunner, attempts: Sequence[Attempt]) -> bool:
    """Return whether both sides are complete, and most of their benchmarks took turns."""
    records = [attempt.record for attempt in attempts if attempt.status == "complete"]
    return len(records) == 2 and all(
        record is not None and record.slices is not None and _mostly_in_turn(runner.output / record.slices)
        for record in records
    )


def given_up(messages: Sequence[str]) -> Notice:
    """Return that the sides did not take turns, and what happens instead."""
    return Notice(GIVEN_UP, wording.not_lock_step(messages))


def _mostly_in_turn(path: Path) -> bool:
    """Return whether most benchmarks of a file of slices have some that took turns; false where it is damaged."""
    try:
        found = read_json(path)["benchmarks"]
        shared = [any(not each["alone"] for each in run["slices"]) for run in found.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return 2 * sum(shared) > len(shared)
