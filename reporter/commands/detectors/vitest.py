"""Vitest: files with ``bench``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.commands.detectors import node
from reporter.commands.detectors.found import Evidence, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_BENCH = re.compile(
    r"^\s*(?:describe\.)?bench(?:\.\w+)*\s*\(|import\s*\{[^}]*\bbench\b[^}]*\}\s*from\s*[\"']vitest[\"']", re.MULTILINE
)


def look(project: Project) -> Iterator[Found]:
    """Find the files that Vitest takes for benchmarks, in each package that needs it."""
    homes: dict[str, list[Evidence]] = {}
    files = project.named(
        *(f"*.{word}.{kind}" for word in ("bench", "benchmark") for kind in ("[jt]s", "[mc][jt]s", "[jt]sx"))
    )
    for entry in project.showing(files, _BENCH, "has benchmarks of Vitest"):
        home = project.nearest(entry.file, "package.json")
        if home is not None and node.needs(project, home, "vitest"):
            homes.setdefault(home, []).append(entry)
    for home, evidence in sorted(homes.items()):
        runner = node.EXECUTED[node.manager_of(project, home)]
        yield Found(
            tool="vitest",
            language="node",
            evidence=tuple(evidence),
            command=f"{runner} vitest bench --run --outputJson {{output}}",
            folder=home,
        )
