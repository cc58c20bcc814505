"""Two sides in, every row's verdict out: what product and evaluation call, and nothing else of decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide.align import align
from reporter.decide.assessing import alike, rest
from reporter.decide.decision import Decision
from reporter.decide.judge_pairs import Pairs, judge_looks, judge_pairs
from reporter.decide.judge_screen import judge_screen
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.rulings import Ruling

if TYPE_CHECKING:
    from reporter.model import Suite

__all__ = ["DEFAULT_POLICY", "Decision", "Pairs", "judge_alone", "judge_looks", "judge_pairs", "judge_screen"]


def judge_alone(head: Suite, reason: str) -> Decision:
    """List what was measured when there is nothing to compare it with; ``reason`` says why."""
    alignment = align(None, head)
    assessments = [
        *alike(alignment.new, head, Ruling(verdict="new", reason=reason)),
        *rest(replace(alignment, new=()), head),
    ]
    return Decision(compare="none", assessments=tuple(assessments), comparable=False)
