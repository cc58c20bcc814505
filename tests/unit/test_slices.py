"""Slices of runs in lock-step: what neighbours say of a pair, and which clock decides."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reporter.decide.judge import judge_pairs
from reporter.ingest import slices
from reporter.ingest.slices import SlicedRun, with_slices
from reporter.model import STATISTICS, Benchmark, Metric, Sample, Suite
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

TIME = Metric(name="time", unit="s", better="lower")


def run_of(*values: float, share: float | None = 1.0, scale: float = 1.0, alone: bool = False) -> SlicedRun:
    """Return a run whose wall times are the values, and whose processor time is ``scale`` of them."""
    fastest = np.array([[value, value * scale] for value in values]).reshape(-1, 2)
    return SlicedRun(share=share, fastest=fastest, alone=np.full(len(values), alone))


def suite_of(names: list[str], runs: int, seconds: float = 1.0) -> Suite:
    row = np.full((runs, len(STATISTICS)), seconds)
    row[:, 0] = 50
    benchmarks = tuple(
        Benchmark(name=name, samples=((TIME, Sample(statistics=row, rounds=(np.empty(0),) * runs)),)) for name in names
    )
    return Suite(name="suite", benchmarks=benchmarks, runs=runs)


def judged(pairs: list[tuple[SlicedRun, SlicedRun]]) -> Any:
    """Return the assessment of one benchmark whose whole runs say that nothing changed."""
    base, head = suite_of(["b"], len(pairs)), suite_of(["b"], len(pairs))
    base, head = with_slices(base, head, [({"b": before}, {"b": after}) for before, after in pairs])
    (assessment,) = judge_pairs(base, head).assessments
    return assessment


def weather(pair: int, count: int = 8) -> np.ndarray[Any, Any]:
    """Return a load that comes and goes within the run: neighbours share it."""
    return np.exp(np.random.default_rng(pair).normal(0, 0.5, count))


def pairs_with(
    change: float, *, head_share: float = 1.0, head_scale: float = 1.0, pairs: int = 8
) -> list[tuple[SlicedRun, SlicedRun]]:
    generator = np.random.default_rng(7)
    found = []
    for pair in range(pairs):
        load = weather(pair)
        jitter = np.exp(generator.normal(0, 0.003, load.size))
        head = run_of(*(load * jitter * (1 + change)), share=head_share, scale=head_scale)
        found.append((run_of(*load), head))
    return found


def test_neighbours_find_what_whole_runs_do_not() -> None:
    found = judged(pairs_with(0.05))
    assert found.verdict == "regressed"
    assert found.comparison.change.marginal.point == pytest.approx(0.05, abs=0.005)
    assert found.comparison.noise.sd < 0.01


def test_equal_code_is_unchanged() -> None:
    assert judged(pairs_with(0.0)).verdict == "unchanged"


@pytest.mark.parametrize("change", [0.0, 0.05])
def test_what_the_second_slice_of_a_visit_gains_is_no_change(change: float) -> None:
    """The order is base, head, head, base, base, …: the second slice of a visit finds its caches warm."""
    generator, pairs = np.random.default_rng(3), []
    for leads_base in (True, False) * 4:
        jitter = np.exp(generator.normal(0, 0.002, (2, 20)))
        cold = np.arange(20) % 2 == 1
        leader = np.where(cold | (np.arange(20) == 0), 1.0, 0.8)
        other = np.where(cold, 0.8, 1.0)
        base, head = (leader, other) if leads_base else (other, leader)
        pairs.append((run_of(*(base * jitter[0])), run_of(*(head * jitter[1] * (1 + change)))))
    found = judged(pairs)
    assert found.comparison.change.marginal.point == pytest.approx(change, abs=0.002)
    assert found.comparison.noise.sd < 0.004


def test_processor_time_decides_where_both_sides_compute() -> None:
    found = judged(pairs_with(0.0, head_scale=1.05))
    assert found.comparison.change.marginal.point == pytest.approx(0.05, abs=0.005)


def test_a_head_that_begins_to_wait_is_judged_on_wall_time() -> None:
    found = judged(pairs_with(0.25, head_share=0.8, head_scale=0.8))
    assert found.verdict == "regressed"
    assert found.comparison.change.marginal.point == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("change", ["alone", "few", "zero"])
def test_slices_that_are_no_neighbours_say_nothing(change: str) -> None:
    usual = pairs_with(0.05)
    broken = {
        "alone": [run_of(*[1.0] * 8, alone=True)] * 8,
        "few": [run_of(1.0, 1.0)] * 8,
        "zero": [run_of(*[0.0] * 8)] * 8,
    }[change]
    found = judged([(base, head) for (base, _), head in zip(usual, broken, strict=True)])
    assert found.verdict == "unchanged", "whole runs, which are all equal here, decide"


def test_where_most_pairs_have_no_slices_all_are_whole_runs() -> None:
    pairs = pairs_with(0.05)
    tables: list[Any] = [({}, {})] * 8
    tables[:4] = [({"b": before}, {"b": after}) for before, after in pairs[:4]]
    base, head = with_slices(suite_of(["b"], 8), suite_of(["b"], 8), tables)
    (found,) = judge_pairs(base, head).assessments
    assert found.verdict == "unchanged"
    assert found.comparison.change is not None
    assert found.comparison.change.marginal.point == 0


def test_a_pair_without_slices_is_lost_for_the_row_and_the_others_count() -> None:
    pairs = pairs_with(0.05)
    base, head = suite_of(["b"], 8), suite_of(["b"], 8)
    tables: list[Any] = [({"b": before}, {"b": after}) for before, after in pairs]
    tables[3] = ({}, {})
    base, head = with_slices(base, head, tables)
    (found,) = judge_pairs(base, head).assessments
    assert found.verdict == "regressed"
    assert "seen in 7 of 7 pairs" in found.reason


def test_other_benchmarks_and_suites_without_slices_stay_as_they_are() -> None:
    base, head = suite_of(["a"], 3), suite_of(["a"], 3)
    assert with_slices(base, head, [({}, {})] * 3) == (base, head)
    one, other = with_slices(base, head, [({"b": run_of(1, 1, 1)}, {"b": run_of(1, 1, 1)})] * 3)
    assert one.benchmarks[0].samples[0][1].in_step is None is other.benchmarks[0].samples[0][1].in_step


def written(folder: Path, **content: object) -> Path:
    path = folder / "slices.json"
    path.write_text(json.dumps({"schema": "slices/v1", "benchmarks": {}, **content}))
    return path


def entry(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {"rounds": 1, "alone": False, "wall": [1.0, 1.0], "processor": [1.0, 1.0]}
    return {"share": 1.0, "slices": [usual | changes]}


def test_names_are_those_of_the_result_file(tmp_path: Path) -> None:
    names = ["test_a.py::test_b[plain]", r"test_a.py::test_b[gr\xf6\xdfer]", "test_a.py::test_c"]
    path = written(tmp_path, benchmarks={name: entry() for name in names})
    assert list(slices.read(path)) == [names[0], "test_a.py::test_b[größer]", names[2]]


@pytest.mark.parametrize(
    "benchmarks",
    [
        [],
        {"b": []},
        {"b": entry(rounds=0)},
        {"b": entry(wall=[1.0])},
        {"b": entry(wall=[-1.0, 1.0])},
        {"b": entry(wall=["1", 1.0])},
        {"b": entry(alone=1)},
        {"b": entry(more=1)},
        {"b": {"share": "much", "slices": []}},
    ],
)
def test_what_the_plugin_does_not_write_is_refused(tmp_path: Path, benchmarks: object) -> None:
    with pytest.raises(InputError, match="no slices as the pytest plugin writes them"):
        slices.read(written(tmp_path, benchmarks=benchmarks))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"schema": "slices/v2", "benchmarks": {}}'])
def test_what_is_no_file_of_slices_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "slices.json"
    path.write_text(text)
    with pytest.raises(InputError):
        slices.read(path)


def test_a_share_above_one_is_possible() -> None:
    assert math.isfinite(judged(pairs_with(0.0, head_share=1.2)).comparison.change.marginal.point)
