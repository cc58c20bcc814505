"""What a verdict keeps of the saved sessions: the values of what changed, named by commit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reporter.decide import past
from reporter.decide.judge import judge_pairs, judge_screen
from tests.suites import baseline_of, suite_of

RUN = [1.0 + 1e-3 * value for value in range(60)]


def _runs(level: float, runs: int = 3) -> list[list[float]]:
    return [[level * value * (1 + 1e-3 * run) for value in RUN] for run in range(runs)]


def _saved(*levels: float) -> list[dict[str, list[list[float]]]]:
    return [{"changed": _runs(level), "steady": _runs(2.0)} for level in levels]


def test_what_changed_carries_the_value_of_every_saved_session() -> None:
    suites = [suite_of(levels, commit=f"{i}" * 40) for i, levels in enumerate(_saved(1.0, 1.02, 0.99, 1.01, 1.0, 1.0))]
    del_from = suite_of({"steady": _runs(2.0)}, commit="9" * 40)
    baseline = baseline_of([suites[0], del_from, *suites[1:]])
    head = suite_of({"changed": _runs(1.5), "steady": _runs(2.0)})
    decision = judge_screen(head, baseline, head)
    rows = {row.comparison.name: row for row in decision.assessments}
    assert [session.commit and session.commit[0] for session in decision.sessions] == list("0912345")
    assert rows["changed"].verdict == "regressed"
    first, second, *others = rows["changed"].comparison.history
    assert first == pytest.approx(1.001, rel=1e-3)
    assert second is None
    assert others[0] == pytest.approx(1.02 * 1.001, rel=1e-3)
    assert others[-1] == pytest.approx(1.001, rel=1e-3)
    assert rows["steady"].comparison.history == pytest.approx((2.002,) * 7, rel=1e-3)


def test_the_past_of_what_changed_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "MOST_ROWS", 1)
    baseline = baseline_of([suite_of(levels) for levels in _saved(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)])
    head = suite_of({"steady": _runs(2.0), "changed": _runs(1.5)})
    rows = {row.comparison.name: row for row in judge_screen(head, baseline, head).assessments}
    assert len(rows["changed"].comparison.history) == 6
    assert rows["steady"].comparison.history == ()


def test_one_session_is_no_past() -> None:
    baseline = baseline_of([suite_of(levels) for levels in _saved(1.0)])
    head = suite_of({"changed": _runs(1.5), "steady": _runs(2.0)})
    decision = judge_screen(head, baseline, head)
    assert all(row.comparison.history == () for row in decision.assessments)
    assert judge_pairs(replace(head), head).sessions == ()


def test_sessions_are_shown_by_the_statistic_that_decides() -> None:
    """Five rounds a run are decided on their tenth percentile, and so the past is not that of the lowest values."""
    runs = [[1.0, 1.2, 1.3, 1.4, 1.5], [1.1, 1.2, 1.3, 1.4, 1.6]]
    sessions = [suite_of({"a": runs}, commit=f"{number}" * 40) for number in range(6)]
    (row,) = judge_screen(suite_of({"a": runs[:1]}), baseline_of(sessions)).assessments
    change = row.comparison.change
    assert change is not None
    assert change.statistic == "q10"
    assert row.comparison.history == pytest.approx((change.before,) * 6)
