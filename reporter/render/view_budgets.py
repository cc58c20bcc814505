"""Budgets as people read them: the value, its bounds, how it was kept, and which glob of the configuration won."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.view_text import LABEL_LIMIT, NAME_LIMIT, clean_unit, prose, value_text
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from reporter.model import BudgetResult


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetView:
    """One absolute bound and how it was kept. ``calls`` is true when it was not.

    ``rule`` is the glob that won, empty where it is the benchmark's own name; ``reason`` why nothing was measured.
    """

    name: str
    category: str
    value: str
    target: str
    warning: str
    critical: str
    status: str
    symbol: str
    word: str
    rule: str
    reason: str
    calls: bool

    @property
    def bounds(self) -> str:
        """Return the value and what it is held against."""
        return words.budget_bounds(self.value, self.target, self.warning, self.critical)

    @property
    def story(self) -> str:
        """Return value, bounds, winning glob and reason as one text."""
        return words.budget_story(self.bounds, self.rule, self.reason)


def budget_view(result: BudgetResult) -> BudgetView:
    """Put one budget into words."""
    unit = clean_unit(result.unit)
    name = shorten(visible(f"{result.benchmark} · {result.metric}"), NAME_LIMIT)
    rule = "" if result.rule in (None, result.benchmark) else f"{result.rule}"
    return BudgetView(
        name=name,
        category=shorten(visible(result.category or ""), LABEL_LIMIT),
        value=value_text(result.value, unit),
        target=_level(result.target, unit),
        warning=_level(result.warning, unit),
        critical=_level(result.critical, unit),
        status=result.status,
        symbol=words.BUDGET_SYMBOLS[result.status],
        word=_word(result),
        rule=shorten(visible(rule), NAME_LIMIT),
        reason=prose(result.reason or ""),
        calls=result.status != "met",
    )


@lru_cache(maxsize=1024)
def _level(value: float | None, unit: str) -> str:
    """Show a level; a thousand budgets have a few different ones."""
    return value_text(value, unit)


def _word(result: BudgetResult) -> str:
    """Format ``below target`` where more is better."""
    missed = result.status == "above_target" and result.value is not None and result.target is not None
    if missed and result.value < result.target:  # type: ignore[operator]  # neither is None, as the line above says
        return words.BELOW_TARGET
    return words.BUDGET_WORDS[result.status]
