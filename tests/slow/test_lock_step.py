"""Two pytest processes that take turns, with the pytest-benchmark that is installed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from reporter.ingest import slices
from reporter.measure.paired.meeting import Meeting
from reporter.measure.paired.virtual import PLUGIN_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

SUITE = """
import pathlib, time
import pytest

LOG = pathlib.Path({log!r})

def work(name):
    with LOG.open("a") as log:
        log.write(f"{side} {{name}}\\n")
    return sum(range(2000))

@pytest.mark.parametrize("name", ["plain", "größer"])
def test_sum(benchmark, name):
    benchmark(work, name)

def test_fixed(benchmark):
    benchmark.pedantic(work, args=("fixed",), rounds=12, iterations=1, setup=lambda: None)

def test_plain():
    pass
"""


@dataclass(frozen=True)
class Sides:
    """Two folders with a suite each, in which pytest runs at the same time."""

    root: Path

    def write(self, side: str, suite: str) -> None:
        """Put the suite of a side in place."""
        folder = self.root / side
        folder.mkdir(exist_ok=True)
        log = str(self.root / "log.txt")
        (folder / "test_suite.py").write_text(suite.replace("{log!r}", repr(log)).format_map({"side": side}))

    def run(self, *options: str, leads: str = "base", **by_side: str) -> dict[str, dict[str, Any]]:
        """Return the slices of each side, once both have ended well."""
        self._calibrate(*options)
        (self.root / "log.txt").unlink(missing_ok=True)
        with Meeting() as meeting:
            running = {side: self._start(side, meeting.path, leads, *options) for side in ("base", "head")}
            for side, process in running.items():
                output, _ = process.communicate(timeout=120)
                meeting.end(side)
                assert process.returncode in (0, 1), output
        left = {side: self._slices(side) for side in running if self._slices(side).exists()}
        assert all(slices.read(path) for path in left.values()), "the reader takes what the plugin leaves"
        return {side: json.loads(path.read_text())["benchmarks"] for side, path in left.items()}

    def turns(self, name: str) -> list[str]:
        """Return the sides that worked on a benchmark, each change once."""
        lines = [line.split() for line in (self.root / "log.txt").read_text().splitlines()]
        sides = [side for side, benchmark in lines if benchmark == name]
        return [side for index, side in enumerate(sides) if index == 0 or sides[index - 1] != side]

    def _slices(self, side: str) -> Path:
        return self.root / f"slices-{side}.json"

    def _calibrate(self, *options: str) -> None:
        done = subprocess.run(
            self._command(*options), cwd=self.root / "base", env=self._environ(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout.decode()

    def _start(self, side: str, path: str, leads: str, *options: str) -> subprocess.Popen[str]:
        turns = {
            "BENCHVERDICT_LOCKSTEP": path,
            "BENCHVERDICT_SIDE": side,
            "BENCHVERDICT_LEADS": leads,
            "BENCHVERDICT_SLICES": str(self._slices(side)),
        }
        return subprocess.Popen(
            self._command(*options),
            cwd=self.root / side,
            env=self._environ() | turns,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]

    def _environ(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "BENCHVERDICT"))
        }
        calibration = str(self.root / "calibration.json")
        return inherited | {"PYTHONPATH": str(PLUGIN_FOLDER), "BENCHVERDICT_CALIBRATION": calibration}


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    both = Sides(tmp_path)
    for side in ("base", "head"):
        both.write(side, SUITE)
    return both


def together(run: dict[str, Any]) -> int:
    return sum(not each["alone"] for each in run["slices"])


@pytest.mark.parametrize("leads", ["base", "head"])
def test_both_sides_take_turns_at_every_benchmark(sides: Sides, leads: str) -> None:
    found = sides.run(leads=leads)
    base, head = found["base"], found["head"]
    assert list(base) == list(head)
    assert {name.partition("::")[2] for name in base} == {"test_sum[plain]", r"test_sum[gr\xf6\xdfer]", "test_fixed"}
    assert all(together(base[name]) == together(head[name]) >= 5 for name in base)
    assert len(sides.turns("plain")) >= 10
    assert len(sides.turns("fixed")) >= 2


def test_only_one_side_works_at_a_time_and_slices_are_in_the_order_abba(sides: Sides) -> None:
    found = sides.run()
    turns = sides.turns("plain")
    assert set(turns) == {"base", "head"}
    counted = {side: len(run["test_suite.py::test_sum[plain]"]["slices"]) for side, run in found.items()}
    visits = {side: turns.count(side) for side in counted}
    assert all(visits[side] <= counted[side] // 2 + 2 for side in counted)


def test_a_benchmark_of_one_side_runs_alone_and_the_others_take_turns(sides: Sides) -> None:
    sides.write("head", SUITE + "\ndef test_new(benchmark):\n    benchmark(work, 'new')\n")
    found = sides.run()
    assert "test_suite.py::test_new" not in found["head"]
    assert all(together(run) >= 5 for run in found["head"].values())


def test_another_order_is_the_bases_order(sides: Sides) -> None:
    head, fixed = SUITE.split("def test_fixed")
    fixed, plain = fixed.split("def test_plain")
    imports, parametrized = head.split("@pytest")
    sides.write("head", f"{imports}def test_fixed{fixed}@pytest{parametrized}def test_plain{plain}")
    found = sides.run()
    assert list(found["base"]) == list(found["head"])
    assert all(together(run) >= 5 for run in found["head"].values())


@pytest.mark.parametrize("end", ["pytest.skip('not here')", "raise RuntimeError('no')", "import os; os._exit(0)"])
def test_what_a_side_skips_fails_or_dies_of_the_other_one_runs_alone(sides: Sides, end: str) -> None:
    sides.write("head", SUITE.replace("    benchmark.pedantic(work", f"    {end}\n    benchmark.pedantic(work"))
    found = sides.run()
    fixed = found["base"]["test_suite.py::test_fixed"]
    assert together(fixed) == 0
    assert sum(each["rounds"] for each in fixed["slices"]) >= 11


def test_long_rounds_are_slices(sides: Sides) -> None:
    for side in ("base", "head"):
        sides.write(side, SUITE.replace("sum(range(2000))", "time.sleep(0.01)"))
    found = sides.run("-k", "plain")
    run = found["base"]["test_suite.py::test_sum[plain]"]
    assert {each["rounds"] for each in run["slices"]} == {1}
    assert run["share"] is not None
    assert run["share"] < 0.5


def test_a_benchmark_that_computes_has_nearly_all_of_the_processor(sides: Sides) -> None:
    for side in ("base", "head"):
        sides.write(
            side,
            SUITE.replace("with LOG.open", "if False:\n        pass\n    with LOG.open", 1).replace(
                "sum(range(2000))", "sum(range(200000))"
            ),
        )
    found = sides.run("-k", "plain")
    shares: list[Any] = [run["test_suite.py::test_sum[plain]"]["share"] for run in found.values()]
    assert min(shares) > 0.9


def test_slices_of_several_calls_of_pytest_are_kept(sides: Sides) -> None:
    sides.run("-k", "plain")
    found = sides.run("-k", "fixed")
    assert len(found["base"]) == 2
    assert json.loads((sides.root / "slices-base.json").read_text())["schema"] == "slices/v1"


def test_what_is_kept_is_seconds_per_call_as_in_the_result_file(sides: Sides) -> None:
    calls = "benchmark.pedantic(sum, args=(range(20000),), rounds=12, iterations={count})"
    for side, count in (("base", 2), ("head", 8)):
        sides.write(side, SUITE.replace("benchmark(work, name)", calls.replace("{count}", str(count)), 1))
    found = sides.run("-k", "plain")
    base, head = (
        min(each["wall"][1] for each in found[side]["test_suite.py::test_sum[plain]"]["slices"])
        for side in ("base", "head")
    )
    assert 0.5 < head / base < 2


def test_a_pytest_inside_of_a_benchmark_takes_no_turns(sides: Sides) -> None:
    inner = "import os; assert 'BENCHVERDICT_LOCKSTEP' not in os.environ"
    for side in ("base", "head"):
        sides.write(side, SUITE.replace("def test_plain():\n    pass", f"def test_plain():\n    {inner}"))
    assert set(sides.run()) == {"base", "head"}


def test_time_of_other_threads_is_waiting(sides: Sides) -> None:
    threaded = """
    import hashlib, threading
    data = b"x" * 4_000_000
    others = [threading.Thread(target=hashlib.sha256, args=(data,)) for _ in range(2)]
    for other in others: other.start()
    for other in others: other.join()
    return 1
"""
    for side in ("base", "head"):
        sides.write(side, SUITE.replace("    return sum(range(2000))", threaded.strip("\n")))
    found = sides.run("-k", "plain")
    assert found["base"]["test_suite.py::test_sum[plain]"]["share"] < 0.9
