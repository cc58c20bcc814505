"""The JSON beside the pages of a site: one kind of file for each kind of page (``schemas/site-*.json``).

Texts called ``label`` are fit to be shown: printable and bounded. Paths are relative to the top of the site.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from reporter.model import Better
from reporter.record import Record, Text, Unit, Whole
from reporter.records.machine import Fingerprint

INDEX: Final = "site-index/v1"
SUITE: Final = "site-suite/v1"
BENCHMARK: Final = "site-benchmark/v1"
COMMIT: Final = "site-commit/v1"
COMPARE: Final = "site-compare/v1"
RELEASE: Final = "site-release/v1"

Path = Annotated[str, Meta(pattern=r"^[a-z]+(?:/[0-9a-f]{24,64})?\.(?:html|json|js)\Z")]
Direction = Literal["worse", "better"]


class SuiteEntry(Record, frozen=True, kw_only=True):
    """A suite in the overview; ``newest`` is when its last session was measured, Unix seconds."""

    label: Text
    file: Path
    benchmarks: Whole
    sessions: Whole
    newest: float | None


class LastChange(Record, frozen=True, kw_only=True):
    """The newest change of level of a row; ``ratio`` is new/old level − 1."""

    label: Text
    page: Path | None
    measured_at: float | None
    ratio: float
    direction: Direction | None


class Row(Record, frozen=True, kw_only=True):
    """A benchmark and metric in the overview, on the machine with most sessions of those that still measure.

    ``spark`` has its last values, from 0 (the lowest of them) to 31.
    """

    suite: Whole
    label: Text
    page: Path
    metric: Text
    unit: Unit
    machine: Text
    value: float | None
    measured_at: float | None
    change: LastChange | None
    spark: tuple[int | None, ...]


class LevelChange(Record, frozen=True, kw_only=True):
    """A new level of a row: where it begins, both levels in base units, and new/old level − 1."""

    suite: Text
    label: Text
    page: Path
    metric: Text
    unit: Unit
    machine: Text
    commit: Text | None
    commit_page: Path | None
    measured_at: float | None
    before: float
    after: float
    ratio: float
    direction: Direction | None


class Index(Record, frozen=True, kw_only=True):
    """Beside the overview: every row, and the newest changes of level."""

    schema: Literal["site-index/v1"]
    generator: Text
    repository: Text | None
    suites: tuple[SuiteEntry, ...]
    changes: tuple[LevelChange, ...]
    rows: tuple[Row, ...]


class Machine(Record, frozen=True, kw_only=True):
    """What measured, and in which way; values of different machines are never compared."""

    label: Text
    plan: Text
    fingerprint: Fingerprint


class Moment(Record, frozen=True, kw_only=True):
    """A session of a suite: its commit and the page of that, when it was measured, and the number of its machine."""

    commit: Text | None
    label: Text
    page: Path | None
    measured_at: float | None
    machine: Whole


class Suite(Record, frozen=True, kw_only=True):
    """The sessions of a suite, oldest first, that all of its pages point into."""

    schema: Literal["site-suite/v1"]
    name: Text
    machines: tuple[Machine, ...]
    sessions: tuple[Moment, ...]


class LineChange(Record, frozen=True, kw_only=True):
    """A change of level in a line: the place of its first value in ``values``."""

    place: Whole
    before: float
    after: float
    ratio: float
    direction: Direction | None


class Line(Record, frozen=True, kw_only=True):
    """The values of one row on one machine, in the order of the sessions of that machine, from number ``first`` on.

    A value is that many times ten to the power of ``exponent``, in the unit of the metric. ``below`` and ``above`` say
    how far the lowest and the highest run are from it; they are empty where no session has several runs.
    """

    metric: Whole
    params: dict[Text, Text]
    label: Text
    machine: Whole
    first: Whole
    exponent: int
    values: tuple[int | None, ...]
    below: tuple[int | None, ...]
    above: tuple[int | None, ...]
    changes: tuple[LineChange, ...]
    recoded: tuple[int, ...]


class Metric(Record, frozen=True, kw_only=True):
    """What was measured, and which direction is good."""

    name: Text
    label: Text
    unit: Unit
    better: Better | None


class Benchmark(Record, frozen=True, kw_only=True):
    """Beside the page of a benchmark: its whole history. ``sessions`` names the file of its suite."""

    schema: Literal["site-benchmark/v1"]
    suite: Text
    name: Text
    label: Text
    sessions: Path
    metrics: tuple[Metric, ...]
    lines: tuple[Line, ...]


class Measuring(Record, frozen=True, kw_only=True):
    """A session in which a commit was measured, and how many rows it has."""

    suite: Text
    machine: Text
    measured_at: float | None
    rows: Whole


class Commit(Record, frozen=True, kw_only=True):
    """Beside the page of a commit: where it was measured, the new levels that begin with it, and its new benchmarks."""

    schema: Literal["site-commit/v1"]
    commit: Text
    label: Text
    address: Text | None
    sessions: tuple[Measuring, ...]
    changes: tuple[LevelChange, ...]
    added: tuple[Text, ...]


class ReleaseEntry(Record, frozen=True, kw_only=True):
    """A release that can be compared; it was measured at ``commit``, which is so many commits before it."""

    label: Text
    file: Path
    commit: Text
    page: Path | None
    distance: Whole


class ComparedRow(Record, frozen=True, kw_only=True):
    """A row of every release: one benchmark, metric and machine."""

    suite: Text
    label: Text
    page: Path
    metric: Text
    unit: Unit
    better: Better | None
    machine: Text


class Compare(Record, frozen=True, kw_only=True):
    """Beside the comparison: the releases, oldest first, and the rows that their values belong to."""

    schema: Literal["site-compare/v1"]
    releases: tuple[ReleaseEntry, ...]
    rows: tuple[ComparedRow, ...]


class Release(Record, frozen=True, kw_only=True):
    """The values of a release in base units, one for each row, and the numbers of the level and of the code of each.

    Values of different codes are not comparable; those of one level differ by noise alone.
    """

    schema: Literal["site-release/v1"]
    label: Text
    values: tuple[float | None, ...]
    levels: tuple[int | None, ...]
    codes: tuple[int | None, ...]
