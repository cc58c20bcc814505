"""Counts of instructions of both sides as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.reasons import NOT_COUNTABLE
from reporter.render.console import wrap
from reporter.render.plain import fit
from reporter.shared.masking import masked
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reporter.counts import Instructions

_NAME, _COUNT, _CHANGE = 40, 16, 10


def render(found: Mapping[str, Instructions], why: str | None, *, width: int) -> str:
    """Lay out the benchmarks, those that moved most first; ``why`` says why bytecodes had to do."""
    rows = sorted(found.items(), key=lambda item: (item[1].not_countable is not None, -abs(item[1].change)))
    unit = "bytecodes" if why else "instructions"
    heads = f"{'benchmark':<{_NAME}}{'base':>{_COUNT}}{'head':>{_COUNT}}{'change':>{_CHANGE}}"
    lines = [*wrap(_missing(why), width), ""] if why else []
    lines += [heads, *(_row(name, each) for name, each in rows), ""]
    moved = sum(each.moved for each in found.values())
    lines += wrap(f"{moved} of {len(found)} moved, in {unit} of one call.", width)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _missing(why: str) -> str:
    reason = visible(masked(why))
    return f"instructions: not counted, {reason}. Bytecodes of Python were counted; what C code does is not seen."


def _row(name: str, found: Instructions) -> str:
    cells = f"{found.base:>{_COUNT},.0f}{found.head:>{_COUNT},.0f}"
    shown = fit(visible(masked(name)), _NAME)
    if found.not_countable is not None:
        return f"{shown}{cells}  not countable: {NOT_COUNTABLE[found.not_countable]}"
    return f"{shown}{cells}{100 * found.change:>+{_CHANGE - 1}.2f}%{'  moved' if found.moved else ''}"
