"""A flame graph of both sides: the calls of base and head as one tree, with the time that each frame takes on both.

The tree is exact: it is that of the call that was counted. The own time of a function is shared out among its frames by
their bytecodes, or by their calls where bytecodes are not known. A time that noise explains counts as equal, as it does
for the cause, so that a frame differs only where the cause would count it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.causes import MOST_FLAME_FUNCTIONS, MOST_FRAMES, Flame, Frame
from reporter.decide.cause import find_cause, function_change, rows, with_functions
from reporter.decide.work import differences, side_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.causes import Cause
    from reporter.decide.changed_lines import ChangedLines
    from reporter.decide.work import Difference, Key
    from reporter.ingest.profile import Benchmark, Stack

UNITS = 10_000_000
"""Of the larger side; a frame of less than half of one has no time of its own."""
_ROOT = -1


@dataclass(slots=True)
class _Node:
    """A frame in the making: ``own`` seconds and ``calls`` of base and head."""

    above: int
    key: Key
    own: list[float] = field(default_factory=lambda: [0.0, 0.0])
    calls: list[int] = field(default_factory=lambda: [0, 0])


def looked_at(
    base: Sequence[Benchmark], head: Sequence[Benchmark], diff: ChangedLines, most: int = MOST_FRAMES
) -> Cause:
    """Return the cause of a change with all that is shown of it: the functions that differ, and the flame graph."""
    cause = with_functions(find_cause(base, head, diff), rows(base, head))
    return structs.replace(cause, flame=flame_of(base, head, most))


def flame_of(base: Sequence[Benchmark], head: Sequence[Benchmark], most: int = MOST_FRAMES) -> Flame | None:
    """Return the graph of two sides with at most so many frames; ``None`` where the calls of a side are not known."""
    if not base[0].stacks or not head[0].stacks:
        return None
    found = differences(side_of(base), side_of(head))
    nodes = _merged(base[0], head[0], found)
    kept = _kept(nodes, most)
    keys = list(dict.fromkeys(nodes[index].key for index in kept))
    by_key = {each.key: each for each in found}
    return Flame(
        unit=(unit := _unit(nodes)),
        functions=tuple(function_change(by_key[key]) for key in keys),
        frames=_frames(nodes, kept, {key: index for index, key in enumerate(keys)}, unit),
    )


def _merged(base: Benchmark, head: Benchmark, found: Sequence[Difference]) -> list[_Node]:
    """Return one tree of both sides, in the order of the head's calls; a function that moved to a file is one."""
    moved = {each.base.function.key: each.key for each in found if each.base}
    before = {each.key: each.base.seconds if each.base else 0.0 for each in found}
    after = {each.key: before[each.key] + each.seconds for each in found}
    nodes: list[_Node] = []
    places: dict[tuple[int, Key], int] = {}
    for side, run, seconds in ((1, head, after), (0, base, before)):
        keys = [moved.get(each.key, each.key) if side == 0 else each.key for each in run.functions]
        own = _own_seconds(run.stacks, keys, seconds)
        at: list[int] = []
        for stack, share in zip(run.stacks, own, strict=True):
            place = (at[stack.above] if stack.above != _ROOT else _ROOT, keys[stack.function])
            if place not in places:
                places[place] = len(nodes)
                nodes.append(_Node(*place))
            at.append(places[place])
            nodes[at[-1]].own[side] += share
            nodes[at[-1]].calls[side] += stack.calls
    return nodes


def _own_seconds(stacks: Sequence[Stack], keys: Sequence[Key], seconds: Mapping[Key, float]) -> list[float]:
    weights = [stack.calls if stack.bytecodes is None else stack.bytecodes for stack in stacks]
    whole: dict[Key, int] = defaultdict(int)
    for stack, weight in zip(stacks, weights, strict=True):
        whole[keys[stack.function]] += weight
    each = ((keys[stack.function], weight) for stack, weight in zip(stacks, weights, strict=True))
    return [max(0.0, seconds[key]) * weight / whole[key] if whole[key] else 0.0 for key, weight in each]


def _kept(nodes: Sequence[_Node], most: int) -> list[int]:
    """Return the largest frames, each after the one above it; what is left out goes to the frame above."""
    whole = [sum(node.own) for node in nodes]
    for index in range(len(nodes) - 1, -1, -1):
        if nodes[index].above != _ROOT:
            whole[nodes[index].above] += whole[index]
    kept: set[int] = set()
    keys: set[Key] = set()
    for index in sorted(range(len(nodes)), key=lambda index: (-whole[index], index)):
        node = nodes[index]
        is_known = node.key in keys or len(keys) < MOST_FLAME_FUNCTIONS
        if len(kept) < most and is_known and (node.above == _ROOT or node.above in kept):
            kept.add(index)
            keys.add(node.key)
    for index in range(len(nodes) - 1, -1, -1):
        node = nodes[index]
        if index not in kept and node.above != _ROOT:
            above = nodes[node.above].own
            above[:] = [mine + its for mine, its in zip(above, node.own, strict=True)]
    return sorted(kept)


def _unit(nodes: Sequence[_Node]) -> float:
    return max(sum(node.own[side] for node in nodes) for side in (0, 1)) / UNITS


def _frames(
    nodes: Sequence[_Node], kept: Sequence[int], functions: Mapping[Key, int], unit: float
) -> tuple[Frame, ...]:
    places = {index: place for place, index in enumerate(kept)}
    found = ((places.get(nodes[index].above, _ROOT), nodes[index]) for index in kept)
    return tuple(
        Frame(above, functions[node.key], *(round(own / unit) if unit else 0 for own in node.own), *node.calls)
        for above, node in found
    )
