"""Benchmark.js: scripts that make a suite, run by the project's own script where it has one."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors import node
from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import below, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_SUITE = re.compile(r"(?:require\s*\(\s*|from\s*)[\"']benchmark[\"']")
_PRINTS = re.compile(r"String\(\s*\w+\.target\s*\)|\.target\.toString|\$\{\s*\w+\.target\s*\}|\b(?:event|e)\.target\b")


def look(project: Project) -> Iterator[Found]:
    """Find the scripts of each package."""
    homes: dict[str, list[Evidence]] = {}
    for entry in project.showing(project.named(*node.SOURCES), _SUITE, "makes a suite of Benchmark.js"):
        homes.setdefault(project.nearest(entry.file, "package.json") or ".", []).append(entry)
    for home, evidence in sorted(homes.items()):
        yield _found(project, home, evidence)


def _found(project: Project, home: str, evidence: list[Evidence]) -> Found:
    script = node.script_for(project, home)
    files = [below(home, entry.file) for entry in evidence]
    if script:
        folder, name, does = script
        evidence = [*evidence, Evidence(within(folder, "package.json"), 1, f"{name}: {does}")]
        command = f"npm run {name} | tee {{output}}"
    else:
        folder, command = home, "\n".join(f"node {shlex.quote(file)} | tee -a {{output}}" for file in files)
    printing = any(_PRINTS.search(project.text(entry.file)) for entry in evidence)
    quiet = (
        "the scripts do not print each event.target, and that line is what is read: let them print String(event.target)"
    )
    return Found(
        tool="benchmark-js",
        language="node",
        evidence=tuple(evidence),
        command=command,
        folder=folder,
        notes=() if printing else (quiet,),
    )
