"""What a benchmark allocates on both sides, and the line that allocates what is more.

Peaks are exact: two processes that run equal code have the same. So there is no test, only a smallest change that
counts. They decide no verdict.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from reporter.causes import Allocated, AllocatingLine, MemoryUse
from reporter.decide.policy import MemoryPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.changed_lines import ChangedLines
    from reporter.ingest.memory import Benchmark, Line

POLICY = MemoryPolicy()


def memory_use(base: Benchmark, head: Benchmark, diff: ChangedLines) -> MemoryUse:
    """Return what both sides allocate at most, and where the head allocates more, if it does."""
    grew = is_more(base.peak, head.peak)
    return MemoryUse(
        base=Allocated(peak=base.peak, blocks=base.blocks),
        head=Allocated(peak=head.peak, blocks=head.blocks),
        grew=grew,
        line=_grown_most(base.lines, head.lines, diff) if grew else None,
    )


def is_more(before: int, after: int) -> bool:
    """Return whether a peak is more by what counts."""
    return after - before > max(POLICY.part * before, POLICY.bytes)


def _grown_most(base: Sequence[Line], head: Sequence[Line], diff: ChangedLines) -> AllocatingLine | None:
    """Return the line of the head that allocates most of what is more; lines are the same that have the same text."""
    before, after = _by_text(base), _by_text(head)
    grown = {key: sum(line.bytes for line in lines) - _bytes(before.get(key)) for key, lines in after.items()}
    if not grown:
        return None
    key = max(grown, key=lambda key: grown[key])
    if grown[key] <= 0:
        return None
    line = max(after[key], key=lambda line: line.bytes)
    in_diff = line.place == "project" and diff.within(line.file, line.line, line.line) is not None
    return AllocatingLine(file=line.file, line=line.line, bytes=grown[key], in_diff=in_diff)


def _by_text(lines: Sequence[Line]) -> dict[tuple[str, str], list[Line]]:
    found: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        found[line.file, line.text].append(line)
    return found


def _bytes(lines: Sequence[Line] | None) -> int:
    return sum(line.bytes for line in lines or ())
