"""What measure left behind: ``measure.json`` (``schemas/measure-v1.json``) and the result files of every run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, Literal, get_args

from reporter import fingerprints, memory_series
from reporter.checked import WHOLE_LIMIT, Checked, Origin, keys
from reporter.ingest import read_file, slices
from reporter.ingest.opening import read_bytes
from reporter.model import RunConditions, RunResources
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint, Notice, TooSlow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.ingest.reading import FileReading
    from reporter.ingest.slices import SlicedRun
    from reporter.model import ResourceUser

Side = Literal["base", "head"]
Status = Literal["complete", "failed", "interrupted", "empty", "skipped"]

_SIDES: tuple[Side, ...] = get_args(Side)
_STATUSES: tuple[Status, ...] = get_args(Status)
_CURE = "measure again"
_LONG_TEXT = 1_000_000
"""Characters of a command or a message: a script may be the command."""
_WORD = 200

_RECORD = keys(
    "schema name plan command status message head_sha base_sha started_at finished_at fingerprint runs warnings"
)
_RECORD_OPTIONAL = keys(
    "failed_side setup_seconds paired_seconds changed_benchmark_files time_limit_seconds time_limit_given service "
    "failure too_slow"
)
_RUN = keys(
    "index side batch pair exit_code signal complete started_at wall_seconds cpu_seconds peak_memory_bytes read_bytes "
    "written_bytes log results"
)
_RUN_OPTIONAL = keys("conditions memory service slices")
_SERVICE = keys("log port start_seconds exit_code signal cpu_seconds peak_memory_bytes read_bytes written_bytes memory")
_CONDITIONS = keys("busy_seconds steal_seconds frequency_before_hz frequency_after_hz")
_WARNING = keys("code text")
_FAILURE = keys("side commit what lines")
_TOO_SLOW = keys("run_seconds limit_seconds")
_TOO_SLOW_OPTIONAL = keys("at_least")


TELLING_PAIRS = 3
"""So many of the last pairs tell how long the next one takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """The readings of one complete run. ``pair`` is its pair or None; ``seconds`` is its time, where it is known.

    ``slices`` are those of its benchmarks, where it took turns with the other side of its pair.

    ``batch`` is one of ``Batch``.
    """

    side: Side
    batch: int
    pair: int | None
    seconds: float | None
    files: tuple[FileReading, ...]
    slices: Mapping[str, SlicedRun] = field(default_factory=dict)

    def benchmarks(self) -> int:
        """Count the benchmarks that ran."""
        return len({reading.name for file in self.files for reading in file.readings})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measuring, as far as it went. ``problems`` are result files that could not be read, the rest is good.

    ``seconds`` is the machine time of everything measured, ``paired_seconds`` that of the pairs among it, which may
    take ``time_limit_seconds``; somebody gave that limit if it is ``time_limit_given``. ``changed_files`` are benchmark
    files that were not the same on both sides of the pairs. ``has_service`` says that each run had a server of its own,
    and ``has_failure`` that something failed, also where measuring went on without it.
    """

    name: str
    plan: str
    command: str
    status: Status
    message: str | None
    head_sha: str | None
    base_sha: str | None
    finished_at: float
    seconds: float | None
    paired_seconds: float
    time_limit_seconds: float | None
    time_limit_given: bool
    has_service: bool
    changed_files: tuple[str, ...]
    fingerprint: Fingerprint
    runs: tuple[MeasuredRun, ...]
    resources: tuple[RunResources, ...]
    conditions: tuple[RunConditions, ...]
    warnings: tuple[Notice, ...]
    problems: tuple[InputError, ...]
    too_slow: TooSlow | None
    has_failure: bool

    def batch(self, side: str, number: int) -> list[tuple[FileReading, ...]]:
        """Give the files of each run of one side and batch that belongs to no pair, in the order of measuring."""
        return [run.files for run in self.runs if run.side == side and run.batch == number and run.pair is None]

    def formats(self) -> set[str]:
        """Name the formats of all result files."""
        return {file.format for run in self.runs for file in run.files}

    def pairs(self, number: int) -> list[tuple[tuple[FileReading, ...], tuple[FileReading, ...]]]:
        """Give (base, head) of each complete pair of a batch, in the order of measuring."""
        return [(base.files, head.files) for base, head in self._paired(number)]

    def slices(self, number: int) -> list[tuple[Mapping[str, SlicedRun], Mapping[str, SlicedRun]]]:
        """Return the slices of (base, head) of each complete pair of a batch; empty where it was not in lock-step."""
        return [(base.slices, head.slices) for base, head in self._paired(number)]

    def began(self, number: int) -> str:
        """Return the side that began each complete pair of a batch, as ``b`` or ``h``."""
        return "".join(next(iter(pair))[0] for pair in self._complete_pairs(number))

    def latest_pairs(self, number: int) -> tuple[float, int]:
        """Return the seconds that a pair of a batch takes of late, and how many benchmarks the latest one ran.

        Both are 0 before the first pair.
        """
        latest = self._paired(number)[-TELLING_PAIRS:]
        if not latest:
            return 0.0, 0
        return fmean(map(_seconds_of, latest)), latest[-1][1].benchmarks()

    def _paired(self, number: int) -> list[tuple[MeasuredRun, MeasuredRun]]:
        return [(pair["base"], pair["head"]) for pair in self._complete_pairs(number)]

    def _complete_pairs(self, number: int) -> list[dict[Side, MeasuredRun]]:
        """Return both runs of each complete pair, the one that began first."""
        sides: dict[int, dict[Side, MeasuredRun]] = {}
        for run in self.runs:
            if run.pair is not None and run.batch == number:
                sides.setdefault(run.pair, {})[run.side] = run
        return [pair for _, pair in sorted(sides.items()) if len(pair) == 2]


def _seconds_of(pair: tuple[MeasuredRun, MeasuredRun]) -> float:
    """Return what a pair took: in lock-step its runs went on at the same time."""
    seconds = [run.seconds or 0.0 for run in pair]
    return max(seconds) if any(run.slices for run in pair) else sum(seconds)


def load(folder: Path, format_name: str | None = None) -> Measurement:
    """Read a measuring and the result files of its complete runs.

    Raises:
        InputError: there is no ``measure.json`` in the folder, or it is not one; names the place.
    """
    origin = Origin(
        where=str(folder / "measure.json"),
        code="measure-record-broken",
        lead="this is not a record as measuring writes it: ",
        cure=_CURE,
    )
    return _measurement(Checked(_record(origin), origin, _RECORD, _RECORD_OPTIONAL), folder, format_name)


def _record(origin: Origin) -> dict[str, Any]:
    try:
        record = json.loads(read_bytes(Path(origin.where)))
    except InputError as error:
        if error.code != "no-such-file":
            raise origin.broken(f"the file cannot be used: {error.what}") from error
        raise InputError(
            "measure-record-missing",
            "nothing was measured here",
            where=origin.where,
            cure="run `benchverdict measure` first",
        ) from error
    except (ValueError, RecursionError) as error:
        raise origin.broken(f"the file is not JSON ({error})") from error
    if not isinstance(record, dict) or record.get("schema") != "measure/v1":
        raise InputError(
            "measure-record-version",
            "this is not a measure/v1 record",
            where=origin.where,
            cure="measure and report with the same version of Benchverdict",
        )
    return record


def _measurement(record: Checked, folder: Path, format_name: str | None) -> Measurement:
    problems: list[InputError] = []
    notices: list[Notice] = []
    runs = record.members("runs", _RUN, _RUN_OPTIONAL)
    alone = _unpaired_seconds(runs)
    record.number("started_at", 0, WHOLE_LIMIT)
    record.optional_choice("failed_side", _SIDES)
    record.optional_number("setup_seconds", 0, WHOLE_LIMIT)
    paired = record.optional_number("paired_seconds", 0, WHOLE_LIMIT)
    return Measurement(
        name=record.text("name"),
        plan=record.word("plan", _WORD),
        command=record.text("command", _LONG_TEXT),
        status=record.choice("status", _STATUSES),
        message=record.optional_text("message", _LONG_TEXT),
        head_sha=record.optional_word("head_sha", _WORD),
        base_sha=record.optional_word("base_sha", _WORD),
        finished_at=record.number("finished_at", 0, WHOLE_LIMIT),
        seconds=sum(alone) + (paired or 0.0) if alone or paired is not None else None,
        paired_seconds=paired or 0.0,
        time_limit_given=record.optional_flag("time_limit_given") is True,
        time_limit_seconds=record.optional_number("time_limit_seconds", 0, WHOLE_LIMIT),
        changed_files=record.lines("changed_benchmark_files"),
        fingerprint=fingerprints.from_json(record.member("fingerprint", fingerprints.MEMBERS)),
        runs=tuple(_runs(runs, folder, format_name, problems, notices)),
        has_service=record.absent_or_text("service") is not None,
        resources=tuple(used for run in runs if run.flag("complete") for used in _resources(run)),
        conditions=tuple(_conditions(run) for run in runs),
        warnings=(
            *(
                Notice(code=entry.word("code", _WORD), text=entry.text("text"))
                for entry in record.members("warnings", _WARNING)
            ),
            *notices[:1],
        ),
        problems=tuple(problems),
        too_slow=_too_slow(record.optional_member("too_slow", _TOO_SLOW, _TOO_SLOW_OPTIONAL)),
        has_failure=_has_failure(record.optional_member("failure", _FAILURE)),
    )


def _too_slow(found: Checked | None) -> TooSlow | None:
    if found is None:
        return None
    run, limit = (found.number(key, 0, WHOLE_LIMIT) for key in ("run_seconds", "limit_seconds"))
    return TooSlow(run_seconds=run, limit_seconds=limit, at_least=found.optional_flag("at_least") is True)


def _has_failure(found: Checked | None) -> bool:
    if found is None:
        return False
    found.optional_choice("side", _SIDES)
    found.optional_word("commit", _WORD)
    found.text("what")
    found.lines("lines")
    return True


def _resources(run: Checked) -> Iterator[RunResources]:
    """Give what the command of a run used, and its service if it had one."""
    side, wall = run.choice("side", _SIDES), run.optional_number("wall_seconds", 0, WHOLE_LIMIT)
    yield _used(run, "command", side, wall)
    service = run.optional_member("service", _SERVICE)
    if service is not None:
        yield _used(service, "service", side, wall)


def _used(by: Checked, user: ResourceUser, side: Side, wall: float | None) -> RunResources:
    def amount(key: str) -> float | None:
        known = by.optional_integer(key)
        return None if known is None else float(known)

    return RunResources(
        side=side,
        of=user,
        wall_seconds=wall,
        cpu_seconds=by.optional_number("cpu_seconds", 0),
        peak_memory_bytes=amount("peak_memory_bytes"),
        read_bytes=amount("read_bytes"),
        written_bytes=amount("written_bytes"),
        memory=memory_series.from_json(by.optional_member("memory", memory_series.MEMBERS)),
    )


def _runs(
    runs: list[Checked], folder: Path, format_name: str | None, problems: list[InputError], notices: list[Notice]
) -> Iterator[MeasuredRun]:
    """Return the complete runs with the files they left; each member of every run is checked."""
    pairs = set()
    for run in runs:
        side, batch, pair = run.choice("side", _SIDES), run.integer("batch"), run.optional_integer("pair")
        _check_numbers(run)
        names = run.lines("results")
        if not run.flag("complete"):
            continue
        if pair is not None and (batch, pair, side) in pairs:
            raise run.wrong("pair", "has two runs of one side")
        pairs.add((batch, pair, side))
        files = tuple(_files(run, names, folder, format_name, problems))
        sliced = run.absent_or_text("slices")
        if files:
            first = replace(files[0], used=tuple(_resources(run)))
            seconds = run.optional_number("wall_seconds", 0, WHOLE_LIMIT)
            yield MeasuredRun(
                side=side,
                batch=batch,
                pair=pair,
                seconds=seconds,
                files=(first, *files[1:]),
                slices=_slices(_inside(run, "slices", sliced, folder), notices) if sliced else {},
            )


def _slices(path: Path, notices: list[Notice]) -> Mapping[str, SlicedRun]:
    """Return the slices of a run; damaged ones are noticed, and the run counts as a whole."""
    try:
        return slices.read(path)
    except InputError as error:
        notices.append(Notice(code=error.code, text=f"the slices of a run were not used: {error.what}"))
        return {}


def _check_numbers(run: Checked) -> None:
    run.integer("index")
    run.number("started_at", 0, WHOLE_LIMIT)
    run.optional_integer("exit_code", -WHOLE_LIMIT)
    run.optional_number("cpu_seconds", 0)
    for key in ("signal", "peak_memory_bytes", "read_bytes", "written_bytes"):
        run.optional_integer(key)
    run.text("log")


def _unpaired_seconds(runs: list[Checked]) -> list[float]:
    walls = [(run.optional_integer("pair"), run.optional_number("wall_seconds", 0, WHOLE_LIMIT)) for run in runs]
    return [wall for pair, wall in walls if pair is None and wall is not None]


def _conditions(run: Checked) -> RunConditions:
    """Give what went on during a run; records of older versions do not tell."""
    around = run.optional_member("conditions", frozenset(), _CONDITIONS)
    known = {key: around.optional_number(key, 0, WHOLE_LIMIT) for key in _CONDITIONS} if around else {}
    return RunConditions(
        wall_seconds=run.optional_number("wall_seconds", 0, WHOLE_LIMIT),
        cpu_seconds=run.optional_number("cpu_seconds", 0),
        **known,
    )


def _files(
    run: Checked, names: tuple[str, ...], folder: Path, format_name: str | None, problems: list[InputError]
) -> Iterator[FileReading]:
    for name in names:
        path = _inside(run, "results", name, folder)
        try:
            yield read_file(path, format_name=format_name)
        except InputError as error:
            problems.append(error)


def _inside(run: Checked, key: str, name: str, folder: Path) -> Path:
    """Return the path of a file that a run names, which must lie in the folder of the measuring."""
    home = Path(os.path.realpath(folder))
    if "\0" in name:
        raise run.wrong(key, "holds a name that no file can have")
    path = Path(os.path.realpath(home / name))
    if not path.is_relative_to(home):
        raise run.wrong(key, f"names {name[:200]!r}, which leads out of the folder")
    return path
