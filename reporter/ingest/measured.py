"""What measure left behind: ``measure.json`` (``schemas/measure-v1.json``) and the result files of every run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reporter.errors import InputError
from reporter.ingest import read_file
from reporter.model import Fingerprint, Notice, RunResources

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.ingest.reading import FileReading


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRun:
    """The readings of one complete run. ``batch`` 0 is the first look, 1 the second; ``pair`` is its pair or None."""

    side: str
    batch: int
    pair: int | None
    files: tuple[FileReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measuring, as far as it went. ``problems`` are result files that could not be read, the rest is good.

    ``seconds`` is the machine time of everything measured, ``paired_seconds`` that of the pairs among it.
    ``can_pair`` says that a second look can take the base from this clone, ``changed_files`` are benchmark files that
    were not the same on both sides of the pairs.
    """

    name: str
    plan: str
    command: str
    status: str
    message: str | None
    head_sha: str | None
    base_sha: str | None
    finished_at: float
    seconds: float | None
    paired_seconds: float
    can_pair: bool
    changed_files: tuple[str, ...]
    fingerprint: Fingerprint
    runs: tuple[MeasuredRun, ...]
    resources: tuple[RunResources, ...]
    warnings: tuple[Notice, ...]
    problems: tuple[InputError, ...]

    def batch(self, side: str, number: int) -> list[tuple[FileReading, ...]]:
        """Give the files of each run of one side and batch that belongs to no pair, in the order of measuring."""
        return [run.files for run in self.runs if run.side == side and run.batch == number and run.pair is None]

    def formats(self) -> set[str]:
        """Name the formats of all result files."""
        return {file.format for run in self.runs for file in run.files}

    def pairs(self, number: int) -> list[tuple[tuple[FileReading, ...], tuple[FileReading, ...]]]:
        """Give (base, head) of each complete pair of a batch, in the order of measuring."""
        sides: dict[int, dict[str, tuple[FileReading, ...]]] = {}
        for run in self.runs:
            if run.pair is not None and run.batch == number:
                sides.setdefault(run.pair, {})[run.side] = run.files
        return [(pair["base"], pair["head"]) for _, pair in sorted(sides.items()) if len(pair) == 2]


def load(folder: Path, format_name: str | None = None) -> Measurement:
    """Read a measuring and the result files of its complete runs.

    Raises:
        InputError: there is no ``measure.json`` in the folder, or it is not one.
    """
    path = folder / "measure.json"
    record = _record(path)
    try:
        return _measurement(record, folder, format_name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            "measure-record-broken",
            f"the record of measuring does not have the expected shape ({type(error).__name__}: {error})",
            where=str(path),
            cure="measure again",
        ) from error


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            "measure-record-missing",
            "nothing was measured here",
            where=str(path),
            cure="run `benchverdict measure` first",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            "measure-record-broken", f"the record of measuring cannot be read: {error}", where=str(path),
            cure="measure again",
        ) from error  # fmt: skip
    if not isinstance(record, dict) or record.get("schema") != "measure/v1":
        raise InputError(
            "measure-record-version",
            "this is not a measure/v1 record",
            where=str(path),
            cure="measure and report with the same version of Benchverdict",
        )
    return record


def _measurement(record: dict[str, Any], folder: Path, format_name: str | None) -> Measurement:
    runs: list[MeasuredRun] = []
    problems: list[InputError] = []
    for run in record["runs"]:
        if not run["complete"]:
            continue
        files = _files(run["results"], folder, format_name, problems)
        if files:
            runs.append(MeasuredRun(side=run["side"], batch=run["batch"], pair=run["pair"], files=files))
    fingerprint = dict(record["fingerprint"])
    details = fingerprint.pop("details")
    return Measurement(
        name=str(record["name"]),
        plan=str(record["plan"]),
        command=str(record["command"]),
        status=str(record["status"]),
        message=record["message"],
        head_sha=record["head_sha"],
        base_sha=record["base_sha"],
        finished_at=float(record["finished_at"]),
        seconds=_seconds(record),
        paired_seconds=float(record.get("paired_seconds") or 0.0),
        can_pair=record.get("can_pair") is True,
        changed_files=tuple(str(name) for name in record.get("changed_benchmark_files") or ()),
        fingerprint=Fingerprint(**fingerprint, details=tuple((str(key), str(details[key])) for key in sorted(details))),
        runs=tuple(runs),
        resources=tuple(_resources(run) for run in record["runs"] if run["complete"]),
        warnings=tuple(Notice(code=str(entry["code"]), text=str(entry["text"])) for entry in record["warnings"]),
        problems=tuple(problems),
    )


def _resources(run: dict[str, Any]) -> RunResources:
    def number(key: str) -> float | None:
        return None if run[key] is None else float(run[key])

    return RunResources(
        side="base" if run["side"] == "base" else "head",
        wall_seconds=number("wall_seconds"),
        cpu_seconds=number("cpu_seconds"),
        peak_memory_bytes=number("peak_memory_bytes"),
        read_bytes=number("read_bytes"),
        written_bytes=number("written_bytes"),
    )


def _seconds(record: dict[str, Any]) -> float | None:
    """Give the machine time of all runs; of pairs what measuring them took, with the runs that were discarded."""
    walls = [run["wall_seconds"] for run in record["runs"] if run["pair"] is None and run["wall_seconds"] is not None]
    paired = record.get("paired_seconds")
    return float(sum(walls) + (paired or 0.0)) if walls or paired is not None else None


def _files(
    names: list[str], folder: Path, format_name: str | None, problems: list[InputError]
) -> tuple[FileReading, ...]:
    files = []
    for name in names:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise ValueError(f"the result path {name!r} leads out of the folder")
        try:
            files.append(read_file(path, format_name=format_name))
        except InputError as error:
            problems.append(error)
    return tuple(files)
