"""Counts of one process: ``instructions/v1`` (``schemas/instructions-v1.json``), as the pytest plugin writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.counts import Tool
from reporter.record import MANY, Line, Record, Text, Whole

SCHEMA = "instructions/v1"
MOST_BENCHMARKS = 2_000
MOST_BLOCKS = 10


class Block(Record, frozen=True):
    """What was counted in a block of calls: instructions, and those ``allocator`` ones of so many ``allocations``.

    ``threads`` were started. The nanoseconds are those of system calls: by the clock, and of the processor.
    """

    instructions: Whole
    allocator: Whole
    allocations: Whole
    threads: Whole
    system_calls: Whole
    elapsed_nanoseconds: Whole
    system_nanoseconds: Whole


class Signs(Record, frozen=True):
    """What else happened in blocks: other threads worked, children ended, and how often at least each had to wait."""

    threads: bool
    children: bool
    switches: Whole


class Benchmark(Record, frozen=True):
    """The blocks of a benchmark, each of so many ``calls``, and one of empty calls; none of what takes too long."""

    calls: Whole
    blocks: Annotated[tuple[Block, ...], Meta(max_length=MOST_BLOCKS)]
    empty: Block | None
    signs: Signs | None


class Counts(Record, frozen=True):
    """The whole file. ``why`` says why bytecodes had to do; ``collected`` are the ids of all benchmarks."""

    schema: Literal["instructions/v1"]
    python: Line
    tool: Tool
    why: Line | None
    collected: Annotated[tuple[Text, ...], MANY]
    benchmarks: Annotated[dict[Text, Benchmark], Meta(max_length=MOST_BENCHMARKS)]
