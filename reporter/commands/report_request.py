"""What ``report`` is asked for, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.ingest import read_file
from reporter.pipeline import counting
from reporter.render.links import NO_LINKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reporter.commands.build_report import GateOptions
    from reporter.config import Config
    from reporter.decide.gate import Wanted as WantedOfGate
    from reporter.ingest import FileReading
    from reporter.model import Baseline, Override, Report
    from reporter.render.links import Links
    from reporter.shared.errors import InputError
    from reporter.shared.next_step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What ``report`` was called with.

    ``may_confirm`` says that the caller measures the head again when asked to, ``needs_pairs`` that nothing else than
    pairs will do, ``by_counts`` that instructions decide alone, ``saving`` that the snapshot becomes the next baseline.
    ``home`` is the address of Benchverdict's own repository, to which messages lead, and ``links`` are those of the
    project. The files of the benchmarks are looked for in the ``workspace``, to tell when one became another. ``read``
    reads result files.
    """

    measure: Path
    baseline: str | None
    output: Path
    format: str | None
    gate: GateOptions
    may_confirm: bool = True
    compare: bool = True
    needs_pairs: bool = False
    by_counts: bool = False
    saving: bool = False
    workspace: Path | None = None
    override: Override | None = None
    home: str | None = None
    links: Links = NO_LINKS
    read: Callable[..., FileReading] = read_file

    @property
    def wanted(self) -> WantedOfGate:
        """What the comparison is for; a run that saves a baseline asks for none."""
        if self.saving or not self.compare:
            return "nothing"
        return "verdict" if self.may_confirm else "advice"

    def counts(self, config: Config) -> counting.Wanted:
        """Return what instruments are to count of every benchmark; nothing where no verdict is wanted."""
        if self.wanted == "nothing":
            return counting.NOT_WANTED
        return counting.wanted(self.gate.verdicts(config), config, alone=self.by_counts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reported:
    """A finished report: its exit code, the snapshot to save as the next baseline, and what to measure next.

    There is a snapshot when measuring was complete and unpaired, a next step while pairs are not decided or suspects of
    a baseline not confirmed. ``problems`` are the result files that could not be read.
    """

    report: Report
    exit_code: int
    snapshot: Baseline | None = None
    next_step: Step | None = None
    problems: tuple[InputError, ...] = ()
