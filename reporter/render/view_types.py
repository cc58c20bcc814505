"""What a ``ReportView`` is made of: the strings that outputs lay out.

Every string is one line of printable characters (see ``plain.visible``) of bounded length. Nothing is escaped here:
what ``|`` or ``<`` mean is known only to the output that writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.render import comment_words, words
from reporter.render.cause_text import plain
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.model import Verdict
    from reporter.render.flame import FlameView
    from reporter.render.strips import Strips
    from reporter.render.view_budgets import BudgetView
    from reporter.render.view_failures import FailuresView
    from reporter.render.view_timeline import Timeline
    from reporter.render.view_trends import TrendTable
    from reporter.render.words import Outcome
    from reporter.verdicts import GroupKey, State


class ExactView(Struct, frozen=True, kw_only=True):
    """The numbers of a row with full precision and their base unit, empty where unknown."""

    baseline: str
    head: str
    change: str


class RowView(Struct, frozen=True, kw_only=True):
    """One benchmark and metric. ``key`` is unique in the report and fit for an HTML id (``row-17``).

    ``change`` and ``interval`` are apart so that an output may leave out the interval (``+12.3%``, ``9.1 to 15.4%``).
    ``effort`` is runs × rounds of the head, ``since`` the change since the saved baseline, ``trend`` a line of bars for
    the saved sessions and the head. ``facts`` are the raw numbers and how the verdict was reached, as (label, text);
    only the first rows of a report have them. ``short`` is the name without what all names begin with, different from
    that of every other row; ``url`` is the page of its source file, empty where that is not known. ``seen`` is in how
    many pairs or runs the change was seen. ``write_cause`` writes a sentence on what makes it slower, without full stop
    and with names as an output writes them, and ``functions`` are the cells of those that differ
    (``cause_text.cells``); both are empty where that was not looked for. ``tell_flame`` gives the flame graph of both
    sides, where there is one. ``place`` is the file with the first and last line that the diff changed there, and
    ``defined`` where the benchmark was found (``links.defined_at``).
    """

    key: str
    name: str
    short: str = ""
    url: str = ""
    category: str
    metric: str
    better: str
    verdict: Verdict
    accepted: bool
    state: State
    baseline: str
    head: str
    value_of: str
    change: str
    interval: str
    exact: ExactView
    reason: str
    cure: str
    seen: str
    trend: str
    effort: str
    detectable: str
    since: str
    write_cause: Callable[[Callable[[str], str]], str]
    place: tuple[str, int, int] | None
    defined: tuple[str, int | None] | None
    functions: tuple[tuple[str, ...], ...]
    tell_flame: Callable[[], FlameView | None]
    make_facts: Callable[[], tuple[tuple[str, str], ...]]

    @property
    def symbol(self) -> str:
        """Return the sign of its state, one column wide."""
        return self.state.symbol

    @property
    def word(self) -> str:
        """Return its state as people read it."""
        return self.state.word

    @property
    def cause(self) -> str:
        """Return the sentence on what makes it slower, with names as they are."""
        return self.write_cause(plain)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the raw numbers. They are half of all words of a report, and written only where an output asks."""
        return self.make_facts()

    @property
    def details(self) -> str:
        """Return how sure a change is; where that is not known, and of other rows, why they are what they are."""
        if self.seen and not self.accepted:
            return self.seen if self.verdict in CHANGED else f"{comment_words.UNSURE}: {self.seen}"
        return f"{self.reason}; {self.cure}" if self.cure else self.reason


class GroupView(Struct, frozen=True, kw_only=True):
    """Rows of one kind, largest change first. ``calls`` is true for kinds that ask for a reader's attention.

    ``least`` is the smallest change that would have been found in every row; ``None`` where that is not known.
    """

    key: GroupKey
    title: str
    symbol: str
    calls: bool
    least: float | None
    rows: tuple[RowView, ...]


