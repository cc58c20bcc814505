"""Programs that CMake builds: from which folder, under which name, where they lie then, and by which option."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.commands.detectors.project import below, folder_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_LISTS = "CMakeLists.txt"
_PROGRAM = re.compile(r"^[ \t]*add_executable\s*\(\s*([\w.+-]+)((?:\s+[^()\s]+)+)\s*\)", re.MULTILINE | re.IGNORECASE)
_LINKED = re.compile(r"^[ \t]*target_link_libraries\s*\(\s*([\w.+-]+)\s+([^)]*)\)", re.MULTILINE | re.IGNORECASE)
_ADDED = re.compile(r"^[ \t]*add_subdirectory\s*\(\s*([\w./+-]+)", re.MULTILINE | re.IGNORECASE)
_OPTION = re.compile(r"^[ \t]*(?:cmake_dependent_)?option\s*\(\s*(\w*BENCH\w*)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Program:
    """A program of a project. ``source`` is the folder that CMake is called for, ``path`` that of the program built."""

    name: str
    lists: str
    line: int
    sources: tuple[str, ...]
    source: str
    path: str
    options: tuple[str, ...]

    def build(self) -> str:
        """Return the commands that build it with optimisation."""
        switched = "".join(f" -D{option}=ON" for option in self.options)
        return (
            f"cmake -S {shlex.quote(self.source)} -B build -DCMAKE_BUILD_TYPE=Release{switched}\n"
            f"cmake --build build --target {self.name}"
        )


def programs(project: Project, library: re.Pattern[str]) -> Iterator[Program]:
    """Return the programs that are linked with a library."""
    for lists in project.named(_LISTS):
        text = project.text(lists)
        linked = {name for name, libraries in _LINKED.findall(text) if library.search(libraries)}
        for found in _PROGRAM.finditer(text):
            if found[1] in linked:
                yield _program(project, lists, found[1], found[2].split(), text.count("\n", 0, found.start()) + 1)


def _program(project: Project, lists: str, name: str, sources: list[str], line: int) -> Program:
    folder = folder_of(lists)
    top = _top(project, folder)
    files = (posixpath.normpath(within(folder, source)) for source in sources)
    switched = dict.fromkeys(
        option for each in _between(top, folder) for option in _OPTION.findall(project.text(within(each, _LISTS)))
    )
    return Program(
        name=name,
        lists=lists,
        line=line,
        sources=tuple(file for file in files if project.has(file)),
        source=top,
        path=shlex.quote(posixpath.normpath(f"build/{'.' if folder == top else below(top, folder)}/{name}")),
        options=tuple(switched),
    )


def _top(project: Project, folder: str) -> str:
    """Return the folder that CMake is called for: the uppermost one from which ``add_subdirectory`` leads down."""
    for above in map(str, PurePosixPath(folder).parents):
        added = {
            posixpath.normpath(within(above, name)) for name in _ADDED.findall(project.text(within(above, _LISTS)))
        }
        if folder in added:
            return _top(project, above)
    return folder


def _between(top: str, folder: str) -> list[str]:
    above = [folder, *map(str, PurePosixPath(folder).parents)]
    return above[: above.index(top) + 1][::-1]
