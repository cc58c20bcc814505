"""The ways to measure a pair. A new one is one module with the members of ``Way``, and one line in ``WAYS``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reporter.measure.paired import lock_step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.measure.paired.pair_runs import PairRunner, Spot
    from reporter.measure.run import Attempt
    from reporter.shared.model import Notice


class Way(Protocol):
    """Measures one pair in a better way than in turn, where that is possible; else, and after it failed, in turn."""

    GIVEN_UP: str
    """The code of the notice that it failed: from then on it is not tried again."""

    def is_possible(self, runner: PairRunner) -> bool:
        """Return whether it can be tried."""

    def measure(self, runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
        """Yield the attempts of both sides, in the order of measuring.

        Raises:
            OSError: it cannot be tried here.
            UsageError: the output folder cannot be written.
        """

    def worked(self, runner: PairRunner, attempts: Sequence[Attempt]) -> bool:
        """Return whether the attempts are good for a pair."""

    def given_up(self, messages: Sequence[str]) -> Notice:
        """Return that it failed, by the messages of its attempts, and what happens instead."""


WAYS: tuple[Way, ...] = (lock_step,)
"""The best first."""


def in_turn(runner: PairRunner, spot: Spot) -> Iterator[Attempt]:
    """Run one side after the other, whatever the tool; end after a run that is not complete.

    Raises:
        UsageError: the output folder cannot be written.
    """
    for step, side in enumerate(runner.order(spot)):
        attempt = spot.given if spot.given and side == "base" else runner.run(side, spot, spot.index + step)
        yield attempt
        if attempt.status != "complete":
            return
