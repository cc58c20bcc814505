"""asv: its configuration names the folders of benchmarks and results."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from typing import TYPE_CHECKING, Any

from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import folder_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_NOT_JSON = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|,(?=\s*[}\]])')
_BENCHMARK = re.compile(r"^\s*def (?:time|timeraw|track|mem|peakmem)_\w+", re.MULTILINE)


def look(project: Project) -> Iterator[Found]:
    """Find each configuration, and the benchmarks in the folder that it names."""
    for file in project.named("asv.conf.json", "asv.conf.jsonc"):
        settings, folder = _settings(project.text(file)), folder_of(file)
        benchmarks = _path(folder, settings.get("benchmark_dir") or "benchmarks")
        results = _path(folder, settings.get("results_dir") or "results")
        inside = [name for name in project.named("*.py") if name.startswith(f"{benchmarks}/")]
        shown = project.showing(inside, _BENCHMARK, "has benchmarks of asv")
        config = "" if file == "asv.conf.json" else f" --config {shlex.quote(file)}"
        yield Found(
            tool="asv",
            language="python",
            evidence=(Evidence(file, 1, f"configures asv: benchmarks in {benchmarks}, results in {results}"), *shown),
            command="asv machine --yes\n"
            f'asv{config} run --python=same --set-commit-hash "$(git rev-parse HEAD)" --record-samples',
            results=(f"{results}/**/*.json",),
            packages=("asv",),
        )


def _settings(text: str) -> dict[str, Any]:
    """Read JSON with comments, as asv does; empty where it cannot be read."""
    try:
        found = json.loads(_NOT_JSON.sub(lambda each: each[1] or "", text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _path(folder: str, name: object) -> str:
    return posixpath.normpath(within(folder, str(name)))
