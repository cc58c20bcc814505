"""The results folder of asv: every ``MACHINE/COMMIT-ENVIRONMENT.json`` is a past run.

asv keeps the date of the commit, so that is the time of the run, and where it stands in the history. A file that cannot
be read is a problem of its own; the others are imported.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.ingest import asv
from reporter.ingest.opening import open_document
from reporter.ingest.past.run import Past, PastRun, in_order, seconds
from reporter.ingest.read import read_file
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_NO_RESULTS = frozenset(("benchmarks.json", "machine.json"))


def read(folder: Path) -> Past:
    """Read all results below the folder; see ``read_past``."""
    paths = sorted(path for path in folder.rglob("*.json") if path.name not in _NO_RESULTS)
    runs: list[PastRun] = []
    problems: list[InputError] = []
    for path in paths:
        try:
            run = _run(path)
            runs.extend([run] if not run.files[0].companion else [])
        except InputError as error:
            problems.append(error)
    if not runs and not problems:
        cure = "name the folder in which asv keeps its results, or a file"
        raise InputError("unknown-history", "there is no result of asv in this folder", where=str(folder), cure=cure)
    return in_order(runs, problems)


def _run(path: Path) -> PastRun:
    file = read_file(path, format_name=asv.name)
    root = open_document(path).json
    measured_at = seconds(root.get("date") if isinstance(root, dict) else None)
    return PastRun(commit=file.commit, measured_at=measured_at, files=(replace(file, measured_at=measured_at),))
