"""Files that hold several runs of their tool: a file is one run of its side, however many and however unequal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.decide.judge import Pairs, judge_pairs, judge_screen
from reporter.ingest import FileReading, Reading, assemble
from reporter.ingest.assemble import Provenance
from reporter.model import STATISTICS, Suite
from reporter.shared.errors import InputError
from tests.suites import MACHINE, TIME, baseline_of

NAMES = "abc"


def pyperf_like(seed: int, name: str, inner: int, level: float = 1e-3) -> Reading:
    """Runs of three values each, as pyperf's workers give them; no two files agree by more than a percent."""
    generator = np.random.default_rng([seed, ord(name)])
    own = level * np.exp(generator.normal(0.0, 0.02))
    runs = own * (1 + generator.exponential(0.003, (inner, 3)))
    return Reading(name=name, metric=TIME, place=name, runs=tuple(map(tuple, runs.tolist())))


def suite_of_files(seed: int, counts: list[list[int]], names: str = NAMES) -> Suite:
    """Make a suite of files with so many inner runs of each benchmark."""
    files = [
        [
            FileReading(
                path=Path(f"{index}.json"),
                format="test",
                readings=tuple(
                    pyperf_like(1000 * seed + index, name, inner) for name, inner in zip(names, file, strict=True)
                ),
            )
        ]
        for index, file in enumerate(counts)
    ]
    return assemble(files, suite="suite", known=Provenance(fingerprint=MACHINE))


counts = st.lists(st.lists(st.integers(1, 25), min_size=3, max_size=3), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(before=counts, after=counts)
def test_inner_runs_of_any_number_can_be_compared(before: list[list[int]], after: list[list[int]]) -> None:
    base, head = suite_of_files(1, before), suite_of_files(2, after)
    for suite, files in ((base, before), (head, after)):
        assert suite.runs == len(files)
        assert all(
            sample.statistics.shape == (len(files), len(STATISTICS)) and len(sample.rounds) == len(files)
            for benchmark in suite.benchmarks
            for _, sample in benchmark.samples
        )
    screened = judge_screen(head, baseline_of([base]))
    assert {row.comparison.head.runs for row in screened.assessments if row.comparison.head} == {len(after)}
    if len(before) == len(after):
        paired = judge_pairs(base, head)
        assert len(paired.assessments) == len(NAMES)
    else:
        with pytest.raises(InputError, match="as many runs of both sides"):
            Pairs(base=base, head=head)


@pytest.mark.parametrize(("before", "after"), [(20, 21), (1, 20)])
def test_unequal_files_are_one_pair_each(before: int, after: int) -> None:
    decision = judge_pairs(suite_of_files(1, [[before] * 3] * 8), suite_of_files(2, [[after] * 3] * 8))
    assert all(row.comparison.head and row.comparison.head.runs == 8 for row in decision.assessments)
    assert "regressed" not in {row.verdict for row in decision.assessments}


def test_files_of_twenty_runs_do_not_alarm_by_the_noise_between_files() -> None:
    """Four files a side, whose level differs by 2 %: eighty runs a side would be sure of anything."""
    names = "abcdef"
    alarms = 0
    for seed in range(12):
        base, head = (suite_of_files(2 * seed + side, [[20] * len(names)] * 4, names) for side in (0, 1))
        for decision in (judge_pairs(base, head), judge_screen(head, baseline_of([base]))):
            alarms += any(row.verdict == "regressed" for row in decision.assessments)
    assert alarms == 0
