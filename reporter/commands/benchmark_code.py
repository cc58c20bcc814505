"""The code of the benchmarks of a suite, and where it is, where their names lead to files of the workspace."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.ingest.code_digest import digest_of, python_file
from reporter.model import Definition
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reporter.ingest.code_digest import PythonFile
    from reporter.model import Report, Suite

MAX_FILES = 2_000
_LONGEST_PATH = 300
MAX_FILE_BYTES = 1_000_000
MAX_ENTRIES = 50_000
"""Names in the workspace that are looked through for files that are not where their names say."""

_NOT_OURS = frozenset(("node_modules", "site-packages", "target", "build", "dist"))


@dataclass(frozen=True, slots=True)
class Code:
    """The digest of what a benchmark does, and where it is defined."""

    digest: str
    defined: Definition


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the workspace by its path there; ``parsed`` is ``None`` where it is no Python."""

    path: str
    content: bytes
    parsed: PythonFile | None


def with_code(suite: Suite, workspace: Path | None) -> Suite:
    """Return each benchmark with its code; that stays unknown where no file of the workspace is meant."""
    if workspace is None:
        return suite
    codes = codes_of((benchmark.name for benchmark in suite.benchmarks), workspace)
    if not codes:
        return suite
    found = ((benchmark, codes.get(benchmark.name)) for benchmark in suite.benchmarks)
    known = tuple(replace(each, code=code.digest, defined=code.defined) if code else each for each, code in found)
    return replace(suite, benchmarks=known)


def with_definitions(report: Report, head: Suite) -> Report:
    """Return a report whose rows lead to where the head defines their benchmarks."""
    places = {benchmark.name: benchmark.defined for benchmark in head.benchmarks if benchmark.defined}
    if not places:
        return report
    rows = tuple(replace(row, defined=places.get(row.comparison.name)) for row in report.assessments)
    return replace(report, assessments=rows)


def codes_of(names: Iterable[str], workspace: Path) -> dict[str, Code]:
    """Return the code by name of benchmark: ``file::Class::function[parameters]``, or ``file > group > name``."""
    members = {name: _member(name) for name in dict.fromkeys(names)}
    files = _files(dict.fromkeys(file for file, _ in members.values() if file), workspace)
    above = _above(workspace)
    return {name: _code_of(files[file], function, above) for name, (file, function) in members.items() if file in files}


def _above(workspace: Path) -> str:
    """Return the path of the workspace in its repository, with a slash behind; empty for the root of one, or none."""
    home = Path(os.path.realpath(workspace))
    root = next((folder for folder in (home, *home.parents) if (folder / ".git").exists()), home)
    return "" if root == home else f"{home.relative_to(root).as_posix()}/"


def _member(name: str) -> tuple[str, tuple[str, ...]]:
    """Split a name into its file and the function in it; no file where the name has none."""
    file, *function = name.partition("[")[0].split("::") if "::" in name else name.split(" > ")
    is_path = bool(function) and "." in file and not Path(file).is_absolute() and "\0" not in file
    return (file, tuple(function)) if is_path else ("", ())


def _code_of(file: _File, function: tuple[str, ...], above: str) -> Code:
    line = file.parsed.line(function) if file.parsed else None
    digest = file.parsed.digest(function) if file.parsed else digest_of(file.content)
    return Code(digest, Definition(file=f"{above}{file.path}"[:_LONGEST_PATH], line=line))


def _parsed(file: str, content: bytes) -> PythonFile | None:
    return python_file(content) if file.endswith(".py") else None


def _files(files: Iterable[str], workspace: Path) -> dict[str, _File]:
    home = Path(os.path.realpath(workspace))
    wanted = list(files)[:MAX_FILES]
    found = {file: read for file in wanted if (read := _file(home, file)) is not None}
    elsewhere = _elsewhere({file for file in wanted if file not in found}, home)
    return found | {
        file: read for file, places in elsewhere.items()
        if len(places) == 1 and (read := _file(home, places[0])) is not None
    }  # fmt: skip


def _file(home: Path, path: str) -> _File | None:
    content = _read(home, path)
    return None if content is None else _File(path, content, _parsed(path, content))


def _read(home: Path, file: str) -> bytes | None:
    """Read a regular file that is really inside the workspace; ``None`` for anything else."""
    path = Path(os.path.realpath(home / file))
    try:
        return read_regular(path, MAX_FILE_BYTES) if path.is_relative_to(home) else None
    except (OSError, ValueError):
        return None


def _elsewhere(files: set[str], home: Path) -> dict[str, list[str]]:
    """Find files whose names begin below the workspace: a tool that was started in a folder of it names them so."""
    found: dict[str, list[str]] = {}
    if not files:
        return found
    by_name: dict[str, list[str]] = {}
    for file in files:
        by_name.setdefault(file.rpartition("/")[2], []).append(file)
    for path in _paths(home):
        for file in by_name.get(path.rpartition("/")[2], ()):
            if path.endswith(f"/{file}"):
                found.setdefault(file, []).append(path)
    return found


def _paths(home: Path) -> Iterator[str]:
    seen = 0
    for folder, folders, names in os.walk(home):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_OURS)
        below = Path(folder).relative_to(home).as_posix()
        for name in names:
            yield f"{below}/{name}"
        seen += len(names) + len(folders)
        if seen > MAX_ENTRIES:
            return
