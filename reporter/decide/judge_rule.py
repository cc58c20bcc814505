"""Judge by one named rule alone: no noise model, no family of tests, no second look."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.decide.align import align
from reporter.decide.decision import Decision, not_comparable, nothing_to_judge, rest, with_distributions
from reporter.decide.named_rules import RATIOS, NamedRule
from reporter.decide.rule_calls import call
from reporter.decide.rule_rates import rates_of
from reporter.decide.sessions import comparable
from reporter.decide.summaries import side_summaries
from reporter.decide.verdict import comparison
from reporter.model import Assessment, Change, Estimate
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Row
    from reporter.decide.rule_calls import Called
    from reporter.model import Baseline, CompareKind, Comparison, Session, Suite


def judge_by_rule(rule: NamedRule, head: Suite, baseline: Baseline, *, paired: bool = False) -> Decision:
    """Hold the head against the stored baseline; on another kind of machine, or another plan, nothing is compared."""
    reference, sessions, notices = comparable(head, baseline)
    if reference is None:
        return not_comparable(head, baseline.suite)
    return _judge(rule, reference, head, sessions, "paired" if paired else "screen", notices)


def judge_pairs_by_rule(rule: NamedRule, base: Suite, head: Suite) -> Decision:
    """Hold two sides against each other that were measured side by side."""
    return _judge(rule, base, head, [], "paired", [])


def _judge(
    rule: NamedRule,
    base: Suite,
    head: Suite,
    sessions: Sequence[Session],
    compare: CompareKind,
    notices: Sequence[Notice],
) -> Decision:
    alignment = align(base, head)
    rows = alignment.common
    if not rows:
        return nothing_to_judge(alignment, head.name, compare, notices)
    sides = side_summaries([row.baseline for row in rows]), side_summaries([row.head for row in rows])
    assessments = [
        _assessment(rule, row, found, comparison(row, head.name, before, after, _change(rule, row, found)))
        for row, found, before, after in zip(rows, call(rule, rows, sessions), *sides, strict=True)
    ]
    told = Notice(code="named-rule", text=reasons.rule_notice(rule, rates_of(rule)))
    return Decision(
        compare=compare,
        assessments=(*with_distributions(assessments, rows), *rest(alignment, head.name)),
        reference=base,
        notices=(told, *notices),
    )


def _change(rule: NamedRule, row: Row, found: Called) -> Change | None:
    """Give the change that the rule looked at. It has no interval: these rules know nothing of uncertainty."""
    if found.way is None:
        return None
    is_ratio = found.before > 0
    best = "max" if row.metric.better == "higher" else "min"
    return Change(
        kind="ratio" if is_ratio else "difference",
        statistic={"mean": "mean", "z": "mean", "min": best}.get(rule.kind, "median"),
        marginal=Estimate(
            point=found.after / found.before - 1 if is_ratio else found.after - found.before, low=nan, high=nan
        ),
        simultaneous=None,
        p_adjusted=None,
        before=found.before,
        after=found.after,
    )


def _assessment(rule: NamedRule, row: Row, found: Called, compared: Comparison) -> Assessment:
    change = compared.change
    if found.way is None or change is None:
        return Assessment(comparison=compared, verdict="inconclusive", reason=found.test, cure=found.cure)
    worse = found.way if row.metric.better == "lower" else -found.way
    return Assessment(
        comparison=compared,
        verdict="regressed" if worse > 0 else "improved" if worse < 0 else "unchanged",
        reason=reasons.by_rule(rule, reasons.spoken(change, row.metric), beyond=worse != 0, test=found.test),
        threshold=rule.bound if rule.kind in RATIOS and change.kind == "ratio" else None,
    )