class PlaceView(Struct, frozen=True, kw_only=True):
    """Where the report belongs: both commits, what leads from it, and what a reader can do next; empty is unknown.

    ``command`` measures it again on the reader's machine, ``accept_label`` lets regressions pass, ``guide_url`` is the
    page of the words.
    """

    base: str
    head: str
    age: str
    base_url: str
    head_url: str
    diff_url: str
    run_url: str
    guide_url: str
    command: str
    accept_label: str
    effort: str


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


class FailedView(Struct, frozen=True, kw_only=True):
    """The side that failed (``base`` or ``head``; empty: both together), why, and what it printed last.

    ``commit`` is short, or empty where it is none, and ``url`` its page.
    """

    side: str
    commit: str
    url: str
    what: str
    lines: tuple[str, ...]


class FactView(Struct, frozen=True, kw_only=True):
    """One fact of the line below the headline: texts with where they lead, and the ``term`` that explains it."""

    label: str
    parts: tuple[tuple[str, str], ...]
    term: str = ""


class SetupView(Struct, frozen=True, kw_only=True):
    """What was measured, and how. ``context`` is one line in pieces (label, text), ``measured`` the same at length.

    ``facts`` are the context with links, and ``addresses`` lead from the labels of ``measured``. ``environment`` is
    empty when the baseline's machine is not known, and ``repeat`` are lines for a shell.
    """

    context: tuple[tuple[str, str], ...]
    facts: tuple[FactView, ...]
    measured: tuple[tuple[str, str], ...]
    addresses: dict[str, str]
    environment: tuple[EnvironmentView, ...]
    resources: tuple[ResourceView, ...]
    repeat: tuple[str, ...]


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


class NotReachedView(Struct, frozen=True):
    """Benchmarks that were left out: how many and why, the names of the first, and how many more there are."""

    title: str
    names: tuple[str, ...]
    more: int


class ReportView(Struct, frozen=True, kw_only=True):
    """Everything an output may show, in the order in which it matters.

    ``headline`` is one sentence with all counts, ``lead`` the same without the lesser ones; ``lead_parts`` are the lead
    before, in and behind the name of a benchmark in it. ``quiet`` is true when nothing asks for attention: two lines
    say it all. ``not_measured`` are sentences on what has no value or no verdict.
    ``not_reached`` are benchmarks that were left out because the change does not reach them.
    ``note`` is the sentence after the headline: how small a change could have been found, or how to get a baseline.
    ``shift`` is a sentence on the whole suite. ``prefix`` is what all names begin with. ``together`` says that the
    suite slowed down as a whole. ``since`` names the saved baseline that pairs were compared with, empty where they
    were not. ``artifact_url`` is empty or a plain web address. What only the page shows is laid out when it asks: the
    strips, and timelines by the key of their row.
    """

    suite: str
    outcome: Outcome
    lead: str
    headline: str
    lead_parts: tuple[str, str, str]
    reasons: tuple[str, ...]
    quiet: bool
    counts: tuple[CountView, ...]
    groups: tuple[GroupView, ...]
    categories: tuple[CategoryView, ...]
    trends: TrendTable
    failures: FailuresView | None
    failed: FailedView | None
    budgets: tuple[BudgetView, ...]
    warnings: tuple[WarningView, ...]
    setup: SetupView
    not_measured: tuple[str, ...]
    not_reached: NotReachedView | None
    note: str
    shift: str
    interval_label: str
    prefix: str
    place: PlaceView
    together: bool
    since: str
    artifact_url: str
    generator: str
    make_strips: Callable[[], Strips | None]
    make_timelines: Callable[[], dict[str, Timeline]]

    @property
    def symbol(self) -> str:
        """Return the sign of the outcome."""
        return words.OUTCOME_SYMBOLS[self.outcome]

    @property
    def outcome_word(self) -> str:
        """Return the outcome in a word or two."""
        return words.OUTCOME_WORDS[self.outcome]

    def rows(self) -> tuple[RowView, ...]:
        """All rows of all groups, in order."""
        return tuple(row for group in self.groups for row in group.rows)
