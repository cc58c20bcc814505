"""The verdict for GitHub: the comment on the pull request and the job summary.

Rows are escaped cell by cell, and laid out here too: Markdown is lines, for which a template engine takes longer to
load than all of it takes to write. GitHub refuses both outputs above a certain size,
so sections are added from the most important on until the next one does not fit, and what was left out is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import load_words, words
from reporter.render.plain import in_phrases, unbroken
from reporter.render.since_words import SINCE_COLUMNS, since_title
from reporter.render.view_context import MACHINE
from reporter.shared.markdown import code, prose
from reporter.verdicts import CHANGED, STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reporter.render.view_budgets import BudgetView
    from reporter.render.view_failures import FailuresView
    from reporter.render.view_types import CategoryView, GroupView, ReportView, RowView, WarningView
    from reporter.verdicts import GroupKey

COMMENT_LIMIT = 65_536
SUMMARY_LIMIT = 1_000_000
"""What GitHub takes: characters of a comment, and (a little below its 1 MiB) bytes of a job summary."""

_NOTE_ROOM = 600
"""Characters kept free for saying what was left out."""

_SECTION_ROOM = 300
"""Characters of a section around its rows: title, fold and table head."""

_NAME_SHOWN, _WHY_SHOWN = 90, 300
"""Characters of a name and of a reason that a row shows."""

_COMMENT_ITEMS, _SUMMARY_ITEMS = 8, 50
"""Warnings, budgets and categories shown; their texts are bounded, so that with the headline they always fit."""


_LEFT, _RIGHT = ":--", "--:"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One table; ``rows`` are finished lines, with a column more when there is a ``trend`` to see.

    A folded section shows its title until it is opened.
    """

    title: str
    rows: tuple[str, ...]
    folded: bool
    trend: bool


def comment(view: ReportView, *, limit: int = COMMENT_LIMIT) -> str:
    """Write the comment in at most ``limit`` characters (32,768 or more); two lines when all is quiet."""
    if view.quiet:
        return _page(view, (), (), full=False)
    return _fill(view, limit, in_bytes=False)


def summary(view: ReportView, *, limit: int = SUMMARY_LIMIT) -> str:
    """Write the job summary in at most ``limit`` bytes (250,000 or more): the comment, and how it was measured."""
    return _fill(view, limit, in_bytes=True)


def _fill(view: ReportView, limit: int, *, in_bytes: bool) -> str:
    """Lay out as much as fits; bytes mean the summary, which also tells how it was measured and what to mind."""
    frame = _page(view, (), (), full=in_bytes)
    room = limit - _size(frame, in_bytes=in_bytes) - _NOTE_ROOM
    sections, left_out = _sections_within(view, room, in_bytes=in_bytes)
    return _page(view, sections, left_out, full=in_bytes)


def _page(
    view: ReportView, sections: tuple[_Section, ...], left_out: tuple[tuple[GroupKey, int], ...], *, full: bool
) -> str:
    """Put the blocks of the page under each other, an empty line between them."""
    quiet = view.quiet and not full
    blocks = [
        *([_quiet_line(view)] if quiet else _body(view, sections, left_out, full=full)),
        _context_line(view, quiet=quiet),
        *(_measured(view) if full else []),
    ]
    return "\n\n".join(blocks) + "\n"


def _quiet_line(view: ReportView) -> str:
    return f"{words.OUTCOME_EMOJI[view.outcome]} **{unbroken(prose(view.headline))}.** {unbroken(prose(view.note))}"


