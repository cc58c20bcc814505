"""``measure.json`` (``schemas/measure-v1.json``): what measure did, rewritten atomically after every run."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from reporter.measure import wording
from reporter.measure.conditions import Conditions
from reporter.measure.selecting.decision import Selection
from reporter.shared.errors import UsageError
from reporter.shared.files import read_json, unfinished_of, write_whole
from reporter.shared.masking import masked_json
from reporter.shared.model import Fingerprint, MemorySeries, Notice, TooSlow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME = "measure.json"
RUNS_FOLDER = "runs"
SETUP_FOLDER = "setup"
SCHEMA = "measure/v1"
_RUN_FOLDER_NAME = re.compile(r"\d{3,}-(?:base|head)")
INSTRUMENTS_FOLDER = "instruments"
BASES_FOLDER = "bases"
_BESIDE_RUNS = {INSTRUMENTS_FOLDER, BASES_FOLDER, SETUP_FOLDER}
CURE_OTHER_FOLDER = "give another folder (--output; of benchverdict --root), or empty this one yourself"


@dataclass(frozen=True)
class ServiceRecord:
    """The service of one run. What it cost counts from when it was healthy to when it was stopped.

    ``start_seconds`` is what it took to be healthy, with its reset, and ``spans`` the file of the spans that it sent.
    """

    log: str
    port: int
    start_seconds: float | None = None
    exit_code: int | None = None
    signal: int | None = None
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    memory: MemorySeries | None = None
    spans: str | None = None


@dataclass(frozen=True)
class RunRecord:
    """One run: one fresh process. Paths are relative to ``measure.json``; unknown is ``None``."""

    index: int
    side: str
    batch: int
    started_at: float
    log: str
    pair: int | None = None
    exit_code: int | None = None
    signal: int | None = None
    complete: bool = False
    wall_seconds: float | None = None
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    results: tuple[str, ...] = ()
    conditions: Conditions | None = None
    memory: MemorySeries | None = None
    service: ServiceRecord | None = None
    slices: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """What the run took, with the start of its service."""
        start = self.service.start_seconds if self.service else None
        return None if self.wall_seconds is None else self.wall_seconds + (start or 0.0)


@dataclass(frozen=True)
class Failure:
    """What failed: ``what`` happened, the ``side`` (``None``: both) at its ``commit``, and the last lines printed.

    Secrets in the ``lines`` are masked; there are at most ten.
    """

    side: str | None
    commit: str | None
    what: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """The content of ``measure.json``. Times are Unix seconds."""

    name: str
    plan: str
    command: str
    status: str
    message: str | None
    head_sha: str | None
    base_sha: str | None
    started_at: float
    finished_at: float
    fingerprint: Fingerprint
    runs: tuple[RunRecord, ...] = ()
    warnings: tuple[Notice, ...] = ()
    failed_side: str | None = None
    setup_seconds: float | None = None
    paired_seconds: float | None = None
    changed_benchmark_files: tuple[str, ...] = ()
    time_limit_seconds: float | None = None
    time_limit_given: bool | None = None
    service: str | None = None
    failure: Failure | None = None
    too_slow: TooSlow | None = None
    out_of_time: bool | None = None
    selected: Selection | None = None
    split: str | None = None


def write(record: Record, folder: Path) -> None:
    """Put ``measure.json`` in place whole or not at all, also when this process is killed meanwhile; without secrets.

    Raises:
        UsageError: the folder cannot be written.
    """
    content = {"schema": SCHEMA, **asdict(record), "fingerprint": record.fingerprint.to_json()}
    text = json.dumps(masked_json(content), indent=1, allow_nan=False)
    with writing_to(folder):
        write_whole(folder / FILE_NAME, text + "\n")


def load(folder: Path) -> Record:
    """Read a ``measure.json`` that measure wrote.

    Raises:
        UsageError: there is none, or it is not one.
    """
    path = folder / FILE_NAME
    try:
        return _record(**read_json(path))
    except OSError as error:
        what = f"cannot read {FILE_NAME}: {error.strerror or error}"
        raise UsageError("no-measure", what, where=str(path), cure="measure without --next first") from None
    except (ValueError, TypeError, KeyError) as error:
        what = f"this is no {SCHEMA} file: {error}"
        raise UsageError("no-measure", what, where=str(path), cure=CURE_OTHER_FOLDER) from None


def was_cut_short(folder: Path) -> bool:
    """Whether the measuring that left its record in a folder was killed: it had no time to say how it ended."""
    try:
        content = read_json(folder / FILE_NAME)
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("message") == wording.cut_short()


def prepare(folder: Path) -> None:
    """Make an output folder that holds nothing of an earlier measurement.

    Only what measure made is removed. A folder with other things in it and no ``measure.json`` is left alone.

    Raises:
        UsageError: the folder is somebody else's, or cannot be written.
    """
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            _check_ours(folder)
            for run in _run_folders(folder):
                shutil.rmtree(run)
            for old in (*folder.glob(f"{SETUP_FOLDER}/*.txt"), *unfinished_of(folder / FILE_NAME)):
                old.unlink()
            (folder / FILE_NAME).unlink(missing_ok=True)
        (folder / RUNS_FOLDER).mkdir(exist_ok=True)


def fresh_run_folder(folder: Path, index: int, side: str) -> Path:
    """Make the empty folder of one run; what an interrupted run of that number left is removed.

    Raises:
        UsageError: it cannot be made.
    """
    run = folder / RUNS_FOLDER / f"{index:03d}-{side}"
    with writing_to(run):
        if run.exists():
            shutil.rmtree(run)
        run.mkdir(parents=True)
    return run


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn what can go wrong with a disk into a ``UsageError`` that names the folder."""
    try:
        yield
    except OSError as error:
        what = f"cannot write here: {error.strerror or error}"
        cure = "make room or permissions there, or give another folder (--output; of benchverdict --root)"
        raise UsageError("cannot-write", what, where=str(folder), cure=cure) from None


