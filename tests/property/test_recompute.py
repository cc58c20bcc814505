"""What a report keeps of its pairs is enough to reach its verdicts again, whatever was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from reporter.commands.build_report import Context, build_report
from reporter.commands.compare import measured_here
from reporter.commands.deciding import Sides, decide, decide_looks
from reporter.config.reading import parse
from reporter.decide.judge import Pairs
from reporter.decide.recompute import judge_again
from reporter.model import IN_STEP, Benchmark, Metric, Suite
from reporter.records import json_v1
from reporter.store.history import AGAINST_ITSELF, session_of
from tests.property.test_report_bounds import SCHEMA
from tests.suites import MACHINE, baseline_of, sample_of

if TYPE_CHECKING:
    from reporter.model import BoolArray, FloatArray, Report, Session

METRICS = (
    Metric(name="time", unit="s", better="lower"),
    Metric(name="time", unit="s", better="lower"),
    Metric(name="rate", unit="1/s", better="higher"),
    Metric(name="allocations", unit="1", better="lower"),
)
BOUNDS = {"benchmark": [{"match": "b1*", "threshold": "5 %", "margin": "8 %"}]}


def _runs(random: np.random.Generator, metric: Metric, level: float, sd: float, pairs: int) -> list[list[float]]:
    """Return runs of a few rounds; allocations are whole numbers that are often zero."""
    if metric.name == "allocations":
        return [[float(random.integers(0, 3))] for _ in range(pairs)]
    levels = level * np.exp(random.normal(0, sd, pairs))
    return [(run * (1 + random.exponential(0.02, 30))).tolist() for run in levels]


def _in_step(random: np.random.Generator, pairs: int, level: float, change: float, share: float) -> list[FloatArray]:
    """Return pairs × ``IN_STEP`` of both sides; some pairs were not in lock-step, and the share changes on the way."""
    wall = level * np.exp(random.normal(0, 0.2, pairs))
    lost = random.random(pairs) < 0.1
    sides = []
    for factor in (1.0, 1.0 + change):
        values = wall * factor * np.exp(random.normal(0, 0.01, pairs))
        shares = np.clip(share + random.normal(0, 0.05, pairs), 0, 1.1)
        table = np.column_stack([values, values * 0.9, shares])
        table[lost] = np.nan
        assert table.shape[1] == len(IN_STEP)
        sides.append(table)
    return sides


def _gone(pairs: int, stop: int, lost: BoolArray) -> list[bool]:
    return [pair >= stop or bool(lost[pair]) for pair in range(pairs)]


def sides(seed: int, count: int, pairs: int, name: str) -> tuple[Suite, Suite]:
    """Return two suites with all that pairs can be: several metrics, lock-step or not, lost pairs, early leavers."""
    random = np.random.default_rng(seed)
    base: list[Benchmark] = []
    head: list[Benchmark] = []
    for index in range(count):
        metric = METRICS[random.integers(len(METRICS))]
        change, sd = random.choice([0.0, 0.0, 0.04, 0.2, -0.1]), random.choice([0.002, 0.02, 0.2])
        stop = int(random.choice([pairs, pairs, min(8, pairs), min(16, pairs)]))
        level = float(np.exp(random.normal(-8, 2)))
        tables: list[Any] = [None, None]
        if metric.unit == "s" and random.random() < 0.6:
            tables = _in_step(random, pairs, level, change, random.choice([0.7, 0.95, 1.0]))
        for side, factor, table in ((base, 1.0, tables[0]), (head, 1 + change, tables[1])):
            runs = _runs(random, metric, level * factor, sd, pairs)
            gone = _gone(pairs, stop, random.random(pairs) < 0.05)
            sample = sample_of([[] if is_gone else run for run, is_gone in zip(runs, gone, strict=True)])
            if table is not None:
                table[gone] = np.nan
                sample = structs.replace(sample, in_step=table)
            side.append(Benchmark(name=f"b{index}", samples=((metric, sample),)))
    both = [Suite(name=name, benchmarks=tuple(made), runs=pairs, fingerprint=MACHINE) for made in (base, head)]
    return both[0], both[1]


def stored_of(seed: int, count: int) -> tuple[Session, ...]:
    """Return pairs of a commit and itself, as a baseline keeps them."""
    one, _ = sides(seed, count, 8, "suite")
    return (replace(session_of(one), plan=AGAINST_ITSELF),)


def reported(seed: int, count: int, pairs: int, *, grows: bool, known: bool, name: str, clock: str) -> Report:
    base, head = sides(seed, count, pairs, name)
    config = parse({**BOUNDS, "measure": {"clock": clock}}, "here")
    stored = stored_of(seed, count) if known else ()
    if grows:
        decision = decide_looks(Pairs(base=base, head=head, began="bh" * 32), config, changed_files=(), stored=stored)
    else:
        history = replace(baseline_of([base]), history=stored)
        decision = decide(Sides(head=head, baseline=history, paired=True), config)
    report = build_report(decision, head, measured_here(base, head), Context(config=config))
    return json_v1.load(json_v1.dump(report), "verdict.json")


REPORTS = st.builds(
    reported,
    st.integers(0, 2**32 - 1),
    st.integers(1, 9),
    st.sampled_from([1, 3, 5, 8, 9, 16, 20, 33]),
    grows=st.booleans(),
    known=st.booleans(),
    name=st.sampled_from(["suite", "suite~2of3"]),
    clock=st.sampled_from(["auto", "auto", "wall", "cpu"]),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(REPORTS)
def test_every_verdict_of_pairs_is_reached_again(report: Report) -> None:
    again = judge_again(report)
    judged = [index for index, row in enumerate(report.assessments) if row.comparison.noise or row.comparison.change]
    assert set(judged) <= set(again)
    for index, row in again.items():
        assert row.differences == (), (row.row.name, row.differences)
        then = report.assessments[index]
        assert row.assessment.verdict == then.verdict
        assert row.assessment.reason == then.reason


@settings(max_examples=60, deadline=None)
@given(REPORTS, st.randoms(use_true_random=False), st.floats(0.5, 2.0).filter(lambda factor: abs(factor - 1) > 1e-9))
def test_one_changed_value_is_found(report: Report, random: Any, factor: float) -> None:
    document = json.loads(json_v1.dump(report))
    values = [
        (side, place)
        for judging in document["judgings"]
        for row in judging["rows"]
        for series in row["values"]
        for side in (series["base"], series["head"])
        for place, value in enumerate(side)
        if value
    ]
    if not values:
        return
    side, place = random.choice(values)
    side[place] *= factor
    again = judge_again(json_v1.load(json.dumps(document), "verdict.json"))
    assert all(row.differences for row in again.values())


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(REPORTS)
def test_what_is_kept_follows_the_schema(report: Report) -> None:
    jsonschema.validate(json.loads(json_v1.dump(report)), SCHEMA, cls=jsonschema.Draft202012Validator)
