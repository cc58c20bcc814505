"""Whether more memory is seen, and nothing else: ``python -m benchmarks.memory_peaks [--heads N]``.

The benchmarks of the planted faults run with the instrument "memory", by its plugin and judged by the product's code.
Harmless heads have unused functions of every number in the modules that a benchmark uses, and another hash seed than
the base. A head that allocates more keeps a list of so many percent of the peak in the function that it calls.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.planted.more import HOT
from benchmarks.planted.packages import PACKAGES
from benchmarks.planted_faults import edited, written
from reporter.decide.changed_lines import ChangedLines, Lines
from reporter.decide.memory import memory_use
from reporter.ingest import memory
from reporter.measure.paired.virtual import PLUGIN_FOLDER

if TYPE_CHECKING:
    from reporter.ingest.memory import Benchmark

OUTERMOST = {
    "test_total": ("shop/orders.py", "    def total(self):\n        amount"),
    "test_missing": ("shop/orders.py", "    def missing(self, wanted):\n"),
    "test_monthly": ("shop/report.py", "def monthly(orders):\n"),
    "test_add": ("text/index.py", "    def add(self, name, text):\n"),
    "test_search": ("text/index.py", "    def search(self, query):\n"),
    "test_nearest": ("text/index.py", "def nearest(word, words):\n"),
    "test_page": ("text/layout.py", "def page(text, width=60):\n"),
    "test_parse": ("flow/parse.py", "def parse(line):\n"),
    "test_async": ("flow/run.py", "async def main(groups):\n"),
    "test_smooth": ("flow/run.py", "def smooth(sides, size=8):\n"),
}
"""What each benchmark calls, whose locals are there while it has most allocated."""
PERCENT = (1, 2, 5)
_POINTER, _LIST = 8, 56


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heads", type=int, default=100, metavar="N", help="harmless heads of every package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the Python that runs the benchmarks")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    base = {package: looked(package, PACKAGES[package], "test", 0, arguments.python) for package in PACKAGES}
    _more(base, arguments.python)
    _harmless(base, arguments.heads, chance, arguments.python)
    return 0


def looked(package: str, files: dict[str, str], name: str, seed: int, python: str) -> dict[str, Benchmark]:
    """Return what the benchmarks of a package allocate that have the name in theirs, by their function."""
    with tempfile.TemporaryDirectory(prefix="memory-") as folder:
        tree, out, names = Path(folder) / "tree", Path(folder) / "memory.json", Path(folder) / "names.json"
        tree.mkdir()
        written(tree, files)
        names.write_text(json.dumps([name]))
        own = {"PYTHONPATH": str(PLUGIN_FOLDER), "PYTHONHASHSEED": str(seed), "BENCHVERDICT_TREE": str(tree)}
        own |= {"BENCHVERDICT_MEMORY": str(out), "BENCHVERDICT_NAMES": str(names)}
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{package}.py"]
        subprocess.run(command, cwd=tree, env=os.environ | own, check=True, capture_output=True)
        found = memory.read(out).benchmarks
    return {each.rpartition("::")[2]: benchmark for each, benchmark in found.items()}


def _more(base: dict[str, dict[str, Benchmark]], python: str) -> None:
    """Write how often so many percent more are found, with the line that allocates them."""
    for percent in PERCENT:
        grown = lines = 0
        for package, benchmark in HOT:
            before = base[package][benchmark]
            file, head, line = _with_more(package, benchmark, before.peak * percent / 100)
            use = memory_use(before, looked(package, head, benchmark, 0, python)[benchmark], _diff(file, line))
            grown += use.grew
            right = use.line is not None and (use.line.file, use.line.line, use.line.in_diff) == (file, line, True)
            lines += right
            if not (use.grew and right):
                print(f"  missed: {benchmark} +{percent}%: {before.peak} -> {use.head.peak}, {use.line}", flush=True)
        print(f"+{percent}%: {grown} of {len(HOT)} found, the line right in {lines}", flush=True)


def _with_more(package: str, benchmark: str, size: float) -> tuple[str, dict[str, str], int]:
    """Return the file, the files of the head, and the line that allocates so many bytes more."""
    file, anchor = OUTERMOST[benchmark]
    first, _, rest = anchor.partition("\n")
    indent = " " * (len(first) - len(first.lstrip()) + 4)
    count = max(1, round((size - _LIST) / _POINTER))
    head = edited(PACKAGES[package], ((file, anchor, f"{first}\n{indent}more = [0] * {count}\n{rest}"),))
    return file, head, head[file].split("\n").index(f"{indent}more = [0] * {count}") + 1


def _diff(file: str, line: int) -> ChangedLines:
    return ChangedLines({file: [Lines(line, line)]})


def _harmless(base: dict[str, dict[str, Benchmark]], heads: int, chance: random.Random, python: str) -> None:
    """Write how many comparisons of harmless heads call a peak grown, and the largest move."""
    compared = alarms = unequal = 0
    for _ in range(heads):
        for package in PACKAGES:
            files = sorted({file for (of, _), (file, _) in HOT.items() if of == package})
            edits = tuple((file, "", _unused(chance.randint(0, 200))) for file in files)
            seed = chance.randint(1, 2**32 - 1)
            found = looked(package, edited(PACKAGES[package], edits), "test", seed, python)
            for benchmark, before in base[package].items():
                after = found[benchmark]
                compared += 1
                alarms += memory_use(before, after, ChangedLines()).grew
                unequal += before.peak != after.peak
                if before.peak != after.peak:
                    print(f"  moved: {benchmark} {before.peak} -> {after.peak}", flush=True)
    print(f"harmless: {alarms} alarms in {compared} comparisons; the peak moved at all in {unequal}", flush=True)


def _unused(count: int) -> str:
    return "\n\n" + "\n\n".join(f"def unused_{i}(a, b={i}):\n    return [a, b, {i}]" for i in range(count)) + "\n"


if __name__ == "__main__":
    sys.exit(main())
