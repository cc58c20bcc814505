"""What is shown of a side: its extremes and median, and percentiles of all runs together, from enough values only."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec import structs

from reporter.commands.build_report import build_report
from reporter.decide.judge import judge_alone
from reporter.decide.pooled import percentile, pooled
from reporter.decide.summaries import side_summaries
from reporter.model import COLUMN, Measured, Sample, SideSummary
from reporter.records import json_v1
from reporter.render import view
from reporter.shared.model import Fingerprint
from tests.reports import report, row
from tests.suites import sample_of, suite_of

if TYPE_CHECKING:
    from reporter.model import Suite

MEASURED = Measured(base_sha=None, head_sha=None, plan="whole", runs=1, seconds=None, fingerprint=Fingerprint())


def _head_of(suite: Suite) -> SideSummary:
    composed = build_report(judge_alone(suite, "alone"), suite, MEASURED)
    head = composed.assessments[0].comparison.head
    assert head
    return head


def test_all_runs_count_together_and_few_values_are_not_enough() -> None:
    values = np.linspace(1.0, 2.0, 20).tolist()
    one, two, few = sample_of([values, []]), sample_of([values[:10], values[10:]]), sample_of([[1.0], [1.0]])
    table = pooled([one, two, few])
    assert percentile(table[0], "p95") == pytest.approx(np.quantile(values, 0.95))
    assert percentile(table[1], "p95") == pytest.approx(np.quantile(values, 0.95))
    assert [percentile(table[1], "p99"), percentile(table[2], "p95")] == [None, None]
    (summary,) = side_summaries([two])
    assert summary
    assert summary.p95 == pytest.approx(np.quantile(values, 0.95))
    (short,) = side_summaries([two], shortened=True)
    assert short
    assert (short.p95, short.rounds) == (None, 20)


def test_mean_and_deviation_are_of_all_values() -> None:
    values = np.linspace(1.0, 2.0, 20).tolist()
    several = sample_of([values[:5], values[5:], []])
    summary, single, empty = side_summaries([several, sample_of([[1.0], [], []]), sample_of([[], [], []])])
    assert summary
    assert summary.mean == pytest.approx(1.5)
    assert summary.sd == pytest.approx(np.std(values, ddof=1))
    assert single
    assert (single.mean, single.sd) == (1.0, None)
    assert empty
    assert (empty.mean, empty.sd) == (None, None)
    (short,) = side_summaries([several], shortened=True)
    assert short
    assert (short.mean, short.sd) == (None, None)


def test_shortened_runs_show_none() -> None:
    whole = suite_of({"a": [[1.0] * 200]})
    assert _head_of(whole).p99 == 1.0
    assert _head_of(replace(whole, plan="paired")).p99 is None


def test_they_are_shown_and_travel_in_the_file() -> None:
    item = row("a", "unchanged", 0.0)
    side = item.comparison.head
    assert side
    head = structs.replace(side, p95=2.5, p99=3.5)
    text = json_v1.dump(report(replace(item, comparison=replace(item.comparison, head=head))))
    assert '"p95":2.5,"p99":3.5' in text
    assert "p95" not in json.loads(text)["benchmarks"][0]["baseline"]
    loaded = json_v1.load(text, "v")
    assert loaded.assessments[0].comparison.head == head
    facts = dict(view.build(loaded).rows()[0].facts)
    assert "P95 2.5 s, P99 3.5 s" in facts["Head"]
    assert "P95" not in facts["Baseline"]


def test_lowest_median_and_highest_are_what_the_words_mean() -> None:
    """Seven runs of a benchmark with two speeds: no mean of anything may stand for their extremes."""
    runs = [[0.9, 1.0, 1.5], [7.0, 7.5, 7.7], [1.0, 1.1, 3.0], [1.2, 1.3, 1.4], [5.0, 6.0, 7.0], [1.0, 1.0], []]
    whole, empty = side_summaries([sample_of(runs), sample_of([[]] * 7)])
    assert whole
    assert (whole.min, whole.max) == (0.9, 7.7)
    assert whole.median == pytest.approx(1.2)
    assert empty
    assert (empty.min, empty.median, empty.max) == (None, None, None)


def test_a_tool_that_tells_the_mean_alone_tells_one_value_a_run() -> None:
    statistics = sample_of([[2.0], [4.0], [9.0]]).statistics
    statistics[:, 1:-1] = np.nan
    (summary,) = side_summaries([Sample(statistics=statistics, rounds=(np.empty(0),) * 3)])
    assert summary
    assert (summary.min, summary.median, summary.max) == (2.0, 4.0, 9.0)


def test_what_a_tool_does_not_tell_is_not_made_up() -> None:
    statistics = sample_of([[2.0, 3.0], [4.0, 5.0]]).statistics
    statistics[:, [COLUMN["min"], COLUMN["max"]]] = np.nan
    (summary,) = side_summaries([Sample(statistics=statistics, rounds=(np.empty(0),) * 2)])
    assert summary
    assert (summary.min, summary.median, summary.max) == (None, 3.5, None)
