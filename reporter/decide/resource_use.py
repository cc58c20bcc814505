"""What the runs of each side used, summed up: the middle of the runs, how far they reach, and what memory gains."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal, get_args

from reporter.model import ResourceUser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reporter.decide.growth import Growth
    from reporter.model import RunResources


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median of some runs, and the lowest and highest of them."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceUse:
    """All runs of one side's command or service; ``None`` where nothing is known, or a run is too short to tell."""

    side: Literal["base", "head"]
    of: ResourceUser
    runs: int
    wall: Spread | None
    cpu: Spread | None
    memory: Spread | None
    growth: Growth | None
    read: Spread | None
    written: Spread | None


def resource_use(runs: Sequence[RunResources]) -> Iterator[ResourceUse]:
    """Yield what the commands and services of base and head used, as far as there are any."""
    for side in ("base", "head"):
        for user in get_args(ResourceUser):
            chosen = [run for run in runs if (run.side, run.of) == (side, user)]
            if chosen:
                yield _of(side, user, chosen)


def _of(side: Literal["base", "head"], user: ResourceUser, runs: Sequence[RunResources]) -> ResourceUse:
    from reporter.decide.growth import growth  # numpy comes with it, which light outputs do without

    return ResourceUse(
        side=side,
        of=user,
        runs=len(runs),
        wall=_spread(run.wall_seconds for run in runs),
        cpu=_spread(run.cpu_seconds for run in runs),
        memory=_spread(run.peak_memory_bytes for run in runs),
        growth=growth([run.memory for run in runs if run.memory]),
        read=_spread(run.read_bytes for run in runs),
        written=_spread(run.written_bytes for run in runs),
    )


def _spread(values: Iterable[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return Spread(middle=median(known), low=min(known), high=max(known)) if known else None
