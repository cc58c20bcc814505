"""What doctor says of a project's own benchmark tools: which are there, and which settings of pytest spoil timings."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_CHARACTERS = 1_000_000
_PYTEST_FILES = ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_ADDOPTS = re.compile(r"\s*addopts\s*=")
_PYTHON_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
_SPOILED = (
    (re.compile(r"(?<![\w-])--cov\b(?!-)"), words.CHECK_COVERAGE),
    (re.compile(r"(?<![\w-])--benchmark-(?:disable|skip)\b"), words.CHECK_BENCHMARKS_OFF),
    (re.compile(r"(?<![\w-])(?:-n[ =\"',]*(?:auto|logical|[1-9]\d*)|--numprocesses\b)"), words.CHECK_XDIST),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at. ``exit_code`` is not 0 when it has to be fixed; without ``good`` it is worth knowing."""

    text: str
    good: bool = True
    exit_code: int = 0


@dataclass(frozen=True)
class _Ecosystem:
    """A language by the file that its projects have, and the program that runs their benchmarks."""

    name: str
    file: str
    program: str


_ECOSYSTEMS = (
    _Ecosystem("Go", "go.mod", "go"),
    _Ecosystem("Rust", "Cargo.toml", "cargo"),
    _Ecosystem("JavaScript", "package.json", "node"),
    _Ecosystem("Java", "pom.xml", "mvn"),
    _Ecosystem("C++", "CMakeLists.txt", "cmake"),
)


def is_python(folder: Path) -> bool:
    """Return whether benchmarks are in Python, as far as one can see: also where nothing shows another language."""
    return any((folder / name).is_file() for name in _PYTHON_FILES) or not _found(folder)


def tools(folder: Path) -> Iterator[Check]:
    """Yield whether the program is there that runs the benchmarks of each language of a project but Python."""
    for each in _found(folder):
        path = shutil.which(each.program)
        if path:
            yield Check(text=words.check_program(each.name, each.program, path))
        else:
            yield Check(text=words.check_no_program(each.name, each.file, each.program), good=False)


def spoiled(folder: Path) -> Iterator[Check]:
    """Yield each option in ``addopts`` of pytest with which benchmarks tell something else, or nothing."""
    for name in _PYTEST_FILES:
        options = " ".join(_addopts(_text(folder / name)))
        for pattern, text in _SPOILED:
            found = pattern.search(options)
            if found:
                yield Check(text=text.format(option=found[0].strip("\"', "), file=name), good=False)


def _addopts(text: str) -> Iterator[str]:
    """Yield the lines of ``addopts``: that of its name, and those that are indented below it."""
    is_inside = False
    for line in text.splitlines():
        begins = _ADDOPTS.match(line) is not None
        is_inside = begins or (is_inside and line[:1] in ("", " ", "\t"))
        if is_inside:
            yield line


def _found(folder: Path) -> list[_Ecosystem]:
    return [each for each in _ECOSYSTEMS if (folder / each.file).is_file()]


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_MOST_CHARACTERS)
    except OSError:
        return ""
