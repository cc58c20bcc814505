"""Categories as people read them: one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import words
from reporter.render.categories import summaries
from reporter.render.plain import shorten, visible
from reporter.render.view_text import LABEL_LIMIT, percent_text

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.render.categories import CategorySummary


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """One category. ``budgets`` says how many are met; with ``severity`` and ``pass_rate`` empty where it has none."""

    name: str
    verdicts: str
    budgets: str
    severity: str
    symbol: str
    pass_rate: str

    @property
    def story(self) -> str:
        """Give everything about it but its name as one text."""
        return words.category_story(self.verdicts, self.budgets, self.severity, self.pass_rate)


def category_views(report: Report) -> tuple[CategoryView, ...]:
    """Put every category into words; empty when nothing has a category."""
    return tuple(map(_view, summaries(report)))


def _view(summary: CategorySummary) -> CategoryView:
    present = [(verdict, count) for verdict, count in summary.counts.items() if count]
    has_budgets = summary.severity is not None
    return CategoryView(
        name=shorten(visible(summary.name or words.NO_CATEGORY), LABEL_LIMIT).strip() or words.BLANK,
        verdicts=", ".join(f"{count:,} {words.GROUP_WORDS[verdict]}" for verdict, count in present),
        budgets=words.budgets_met(summary.budgets_met, summary.budgets) if has_budgets else "",
        severity=words.BUDGET_WORDS[summary.severity] if summary.severity else "",
        symbol=words.BUDGET_SYMBOLS[summary.severity] if summary.severity else "",
        pass_rate=percent_text(summary.pass_rate) if summary.pass_rate is not None else "",
    )
