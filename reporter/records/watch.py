"""``watch.json``: ``watch/v1`` (``schemas/watch-v1.json``), what became slower in a history."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.model import Better
from reporter.record import ROWS, SOME, Column, Line, Record, Text, Texts, Unit, Whole
from reporter.records.bisection import Share
from reporter.records.machine import Fingerprint
from reporter.records.reading import Origin, decode

SCHEMA: Literal["watch/v1"] = "watch/v1"
MOST_CAUSES = 100
MOST_MACHINES = 200
MOST_COMMITS = 10_000
MOST_CLEARED = 20
Sha = Annotated[str, Meta(max_length=64, pattern=r"^[0-9a-f]{7,64}\Z")]
Digest = Annotated[str, Meta(max_length=12, pattern=r"^[0-9a-f]{12}\Z")]
Key = Annotated[str, Meta(max_length=16, pattern=r"^[0-9a-f]{16}\Z")]
State = Literal["suspected", "confirmed", "refuted", "recovered"]
InPairs = Literal["slower", "not-slower", "undecided"]


class Machine(Record, frozen=True, kw_only=True):
    """Sessions of one kind of machine and way of measuring, which are looked at together."""

    key: Key
    plan: Line
    fingerprint: Fingerprint
    sessions: Whole


class Row(Record, frozen=True, kw_only=True):
    """A benchmark and metric that became slower on one of the machines.

    Levels in base units: ``old``, ``new`` and at the end of the history (``now``). It ``is_back`` where a later level
    is as the old one. ``pairs`` is their result, ``change`` by how much they found it changed (0.05: 5% more).
    ``values`` are those of the machine's sessions.
    """

    benchmark: Text
    params: Texts
    metric: Text
    unit: Unit
    better: Better
    machine: Key
    old: float
    new: float
    now: float
    is_back: bool
    pairs: InPairs | None = None
    change: float | None = None
    values: Column = ()


class Pairs(Record, frozen=True, kw_only=True):
    """Two commits of which pairs are or were measured."""

    base: Sha
    head: Sha


class Cleared(Record, frozen=True, kw_only=True):
    """Rows, by digests, that pairs of two commits found not slower: what moved between these was not the code."""

    base: Sha
    head: Sha
    rows: Annotated[tuple[Digest, ...], ROWS]


class Commit(Record, frozen=True, kw_only=True):
    """A commit of a range with the first line of its message."""

    sha: Sha
    title: Line


class Range(Record, frozen=True, kw_only=True):
    """The range of so many commits, ``first`` to ``last``, in which bisecting places the first slower one."""

    benchmark: Text
    first: Commit
    last: Commit
    commits: Whole
    probability: Share


class Cause(Record, frozen=True, kw_only=True):
    """Rows that became slower between the same two commits.

    ``before`` is the last commit of the old level, ``first`` the first that is surely of the new one. The ``key`` stays
    the same from run to run. It ``is_past`` where the sessions that are looked at show it no more.
    """

    key: Key
    state: State
    before: Sha
    first: Sha
    rows: Annotated[tuple[Row, ...], SOME]
    measured: Pairs | None = None
    range: Range | None = None
    is_past: bool = False


class Watch(Record, frozen=True, kw_only=True):
    """The whole file. ``commits`` are those of the history, oldest first.

    ``next`` are the commits that are to be measured in pairs, ``search`` those between which to bisect. ``cleared`` is
    what the last pairs found not slower.
    """

    schema: Literal["watch/v1"]
    suite: Line
    commits: Annotated[tuple[Sha, ...], Meta(max_length=MOST_COMMITS)]
    machines: Annotated[tuple[Machine, ...], Meta(max_length=MOST_MACHINES)]
    causes: Annotated[tuple[Cause, ...], Meta(max_length=MOST_CAUSES)]
    next: Pairs | None = None
    search: Pairs | None = None
    cleared: Annotated[tuple[Cleared, ...], Meta(max_length=MOST_CLEARED)] = ()

    def __post_init__(self) -> None:
        """Refuse rows of machines that there are not, and two causes with one key."""
        known = {machine.key for machine in self.machines}
        if any(row.machine not in known for cause in self.causes for row in cause.rows):
            raise ValueError("causes name a machine that there is not")
        if len({cause.key for cause in self.causes}) < len(self.causes):
            raise ValueError("causes have a key twice")


def read(content: bytes, where: str) -> Watch:
    """Read the file, which a stranger may have written.

    Raises:
        InputError: it is none.
    """
    origin = Origin(schema=SCHEMA, where=where, code="broken-watch", cure="remove it to begin again")
    return decode(content, Watch, origin)
