"""Accepted regressions: known and reviewed, so that they do not fail the gate until they expire."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.config.globs import most_specific
from reporter.decide import reasons
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from reporter.config import AcceptRule
    from reporter.model import Assessment, Override


def accept(
    assessments: Sequence[Assessment], rules: Sequence[AcceptRule], today: date
) -> tuple[tuple[Assessment, ...], tuple[Notice, ...]]:
    """Mark the regressed rows that a rule accepts today; say which rules have expired over a row that still regressed.

    An accepted row stays regressed and is shown as such; it only does not gate.
    """
    if not rules:
        return tuple(assessments), ()
    valid = [rule for rule in rules if rule.until >= today]
    expired = [rule for rule in rules if rule.until < today]
    rows: list[Assessment] = []
    over: dict[AcceptRule, str] = {}
    for row in assessments:
        rule = _rule_for(row, valid)
        old = None if rule else _rule_for(row, expired)
        if old is not None:
            over.setdefault(old, row.comparison.name)
        rows.append(_accepted(row, reasons.accepted(rule)) if rule else row)
    return tuple(rows), tuple(Notice(code="accept-expired", text=reasons.expired(*pair)) for pair in over.items())


def let_pass(assessments: Sequence[Assessment], override: Override | None) -> tuple[tuple[Assessment, ...], str | None]:
    """Mark every regressed row that no rule accepts as accepted by the label, and say so where that lets any pass."""
    if override is None:
        return tuple(assessments), None
    sentence, rows = reasons.accepted_by(override), tuple(assessments)
    open_rows = [row.verdict == "regressed" and not row.accepted for row in rows]
    passed = tuple(_accepted(row, sentence) if is_open else row for row, is_open in zip(rows, open_rows, strict=True))
    return passed, reasons.overridden(override, sum(open_rows)) if any(open_rows) else None


def _rule_for(row: Assessment, rules: Sequence[AcceptRule]) -> AcceptRule | None:
    if row.verdict != "regressed" or not rules:
        return None
    metric = row.comparison.metric.name
    return most_specific([rule for rule in rules if rule.metric in (None, metric)], row.comparison.name)


def _accepted(row: Assessment, sentence: str) -> Assessment:
    return replace(row, reason=f"{row.reason}; {sentence}", accepted=sentence)
