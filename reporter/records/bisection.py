"""``bisect.json``: ``bisect/v1`` (``schemas/bisect-v1.json``), a search for the first slower commit."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import MANY, WHOLE_LIMIT, Amount, Line, Record, Text, Texts, Whole, added

SCHEMA: Literal["bisect/v1"] = "bisect/v1"
Number = Annotated[float, Meta(ge=-1e6, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Commit(Record, frozen=True, kw_only=True):
    """A commit of the range with the first line of its message; the good one is number 0."""

    sha: Annotated[str, Meta(max_length=64)]
    title: Line


class Target(Record, frozen=True, kw_only=True):
    """The row that is searched for: a benchmark with its parameters, and one of its metrics."""

    benchmark: Text
    metric: Text
    params: Texts = added({})


class Look(Record, frozen=True, kw_only=True):
    """Pairs of the good commit and another: mean change and noise of one pair, both in natural logarithms."""

    commit: Whole
    change: Number
    noise: Amount
    pairs: Annotated[int, Meta(ge=1, le=WHOLE_LIMIT)]


class Skipped(Record, frozen=True, kw_only=True):
    """A commit that cannot be measured, and why."""

    commit: Whole
    why: Text


class Result(Record, frozen=True, kw_only=True):
    """The range of commits, ``first`` to ``last``, that holds the first slower one; ``change`` as a share."""

    first: Whole
    last: Whole
    probability: Share
    change: Number


class Bisection(Record, frozen=True, kw_only=True):
    """The whole file. Without a ``target`` it is not known yet what is slower at the bad commit."""

    schema: Literal["bisect/v1"]
    command: Text
    wanted: Text | None
    commits: Annotated[tuple[Commit, ...], MANY]
    target: Target | None = None
    looks: Annotated[tuple[Look, ...], MANY] = ()
    skipped: Annotated[tuple[Skipped, ...], MANY] = ()
    result: Result | None = None

    def __post_init__(self) -> None:
        """Refuse looks at commits that are none, and a target without a look at the bad commit."""
        last = len(self.commits) - 1
        if last < 1:
            raise ValueError("commits are less than a good and a bad one")
        named = [*(look.commit for look in self.looks), *(skipped.commit for skipped in self.skipped)]
        if not all(1 <= commit <= last for commit in named):
            raise ValueError("looks or skipped name a commit that is none of them")
        if (self.target is not None) != any(each.commit == last for each in self.looks):
            raise ValueError("target and looks at the bad commit are not both there")
