"""The culprit of a change in words: one sentence for every output, and for a terminal a table of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.reasons import work_sentence
from reporter.render.console import wrap
from reporter.render.plain import fit
from reporter.render.words import NAMELESS
from reporter.shared.masking import masked
from reporter.shared.printable import shorten, visible
from reporter.units import format_percent, format_value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.causes import Allocated, Cause, Changed, FunctionChange, FunctionWork, MemoryUse, NotFound
    from reporter.model import Assessment

    Write = Callable[[str], str]
    """Escapes a foreign text, and bounds its length."""

COUNTED = ("calls", "bytecodes", "own time")
"""What a table has of each function, on both sides."""
LONGEST_NAME = 100
_MOST_LINES = 999_999
"""Of a file. GitHub takes a longer number for a commit, and what it cannot take at all would cost the whole check."""
_WHY: dict[NotFound, str] = {
    "equal-calls": "both sides make the same calls and run the same bytecodes; what is left is memory, caches, I/O and "
    "waiting",
    "no-functions": "the profiler saw no function of either side",
    "not-more": "with the profiler on, the head does not take longer",
    "spread": "no function has a large part of the extra time",
}
_FUNCTION, _COUNT, _WIDE = 44, 10, 90


def plain(text: str) -> str:
    """Write a foreign text for a terminal."""
    return shorten(visible(masked(text)), LONGEST_NAME)


def sentence(cause: Cause, write: Write = plain) -> str:
    """Return what explains a change, without a full stop; ``write`` makes foreign texts fit for where it goes."""
    if cause.function is None or cause.file is None or cause.line is None:
        return f"No cause was found: {_WHY[cause.why or 'spread']}"
    share = format_percent(cause.share or 0.0)
    where = f"{_called(cause.function, write)} ({write(f'{cause.file}:{cause.line}')})"
    return f"{share} of the extra time is in {where}{_how(cause)}{_reason(cause, write)}"


def memory_sentence(memory: MemoryUse, write: Write = plain) -> str:
    """Return what more a benchmark allocates, without a full stop; nothing where it does not."""
    if not memory.grew:
        return ""
    before, after = (format_value(float(side.peak), "B") for side in (memory.base, memory.head))
    line = memory.line
    if line is None:
        return f"it also allocates more: {after} at most instead of {before}"
    where = write(f"{line.file}:{line.line}")
    changed = ", which this pull request changed" if line.in_diff else ""
    return f"it also allocates more: {after} at most instead of {before}, most of it at {where}{changed}"


def memory_fact(memory: MemoryUse) -> str:
    """Return what both sides allocate in one call, with full precision."""
    sides = (("base", memory.base), ("head", memory.head))
    sizes = [f"{name} {side.peak:,} B{_blocks(side)}" for name, side in sides]
    return ", ".join(sizes)


def _blocks(side: Allocated) -> str:
    return "" if side.blocks is None else f" in {side.blocks:,} blocks"


def cause_sentence(row: Assessment, write: Write = plain) -> str:
    """Return all that is known of why a row is slower as one text, without a full stop; empty where nothing is."""
    cause = sentence(row.cause, write) if row.cause else ""
    memory = memory_sentence(row.memory, write) if row.memory else ""
    found = "; ".join(filter(None, (cause, memory)))
    return ". ".join(filter(None, (found, _work(row))))


def _work(row: Assessment) -> str:
    """Return whether a row executes more, as far as that is known."""
    if row.instructions is None:
        return ""
    from reporter.decide.counts import part_of  # loads numpy, which outputs without counts do not need

    direction = -1.0 if row.comparison.metric.better == "higher" else 1.0
    return work_sentence(row.instructions, part_of(row.verdict, row.instructions, direction))


def place(cause: Cause | None) -> tuple[str, int, int] | None:
    """Return the file with the first and last line that the diff changed; ``None`` where it did not lead there."""
    changed = cause.changed if cause else None
    if changed is None or not 0 < changed.line <= changed.last <= _MOST_LINES:
        return None
    return visible(masked(changed.file)), changed.line, changed.last


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
        return "; this pull request did not change it" if cause.unchanged else ""
    lines = _lines(cause.changed)
    if (cause.changed.function, cause.changed.file) == (cause.function, cause.file):
        return f"; this pull request changed {lines}"
    place = write(f"{cause.changed.file}:{cause.changed.line}")
    return f"; this pull request changed {lines} in {_called(cause.changed.function, write)} ({place})"


def _lines(changed: Changed) -> str:
    if changed.last > _MOST_LINES:
        return "lines"
    return f"line {changed.line}" if changed.line == changed.last else f"lines {changed.line} to {changed.last}"


def rows(cause: Cause | None) -> tuple[tuple[str, ...], ...]:
    """Return the cells of the functions of a cause; nothing where there is none."""
    return tuple(map(cells, cause.functions)) if cause else ()


def cells(each: FunctionChange) -> tuple[str, ...]:
    """Return a function, its file, and its calls, bytecodes and own time on base and head."""
    sides = (each.base, each.head)
    return (
        plain(each.name.replace(".<locals>", "")) if each.name.strip() else NAMELESS,
        plain(each.file),
        *(_count(work.calls if work else None) for work in sides),
        *(_count(work.bytecodes if work else None) for work in sides),
        *(_seconds(work) for work in sides),
    )


def table(found: Sequence[FunctionChange], width: int) -> list[str]:
    """Return a table of functions with both sides, for a terminal; bytecodes only where it is wide enough."""
    shown = [index for index, head in enumerate(COUNTED) if head != "bytecodes" or width >= _WIDE]
    name = min(_FUNCTION, width - 2 * _COUNT * len(shown))
    first = " " * name + "".join(f"{COUNTED[index]:>{2 * _COUNT}}" for index in shown)
    second = f"{'function':<{name}}" + "".join(f"{side:>{_COUNT}}" for _ in shown for side in ("base", "head"))
    return [first, second, *(_row(cells(each), name, shown) for each in found)]


def _row(found: Sequence[str], name: int, shown: Sequence[int]) -> str:
    function, file, *counts = found
    kept = [counts[2 * index + side] for index in shown for side in (0, 1)]
    return fit(f"{function} {file}", name) + "".join(f"{cell:>{_COUNT}}" for cell in kept)


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _seconds(work: FunctionWork | None) -> str:
    return "–" if work is None else format_value(work.seconds, "s")


def render(name: str, cause: Cause, *, width: int) -> str:
    """Lay the cause of one benchmark out for a terminal."""
    lines = [*wrap(visible(masked(name)), width), *wrap(f"  {sentence(cause)}.", width, first="  ", later="  ")]
    return "".join(f"{line}\n" for line in [*lines, *functions(cause, width)])


def functions(cause: Cause, width: int) -> list[str]:
    """Return the table of the functions of a cause, an empty line above it; nothing where it has none."""
    return ["", *(f"  {line}" for line in table(cause.functions, width - 2))] if cause.functions else []