def _body(
    view: ReportView, sections: tuple[_Section, ...], left_out: tuple[tuple[GroupKey, int], ...], *, full: bool
) -> Iterator[str]:
    items = _SUMMARY_ITEMS if full else _COMMENT_ITEMS
    yield f"### {words.OUTCOME_EMOJI[view.outcome]} {unbroken(prose(view.headline))}"
    if view.reasons:
        yield prose(words.because(view.reasons), 800)
    yield from _budgets([budget for budget in view.budgets if full or budget.calls], items)
    for section in sections:
        yield from _section(section, view.interval_label)
    if left_out:
        yield words.left_out(left_out) + (f" {words.ARE_IN_THE_FULL_REPORT}" if view.artifact_url else "")
    yield from _since(view, items)
    if view.categories:
        columns = {**dict.fromkeys(("Category", "Verdicts", "Budgets", "Worst"), _LEFT), "Pass rate": _RIGHT}
        yield from _folded(words.CATEGORIES_TITLE, _table(columns, map(_category_row, view.categories[:items])))
    if view.failures and (full or view.failures.kinds):
        yield from _failures(view.failures, items)
    if view.warnings:
        shown = "\n".join(map(_warning, view.warnings[:items]))
        yield from _folded(words.count_of(len(view.warnings), "warning"), shown, *_more(len(view.warnings) - items))
    if view.note:
        yield unbroken(prose(view.note))


def _since(view: ReportView, items: int) -> Iterable[str]:
    """Fold away the changes since the saved baseline, beside those since the base commit."""
    rows = [row for row in view.rows() if row.since]
    lines = [f"| {code(row.name, _NAME_SHOWN)} | {prose(row.since)} | {_change(row)} |" for row in rows[:items]]
    columns = dict(zip(SINCE_COLUMNS, (_LEFT, _RIGHT, _RIGHT), strict=True))
    return _folded(since_title(prose(view.since)), _table(columns, lines), *_more(len(rows) - items)) if rows else ()


def _change(row: RowView) -> str:
    return prose(f"{row.change} ({row.interval})" if row.interval else row.change)


def _budgets(budgets: Sequence[BudgetView], items: int) -> Iterator[str]:
    if budgets:
        columns = dict.fromkeys(("Budget", "Benchmark", "Value"), _LEFT)
        yield _table(columns, map(_budget_row, budgets[:items]))
        yield from _more(len(budgets) - items)


def _section(section: _Section, interval: str) -> Iterable[str]:
    columns = {
        "Verdict": _LEFT,
        "Benchmark": _LEFT,
        "Baseline → head": _RIGHT,
        f"Change ({unbroken(interval)})": _RIGHT,
        **({"Trend": _LEFT} if section.trend else {}),
        "Why": _LEFT,
    }
    table = _table(columns, section.rows)
    return _folded(section.title, table) if section.folded else [table]


def _context_line(view: ReportView, *, quiet: bool) -> str:
    pieces = [
        f"{label} {code(text, 200) if label == MACHINE else unbroken(prose(text, 200))}" for label, text in view.context
    ]
    line = " · ".join(pieces)
    unusual = sum(warning.code not in words.USUAL for warning in view.warnings)
    if quiet and unusual:
        line += f" · {words.count_of(unusual, 'warning')}"
    return f"{line} · [{words.FULL_REPORT}]({view.artifact_url})" if view.artifact_url else line


def _measured(view: ReportView) -> Iterable[str]:
    rows = (f"| {prose(label, 80)} | {prose(text)} |" for label, text in view.measured)
    return _folded("How this was measured", _table({"What": _LEFT, "Value": _LEFT}, rows)) if view.measured else []


def _table(columns: Mapping[str, str], rows: Iterable[str]) -> str:
    """Write a table of finished rows; ``columns`` are the titles, each with how it is aligned."""
    return "\n".join((f"| {' | '.join(columns)} |", f"| {' | '.join(columns.values())} |", *rows))


def _folded(title: str, *blocks: str) -> Iterable[str]:
    return (f"<details><summary>{title}</summary>", *blocks, "</details>")


def _more(count: int) -> Iterable[str]:
    return [words.more_rows(count)] if count > 0 else []


def _failures(failures: FailuresView, items: int) -> Iterable[str]:
    statuses = (load_words.status_told(code(status.code), status.count) for status in failures.told)
    story = load_words.failures_told(failures.errors, statuses)
    title = f"{load_words.FAILURES_TITLE}: {story}" if story else load_words.FAILURES_TITLE
    columns = {"Count": _RIGHT, **dict.fromkeys(("Request", "Message", "First (UTC)"), _LEFT)}
    rows = [
        f"| {kind.count} | {code(kind.request)} | {code(kind.message, 200)} | {kind.first or '–'} |"
        for kind in failures.kinds[:items]
    ]
    return _folded(title, *([_table(columns, rows)] if rows else []))


