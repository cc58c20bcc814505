"""The pytest plugin by itself, in pytest processes with the pytest-benchmark that is installed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.paired.plugin import Plugin
from reporter.measure.paired.sides import Side, Sides
from reporter.measure.paired.virtual import PLUGIN_FOLDER
from reporter.measure.pytest_plugin import benchverdict_pairing
from reporter.measure.pytest_plugin.benchverdict_pairing import DEPTHS, rounds_for

if TYPE_CHECKING:
    from pathlib import Path

CHANCE = 4711
SUITE = """
import time
import pytest

@pytest.mark.parametrize("name", ["plain", "größer"])
def test_sum(benchmark, name):
    benchmark(sum, range(100))

@pytest.mark.benchmark(min_rounds=3, min_time=0.2, max_time=2.0, calibration_precision=5, timer=time.process_time)
def test_marked(benchmark):
    benchmark(sum, range(100))

def test_fixed(benchmark):
    benchmark.pedantic(sum, args=(range(100),), rounds=7, iterations=3)

def test_plain():
    pass
"""


@dataclass(frozen=True)
class Suite:
    """A folder in which pytest is run with the plugin on its path, found as it is by the sides."""

    folder: Path

    def run(self, *options: str, **variables: str) -> tuple[int, str]:
        """Return the exit code and the output."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "BENCHVERDICT"))
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
        environ = {**inherited, "PYTHONPATH": str(PLUGIN_FOLDER), **variables}
        done = subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def measured(self, *options: str, **variables: str) -> dict[str, Any]:
        """Return the benchmarks of a run by name, and what was said of the machine."""
        code, output = self.run(*options, "--benchmark-json=result.json", **variables)
        assert code == 0, output
        content: dict[str, Any] = json.loads((self.folder / "result.json").read_text())
        stats = {entry["name"]: entry["stats"] for entry in content["benchmarks"]}
        return {name: (entry["rounds"], entry["iterations"]) for name, entry in stats.items()} | {
            "facts": (content["machine_info"], content["commit_info"])
        }


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    (tmp_path / "test_suite.py").write_text(SUITE)
    return Suite(tmp_path)


def test_later_runs_take_what_the_first_one_found(suite: Suite, tmp_path: Path) -> None:
    files = {"BENCHVERDICT_CALIBRATION": str(tmp_path / "calibration"), "BENCHVERDICT_FACTS": str(tmp_path / "facts")}
    options = ("--benchmark-max-time=300", "--benchmark-min-rounds=2")
    first = suite.measured(*options, BENCHVERDICT_SECONDS="0.01", **files)
    calibration = json.loads((tmp_path / "calibration").read_text())
    assert {len(entry) for entry in calibration.values()} == {4}
    assert sorted(name.split("::")[1] for name in calibration) == sorted(first.keys() - {"facts", "test_fixed"})
    assert first["test_fixed"] == (7, 3)
    assert 50 <= first["test_marked"][0] < 1000
    changed = {name: {"iterations": 3, "rounds": 17} for name in calibration if "marked" not in name}
    (tmp_path / "calibration").write_text(json.dumps(changed))
    facts = json.loads((tmp_path / "facts").read_text())
    facts["machine"]["node"] = "elsewhere"
    (tmp_path / "facts").write_text(json.dumps(facts))
    second = suite.measured(*options, BENCHVERDICT_SECONDS="0.01", **files)
    assert second["test_sum[plain]"] == (17, 3)
    assert second["facts"] == (first["facts"][0] | {"node": "elsewhere"}, first["facts"][1])
    assert json.loads((tmp_path / "calibration").read_text()).keys() == calibration.keys()


def test_the_seconds_are_those_asked_for(suite: Suite, tmp_path: Path) -> None:
    rounds = [
        suite.measured(
            "-k",
            "plain",
            BENCHVERDICT_SECONDS=seconds,
            BENCHVERDICT_CALIBRATION=str(tmp_path / f"calibration-{seconds}"),
        )["test_sum[plain]"][0]
        for seconds in ("0.01", "0.2")
    ]
    assert rounds[1] > 3 * rounds[0]  # twenty times as many on a quiet machine


