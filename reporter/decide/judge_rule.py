"""Judge by one named rule alone: no noise model, no family of tests, no second look."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.decide.align import align
from reporter.decide.assessing import assess, rest
from reporter.decide.budgets import SHORTENED_PLAN
from reporter.decide.decision import Decision, not_comparable, nothing_to_judge
from reporter.decide.findings import Finding
from reporter.decide.named_rules import RATIOS, NamedRule
from reporter.decide.rule_calls import call
from reporter.decide.rule_rates import rates_of
from reporter.decide.rulings import Ruling, by_files
from reporter.decide.sessions import comparable
from reporter.decide.summaries import side_summaries
from reporter.model import Change, Estimate, Verdict
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reporter.decide.align import Row
    from reporter.decide.rule_calls import Called
    from reporter.decide.rulings import Judged
    from reporter.model import Baseline, Session, SideSummary, Suite


def judge_by_rule(rule: NamedRule, head: Suite, baseline: Baseline, *, paired: bool = False) -> Decision:
    """Hold the head against the stored baseline; on another kind of machine, or another plan, nothing is compared."""
    reference, sessions, notices = comparable(head, baseline)
    if reference is None:
        return not_comparable(head, baseline.suite)
    done = _judge(rule, reference, head, sessions, ())
    return replace(done, compare="paired" if paired else "screen", notices=(*done.notices, *notices))


def judge_pairs_by_rule(rule: NamedRule, base: Suite, head: Suite, changed_files: Collection[str] = ()) -> Decision:
    """Hold two sides against each other that were measured side by side; see ``judge_looks``."""
    return _judge(rule, base, head, [], changed_files)


def _judge(
    rule: NamedRule, base: Suite, head: Suite, sessions: Sequence[Session], changed_files: Collection[str]
) -> Decision:
    alignment = align(base, head)
    rows, shortened = alignment.common, head.plan == SHORTENED_PLAN
    if not rows:
        return nothing_to_judge(alignment, head, "paired", [])
    before, after = (
        side_summaries([getattr(row, side) for row in rows], shortened=shortened) for side in ("baseline", "head")
    )
    called = zip(rows, call(rule, rows, sessions), before, after, strict=True)
    judged = [by_files(_judged(rule, *each), changed_files) for each in called]
    return Decision(
        compare="paired",
        assessments=(*assess(judged, head.name), *rest(alignment, head)),
        reference=base,
        notices=(Notice(code="named-rule", text=reasons.rule_notice(rule, rates_of(rule))),),
    )


def _judged(rule: NamedRule, row: Row, called: Called, before: SideSummary | None, after: SideSummary | None) -> Judged:
    change = _change(rule, row, called)
    if called.way is None or change is None:
        found = Finding(row=row, verdict="inconclusive", baseline=before, head=after, change=change)
        return found, Ruling(verdict="inconclusive", reason=called.test, cure=called.cure)
    worse = called.way if row.metric.better == "lower" else -called.way
    verdict: Verdict = "regressed" if worse > 0 else "improved" if worse < 0 else "unchanged"
    threshold = rule.bound if rule.kind in RATIOS and change.kind == "ratio" else None
    found = Finding(row=row, verdict=verdict, baseline=before, head=after, change=change, threshold=threshold)
    spoken = reasons.spoken(change, row.metric)
    return found, Ruling(verdict=verdict, reason=reasons.by_rule(rule, spoken, beyond=worse != 0, test=called.test))


def _change(rule: NamedRule, row: Row, called: Called) -> Change | None:
    """Return the change that the rule looked at. It has no interval: these rules know nothing of uncertainty."""
    if called.way is None:
        return None
    is_ratio = called.before > 0
    best = "max" if row.metric.better == "higher" else "min"
    return Change(
        kind="ratio" if is_ratio else "difference",
        statistic={"mean": "mean", "z": "mean", "min": best}.get(rule.kind, "median"),
        marginal=Estimate(
            point=called.after / called.before - 1 if is_ratio else called.after - called.before, low=nan, high=nan
        ),
        simultaneous=None,
        p_adjusted=None,
        before=called.before,
        after=called.after,
    )
