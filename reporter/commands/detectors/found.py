"""What a detector gives back: what it found, where, why it counts, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.commands.detectors.project import Project

Language = Literal["python", "go", "rust", "cmake", "node", "gradle", "maven", "dotnet", "k6", "shell"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that shows a tool in use. ``file`` is relative to the project, ``line`` counts from 1."""

    file: str
    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A benchmark tool in use, and how it is run.

    ``command`` runs in ``folder`` and is empty where no format of the tool is read; then ``notes`` say so. ``results``
    are the files of a tool that chooses its own names. ``setup`` is what has to happen before in a fresh checkout, such
    as a build. ``packages`` are those that the command needs and the project may not install by itself. A load test is
    chosen only where nothing else is there.
    """

    tool: str
    language: Language
    evidence: tuple[Evidence, ...]
    command: str
    folder: str = "."
    results: tuple[str, ...] = ()
    setup: str = ""
    packages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_load_test: bool = False

    @property
    def files(self) -> int:
        """How many files show it."""
        return len({entry.file for entry in self.evidence})


class Detector(Protocol):
    """Looks for one tool. A new one is a module with such a function, and its line in ``registry``."""

    def __call__(self, project: Project, /) -> Iterable[Found]:
        """Return the suites of the tool, one for each folder that it has to be run in."""
