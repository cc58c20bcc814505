"""``judgings`` of ``verdict.json``: what pairs were judged from, one row per line, and back.

Numbers are written so that they are the same when read again. What is read is checked as far as judging it needs: it
may be anybody's.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, get_args

from reporter.decide.kept_values import MOST_VALUES, size_of
from reporter.decide.looks import MOST_LOOKS
from reporter.model import STATISTICS, Better, Clock, JudgedRow, Judging, Metric, PairValues, RowLook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.checked import Checked

_Kind = Literal["ratio", "difference"]
_KINDS: tuple[_Kind, ...] = get_args(_Kind)
_BETTER: tuple[Better, ...] = get_args(Better)
_CLOCKS: tuple[Clock, ...] = get_args(Clock)
_STORED = frozenset(("variance", "df"))
_JUDGING = frozenset(("suite", "grows", "began", "digest", "rows"))
_ROW = frozenset(
    ("name", "params", "metric", "unit", "better", "statistic", "kind", "threshold", "margin", "looks", "values")
)
_ROW_OPTIONAL = frozenset(("stored",))
_VALUES = frozenset(("clock", "looks", "base", "head"))
_DIGEST_LENGTH = 64
MOST_PAIRS = 10_000
_LOOK = 3
"""Numbers of a look."""


def head_of(judging: Judging, word: Callable[[str], str]) -> dict[str, Any]:
    """Return all of a judging but its rows; ``word`` makes a text valid."""
    return {
        "suite": word(judging.suite),
        "grows": judging.grows,
        "began": judging.began,
        "digest": judging.digest,
    }


def row_to_json(row: JudgedRow, text: Callable[[str], str]) -> dict[str, Any]:
    """Return one row; ``text`` makes a text valid."""
    return {
        "name": text(row.name),
        "params": {text(key): text(value) for key, value in row.params},
        "metric": text(row.metric.name),
        "unit": text(row.metric.unit),
        "better": row.metric.better,
        "statistic": row.statistic,
        "kind": row.kind,
        "threshold": row.threshold,
        "margin": row.margin,
        **({"stored": {"variance": row.stored[0], "df": row.stored[1]}} if row.stored else {}),
        "looks": [[look.look, look.pairs, look.level] for look in row.looks],
        "values": [
            {"clock": each.clock, "looks": each.looks, "base": each.base, "head": each.head} for each in row.values
        ],
    }


def judgings_from_json(top: Checked) -> tuple[Judging, ...]:
    """Read the judgings of a report; an older one has none.

    Raises:
        InputError: they are not as they were written, or cannot be judged.
    """
    found = tuple(map(_judging, top.optional_members("judgings", _JUDGING)))
    if size_of(found) > MOST_VALUES:
        raise top.wrong("judgings", f"has more than {MOST_VALUES} values")
    return found


def _judging(member: Checked) -> Judging:
    began = member.word("began", MOST_PAIRS)
    if not set(began) <= set("bh"):
        raise member.wrong("began", "is not made of b and h")
    rows = member.members("rows", _ROW, _ROW_OPTIONAL)
    judging = Judging(
        suite=member.word("suite", 200),
        grows=member.flag("grows"),
        began=began,
        digest=member.word("digest", _DIGEST_LENGTH),
        rows=tuple(map(_row, rows)),
    )
    if len({look.look for row in judging.rows for look in row.looks}) > MOST_LOOKS:  # all rows are judged at each
        raise member.wrong("rows", f"have more than {MOST_LOOKS} looks between them")
    stops = {row.looks[-1].look for row in judging.rows}
    for each, row in zip(rows, judging.rows, strict=True):
        if not stops <= {look for values in row.values for look in values.looks}:
            raise each.wrong("values", "lacks a look at which the rows were judged")
    return judging


def _row(member: Checked) -> JudgedRow:
    stored = member.optional_member("stored", _STORED)
    kind = member.choice("kind", _KINDS)
    return JudgedRow(
        name=member.text("name"),
        params=member.texts("params"),
        metric=Metric(
            name=member.text("metric"), unit=member.text("unit", 100), better=member.choice("better", _BETTER)
        ),
        statistic=member.choice("statistic", STATISTICS[1:]),
        kind=kind,
        threshold=member.number("threshold", 0),
        margin=member.number("margin", 0),
        stored=(stored.number("variance", 0), stored.number("df", 0)) if stored else None,
        looks=_looks(member),
        values=tuple(_values(each, kind) for each in member.members("values", _VALUES)),
    )


def _looks(member: Checked) -> tuple[RowLook, ...]:
    found = member.number_lists("looks")
    if not found or any(len(look) != _LOOK for look in found):
        raise member.wrong("looks", "is not a list of looks, each with pairs so far, pairs of the row, and level")
    looks, pairs, levels = zip(*found, strict=True)
    whole = _whole(member, looks)
    return tuple(
        RowLook(look=look, pairs=int(own), level=level) for look, own, level in zip(whole, pairs, levels, strict=True)
    )


def _whole(member: Checked, looks: Sequence[float]) -> tuple[int, ...]:
    """Return looks as what they are: whole numbers of pairs, each larger than the one before."""
    if any(not 1 <= look <= MOST_PAIRS or look != int(look) for look in looks):
        raise member.wrong("looks", f"holds what is no number of pairs from 1 to {MOST_PAIRS}")
    if any(later <= earlier for earlier, later in pairwise(looks)):
        raise member.wrong("looks", "do not grow")
    return tuple(map(int, looks))


def _values(member: Checked, kind: _Kind) -> PairValues:
    looks = _whole(member, member.numbers("looks"))
    base, head = member.optional_numbers("base"), member.optional_numbers("head")
    if not looks or len(base) != len(head) or len(base) > looks[-1]:
        raise member.wrong("base", "does not have as many values as the head, or more than there were pairs")
    if kind == "ratio" and any(value is not None and value <= 0 for value in (*base, *head)):
        raise member.wrong("base", "and head have a ratio, and not all values are above zero")
    return PairValues(clock=member.optional_choice("clock", _CLOCKS), looks=looks, base=base, head=head)
