"""Profiles of one side (``schemas/profile-v1.json``), as the instrument's plugin writes them: foreign text, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from reporter.ingest.instrument_file import read_as

if TYPE_CHECKING:
    from pathlib import Path

ROOT = -1
"""The caller of what the benchmark itself calls."""
MOST_STACKS = 10_000
_MOST = 2**53

_Count = Annotated[int, Meta(ge=0, le=_MOST)]
_Index = Annotated[int, Meta(ge=ROOT, le=1000)]
_Line = Annotated[int, Meta(ge=0, le=10**9)]
_Text = Annotated[str, Meta(max_length=300)]
_Caller = Annotated[tuple[_Index, _Count], Meta()]


class Function(Struct, frozen=True, forbid_unknown_fields=True):
    """One function of a benchmark. Counts are of one call of the benchmark, and ``None`` where they are not known.

    ``line`` and ``last`` are its first and last lines, ``uses`` those that bind the names it uses outside of functions.
    ``code`` stays the same while the function only moves. ``native`` counts calls of C, ``seconds`` are its own, with
    those of the C code that it called. ``callers`` are indexes of functions, with numbers of calls, or
    in samples, which have none, with its picoseconds below them.
    """

    file: _Text
    name: _Text
    place: Literal["project", "dependency", "standard", "generated"]
    line: _Line
    last: _Line
    code: _Text
    calls: _Count | None
    bytecodes: _Count | None
    native: _Count | None
    seconds: Annotated[float, Meta(ge=0, le=1e9)] | None
    callers: Annotated[tuple[_Caller, ...], Meta(max_length=1001)]
    uses: Annotated[tuple[tuple[_Line, _Line], ...], Meta(max_length=20)]

    @property
    def key(self) -> tuple[str, str]:
        """What is the same on both sides."""
        return self.file, self.name


class Stack(Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """A function below all that called it: the node ``above``, the index of the ``function``, what it does there.

    In samples ``calls`` are 0, and its own nanoseconds stand for the bytecodes, by which its time is shared out.
    """

    above: Annotated[int, Meta(ge=ROOT, le=MOST_STACKS)]
    function: Annotated[int, Meta(ge=0, le=1000)]
    calls: _Count
    bytecodes: _Count | None


class Benchmark(Struct, frozen=True, forbid_unknown_fields=True):
    """The profile of one benchmark, made of so many ``blocks`` of calls under cProfile.

    ``stacks`` are the tree of calls of the call that was counted; a node comes after the one above it.
    """

    blocks: _Count
    functions: Annotated[tuple[Function, ...], Meta(max_length=1000)]
    stacks: Annotated[tuple[Stack, ...], Meta(max_length=MOST_STACKS)] = ()

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for a node that is not below an earlier one, or of no function."""
        for index, stack in enumerate(self.stacks):
            if stack.above >= index or stack.function >= len(self.functions):
                raise ValueError(f"stacks: the node {index} is below none, or of no function")


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """What one run found. ``collected`` are the ids of all benchmarks of the command, by which others are named."""

    schema: Literal["profile/v1"]
    python: Annotated[str, Meta(max_length=40)]
    collected: Annotated[tuple[Annotated[str, Meta(max_length=10_000)], ...], Meta(max_length=2000)]
    benchmarks: Annotated[dict[str, Benchmark], Meta(max_length=2000)]


def read(path: Path) -> Profile:
    """Read one profile.

    Raises:
        InputError: the file cannot be read, is too large, or is not as the plugin writes it.
    """
    return read_as(Profile, path, "a profile")
