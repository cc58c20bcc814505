"""Whether a benchmark executes more instructions than at the base, from counts of one or two processes a side.

Blocks of equal calls differ by little, and that is the noise. The second process of a side has another seed for hashes
and another layout of memory, so a change that both pairs of processes show alike is one of the code.
"""

from __future__ import annotations

from math import sqrt
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Literal

from msgspec import structs

from reporter.counts import Instructions
from reporter.decide.policy import CountPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.counts import NotCountable, Tool
    from reporter.records.instructions import Benchmark, Block, Counts
    from reporter.verdicts import Verdict

POLICY = CountPolicy()
Part = Literal["more", "same", "likely-slower"]
"""What a count says beside the verdict of a time: there is more work, or the same, or it is likely slower."""


def compare(tool: Tool, base: Sequence[Benchmark], head: Sequence[Benchmark]) -> Instructions:
    """Compare the counts of one benchmark; ``base`` and ``head`` are its processes, at least one a side, in order.

    Processes of the same place in both have the same seed.
    """
    before, after = ([_of_a_call(run) for run in runs] for runs in (base, head))
    reason = _obstacle([*base, *head]) or ("empty" if min([*before, *after]) <= 0 else None)
    if reason:
        return _not_countable(tool, before, after, reason)
    changes = [now / then - 1 for then, now in zip(before, after, strict=False)]
    spread = _spread([*base, *head], changes)
    if spread is not None and spread > POLICY.most_spread:
        reason = "spread"
    change = fmean(changes)
    moved = reason is None and abs(change) > max(POLICY.floor, POLICY.spreads * (spread or 0.0))
    return Instructions(
        tool=tool,
        base=fmean(before),
        head=fmean(after),
        change=change,
        spread=spread,
        moved=moved,
        not_countable=reason,
    )


def settled(looks: Sequence[tuple[Counts, Counts]]) -> dict[str, Instructions]:
    """Compare every benchmark that both sides of the first look have; what moved is held against the second look.

    What one side counts in bytecodes is not held against instructions.
    """
    if len({side.tool for look in looks for side in look}) != 1:
        return {}
    found = compared(looks[:1])
    moved = {name for name, each in found.items() if needs_another(each)}
    if len(looks) == 1 or not moved:
        return found
    again = {name: each for name, each in compared(looks).items() if name in moved}
    return found | {name: unconfirmed(found[name]) for name in moved} | again


def compared(looks: Sequence[tuple[Counts, Counts]]) -> dict[str, Instructions]:
    """Compare the benchmarks that both sides of all looks have, which are all by one tool."""
    sides = [side.benchmarks for look in looks for side in look]
    names = [name for name in sides[0] if all(name in side for side in sides)]
    tool = looks[0][0].tool
    return {
        name: compare(tool, *([look[side].benchmarks[name] for look in looks] for side in (0, 1))) for name in names
    }


def bound_of(found: Instructions) -> float:
    """Return beyond which change a count moved."""
    return max(POLICY.floor, POLICY.spreads * (found.spread or 0.0))


def needs_another(found: Instructions) -> bool:
    """Return whether a second process a side is to confirm it: what moved in one may have moved by its layout."""
    return found.moved


def unconfirmed(found: Instructions) -> Instructions:
    """Return what moved in one process and was not counted in another: nothing confirms it."""
    return structs.replace(found, moved=False, not_countable="once")


def part_of(verdict: Verdict, found: Instructions, direction: float = 1.0) -> Part | None:
    """Return what a count says beside a verdict; ``None`` where it is a detail only, or says nothing.

    More instructions are worse for a time. ``direction`` is -1 for what is better when it is higher.
    """
    if found.not_countable is not None:
        return None
    grew = found.moved and found.change * direction > 0
    if verdict == "regressed":
        return "more" if grew else "same"
    is_likely = verdict == "inconclusive" and grew and abs(found.change) >= POLICY.likely
    return "likely-slower" if is_likely else None


def _of_a_call(run: Benchmark) -> float:
    return median(_calls(run)) if run.blocks else 0.0


def _calls(run: Benchmark) -> list[float]:
    """Return the instructions of one call, by each block."""
    empty = _priced(run.empty) if run.empty else 0
    return [(_priced(block) - empty) / max(1, run.calls) for block in run.blocks]


def _priced(block: Block) -> int:
    return block.instructions - block.allocator + POLICY.allocation * block.allocations


def _spread(runs: Sequence[Benchmark], changes: Sequence[float]) -> float | None:
    """Return by how much equal blocks, or two pairs of processes, differ; ``None`` where there is one of each.

    Of blocks it is their standard deviation, pooled over all processes.
    """
    within = [stdev(found) / median(found) for run in runs if len(found := _calls(run)) > 1]
    between = [max(changes) - min(changes)] if len(changes) > 1 else []
    return max([*([sqrt(fmean(each**2 for each in within))] if within else []), *between], default=None)


def _obstacle(runs: Sequence[Benchmark]) -> NotCountable | None:
    if not all(run.blocks for run in runs):
        return "too-long"
    if any(run.signs and run.signs.threads for run in runs) or any(each.threads for run in runs for each in run.blocks):
        return "threads"
    if any(run.signs and run.signs.children for run in runs):
        return "children"
    if any(_waits(run) for run in runs):
        return "waiting"
    return "kernel" if any(_is_kernel(run) for run in runs) else None


def _waits(run: Benchmark) -> bool:
    """Return whether every block gives up the processor in every call, and for longer than it works."""
    waited = min(each.elapsed_nanoseconds - each.system_nanoseconds - _own(each) for each in run.blocks)
    return run.signs is not None and run.signs.switches >= run.calls and waited > 0


def _is_kernel(run: Benchmark) -> bool:
    return min(each.system_nanoseconds - _own(each) for each in run.blocks) > 0


def _own(block: Block) -> float:
    return block.instructions / POLICY.instructions_of_a_nanosecond


def _not_countable(tool: Tool, before: Sequence[float], after: Sequence[float], reason: NotCountable) -> Instructions:
    base, head = max(0.0, fmean(before)), max(0.0, fmean(after))
    change = head / base - 1 if base else 0.0
    return Instructions(tool=tool, base=base, head=head, change=change, spread=None, moved=False, not_countable=reason)
