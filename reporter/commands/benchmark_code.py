"""The code of the benchmarks of a suite, where their names lead to files of the workspace."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.ingest.code_digest import digest_of, python_file
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reporter.ingest.code_digest import PythonFile
    from reporter.model import Suite

MAX_FILES = 2_000
MAX_FILE_BYTES = 1_000_000
MAX_ENTRIES = 50_000
"""Names in the workspace that are looked through for files that are not where their names say."""

_NOT_OURS = frozenset(("node_modules", "site-packages", "target", "build", "dist"))


def with_code(suite: Suite, workspace: Path | None) -> Suite:
    """Return each benchmark the digest of its code; it stays unknown where no file of the workspace is meant."""
    if workspace is None:
        return suite
    codes = codes_of((benchmark.name for benchmark in suite.benchmarks), workspace)
    if not codes:
        return suite
    benchmarks = tuple(replace(benchmark, code=codes.get(benchmark.name)) for benchmark in suite.benchmarks)
    return replace(suite, benchmarks=benchmarks)


def codes_of(names: Iterable[str], workspace: Path) -> dict[str, str]:
    """Return the digests by name of benchmark: ``file::Class::function[parameters]``, or ``file > group > name``."""
    members = {name: _member(name) for name in dict.fromkeys(names)}
    files = _contents(dict.fromkeys(file for file, _ in members.values() if file), workspace)
    parsed = {file: _parsed(file, content) for file, content in files.items()}
    return {
        name: _digest(parsed[file], files[file], function)
        for name, (file, function) in members.items()
        if file in files
    }


def _member(name: str) -> tuple[str, tuple[str, ...]]:
    """Split a name into its file and the function in it; no file where the name has none."""
    file, *function = name.partition("[")[0].split("::") if "::" in name else name.split(" > ")
    is_path = bool(function) and "." in file and not Path(file).is_absolute() and "\0" not in file
    return (file, tuple(function)) if is_path else ("", ())


def _digest(parsed: PythonFile | None, content: bytes, function: tuple[str, ...]) -> str:
    return digest_of(content) if parsed is None else parsed.digest(function)


def _parsed(file: str, content: bytes) -> PythonFile | None:
    return python_file(content) if file.endswith(".py") else None


def _contents(files: Iterable[str], workspace: Path) -> dict[str, bytes]:
    home = Path(os.path.realpath(workspace))
    wanted = list(files)[:MAX_FILES]
    found = {file: content for file in wanted if (content := _read(home, file)) is not None}
    elsewhere = _elsewhere({file for file in wanted if file not in found}, home)
    return found | {
        file: content for file, places in elsewhere.items()
        if len(places) == 1 and (content := _read(home, places[0])) is not None
    }  # fmt: skip


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