def test_only_what_is_selected_is_run(suite: Suite, tmp_path: Path) -> None:
    selection = tmp_path / "selection"
    selection.write_text(json.dumps(["test_suite.py::test_sum[größer]", "test_suite.py::test_gone"]))
    code, output = suite.run("-v", BENCHVERDICT_SELECT=str(selection))
    assert (code, "1 passed, 4 deselected" in output) == (0, True)
    assert "test_sum[gr" in output


def test_every_benchmark_runs_in_one_share_of_three(suite: Suite, tmp_path: Path) -> None:
    """Known ones in the part that has them, new ones by their names, the same in every job."""
    one, other = ["test_suite.py::test_sum[größer]"], ["test_suite.py::test_sum[plain]"]
    collected = []
    for number, (here, elsewhere) in enumerate([(one, other), (other, one), ([], one + other)], 1):
        plan = tmp_path / f"plan-{number}.json"
        share = {"number": number, "count": 3, "here": here, "elsewhere": elsewhere}
        plan.write_text(json.dumps({"share": share}))
        _, output = suite.run("--collect-only", BENCHVERDICT_SHARE=str(plan))
        collected.append([line for line in output.splitlines() if "::" in line])
    assert any("test_sum[gr" in name for name in collected[0])
    assert any("test_sum[plain]" in name for name in collected[1])
    names = [name for part in collected for name in part]
    assert len(names) == len(set(names)) == 5


def test_nothing_selected_here_is_no_failure(suite: Suite, tmp_path: Path) -> None:
    selection = tmp_path / "selection"
    selection.write_text('["elsewhere.py::test_x"]')
    assert suite.run(BENCHVERDICT_SELECT=str(selection))[0] == 0
    assert suite.run("-k", "no_such_test")[0] == 5


def test_the_evidence_names_files_of_modules_and_benchmarks(suite: Suite, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_nothing(): pass\n")
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "conftest.py").write_text(
        "import sys, helper\nclass Odd:\n    def __getattr__(self, name): raise OSError\nsys.modules['odd'] = Odd()\n"
    )
    assert suite.run("--benchmark-disable", BENCHVERDICT_EVIDENCE=str(tmp_path / "evidence"))[0] == 0
    evidence = json.loads((tmp_path / "evidence").read_text())
    assert evidence["benchmark_files"] == [str(tmp_path / "test_suite.py")]
    assert evidence["modules"]["helper"] == str(tmp_path / "helper.py")
    assert "pytest_benchmark" in evidence["modules"]
    assert "odd" not in evidence["modules"]


def test_without_pytest_benchmark_the_plugin_does_nothing(suite: Suite, tmp_path: Path) -> None:
    files = {"BENCHVERDICT_CALIBRATION": str(tmp_path / "calibration"), "BENCHVERDICT_FACTS": str(tmp_path / "facts")}
    assert suite.run("-p", "no:benchmark", "-k", "test_plain", **files)[0] == 0
    assert not {"calibration", "facts"}.intersection(path.name for path in tmp_path.iterdir())


PLACES = """
import benchverdict_pairing
from benchverdict_pairing import _Calibration

def test_place(benchmark, record_property):
    kept = next(p for p in benchmark._calibrate_timer.__closure__ or () if isinstance(p.cell_contents, _Calibration))
    counts = {size: 0 for size in range(0, 512, 16)}
    for each in kept.cell_contents.kept:
        if len(each) in counts:
            counts[len(each)] += 1
    print("PLACES", sorted(counts.items()))
    benchmark(sum, [1])
"""


