"""k6: scripts that it can run."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_IMPORTS = re.compile(r"from\s+[\"']k6(?:/[\w/-]+)?[\"']")
_RUNS = re.compile(r"^export (?:default|(?:async )?function|const options\b)", re.MULTILINE)
_IN_BROWSER = re.compile(r"from\s+[\"']k6/browser[\"']|from\s+[\"']k6/x/")


def look(project: Project) -> Iterator[Found]:
    """Find the scripts; one is run, and that is the first that needs neither a browser nor an extension."""
    found = project.showing(project.named("*.js", "*.ts"), _IMPORTS, "is a script of k6")
    scripts = [entry for entry in found if _RUNS.search(project.text(entry.file))]
    plain = [entry for entry in scripts if not _IN_BROWSER.search(project.text(entry.file))]
    if not plain:
        return
    first = min(plain, key=lambda entry: (entry.file.count("/"), entry.file))
    others = f"{len(scripts) - 1} more scripts: choose in the configuration which one runs"
    server = "the script calls a server: start it with [service], see docs/service.md"
    yield Found(
        tool="k6",
        language="k6",
        evidence=(first, *(entry for entry in scripts if entry is not first)),
        command=f"k6 run --summary-export {{output}} {shlex.quote(first.file)}",
        notes=(*((others,) if len(scripts) > 1 else ()), server),
        is_load_test=True,
    )
