"""tinybench, whose table is not read: a script has to write the results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.commands.detectors import node
from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_BENCH = re.compile(r"(?:require\s*\(\s*|from\s*)[\"']tinybench[\"']")


def look(project: Project) -> Iterator[Found]:
    """Find the scripts that import it."""
    evidence = project.showing(project.named(*node.SOURCES), _BENCH, "imports tinybench")
    if evidence:
        note = "the table that tinybench prints is not read: write its results as JSON of github-action-benchmark"
        yield Found(tool="tinybench", language="node", evidence=tuple(evidence), command="", notes=(note,))
