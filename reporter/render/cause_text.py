"""The culprit of a change in words: one sentence for every output, and for a terminal a table of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.cause import EQUAL, NOT_MORE, SPREAD
from reporter.decide.work import POLICY
from reporter.render.console import wrap
from reporter.render.plain import fit
from reporter.shared.masking import masked
from reporter.shared.printable import shorten, visible
from reporter.units import format_percent, format_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.decide.cause import Cause, Changed
    from reporter.decide.work import Difference, Work

    Write = Callable[[str], str]
    """Escapes a foreign text, and bounds its length."""

MOST_ROWS = 10
LONGEST_NAME = 100
_WHY = {
    EQUAL: "both sides make the same calls and run the same bytecodes; what is left is memory, caches, I/O and waiting",
    NOT_MORE: "with the profiler on, the head does not take longer",
    SPREAD: f"no function has {format_percent(POLICY.share)} of the extra time",
}
_FUNCTION, _COUNT = 44, 10


def plain(text: str) -> str:
    """Write a foreign text for a terminal."""
    return shorten(visible(masked(text)), LONGEST_NAME)


def sentence(cause: Cause, write: Write = plain) -> str:
    """Return what explains a change, without a full stop; ``write`` makes foreign texts fit for where it goes."""
    if cause.function is None or cause.file is None or cause.line is None:
        return f"No cause was found: {_WHY.get(cause.why or '', _WHY[SPREAD])}"
    share = format_percent(cause.share or 0.0)
    where = f"{_called(cause.function, write)} ({write(f'{cause.file}:{cause.line}')})"
    return f"{share} of the extra time is in {where}{_how(cause)}{_reason(cause, write)}"


def _called(function: str, write: Write) -> str:
    return "the import" if function == "<module>" else write(f"{function.replace('.<locals>', '')}()")


def _how(cause: Cause) -> str:
    """Return how often it is called, as far as that tells something."""
    if cause.kind == "c-called-with-more":
        return ", which does the same work itself, while the C or library code that it calls has more to do"
    if cause.calls is None:
        return ""
    before, after = cause.calls
    if before != after:
        return f", called {after:,} times instead of {before:,}"
    if cause.kind == "called-with-more":
        return f", called {after:,} times as before, with more to do"
    return ""


def _reason(cause: Cause, write: Write) -> str:
    if cause.kind == "dependency-changed":
        return "; this dependency is another version on the head"
    if cause.changed is None:
        return "; this pull request did not change it"
    lines = _lines(cause.changed)
    if (cause.changed.function, cause.changed.file) == (cause.function, cause.file):
        return f"; this pull request changed {lines}"
    place = write(f"{cause.changed.file}:{cause.changed.line}")
    return f"; this pull request changed {lines} in {_called(cause.changed.function, write)} ({place})"


def _lines(changed: Changed) -> str:
    return f"line {changed.line}" if changed.line == changed.last else f"lines {changed.line} to {changed.last}"


def table(found: Sequence[Difference]) -> list[str]:
    """Return a table of functions with both sides, for a terminal."""
    heads = ("calls", "bytecodes", "own time")
    first = f"{'function':<{_FUNCTION}}" + "".join(f"{head:>{2 * _COUNT}}" for head in heads)
    second = " " * _FUNCTION + "".join(f"{side:>{_COUNT}}" for _ in heads for side in ("base", "head"))
    return [first.rstrip(), second, *(_row(each) for each in found[:MOST_ROWS])]


def _row(each: Difference) -> str:
    file, name = each.key
    called = f"{name.replace('.<locals>', '')} {file}"
    sides = (each.base, each.head)
    cells = [_count(work.calls if work else None) for work in sides]
    cells += [_count(work.bytecodes if work else None) for work in sides]
    cells += [_seconds(work) for work in sides]
    return fit(visible(masked(called)), _FUNCTION) + "".join(f"{cell:>{_COUNT}}" for cell in cells)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _seconds(work: Work | None) -> str:
    return "–" if work is None else format_value(work.seconds, "s")


def render(name: str, cause: Cause, found: Sequence[Difference], *, width: int) -> str:
    """Lay the cause of one benchmark out for a terminal."""
    lines = [*wrap(visible(masked(name)), width), *wrap(f"  {sentence(cause)}.", width, first="  ", later="  ")]
    if found:
        lines += ["", *(f"  {line}" for line in table(found))]
    return "".join(f"{line}\n" for line in lines)
