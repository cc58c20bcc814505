"""The logs of runs and set-up beside the report, where something failed: bounded, and with secrets masked."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.measure.record import RUNS_FOLDER, SETUP_FOLDER
from reporter.shared.files import opened, write_atomically
from reporter.shared.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reporter.ingest.measured import Measurement

FOLDER = "logs"
MOST_LOGS = 20
MOST_BYTES = 100_000
"""Bytes of a log that are kept: its end."""
_RUN_LOGS = ("log.txt", "service.txt")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]")


def write_logs(measurement: Measurement, measured: Path, report: Path) -> None:
    """Write ``logs/`` of a report folder, and remove what an earlier report left there. ``measured`` has the logs.

    What cannot be read, or leads elsewhere, is left out: the benchmark command could have laid it there.
    """
    for old in (path for lead in (RUNS_FOLDER, SETUP_FOLDER) for path in report.glob(f"{FOLDER}/{lead}-*.txt")):
        old.unlink(missing_ok=True)
    if measurement.status in ("failed", "empty") or measurement.failure:
        for name in islice(_names(measured), MOST_LOGS):
            text = _end_of(measured, name)
            if text:
                write_atomically(report / FOLDER / _flat(name), text)


def _names(measured: Path) -> Iterator[str]:
    """Return the paths of the logs below the folder: of the set-up, then of the runs, the last one first.

    A run that failed is the last, and may be in no record: measuring went on without it.
    """
    patterns = (f"{SETUP_FOLDER}/*.txt", *(f"{RUNS_FOLDER}/*/{name}" for name in _RUN_LOGS))
    setup, *runs = (sorted(measured.glob(pattern)) for pattern in patterns)
    latest_first = sorted((path for paths in runs for path in paths), reverse=True)
    yield from (path.relative_to(measured).as_posix() for path in (*setup, *latest_first))


def _end_of(measured: Path, name: str) -> str | None:
    """Return the end of a log from the beginning of a line, masked; ``None`` for what is no file of the folder."""
    try:
        home = measured.resolve()
        path = (home / name).resolve()
        if not path.is_relative_to(home):
            return None
        with opened(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - MOST_BYTES))
            data = file.read(MOST_BYTES)
    except (OSError, ValueError, RuntimeError):
        return None
    text = data.decode("utf-8", "replace")
    return masked(text.partition("\n")[2] if size > MOST_BYTES else text)


def _flat(name: str) -> str:
    return _NOT_IN_A_NAME.sub("_", "-".join(PurePosixPath(name).parts))[:120]
