"""The values of several runners' pairs as those of one comparison, one runner after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.kept_values import digest
from reporter.decide.policy import DEFAULT_POLICY
from reporter.model import JudgedRow, Judging, PairValues, RowLook, benchmark_label
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.decide.shards import Shard
    from reporter.model import Clock

    Key = tuple[str, tuple[tuple[str, str], ...], str]


def judged_as_one(suite: str, parts: Mapping[Shard, Judging]) -> Judging:
    """Return the pairs of all runners as those of one comparison, one runner after the other."""
    sizes = {shard: pairs_of(part) for shard, part in parts.items()}
    known = {shard: {_key(row): row for row in part.rows} for shard, part in parts.items()}
    keys = dict.fromkeys(key for rows in known.values() for key in rows)
    rows = tuple(_row(suite, [(known[shard].get(key), size) for shard, size in sizes.items()]) for key in keys)
    began = [part.began[: sizes[shard]] for shard, part in parts.items()]
    all_known = all(len(each) == size for each, size in zip(began, sizes.values(), strict=True))
    return Judging(
        suite=suite,
        grows=False,
        began="".join(began) if all_known else "",
        digest=digest(rows),
        rows=rows,
        runners=tuple(sizes.values()),
    )


def _key(row: JudgedRow) -> Key:
    return row.name, row.params, row.metric.name


def _row(suite: str, parts: Sequence[tuple[JudgedRow | None, int]]) -> JudgedRow:
    """Return one row with the values of all runners; a runner that lacks it has none in any of its pairs."""
    there = [row for row, _ in parts if row is not None]
    first = there[0]
    if len({(row.metric, row.kind, row.threshold, row.margin) for row in there}) > 1:
        raise disagree(
            suite, f"do not agree on the metric or the bounds of {benchmark_label(first.name, first.params)!r}"
        )
    last = [(None if row is None else _last(row), size) for row, size in parts]
    base, head = (
        tuple(value for each, size in last for value in _filled(getattr(each, side, ()), size))
        for side in ("base", "head")
    )
    pairs = sum(None not in pair for pair in zip(base, head, strict=True))
    look, level = len(base), float(DEFAULT_POLICY.alpha_of(np.array(float(pairs)), grows=False))
    return JudgedRow(
        name=first.name,
        params=first.params,
        metric=first.metric,
        statistic=first.statistic,
        kind=first.kind,
        threshold=first.threshold,
        margin=first.margin,
        stored=None,
        looks=(RowLook(look=look, pairs=pairs, level=level),),
        values=(
            PairValues(clock=_clock([each.clock for each, _ in last if each]), looks=(look,), base=base, head=head),
        ),
    )


def _last(row: JudgedRow) -> PairValues:
    """Return what decided a row at its last look."""
    look = row.looks[-1].look
    values = next(each for each in row.values if look in each.looks)
    return PairValues(clock=values.clock, looks=(look,), base=values.base[:look], head=values.head[:look])


def _filled(values: tuple[float | None, ...], size: int) -> Iterator[float | None]:
    yield from values
    yield from [None] * (size - len(values))


def _clock(found: Sequence[Clock | None]) -> Clock | None:
    """Return the clock of all runners; wall time where they differ, because that is what users wait for."""
    clocks = set(found)
    return found[0] if len(clocks) == 1 else "wall"


def disagree(suite: str, what: str) -> InputError:
    """Return the error of runners whose reports do not belong together."""
    cure = "run all jobs of the suite again, with the same checkout and configuration"
    return InputError("runners-disagree", f"the runners of the suite {suite} {what}", cure=cure)


def pairs_of(judging: Judging) -> int:
    """Return how many pairs a runner has, by the values that it left and not by what it says."""
    return max((len(_last(row).base) for row in judging.rows), default=0)


def size_together(parts: Mapping[Shard, Judging]) -> int:
    """Return how many values there are where every row has those of all runners."""
    keys = {_key(row) for part in parts.values() for row in part.rows}
    return 2 * len(keys) * sum(map(pairs_of, parts.values()))
