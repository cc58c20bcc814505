"""Locust: files with users."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_USERS = re.compile(r"^class \w+\((?:[\w.]+, *)*(?:locust\.)?(?:Fast)?(?:Http)?User\b", re.MULTILINE)
_IMPORTS = re.compile(r"^\s*(?:from|import) locust\b", re.MULTILINE)


def look(project: Project) -> Iterator[Found]:
    """Find the files with users; the first is run."""
    files = [file for file in project.named("*.py") if _IMPORTS.search(project.text(file))]
    evidence = project.showing(files, _USERS, "has users of Locust")
    if not evidence:
        return
    first = min(evidence, key=lambda entry: (entry.file.count("/"), entry.file))
    named = "" if first.file == "locustfile.py" else f" -f {shlex.quote(first.file)}"
    yield Found(
        tool="locust",
        language="python",
        evidence=(first, *(entry for entry in evidence if entry is not first)),
        command=f"locust{named} --headless --users 4 --run-time 1m --csv {{output}}",
        packages=("locust",),
        notes=("the users call a server: start it with [service], see docs/service.md",),
        is_load_test=True,
    )
