"""Google Benchmark: programs of CMake that are linked with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.commands.detectors.cmake import programs
from reporter.commands.detectors.found import Evidence, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_LIBRARY = re.compile(r"(?<![\w:])benchmark(?:::benchmark(?:_main)?|_main)?(?![\w:])")
_FETCHED = re.compile(r"FetchContent|CPMAddPackage|ExternalProject", re.IGNORECASE)


def look(project: Project) -> Iterator[Found]:
    """Find the programs; the first is run, and further ones are named."""
    found = list(programs(project, _LIBRARY))
    for folder in dict.fromkeys(program.source for program in found):
        first, *others = (program for program in found if program.source == folder)
        evidence = [Evidence(each.lists, each.line, f"{each.name} is linked with it") for each in (first, *others)]
        yield Found(
            tool="google-benchmark",
            language="cmake",
            evidence=tuple(evidence),
            command=f"{first.path} --benchmark_out={{output}} --benchmark_repetitions=5",
            setup=first.build(),
            packages=() if _FETCHED.search(project.text(first.lists)) else ("libbenchmark-dev",),
            notes=tuple(f"not run: {each.path}; add a line for it to command and setup" for each in others),
        )
