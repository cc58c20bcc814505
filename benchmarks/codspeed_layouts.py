"""The suite of ``count_layouts`` by pytest-codspeed: ``python -m benchmarks.codspeed_layouts --python PATH``.

CodSpeed's runner starts pytest under callgrind with caches, and its plugin asks for one dump a benchmark. The same is
done here with the valgrind of the machine, and with no service. What the service makes of a dump is not public, so the
usual estimate of cycles stands for it: instructions, 10 for a miss of the first cache and 100 for one of the last.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.count_layouts import write_suite

CACHES = ("--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64")
MISS, LAST_MISS = 10, 100
_NAME = re.compile(r"^desc: Trigger: Client Request: .*::(\S+)$", re.MULTILINE)
_TOTALS = re.compile(r"^totals: ([\d ]+)$", re.MULTILINE)

Counted = dict[str, tuple[float, float]]
"""Instructions and estimated cycles of each benchmark."""


def count(python: str, layout: int, percent: int) -> Counted:
    """Count the suite once, in a layout of its own."""
    chance = random.Random(layout)
    with tempfile.TemporaryDirectory(prefix="c" * chance.randrange(1, 60)) as folder:
        tree = Path(folder) / ("t" * chance.randrange(1, 100))
        write_suite(tree, chance)
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "CODSPEED_ENV": "1",
            "CODSPEED_RUNNER_MODE": "simulation",
            "PYTHONHASHSEED": "0",
            "PYTHONMALLOC": "malloc",
            "WORK_EXTRA": str(percent / 100),
            "PADDING": "p" * chance.randrange(5000),
        }
        dumps = f"--callgrind-out-file={folder}/dump"
        callgrind = ["setarch", "-R", "valgrind", "--tool=callgrind", "--instr-atstart=no", *CACHES, dumps]
        command = [*callgrind, python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--codspeed"]
        done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
        return dict(_read(path.read_text(errors="replace")) for path in Path(folder).glob("dump.*") if _is_one(path))


def _is_one(path: Path) -> bool:
    return _NAME.search(path.read_text(errors="replace")) is not None


def _read(text: str) -> tuple[str, tuple[float, float]]:
    name, totals = _NAME.search(text), _TOTALS.search(text)
    assert name
    found = [int(each) for each in totals[1].split()] if totals else []
    instructions, _, _, *misses = [*found, *[0] * (9 - len(found))]
    first, last = sum(misses[:3]), sum(misses[3:])
    return name[1], (instructions, instructions + MISS * first + LAST_MISS * last)


def main() -> int:
    """Print by how much each benchmark moves by layout alone, and how much of 1% more work is seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="a Python with pytest-codspeed")
    parser.add_argument("--layouts", type=int, default=8, metavar="N", help="heads that do nothing else")
    arguments = parser.parse_args()
    base = count(arguments.python, 0, 0)
    heads = [count(arguments.python, layout, 0) for layout in range(1, arguments.layouts + 1)]
    more = [count(arguments.python, layout, 1) for layout in (1, 2)]
    print(f"{'largest move of':<16}{'instructions':>14}{'cycles':>10}   +1% is measured as (instructions, cycles)")
    for name in base:
        print(f"{name[:15]:<16}{_moves(name, base, heads)}   {_seen(name, base, more)}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (used.ru_utime + used.ru_stime) / (1 + len(heads) + len(more)) / len(base)
    load = os.getloadavg()[0]
    print(f"{len(heads)} layouts, {seconds:.2f} s of processor time for a benchmark and process, load {load:.1f}")
    return 0


def _changes(name: str, base: Counted, heads: list[Counted]) -> list[list[float]]:
    return [[head[name][which] / base[name][which] - 1 for head in heads] for which in (0, 1)]


def _moves(name: str, base: Counted, heads: list[Counted]) -> str:
    found = (max(map(abs, each)) for each in _changes(name, base, heads))
    return "".join(f"{each:>{width}.2%}" for each, width in zip(found, (14, 10), strict=True))


def _seen(name: str, base: Counted, more: list[Counted]) -> str:
    return ", ".join(f"{median(each):+.2%}" for each in _changes(name, base, more))


if __name__ == "__main__":
    sys.exit(main())
