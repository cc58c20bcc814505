"""What the pages about several suites need of each: collected while suites are read one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.records import site as records


@dataclass(slots=True, kw_only=True)
class AtCommit:
    """What is known of one commit."""

    sessions: list[records.Measuring] = field(default_factory=list)
    changes: list[records.LevelChange] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release by the name of its tag: its commit, and those before it, the nearest first."""

    label: str
    commits: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class AtRelease:
    """The values of a release, one for each compared row so far, and which level and which code each belongs to.

    ``commit`` is where it was measured, so many commits before it; ``None`` where it was not.
    """

    release: Release
    values: list[float | None] = field(default_factory=list)
    levels: list[int | None] = field(default_factory=list)
    codes: list[int | None] = field(default_factory=list)
    commit: str | None = None
    distance: int = 0

    def add_unknown(self) -> None:
        """Add a row that was not measured."""
        self.values.append(None)
        self.levels.append(None)
        self.codes.append(None)


@dataclass(slots=True, kw_only=True)
class Found:
    """Everything that outlives its suite. ``machines`` says of each change where it was measured (``machine_key``)."""

    suites: list[records.SuiteEntry] = field(default_factory=list)
    rows: list[records.Row] = field(default_factory=list)
    commits: dict[str, AtCommit] = field(default_factory=dict)
    changes: list[records.LevelChange] = field(default_factory=list)
    machines: list[str] = field(default_factory=list)
    releases: list[AtRelease] = field(default_factory=list)
    compared: list[records.ComparedRow] = field(default_factory=list)

    def at(self, commit: str) -> AtCommit:
        """Return what is known of a commit, nothing at first."""
        return self.commits.setdefault(commit, AtCommit())