def _sections_within(
    view: ReportView, room: int, *, in_bytes: bool
) -> tuple[tuple[_Section, ...], tuple[tuple[GroupKey, int], ...]]:
    """Take sections while they fit. Only the first may be cut in its rows: better some regressions than none."""
    sections: list[_Section] = []
    trend = any(row.trend for group in view.groups if group.calls for row in group.rows)
    left_out: list[tuple[GroupKey, int]] = []
    for group in view.groups:
        with_trend = trend and group.calls
        if sections and _least_size(group) > room:
            left_out.append((group.key, len(group.rows)))
            continue
        rows = _rows_within(group, 0 if left_out else room - _SECTION_ROOM, in_bytes=in_bytes, trend=with_trend)
        if len(rows) < len(group.rows):
            rows = () if sections else rows
            left_out.append((group.key, len(group.rows) - len(rows)))
        if rows:
            sections.append(
                _Section(
                    title=f"{len(rows):,} {STATES[group.key].word}",
                    rows=rows,
                    folded=not group.calls,
                    trend=with_trend,
                )
            )
            room -= _SECTION_ROOM + sum(_size(line, in_bytes=in_bytes) + 1 for line in rows)
    return _joined(sections), tuple(left_out)


def _least_size(group: GroupView) -> int:
    """Return what the rows of a group take at least: most groups that do not fit are known by that."""
    return sum(min(len(row.name), _NAME_SHOWN) + min(len(row.reason), _WHY_SHOWN) for row in group.rows)


def _rows_within(group: GroupView, room: int, *, in_bytes: bool, trend: bool) -> tuple[str, ...]:
    lines = []
    for row in group.rows:
        line = _row(row, trend=trend)
        room -= _size(line, in_bytes=in_bytes) + 1
        if room < 0:
            break
        lines.append(line)
    return tuple(lines)


def _joined(sections: list[_Section]) -> tuple[_Section, ...]:
    """Put everything that calls for attention into one open table."""
    rows = tuple(row for section in sections if not section.folded for row in section.rows)
    folded = tuple(section for section in sections if section.folded)
    trend = any(section.trend for section in sections)
    return (_Section(title="", rows=rows, folded=False, trend=trend), *folded) if rows else folded


def _row(row: RowView, *, trend: bool) -> str:
    change = f"**{prose(row.change)}**" if row.verdict in CHANGED else prose(row.change or "–")
    interval = in_phrases(f"({prose(row.interval)})", columns=30) if row.interval else ""
    why = f"{row.reason}; {row.cure}" if row.cure else row.reason
    cells = (
        f"{row.symbol} {row.word}",
        code(row.name, _NAME_SHOWN),
        unbroken(f"{prose(row.baseline)} → {prose(row.head)}"),
        f"{unbroken(change)} {interval}".rstrip(),
        *([row.trend] if trend else []),
        "<br>".join(filter(None, (in_phrases(unbroken(prose(why, _WHY_SHOWN))), row.tell_cause(code)))),
    )
    return f"| {' | '.join(cells)} |"


def _budget_row(budget: BudgetView) -> str:
    rule = code(budget.rule) if budget.rule else ""
    story = words.budget_story(prose(budget.bounds), rule, prose(budget.reason))
    return f"| {budget.symbol} {budget.word} | {code(budget.name)} | {story} |"


def _category_row(category: CategoryView) -> str:
    severity = f"{category.symbol} {category.severity}".strip()
    cells = (category.verdicts, category.budgets, severity, category.pass_rate)
    return f"| {code(category.name, 200)} | {' | '.join(prose(cell or '–', 200) for cell in cells)} |"


def _warning(warning: WarningView) -> str:
    name = f"[{code(warning.code)}]({warning.url})" if warning.url else code(warning.code)
    return f"- {name}: {prose(warning.text, 300)}"


def _size(text: str, *, in_bytes: bool) -> int:
    return len(text.encode("utf-8", "replace")) if in_bytes else len(text)