def _check_ours(folder: Path) -> None:
    """Let an existing folder be cleared only when its measure.json proves that measure filled it.

    Profiles, and sides that were set up for them, come without one.
    """
    if {path.name for path in folder.iterdir()} <= _BESIDE_RUNS:
        return
    runs = folder / RUNS_FOLDER
    if not (folder / FILE_NAME).is_file() or runs.is_symlink():
        what = "the output folder holds files that measure did not write"
        raise UsageError("foreign-folder", what, where=str(folder), cure=CURE_OTHER_FOLDER)
    load(folder)


def _run_folders(folder: Path) -> Iterator[Path]:
    for path in folder.glob(f"{RUNS_FOLDER}/*"):
        if _RUN_FOLDER_NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            yield path


def _record(*, schema: str, **content: Any) -> Record:
    if schema != SCHEMA:
        raise ValueError(f"its schema is {schema!r}")
    content.pop("can_pair", None)  # records of older versions have it
    return Record(
        **{
            **content,
            "fingerprint": _fingerprint(**content["fingerprint"]),
            "runs": tuple(map(_run, content["runs"])),
            "warnings": tuple(Notice(**warning) for warning in content["warnings"]),
            "changed_benchmark_files": tuple(content.get("changed_benchmark_files", ())),
            "failure": _failure(content.get("failure")),
            "selected": _selected(content.get("selected")),
            "too_slow": TooSlow(**content["too_slow"]) if content.get("too_slow") else None,
        }
    )


def _fingerprint(*, details: dict[str, str], **known: Any) -> Fingerprint:
    return Fingerprint(**known, details=tuple(dict(details).items()))


def _failure(content: dict[str, Any] | None) -> Failure | None:
    return Failure(**{**content, "lines": tuple(content["lines"])}) if content else None


def _selected(content: dict[str, Any] | None) -> Selection | None:
    return Selection(tuple(content["measured"]), tuple(content["left_out"])) if content else None


def _run(content: dict[str, Any]) -> RunRecord:
    conditions, service = content.get("conditions"), content.get("service")
    read = {
        "results": tuple(content["results"]),
        "conditions": Conditions(**conditions) if conditions else None,
        "memory": _memory(content),
        "service": ServiceRecord(**{**service, "memory": _memory(service)}) if service else None,
    }
    return RunRecord(**{**content, **read})


def _memory(content: dict[str, Any]) -> MemorySeries | None:
    memory = content.get("memory")
    return MemorySeries.from_json(memory) if memory else None
