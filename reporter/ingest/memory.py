"""What one side allocates (``schemas/memory-v1.json``), as the instrument's plugin writes it: foreign text, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from reporter.ingest.instrument_file import read_as

if TYPE_CHECKING:
    from pathlib import Path

_Count = Annotated[int, Meta(ge=0, le=2**53)]
_Text = Annotated[str, Meta(max_length=300)]


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """A line that allocates: the innermost of the project, or else the innermost. Its ``text`` tells it on both sides.

    ``bytes`` and ``blocks`` are those that are there when most is allocated.
    """

    file: _Text
    place: Literal["project", "dependency", "standard", "generated"]
    line: Annotated[int, Meta(ge=0, le=10**9)]
    text: _Text
    bytes: _Count
    blocks: _Count


class Benchmark(Struct, frozen=True, forbid_unknown_fields=True):
    """What one call has allocated at most, in bytes, and the ``blocks`` that are there then; ``None``: not known."""

    peak: _Count
    blocks: _Count | None
    lines: Annotated[tuple[Line, ...], Meta(max_length=50)]


class Memory(Struct, frozen=True, forbid_unknown_fields=True):
    """What one run found; ``collected`` are the ids of all benchmarks of the command."""

    schema: Literal["memory/v1"]
    python: Annotated[str, Meta(max_length=40)]
    collected: Annotated[tuple[Annotated[str, Meta(max_length=10_000)], ...], Meta(max_length=2000)]
    benchmarks: Annotated[dict[str, Benchmark], Meta(max_length=2000)]


def read(path: Path) -> Memory:
    """Read what one run found.

    Raises:
        InputError: the file cannot be read, is too large, or is not as the plugin writes it.
    """
    return read_as(Memory, path, "what a run allocates")
