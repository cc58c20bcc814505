"""Hand two result files of pytest-benchmark to asv: ``python docs/asv_results.py FOLDER BASE.json HEAD.json``.

Run it with a Python that has asv. FOLDER becomes an asv project whose two commits, tagged ``base`` and ``head``, hold
the first rounds of the files as asv would have recorded them itself; its own code computes the statistics. Then
``asv compare base head`` shows them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from asv.results import Results
from asv.runner import BenchmarkResult

CONFIGURATION = {
    "version": 1,
    "project": "textkit",
    "repo": ".",
    "branches": ["HEAD"],
    "environment_type": "existing",
    "results_dir": "results",
}
MOST_ROUNDS = 500
"""Of each benchmark: more than asv would measure, and its comparison of two sides takes time that grows squared."""

MACHINE = {"machine": "here", "version": 1}
NOBODY = {f"GIT_{role}_{what}": "a@example.invalid" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def main() -> None:
    """Write the project, its commits and its results."""
    folder, base, head = map(Path, sys.argv[1:])
    results = folder / "results"
    (results / "here").mkdir(parents=True)
    _write(folder / "asv.conf.json", CONFIGURATION)
    _write(results / "here" / "machine.json", MACHINE)
    _git(folder, "init", "--quiet")
    for tag, file in (("base", base), ("head", head)):
        entries = json.loads(file.read_text(encoding="utf-8"))["benchmarks"]
        benchmarks = {entry["name"]: _benchmark(entry["name"]) for entry in entries}
        _write(results / "benchmarks.json", {**benchmarks, "version": 2})
        _git(folder, "commit", "--quiet", "--allow-empty", "--message", tag)
        _git(folder, "tag", tag)
        commit = _git(folder, "rev-parse", "HEAD").strip()
        found = Results({"machine": "here"}, {}, commit, 0, "", "existing", {})
        for entry in entries:
            found.add_result(benchmarks[entry["name"]], _result(entry["stats"]), record_samples=True)
        found.save(str(results))


def _benchmark(name: str) -> dict[str, Any]:
    return {
        "name": name, "type": "time", "unit": "seconds", "version": "1", "params": [], "param_names": [], "code": "",
    }  # fmt: skip


def _result(stats: dict[str, Any]) -> BenchmarkResult:
    return BenchmarkResult(
        result=[statistics.median(stats["data"][:MOST_ROUNDS])],
        samples=[stats["data"][:MOST_ROUNDS]],
        number=[stats["iterations"]],
        errcode=0,
        stderr="",
        profile=None,
    )


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env={**os.environ, **NOBODY}, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
