"""Does lock-step move what it measures? Ten benchmarks that live off the caches, measured in both ways.

``python -m benchmarks.lock_step_bias [--pairs 16]`` sweeps through 8 KiB to 64 MiB in each of ten benchmarks. Two heads
are held against the base: one does 5% more of the same, the other sweeps through 1 MiB more in every round and so
takes the caches away from the side beside it. Pairs in lock-step and one after the other come in turn. The
table has the change that either way finds and their difference in points, with its standard error; more than half a
point beyond twice that error would be a bias.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate import subject_repository
from benchmarks.pair_noise import WAYS, differences_of
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import clean, measure_pairs
from reporter.measure.plan import PAIRED, Plan

if TYPE_CHECKING:
    from reporter.model import FloatArray

KIB = 1024
SUITE = """\
import pytest

from amount import HUNGER, SHARE

SIZES = [8, 32, 128, 512, 1024, 2048, 8192, 16384, 32768, 65536]
HUNGRY = bytes(HUNGER)


def sweep(data, times, more):
    for _ in range(times):
        data.count(b"x")
    while more > 0:
        data.count(b"x", 0, min(more, len(data)))
        more -= len(data)
    HUNGRY.count(b"x")


@pytest.mark.parametrize("kib", SIZES)
def test_sweep(benchmark, kib):
    data = bytes(kib * 1024)
    times = max(1, 8192 // kib)
    benchmark(sweep, data, times, int(SHARE * times * len(data)))
"""
AMOUNT = "HUNGER = {hunger}\nSHARE = {share}\n"
HEADS = {"5% more work": (0, 0.05), "1 MiB more in the caches": (1024 * KIB, 0.0)}
_AUTHOR = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.invalid", "-c", "commit.gpgsign=false")
COMMAND = "python -m pytest -q -p no:cacheprovider test_sweep.py --benchmark-json={output}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=16, metavar="N", help="4 or more")
    count = max(4, parser.parse_args().pairs)
    with tempfile.TemporaryDirectory(prefix="benchverdict-bias-") as name:
        folder = Path(name)
        tree = folder / "sweeps"
        tree.mkdir()
        (tree / "test_sweep.py").write_text(SUITE)
        _git(tree, "init", "--quiet")
        base = _commit(tree, 0, 0.0)
        for title, (hunger, share) in HEADS.items():
            head = _commit(tree, hunger, share)
            with chdir(tree):
                _compare(title, folder / str(hunger), base, head, count)


def _compare(title: str, folder: Path, base: str, head: str, count: int) -> None:
    plans = {way: _plan(base, head, lock_step=lock_step) for way, lock_step in WAYS.items()}
    for _ in range(count):
        for way, plan in plans.items():
            outcome = measure_pairs(plan, folder / way, count=1, stream=io.StringIO())
            assert not outcome.exit_code, outcome.message
    for way in plans:
        clean(folder / way, stream=io.StringIO())
    names, in_step = differences_of(folder / "lock-step")
    _, in_turn = differences_of(folder / "in turn")
    print(f"{title}, {count} pairs")
    for index, benchmark in enumerate(names):
        (one, one_error), (other, other_error) = _mean(in_step[index]), _mean(in_turn[index])
        apart = f"{one - other:+5.2f} ± {np.hypot(one_error, other_error):.2f}"
        print(f"  {benchmark:18} lock-step {one:+6.2f}%, in turn {other:+6.2f}%, difference {apart}")


def _mean(differences: FloatArray) -> tuple[float, float]:
    """Return the mean of log-ratios without the highest and the lowest, and its standard error, both in percent."""
    inner = np.sort(differences[np.isfinite(differences)])[1:-1]
    return float(100 * np.expm1(inner.mean())), float(100 * inner.std(ddof=1) / np.sqrt(len(inner)))


def _plan(base: str, head: str, *, lock_step: bool) -> Plan:
    pairs = PairPlan(base_sha=base, head_sha=head, lock_step=lock_step, time_limit_seconds=subject_repository.ALL_DAY)
    return Plan(name="sweeps", script=COMMAND, plan=PAIRED, pairs=pairs)


def _commit(tree: Path, hunger: int, share: float) -> str:
    (tree / "amount.py").write_text(AMOUNT.format(hunger=hunger, share=share))
    _git(tree, "add", "--all")
    _git(tree, "commit", "--quiet", "--message", f"{hunger} {share}")
    return _git(tree, "rev-parse", "HEAD")


def _git(tree: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *_AUTHOR, *arguments], cwd=tree, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
