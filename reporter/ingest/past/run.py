"""One past run, and how a past run is put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.ingest.read import finished
from reporter.ingest.reading import FileReading
from reporter.ingest.shape import clean
from reporter.shared.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from reporter.ingest.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """What one measuring left: its files, one for each run. ``measured_at`` is Unix seconds, ``plan`` as of a suite."""

    commit: str | None
    measured_at: float | None
    files: tuple[FileReading, ...]
    plan: str = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The runs, oldest first, and what could not be read."""

    runs: tuple[PastRun, ...]
    problems: tuple[InputError, ...] = ()


def past_run(
    path: Path,
    format_name: str,
    runs: Iterable[Sequence[Reading]],
    *,
    commit: str | None,
    measured_at: float | None,
    plan: str = "whole",
) -> PastRun:
    """Make a past run of the readings of each of its runs, their numbers judged as those of any result."""
    files = tuple(
        finished(
            FileReading(path=path, format=format_name, readings=tuple(readings), commit=commit, measured_at=measured_at)
        )
        for readings in runs
    )
    return PastRun(commit=commit, measured_at=measured_at, files=files, plan=plan)


def in_order(runs: Iterable[PastRun], problems: Iterable[InputError] = ()) -> Past:
    """Sort the runs by time; those without one come first."""
    return Past(runs=tuple(sorted(runs, key=_time)), problems=tuple(problems))


def choose_entry(names: Sequence[str], wanted: str | None, path: Path) -> UsageError:
    """Make the error of a file that holds several histories, or not the wanted one."""
    shown = ", ".join(repr(clean(name))[:100] for name in names[:20])
    what = f"there is no entry {wanted!r}" if wanted else f"it holds {len(names)} histories"
    return UsageError("history-entry", what, where=str(path), cure=f"choose one with --entry: {shown}")


def seconds(milliseconds: object) -> float | None:
    """Return a time in milliseconds as Unix seconds; ``None`` when it is no time."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)) or not 0 < milliseconds < 1e14:
        return None
    return milliseconds / 1000


def _time(run: PastRun) -> float:
    return run.measured_at if run.measured_at is not None else float("-inf")
