"""How well counts of instructions hold: ``python -m benchmarks.count_layouts --kept DIR [--python PATH]``.

Heads that differ in nothing a benchmark does are counted: unused code of another size, another path and another
environment. So are heads that do 1 to 10% more. Every process leaves a file in the folder; what is there is not made
again, and the table is made of all that is there. Counts do not depend on load, so the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.counted import tables
from benchmarks.counted.tables import BASE, Head
from reporter.measure.instruments.instrument import INSTRUCTIONS
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.records.instructions import Counts

SUITE = Path(__file__).parent / "counted"
STEPS = (1, 2, 3, 5, 10)


@dataclass(frozen=True)
class Place:
    """Where heads are counted: by which Python, the folder that keeps what was found, and which benchmarks."""

    python: str
    kept: Path
    names: tuple[str, ...]

    def count(self, head: Head) -> None:
        """Count the suite in one process, and keep its file with the seconds of processor time."""
        chance = random.Random(head.layout)
        with tempfile.TemporaryDirectory(prefix="c" * chance.randrange(1, 60)) as folder:
            tree = Path(folder) / ("t" * chance.randrange(1, 100))
            write_suite(tree, chance)
            written = Path(folder) / "found.json"
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = self._run(tree, written, head, "p" * chance.randrange(5000))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode != 0 or not written.exists():
                raise SystemExit(f"{head.name} failed:\n{done.stdout}{done.stderr}")
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            found = {"seconds": seconds, "load": os.getloadavg()[0], "found": json.loads(written.read_text())}
            (self.kept / f"{head.name}.json").write_text(json.dumps(found))

    def _run(self, tree: Path, written: Path, head: Head, padding: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environ = {
            **inherited,
            **INSTRUCTIONS.variables(written, self.names),
            str(INSTRUCTIONS.shared): str(self.kept / "block-calls.json"),
            "PYTHONPATH": str(PLUGIN_FOLDER),
            "WORK_EXTRA": str(head.percent / 100),
            "PADDING": padding,
        }
        command = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        return subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)


def write_suite(tree: Path, chance: random.Random) -> None:
    """Write the suite, with code before and after it that nothing uses."""
    tree.mkdir()
    shutil.copy(SUITE / "test_work.py", tree)
    lines = (SUITE / "work.py").read_text(encoding="utf-8").split("\n\n\n")
    for place in (1, len(lines)):
        lines.insert(place, "\n\n".join(_unused(place * 1000 + i, chance) for i in range(chance.randrange(60))))
    (tree / "work.py").write_text("\n\n\n".join(lines) + "\n", encoding="utf-8")


def _unused(number: int, chance: random.Random) -> str:
    text = "x" * chance.randrange(400)
    return f'def unused_{number}(value):\n    """{text}"""\n    return [value, {number}, "{number}{text[:9]}"]\n'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=Path, required=True, metavar="DIR", help="where what was counted is kept")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the Python that runs the benchmarks")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="the number of the first layout")
    parser.add_argument("--layouts", type=int, default=60, metavar="N", help="the last head that does nothing else")
    parser.add_argument("--planted", type=int, default=2, metavar="N", help="the last layout of each planted step")
    parser.add_argument("--steps", type=int, nargs="*", default=STEPS, metavar="PERCENT", help="what is planted")
    parser.add_argument("--names", nargs="*", default=["test_*"], metavar="NAME", help="only these benchmarks")
    parser.add_argument("--most", type=int, default=1000, metavar="N", help="end after so many processes")
    arguments = parser.parse_args()
    arguments.kept.mkdir(parents=True, exist_ok=True)
    place = Place(arguments.python, arguments.kept.resolve(), tuple(arguments.names))
    planted = [Head(n, step) for step in arguments.steps for n in range(arguments.first, arguments.planted + 1)]
    neutral = [Head(n) for n in range(arguments.first, arguments.layouts + 1)]
    wanted = [BASE, *neutral[:3], *planted, *neutral[3:]]
    missing = [head for head in wanted if not (place.kept / f"{head.name}.json").exists()]
    for head in missing[: arguments.most]:
        place.count(head)
    print("\n".join(tables.layouts(*_read(place.kept))))
    return 0


def _read(kept: Path) -> tuple[dict[Head, Counts], tables.Cost]:
    """Return what every process counted, and what they took."""
    found: dict[Head, Counts] = {}
    seconds: list[float] = []
    loads: list[float] = []
    for path in sorted(kept.glob("plus-*.json")):
        _, percent, layout = path.stem.split("-")
        content = json.loads(path.read_text(encoding="utf-8"))
        found[Head(int(layout), int(percent))] = msgspec.convert(content["found"], Counts)
        seconds.append(content["seconds"])
        loads.append(content["load"])
    return found, tables.Cost(tuple(seconds), min(loads), max(loads))


if __name__ == "__main__":
    sys.exit(main())
