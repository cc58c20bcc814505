"""What a format hands over: the contents of one result file, in base units, before runs are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from reporter.model import NO_FAILURES, Better, Failures, LoadCourse, Metric, RunResources
from reporter.shared.model import Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from reporter.shared.errors import InputError


class Reading(Struct, frozen=True, kw_only=True):
    """One benchmark and metric of one file.

    ``values`` are the round values in base units; empty when the tool kept none, then ``known`` maps statistic names
    (``reporter.model.STATISTICS``) to what the tool computed. With both, ``values`` are some of the rounds, and
    ``known`` is of all. A tool that starts fresh processes of its own hands over ``runs``, the values of each process,
    instead of ``values``; together they are one run of their side. ``error`` is the reason
    there is no usable value; a format need not check its numbers for that: ``read_file`` does so for all.

    The first reading of a benchmark is its main metric. ``params`` belong to the identity, ``details`` are shown only.
    ``group`` is the tool's own grouping, ``place`` the position in the file (``benchmarks[3]``).
    """

    name: str
    metric: Metric
    place: str
    params: tuple[tuple[str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    group: str | None = None
    values: Sequence[float] = ()
    runs: tuple[Sequence[float], ...] = ()
    known: Mapping[str, float] = {}
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPoint:
    """One moment of a load test: users, requests and failures so far, and times of the last seconds (nan: unknown).

    ``at`` is Unix seconds.
    """

    at: float
    users: float
    requests: float
    failures: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """Everything one result file says. ``commit`` and ``measured_at`` (Unix seconds) are ``None`` when it is silent.

    A ``companion`` is a file its tool writes beside the results (a log, a history, an index): known, and rightly
    without a benchmark. Any other file without readings is an error. ``load`` is the history of a load test, ``course``
    what is shown of it, ``failures`` what the tool says of failed requests. ``used`` is what the run used that wrote
    the file; of several files of one run the first one has it.
    """

    path: Path
    format: str
    readings: tuple[Reading, ...]
    fingerprint: Fingerprint = field(default_factory=Fingerprint)
    commit: str | None = None
    measured_at: float | None = None
    warnings: tuple[Notice, ...] = ()
    companion: bool = False
    load: tuple[LoadPoint, ...] = ()
    course: LoadCourse | None = None
    failures: Failures = NO_FAILURES
    used: tuple[RunResources, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A result file opened once for all formats: decoded text, and the JSON value when it is JSON (else ``None``).

    ``json_error`` says what is wrong with a text that begins like JSON and is not; it becomes the user's error unless
    a format knows the text for its own.

    Of a file too large to be held, ``text`` is the beginning and ``source`` gives all lines again. Only formats that
    read by ``lines`` (``registry.STREAMED``) are handed such a document.
    """

    path: Path
    text: str
    json: Any = None
    json_error: InputError | None = None
    source: Callable[[], Iterator[str]] | None = None

    def lines(self) -> Iterator[str]:
        """Return the lines with their ends, of a large file in pieces of at most ``opening.LONGEST_PIECE``."""
        return _lines(self.text) if self.source is None else self.source()


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What ``docs/formats.md`` says of a format: the page is made of these.

    ``command`` is one that makes such a file; ``samples`` says where the single values come from, ``lost`` what the
    file holds, or the tool knows, and is not read.
    """

    versions: str
    command: str
    samples: str
    metrics: str
    lost: str


class Format(Protocol):
    """One result format: one module in ``reporter/ingest`` and one line in the registry."""

    @property
    def name(self) -> str:
        """Name the format as ``--input-format`` does: the tool's own name in lower case."""

    @property
    def about(self) -> About:
        """Return for people what is read of it."""

    def score(self, document: Document) -> float:
        """Return how surely the content is of this format, 0 (not at all) to 1. Never by file name; never raises."""

    def read(self, document: Document) -> FileReading:
        """Read all benchmarks.

        Raises:
            InputError: the file is of this format and broken; names the place.
        """


class Declared(Protocol):
    """What the configuration says of a metric whose unit or direction its tool does not tell.

    ``factor`` turns the tool's numbers into the base unit ``unit``.
    """

    @property
    def unit(self) -> str | None:
        """Name the base unit; ``None`` keeps the tool's."""

    @property
    def factor(self) -> float:
        """Return what a number of the tool is multiplied with."""

    @property
    def better(self) -> Better | None:
        """Return which direction is good."""
