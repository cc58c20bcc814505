"""Catch2: programs of CMake that are linked with it, where their sources have benchmarks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.commands.detectors.cmake import programs
from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_LIBRARY = re.compile(r"\bCatch2?::|(?<![\w:])Catch2?(?![\w:])")
_BENCHMARK = re.compile(r"^\s*BENCHMARK(?:_ADVANCED)?\s*\(", re.MULTILINE)
_TAG = re.compile(r"TEST_CASE\s*\(\s*\"[^\"]*\"\s*,\s*\"[^\"]*(\[!benchmark\]|\[bench\w*\])")
_FETCHED = re.compile(r"FetchContent|CPMAddPackage|ExternalProject|add_subdirectory", re.IGNORECASE)


def look(project: Project) -> Iterator[Found]:
    """Find the programs with benchmarks; only the tag of benchmarks is run, where there is one."""
    for program in programs(project, _LIBRARY):
        evidence = project.showing(list(program.sources), _BENCHMARK, f"{program.name} has benchmarks of Catch2")
        if not evidence:
            continue
        tag = next((found[1] for file in program.sources for found in [_TAG.search(project.text(file))] if found), "")
        chosen = f" '{tag}'" if tag else ""
        yield Found(
            tool="catch2",
            language="cmake",
            evidence=tuple(evidence),
            command=f"{program.path}{chosen} -r xml | tee {{output}}",
            setup=program.build(),
            packages=() if _FETCHED.search(project.text(program.lists)) else ("catch2",),
        )
        return
