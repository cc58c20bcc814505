"""What instruments left of some benchmarks (``schemas/explained-v1.json``): foreign text, bounded, and often absent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from reporter.ingest import instructions
from reporter.ingest import memory as memories
from reporter.ingest import profile as profiles
from reporter.records.explained import Explained
from reporter.shared.errors import InputError
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.ingest.memory import Benchmark as Allocating
    from reporter.ingest.memory import Memory
    from reporter.ingest.profile import Benchmark, Profile
    from reporter.records.instructions import Counts

FOLDER, FILE_NAME, DIFF_NAME = "instruments", "explained.json", "diff.txt"
_SIDES = ("base", "head")
MOST_RECORD, MOST_DIFF = 2**20, 64 * 2**20


class _Origin(msgspec.Struct):
    """What tells which measuring a record belongs to, also where the rest of it is broken."""

    started_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """The profiles of both sides, their ``memory`` by side, their counts by look, and the diff between them.

    ``problems`` say what there is not, in words. ``seconds`` is what all of it took.
    """

    names: tuple[str, ...]
    base: Sequence[Profile] = ()
    head: Sequence[Profile] = ()
    memory: Mapping[str, Memory] = field(default_factory=dict)
    counts: Sequence[tuple[Counts, Counts]] = ()
    diff: str = ""
    problems: tuple[str, ...] = ()
    seconds: float | None = None

    def of(self, name: str) -> tuple[list[Benchmark], list[Benchmark]]:
        """Return the profiles of one benchmark on base and head."""
        return _of(self.base, name), _of(self.head, name)

    def memory_of(self, name: str) -> tuple[Allocating, Allocating] | None:
        """Return what one benchmark allocates on base and head; ``None`` where one of them is not known."""
        found = [self.memory[side].benchmarks.get(name) for side in ("base", "head") if side in self.memory]
        known = [each for each in found if each is not None]
        return (known[0], known[1]) if len(known) == 2 else None


def _of(found: Sequence[Profile], name: str) -> list[Benchmark]:
    return [each.benchmarks[name] for each in found if name in each.benchmarks]


def read(measure: Path, started_at: float) -> Profiles | None:
    """Read what belongs to the measuring that started then; ``None`` where nothing was looked at.

    A file that is not as the instruments write it is a problem and no failure: the command could have written it.
    """
    folder = measure / FOLDER
    try:
        content = read_regular(folder / FILE_NAME, MOST_RECORD)
        belongs = msgspec.json.decode(content, type=_Origin).started_at == started_at
    except (OSError, msgspec.DecodeError, RecursionError):
        return None
    if not belongs:
        return None
    try:
        record = msgspec.json.decode(content, type=Explained)
    except msgspec.DecodeError as error:  # asked for again, it would be the same
        return Profiles(names=(), problems=(f"{FILE_NAME} is not as measuring writes it: {error}",))
    try:
        base, head = ([profiles.read(path) for path in _files(folder, record, f"profile-{side}")] for side in _SIDES)
        memory = {side: memories.read(path) for side in _SIDES for path in _files(folder, record, f"memory-{side}")}
        counts = [_looked(folder, record, name) for name in ("instructions", "instructions-again")]
    except InputError as error:
        return Profiles(names=record.names, problems=(error.what,), seconds=record.seconds)
    return Profiles(
        names=record.names,
        base=base,
        head=head,
        memory=memory,
        counts=[each for each in counts if each],
        diff=_diff(folder),
        problems=record.problems,
        seconds=record.seconds,
    )


def _looked(folder: Path, record: Explained, name: str) -> tuple[Counts, Counts] | None:
    """Return the counts of both sides by one look; ``None`` where one of them is not there."""
    found = [instructions.read(path) for side in _SIDES for path in _files(folder, record, f"{name}-{side}")]
    return (found[0], found[1]) if len(found) == len(_SIDES) else None


def _files(folder: Path, record: Explained, lead: str) -> list[Path]:
    return [folder / name for name in record.files if name.startswith(f"{lead}-")]


def _diff(folder: Path) -> str:
    try:
        return read_regular(folder / DIFF_NAME, MOST_DIFF).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
