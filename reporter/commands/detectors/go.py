"""Benchmarks of ``go test``."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import below, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_BENCHMARK = re.compile(r"^func Benchmark(?:[^a-z(]\w*)?\(\w+ \*testing\.B\)", re.MULTILINE)
_MOST_PACKAGES = 12


def look(project: Project) -> Iterator[Found]:
    """Find the benchmarks of each module, and measure only the packages that have some."""
    modules: dict[str, list[Evidence]] = {}
    for entry in project.showing(project.named("*_test.go"), _BENCHMARK, "has benchmarks"):
        home = project.nearest(entry.file, "go.mod")
        if home is not None:
            modules.setdefault(home, []).append(entry)
    for home, evidence in sorted(modules.items()):
        inside = (folder_of(below(home, entry.file)) for entry in evidence)
        packages = sorted({"." if folder == "." else f"./{folder}" for folder in inside})
        named = shlex.join(packages) if len(packages) <= _MOST_PACKAGES else "./..."
        yield Found(
            tool="go",
            language="go",
            evidence=tuple(evidence),
            command=f"go test -run='^$' -bench=. -benchmem -count=5 {named} | tee {{output}}",
            folder=home,
        )
