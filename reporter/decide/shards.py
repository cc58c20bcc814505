"""The jobs that share one suite: shards with a part of its benchmarks each, or runners that all measure all of them.

In artifacts and stores a shard or runner is a suite of its own, with a baseline and a history of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reporter.records.report import MOST_SHARDS

if TYPE_CHECKING:
    from reporter.decide.policy import Policy

SharedAs = Literal["shard", "runner"]
_MARKS: dict[SharedAs, str] = {"shard": "", "runner": "r"}
_SUITE = re.compile(r"(?P<name>[^~]+)~(?P<mark>r?)(?P<number>[1-9]\d{0,2})of(?P<count>[1-9]\d{0,2})")
_GIVEN = re.compile(r"([1-9]\d{0,2})/([1-9]\d{0,2})")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Shard:
    """One of ``count`` jobs that share a suite; ``number`` counts from 1.

    A shard has a part of the benchmarks, and a runner all of them in a part of the pairs.
    """

    count: int
    number: int
    kind: SharedAs = "shard"

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.count}"

    def suite(self, name: str) -> str:
        """Name the job as a suite of its own: no suite has a ``~`` in its name."""
        return f"{name}~{_MARKS[self.kind]}{self.number}of{self.count}"


def parse_shard(text: str, kind: SharedAs = "shard") -> Shard:
    """Read ``2/4``.

    Raises:
        ValueError: it is no part of a whole.
    """
    found = _GIVEN.fullmatch(text)
    if not found or not int(found[1]) <= int(found[2]) <= MOST_SHARDS:
        raise ValueError(f"{text!r} is no {kind} such as 2/4, the second of at most {MOST_SHARDS}")
    return Shard(number=int(found[1]), count=int(found[2]), kind=kind)


def split_name(suite: str) -> tuple[str, Shard | None]:
    """Take apart what ``Shard.suite`` has made; any other name is a whole suite's."""
    found = _SUITE.fullmatch(suite)
    if not found or not int(found["number"]) <= int(found["count"]) <= MOST_SHARDS:
        return suite, None
    kind: SharedAs = "runner" if found["mark"] else "shard"
    return found["name"], Shard(number=int(found["number"]), count=int(found["count"]), kind=kind)


def runners_of(suite: str) -> int:
    """Return how many runners measure the benchmarks of a suite, of which it may be what one has measured."""
    _, job = split_name(suite)
    return job.count if job and job.kind == "runner" else 1


def policy_of(suite: str, policy: Policy) -> Policy:
    """Return the numbers that decide a suite; a shard or runner knows from its name among how many it is."""
    _, shard = split_name(suite)
    return policy.of_one_among(shard.count) if shard else policy
