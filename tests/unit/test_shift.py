"""The suite-wide change: of timings, of one unit, and of the last look that saw the whole suite."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.decide.judge import Decision, Pairs, judge_looks, judge_pairs, judge_screen
from reporter.ingest import assemble, read_file
from reporter.model import STATISTICS, Benchmark, Metric, Sample, Suite
from reporter.render.view import build
from tests.recorded import DATA
from tests.reports import report
from tests.suites import MACHINE, baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = (DATA / "go" / "counted.txt").read_text(encoding="utf-8")
TIMING = re.compile(r"([\d.]+)( ns/op)")
SPEED = re.compile(r"([\d.]+)( MB/s)")


def _go_run(generator: np.random.Generator, factors: dict[str, float]) -> str:
    """Write a run as Go does with ``-benchmem``: two packages of the recording, their timings times a factor each."""
    lines = []
    for package in ("one", "two"):
        for line in RECORDED.replace("example.test/shop/one", f"example.test/shop/{package}").splitlines():
            factor = factors.get(package + line.split(" ")[0], 1.0) * float(np.exp(generator.normal(0.0, 0.01)))
            lines.append(_times(SPEED, 1 / factor, _times(TIMING, factor, line)))
    return "\n".join(lines) + "\n"


def _times(number: re.Pattern[str], factor: float, line: str) -> str:
    return number.sub(lambda found: f"{float(found[1]) * factor:.6g}{found[2]}", line)


def _go_suite(folder: Path, seed: int, factors: dict[str, float], runs: int = 8) -> Suite:
    generator = np.random.default_rng(seed)
    files = []
    for run in range(runs):
        path = folder / f"{seed}-{run}.txt"
        path.write_text(_go_run(generator, factors), encoding="utf-8")
        files.append([read_file(path)])
    return assemble(files, suite="suite", fingerprint=MACHINE)


def _slower() -> dict[str, float]:
    """Return a factor for each benchmark of the recording, from 17% slower to 162%."""
    generator = np.random.default_rng(3)
    names = [line.split(" ")[0] for line in RECORDED.splitlines() if line.startswith("Benchmark")]
    return {package + name: float(generator.uniform(1.17, 2.62)) for package in ("one", "two") for name in names}


def test_counts_that_never_move_do_not_hide_a_go_suite_whose_every_timing_is_slower(tmp_path: Path) -> None:
    factors = _slower()
    base, head = _go_suite(tmp_path, 1, {}), _go_suite(tmp_path, 2, factors)
    screened = judge_screen(head, baseline_of([_go_suite(tmp_path, 10 + job, {}, runs=2) for job in range(6)]))
    for decision in (judge_pairs(base, head), screened):
        assert decision.shift is not None
        assert decision.shift.verdict == "regressed"
        assert decision.shift.change.point == pytest.approx(np.median(list(factors.values())) - 1, abs=0.15)
        view = build(report(*decision.assessments, shift=decision.shift))
        assert "did not move" not in view.shift
        assert "change of 0.0%" not in view.note


def _counts(rows: int, runs: int, unit: str = "B") -> Suite:
    values = np.full((runs, len(STATISTICS)), 512.0)
    metric = Metric(name="memory", unit=unit, better="lower")
    sample = Sample(statistics=values, rounds=())
    benchmarks = tuple(Benchmark(name=f"b{row}", samples=((metric, sample),)) for row in range(rows))
    return Suite(name="suite", benchmarks=benchmarks, runs=runs, fingerprint=MACHINE)


@pytest.mark.parametrize("unit", ["B", "1", "allocs/op", "s"])
def test_what_is_no_timing_or_has_no_noise_says_nothing_of_the_suite(unit: str) -> None:
    base = _counts(8, 8, unit)
    assert judge_pairs(base, base).shift is None
    assert judge_screen(_counts(8, 1, unit), baseline_of([_counts(8, 3, unit)] * 6)).shift is None


LEVELS = dict.fromkeys("abcdef", 0.001)


def _suite(seed: int, levels: dict[str, float], runs: int, sd: float = 0.003) -> Suite:
    generator = np.random.default_rng(seed)
    return suite_of({name: noisy_runs(generator, level=level, sd=sd, runs=runs) for name, level in levels.items()})


def _second_look(second: Suite) -> Decision:
    """Judge a head whose first run was in a busy time: everything seems 40% slower."""
    known = baseline_of([_suite(job, LEVELS, 3) for job in range(6)])
    return judge_screen(_suite(90, dict.fromkeys(LEVELS, 1.4e-3), 1), known, second)


def test_after_further_runs_of_the_head_the_shift_is_theirs() -> None:
    decision = _second_look(_suite(93, LEVELS, 3))
    assert decision.shift is not None
    assert abs(decision.shift.change.point) < 0.03


def test_pairs_in_which_only_the_undecided_were_measured_say_nothing_of_the_suite() -> None:
    """Half of them go on after eight pairs, and are slower."""
    base, head = (_runs_that_stop(seed, factor) for seed, factor in ((1, 1.0), (2, 1.3)))
    shift = judge_looks(Pairs(base=base, head=head)).shift
    assert shift is not None
    assert shift.change.point == pytest.approx(0.15, abs=0.02)


def _runs_that_stop(seed: int, factor: float) -> Suite:
    generator = np.random.default_rng(seed)
    settled = {name: [*noisy_runs(generator, sd=0.003, runs=8), *([[]] * 8)] for name in "abcd"}
    open_still = {name: noisy_runs(generator, level=1e-3 * factor, sd=0.003, runs=16) for name in "efgh"}
    return suite_of(settled | open_still)


def test_of_two_units_of_speed_one_alone_is_the_suite() -> None:
    """Seconds go before others of which there are as many: a throughput says of a run what its time says."""
    shift = judge_pairs(
        _with_rates(_suite(1, LEVELS, 8)), _with_rates(_suite(2, dict.fromkeys(LEVELS, 1.1e-3), 8))
    ).shift
    assert shift is not None
    assert shift.change.point == pytest.approx(0.1, abs=0.01)


def _with_rates(suite: Suite) -> Suite:
    """Return the suite with a rate for each benchmark, which goes the other way than its time."""
    rate = Metric(name="rate", unit="B/s", better="higher")
    return replace(
        suite,
        benchmarks=tuple(replace(one, samples=(*one.samples, (rate, one.samples[0][1]))) for one in suite.benchmarks),
    )
