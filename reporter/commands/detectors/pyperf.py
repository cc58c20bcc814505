"""pyperf: scripts that make its runner."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_RUNNER = re.compile(r"^(?![ \t]*#)(?:.*?\bpyperf\.Runner\(|[ \t]*from pyperf import [^#\n]*\bRunner\b)", re.MULTILINE)


def look(project: Project) -> Iterator[Found]:
    """Find the scripts; each writes a file of its own beside the others of the run."""
    evidence = project.showing(project.named("*.py"), _RUNNER, "makes pyperf's runner")
    if not evidence:
        return
    scripts = [entry.file for entry in evidence]
    lines = [
        f"python {shlex.quote(script)} -o {{output}}{f'-{number}' if number else ''}"
        for number, script in enumerate(scripts)
    ]
    yield Found(
        tool="pyperf",
        language="python",
        evidence=tuple(evidence),
        command="\n".join(lines),
        packages=("pyperf",),
    )
