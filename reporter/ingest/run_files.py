"""The files of one run, as people name them: one file, or a folder with everything the tools wrote in that run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from reporter.ingest.read import read_file
from reporter.ingest.reading import FileReading
from reporter.shared.errors import InputError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


_NO_RESULT = frozenset(("unknown-format", "empty-file", "not-text"))
"""What is wrong with the other files of a folder (pages, pictures, logs) when they are simply no results."""


def read_run(path: Path, format_name: str | None, problems: list[InputError]) -> list[FileReading]:
    """Read a run: a result file, or all result files of a folder; what cannot be read joins ``problems``.

    Files of a folder that are no results are passed over, with one notice that counts them.
    """
    if not path.is_dir():
        try:
            return [read_file(path, format_name=format_name)]
        except InputError as error:
            problems.append(error)
            return []
    found: list[FileReading] = []
    others: list[Path] = []
    wrong = len(problems)
    for file in _files_below(path):
        try:
            found.append(read_file(file, format_name=format_name))
        except InputError as error:
            others.extend([file] if error.code in _NO_RESULT else [])
            problems.extend([] if error.code in _NO_RESULT else [error])
    if not found and len(problems) == wrong:
        cure = "name the folder the tool wrote into, or the result file itself"
        problems.append(InputError("no-result-file", "no file in this folder is a result", where=str(path), cure=cure))
    return _with_notice(found, others, path)


def together(runs: Sequence[Sequence[FileReading]]) -> list[list[FileReading]]:
    """Let a file that its tool wrote beside the results join the run of the file before it: it is no run itself.

    At the beginning it joins the first run that follows. A run whose file could not be read stays, empty.
    """
    joined: list[list[FileReading]] = []
    waiting: list[FileReading] = []
    for run in runs:
        if not run or not all(file.companion for file in run):
            joined.append([*waiting, *run] if run else [])
            waiting = [] if run else waiting
        elif joined and joined[-1]:
            joined[-1].extend(run)
        else:
            waiting.extend(run)
    return [*joined, waiting] if waiting else joined


def inner_runs(run: Sequence[FileReading]) -> list[list[FileReading]]:
    """Return each run that the tool made for a file as a run of its own, to show what was read.

    What a file has once comes with its first run. Nothing is decided on such runs: they are not independent.
    """
    height = max((len(reading.runs) for file in run for reading in file.readings), default=0) or 1
    return [[_inner_run(file, number) for file in run] for number in range(height)]


def _inner_run(file: FileReading, number: int) -> FileReading:
    readings = tuple(
        structs.replace(reading, runs=reading.runs[number : number + 1])
        for reading in file.readings
        if number < max(1, len(reading.runs))
    )
    if not number:
        return replace(file, readings=readings)
    return FileReading(path=file.path, format=file.format, readings=readings, fingerprint=file.fingerprint)


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _with_notice(found: list[FileReading], others: Sequence[Path], folder: Path) -> list[FileReading]:
    if not found or not others:
        return found
    text = f"{len(others)} files in {folder} are no results and were passed over, the first of them {others[0].name}."
    notice = Notice(code="files-passed-over", text=text)
    return [replace(found[0], warnings=(*found[0].warnings, notice)), *found[1:]]
