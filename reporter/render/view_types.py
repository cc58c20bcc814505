"""What a ``ReportView`` is made of: the strings that outputs lay out.

Every string is one line of printable characters (see ``plain.visible``) of bounded length. Nothing is escaped here:
what ``|`` or ``<`` mean is known only to the output that writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.render import words
from reporter.render.cause_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.model import Verdict
    from reporter.render.view_budgets import BudgetView
    from reporter.render.view_failures import FailuresView
    from reporter.render.view_trends import TrendTable
    from reporter.render.words import Outcome
    from reporter.verdicts import GroupKey


class RowView(Struct, frozen=True, kw_only=True):
    """One benchmark and metric. ``key`` is unique in the report and fit for an HTML id (``row-17``).

    ``change`` and ``interval`` are apart so that an output may leave out the interval (``+12.3 %``, ``9.1 to 15.4 %``).
    The three ``exact`` strings are numbers with full precision and their base unit, empty where unknown. ``effort`` is
    runs × rounds of the head, ``since`` the change since the saved baseline, ``trend`` a line of bars for the saved
    sessions and the head. ``tell_cause`` makes a sentence on what makes it slower, with names as an output writes them,
    and ``functions`` are the cells of those that differ (``cause_text.cells``); both are empty where that was not
    looked for. ``place`` is the file with the first and last line that the diff changed there. ``facts`` are the raw
    numbers and how the verdict was reached, as (label, text); only the first rows of a report have them.
    """

    key: str
    name: str
    category: str
    metric: str
    better: str
    verdict: Verdict
    accepted: bool
    symbol: str
    word: str
    baseline: str
    head: str
    value_of: str
    change: str
    interval: str
    exact_baseline: str
    exact_head: str
    exact_change: str
    reason: str
    cure: str
    trend: str
    effort: str
    detectable: str
    since: str
    tell_cause: Callable[[Callable[[str], str]], str]
    place: tuple[str, int, int] | None
    functions: tuple[tuple[str, ...], ...]
    tell_facts: Callable[[], tuple[tuple[str, str], ...]]

    @property
    def cause(self) -> str:
        """Return the sentence on what makes it slower, with names as they are."""
        return self.tell_cause(plain)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the raw numbers. They are half of all words of a report, and written only where an output asks."""
        return self.tell_facts()


class GroupView(Struct, frozen=True, kw_only=True):
    """Rows of one kind, largest change first. ``calls`` is true for kinds that ask for a reader's attention."""

    key: GroupKey
    title: str
    symbol: str
    calls: bool
    rows: tuple[RowView, ...]


class CountView(Struct, frozen=True, kw_only=True):
    """How many rows a group has."""

    key: GroupKey
    symbol: str
    word: str
    count: str


class WarningView(Struct, frozen=True, kw_only=True):
    """A warning with its stable code; ``url`` is where it is explained, empty when it cannot be a code of ours."""

    code: str
    text: str
    url: str


class EnvironmentView(Struct, frozen=True, kw_only=True):
    """One property of the machines of both sides. ``differs`` is true when both are known and not equal."""

    label: str
    baseline: str
    head: str
    differs: bool


class ResourceView(Struct, frozen=True, kw_only=True):
    """What the runs of one side used, or their services: the middle of them, and their range.

    ``growth`` is empty where nothing is known of it.
    """

    label: str
    runs: str
    wall: str
    cpu: str
    memory: str
    growth: str
    read: str
    written: str


class CategoryView(Struct, frozen=True, kw_only=True):
    """How the rows of one category fared. ``address`` leads to them in the page, empty for rows without category.

    ``budgets`` says how many are met; with ``severity``, its ``symbol`` and ``pass_rate`` empty where there is none.
    """

    name: str
    address: str
    rows: str
    verdicts: str
    change: str
    budgets: str
    severity: str
    symbol: str
    pass_rate: str

    @property
    def story(self) -> str:
        """Return everything about it but its name as one text."""
        return words.category_story(self.verdicts, self.budgets, self.severity, self.pass_rate)


class ReportView(Struct, frozen=True, kw_only=True):
    """Everything an output may show, in the order in which it matters.

    ``headline`` is one sentence with all counts, ``lead`` the same without the lesser ones. ``quiet`` is true when
    nothing asks for attention: two lines say it all. ``context`` is one line in pieces (label, text), ``measured`` the
    same at length. ``environment`` is empty when the baseline's machine is not known; ``not_measured`` are sentences on
    what has no value or no verdict, ``repeat`` lines for a shell. ``note`` is the sentence after the headline: how
    small a change could have been found, or how to get a baseline. ``shift`` is a sentence on the whole suite.
    ``since`` names the saved baseline that pairs were compared with, empty where they were not. ``artifact_url`` is
    empty or a plain web address.
    """

    suite: str
    outcome: Outcome
    symbol: str
    outcome_word: str
    lead: str
    headline: str
    reasons: tuple[str, ...]
    quiet: bool
    counts: tuple[CountView, ...]
    groups: tuple[GroupView, ...]
    categories: tuple[CategoryView, ...]
    trends: TrendTable
    failures: FailuresView | None
    budgets: tuple[BudgetView, ...]
    warnings: tuple[WarningView, ...]
    context: tuple[tuple[str, str], ...]
    measured: tuple[tuple[str, str], ...]
    resources: tuple[ResourceView, ...]
    environment: tuple[EnvironmentView, ...]
    not_measured: tuple[str, ...]
    repeat: tuple[str, ...]
    note: str
    shift: str
    interval_label: str
    since: str
    artifact_url: str
    generator: str

    def rows(self) -> tuple[RowView, ...]:
        """All rows of all groups, in order."""
        return tuple(row for group in self.groups for row in group.rows)
