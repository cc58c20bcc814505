"""Files of watching for tests, made of few words."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from reporter.commands.watching import written
from reporter.records.machine import Fingerprint
from reporter.records.watch import Cause, Commit, InPairs, Machine, Pairs, Range, Row, State, Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = "0123456789abcdef"


def sha(name: str) -> str:
    """Return the commit that a test calls by a short name, as ``tests.edge.job.sha`` does."""
    return hashlib.sha1(name.encode()).hexdigest()


def row(name: str = "test_search", *, pairs: InPairs | None = "slower", is_back: bool = False, by: float = 0.1) -> Row:
    """Return a row that became slower by a share of 1 ms."""
    new = 1e-3 * (1 + by)
    return Row(
        benchmark=name,
        params={},
        metric="time",
        unit="s",
        better="lower",
        machine=KEY,
        old=1e-3,
        new=new,
        now=1e-3 if is_back else new,
        is_back=is_back,
        pairs=pairs,
        change=by if pairs == "slower" else None,
        values=(1e-3, 1e-3, 1e-3, new, new, new),
    )


def cause(
    state: State = "confirmed",
    *rows: Row,
    key: str = KEY,
    before: str = "m2",
    first: str = "m3",
    found: str = "",
) -> Cause:
    """Return a cause between two commits; ``found`` is the one that bisecting names."""
    commit = Commit(sha=sha(found), title="Sort | twice")
    return Cause(
        key=key,
        state=state,
        before=sha(before),
        first=sha(first),
        rows=rows or (row(is_back=state == "recovered", pairs=None if state == "suspected" else "slower"),),
        measured=None if state == "suspected" else Pairs(base=sha(before), head=sha("m5")),
        range=Range(benchmark="test_search", first=commit, last=commit, commits=1, probability=0.99) if found else None,
    )


def watch_of(
    *causes: Cause, suite: str = "benchmarks", commits: Sequence[str] = ("m0", "m1", "m2", "m3", "m4", "m5")
) -> Watch:
    """Return the file of some causes."""
    unknown = dict.fromkeys(("cpu_model", "cores", "architecture", "os", "image", "language"))
    fingerprint = Fingerprint(**unknown, details={})
    return Watch(
        schema="watch/v1",
        suite=suite,
        commits=tuple(map(sha, commits)),
        machines=(Machine(key=KEY, plan="whole", fingerprint=fingerprint, sessions=len(commits)),),
        causes=causes,
    )


def file_of(*causes: Cause, suite: str = "benchmarks") -> bytes:
    """Return its bytes, as the command writes them."""
    return written(watch_of(*causes, suite=suite)).encode()
