"""What budgets cost: ``benchverdict compare`` with 1,000 budgets on 1,000 benchmarks, as a ratio to the same without.

Half of the budgets name one benchmark each, the others are globs that overlap. Whole processes, in turns, so that a
busy machine slows both. Run it with ``python -m benchmarks.budgets_cost [--turns 7]``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.reporter_speed import result_file

METRICS = ("p50", "p95", "mean", "max")
WANTED = 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=1000)
    parser.add_argument("--budgets", type=int, default=1000)
    parser.add_argument("--turns", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed, side in enumerate(("base", "head")):
            document = result_file(arguments.benchmarks, 20, seed)
            (folder / f"{side}.json").write_text(json.dumps(document), encoding="utf-8")
        (folder / "without.toml").write_text("[gate]\nfail-on = 'never'\n", encoding="utf-8")
        (folder / "with.toml").write_text("[gate]\nfail-on = 'never'\n" + _budgets(arguments.budgets), encoding="utf-8")
        ratio = _ratio(folder, arguments.turns)
    print(
        f"{arguments.budgets} budgets × {arguments.benchmarks} benchmarks: ratio {ratio:.3f} (wanted: {WANTED} or less)"
    )
    return 0 if ratio <= WANTED else 1


def _budgets(count: int) -> str:
    return "".join(
        f'[[budget]]\nmatch = "{_glob(index)}"\nmetric = "{METRICS[index % 4]}"\nwarning = "1 ms"\ncritical = "1 s"\n'
        for index in range(count)
    )


def _glob(index: int) -> str:
    return f"*test_{index}" if index % 2 else f"*test_*{index}*"


def _ratio(folder: Path, turns: int) -> float:
    """Return the median of the ratios turn by turn, after one turn that does not count."""
    ratios = []
    for turn in range(turns + 1):
        without, having = (_seconds(folder, config) for config in ("without.toml", "with.toml"))
        if turn:
            ratios.append(having / without)
        print(f"turn {turn} of {turns}: {without:.2f} s without, {having:.2f} s with budgets", file=sys.stderr)
    return statistics.median(ratios)


def _seconds(folder: Path, config: str) -> float:
    program = [str(Path(sys.executable).parent / "benchverdict"), "compare"]
    sides = ["--baseline", str(folder / "base.json"), "--head", str(folder / "head.json")]
    outputs = ["--output-format", f"json:{folder}/verdict.json", "--output-format", f"markdown:{folder}/summary.md"]
    start = time.perf_counter()
    subprocess.run([*program, *sides, "--config", str(folder / config), *outputs], check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