def test_both_sides_of_a_pair_have_equal_places_and_every_pair_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places of a side make benchmarks percents off; those of a pair are noise that averages out."""
    sizes = []
    for chance in ("17", "17", "18"):
        monkeypatch.setenv("BENCHVERDICT_CHANCE", chance)
        sizes.append([len(each) for each in benchverdict_pairing._placed_by_chance()])
    assert sizes[0] == sizes[1]
    assert sizes[0] != sizes[2]


@pytest.mark.slow
def test_without_a_chance_every_process_has_other_places(suite: Suite) -> None:
    (suite.folder / "test_place.py").write_text(PLACES)
    shown = [
        suite.run("-s", "-k", "test_place", BENCHVERDICT_CALIBRATION=str(suite.folder / f"c{n}"))[1] for n in (1, 2)
    ]
    places = [next(line for line in text.splitlines() if "PLACES" in line) for text in shown]
    assert places[0] != places[1]
    assert all(places)


def test_both_sides_are_given_equally_much(tmp_path: Path) -> None:
    """What a process is given moves what it allocates, by the same amount in every pair."""
    (tmp_path / "sides").mkdir()
    base, head = (Side(name, name, tmp_path / name, tmp_path / name) for name in ("base", "head"))
    ready = Sides(tmp_path, base, head)
    added = [
        Plugin(tmp_path, 0.01).variables({}, name, ready, selected=False, chance=CHANCE) for name in ("base", "head")
    ]
    assert added[0].keys() == added[1].keys()
    assert [len(value) for value in added[0].values()] == [len(value) for value in added[1].values()]
    assert added[0]["PYTHONHASHSEED"] == added[1]["PYTHONHASHSEED"] == str(CHANCE)


def test_the_users_own_seed_of_hashes_stays(tmp_path: Path) -> None:
    (tmp_path / "sides").mkdir()
    added = Plugin(tmp_path, 0.01).variables({"PYTHONHASHSEED": "0"}, "base", None, selected=False, chance=CHANCE)
    assert "PYTHONHASHSEED" not in added


def test_where_pytest_loads_no_plugins_by_itself_it_is_told_to(suite: Suite, tmp_path: Path) -> None:
    (tmp_path / "sides").mkdir()
    environ = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p pytest_benchmark.plugin"}
    added = Plugin(tmp_path, 0.01).variables(environ, "base", None, selected=False, chance=CHANCE)
    assert suite.measured("-k", "plain", **{**environ, **added}).keys() == {"test_sum[plain]", "facts"}
    assert Plugin(tmp_path, 0.01).calibrated() == 1
    assert Plugin(tmp_path, 0.01).evidence("base") is not None


@pytest.mark.parametrize(
    ("round_seconds", "seconds", "rounds"),
    [
        (40e-6, 0.05, 1250),  # short ones fill the time
        (1e-3, 0.05, 50),
        (5e-3, 0.05, 50),  # fewer than 50 would say little
        (20e-3, 0.05, 50),
        (50e-3, 0.05, 20),  # beyond a second, what fits into it
        (0.2, 0.05, 5),
        (3.0, 0.05, 5),  # and never fewer than five
        (3.0, 30.0, 10),
        (0.0, 0.05, 50_000_000),
    ],
)
def test_how_many_rounds_a_benchmark_gets(round_seconds: float, seconds: float, rounds: int) -> None:
    assert rounds_for(round_seconds, seconds) == rounds


DEPTHS_SUITE = """
import inspect, json, pathlib, sys
depths = {"plain": [], "pedantic": []}

def note(kind):
    depths[kind].append(len(inspect.stack(0)))

def test_plain(benchmark):
    benchmark(note, "plain")

def test_pedantic(benchmark):
    benchmark.pedantic(note, args=("pedantic",), rounds=48, iterations=1)

def deeper(count):
    return deeper(count - 1) if count else 0

def test_recursion(benchmark):
    benchmark(deeper, 1000 - len(inspect.stack(0)) - 20)

def test_write():
    pathlib.Path("depths.json").write_text(json.dumps(depths))
"""


def test_rounds_are_called_from_all_depths_and_deep_recursion_still_fits(suite: Suite, tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(DEPTHS_SUITE)
    known = {"test_suite.py::test_plain": {"iterations": 1, "rounds": DEPTHS}}  # what is found depends on the machine
    (tmp_path / "calibration").write_text(json.dumps(known))
    files = {"BENCHVERDICT_CALIBRATION": str(tmp_path / "calibration"), "BENCHVERDICT_SECONDS": "0.01"}
    code, output = suite.run("--benchmark-disable-gc", **files)
    assert code == 0, output
    found = json.loads((tmp_path / "depths.json").read_text())
    assert len(set(found["plain"])) >= DEPTHS  # one more call is made for the result
    assert len(set(found["pedantic"])) == DEPTHS


def test_a_failing_benchmark_shows_no_frame_of_the_plugin(suite: Suite, tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text("def test_it(benchmark):\n    benchmark(lambda: 1 / 0)\n")
    code, output = suite.run(BENCHVERDICT_CALIBRATION=str(tmp_path / "calibration"))
    assert (code, "ZeroDivisionError" in output, "_from_depth" in output) == (1, True, False)
