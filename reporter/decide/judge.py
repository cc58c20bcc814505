"""Two sides in, every row's verdict out: what product and evaluation call, and nothing else of decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide.align import align
from reporter.decide.decision import DEFAULT_POLICY, Decision, one_sided, rest
from reporter.decide.judge_pairs import Pairs, judge_looks, judge_pairs
from reporter.decide.judge_screen import judge_screen

if TYPE_CHECKING:
    from reporter.model import Suite

__all__ = ["DEFAULT_POLICY", "Decision", "Pairs", "judge_alone", "judge_looks", "judge_pairs", "judge_screen"]


def judge_alone(head: Suite, reason: str) -> Decision:
    """List what was measured when there is nothing to compare it with; ``reason`` says why."""
    alignment = align(None, head)
    assessments = [
        *one_sided(alignment.new, head.name, "new", reason, None),
        *rest(replace(alignment, new=()), head.name),
    ]
    return Decision(compare="none", assessments=tuple(assessments), comparable=False)
