"""``shard: auto``: what this job measures of its suite, by the newest baselines of all shards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.pipeline.split import share_of
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from entrypoint.artifacts import Search
    from entrypoint.console import Console
    from reporter.decide.shards import Shard
    from reporter.measure.share import Share

_BY_NAME = Notice(
    code="shards-by-name",
    text="No saved baseline tells what the benchmarks of this suite take, so each is in the shard that its name gives. "
    "A push to the default branch saves a baseline of every shard, and from then on they are balanced.",
)


def share(shard: Shard, search: Callable[[Shard], Search], console: Console) -> tuple[Share, tuple[Notice, ...]]:
    """Return the part of a shard, with a notice where nothing is known of any benchmark.

    Every job searches for the baselines of all shards and so computes the same split. Where one did not, the digest of
    its split differs, and the job that puts the shards together refuses them.
    """
    jobs = [type(shard)(number=number, count=shard.count) for number in range(1, shard.count + 1)]
    found = {job.number: outcome.found.baseline for job in jobs if (outcome := search(job)).found}
    part, parts = share_of(shard, found)
    loads = [parts.load(job.number) for job in jobs]
    whole = sum(loads)
    known = f"{len(part.here)} of {len(parts.shard)} known benchmarks"
    console.say(f"{shard}: {known}, {loads[shard.number - 1] / whole if whole else 0:.0%} of the cost ({part.digest})")
    return part, () if parts.shard else (_BY_NAME,)
