"""The verdict as a table for the terminal: fits its width, colour only when asked, unchanged rows summed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.render import comment_words, load_words, words
from reporter.render.names import cut_apart
from reporter.render.plain import display_width, fit
from reporter.shared.failed_side import where_failed
from reporter.shared.printable import no_command, shorten
from reporter.verdicts import STATES

if TYPE_CHECKING:
    from reporter.render.view_types import GroupView, ReportView, RowView
    from reporter.render.words import Outcome

_NARROWEST = 40
_LONGEST_NAME = 70
_SHORTEST_NAME = 20
_GAPS = len("  " + " → " + "  ")
_INDENT = "    "
_ROWS_SHOWN = 50
"""Rows of one group before the rest is counted: a terminal is no place for a thousand lines."""

_TRENDS_SHOWN = 10
_FAILURES_SHOWN = 3
_LONGEST_MESSAGE = 100

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
_COLOURS = {"red": _RED, "green": _GREEN, "yellow": _YELLOW, "": ""}
_OUTCOME_COLOURS: dict[Outcome, str] = {
    "passed": _GREEN,
    "failed": _RED,
    "undecided": _YELLOW,
    "too_noisy": _YELLOW,
    "not_compared": _YELLOW,
    "no_baseline": _BOLD,
    "saved": _BOLD,
    "measured": _BOLD,
    "incomplete": _YELLOW,
}


class _Paint:
    """Wraps text in colours, or leaves it alone."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, *codes: str) -> str:
        return f"{''.join(codes)}{text}{_RESET}" if self._colour and any(codes) else text


def render(view: ReportView, *, width: int = 80, colour: bool = False) -> str:
    """Lay the view out in lines of at most ``width`` columns (40 at least); ANSI colours only with ``colour``."""
    width = max(width, _NARROWEST)
    paint = _Paint(colour=colour)
    blocks = [_header(view, width, paint)]
    taken: set[str] = set()
    blocks += [_group(group, width, paint, taken) for group in view.groups if not STATES[group.key].summed]
    blocks += [
        _budgets(view, width, paint),
        _categories(view, width, paint),
        _failures(view, width, paint),
        _trends(view, width, paint),
        _warnings(view, width, paint),
        [paint(line, _DIM) for line in wrap(words.sentence(view.not_reached.title), width)] if view.not_reached else [],
        _sums(view, width),
    ]
    return "\n".join("".join(f"{no_command(line)}\n" for line in block) for block in blocks if block)


def _header(view: ReportView, width: int, paint: _Paint) -> list[str]:
    headline = wrap(f"{view.symbol} {view.headline}", width)
    lines = [paint(line, _BOLD, _OUTCOME_COLOURS[view.outcome]) for line in headline]
    if view.reasons:
        lines += wrap(words.because(view.reasons), width, "  ")
    if view.failed:
        lines += wrap(f"{where_failed(view.failed.side, view.failed.commit)}: {view.failed.what}", width, "  ")
    if view.together:
        lines += wrap(comment_words.SHARED_CAUSE, width, "  ")
    context = " · ".join(f"{label.lower()} {text}" for label, text in view.setup.context)
    lines += [paint(line, _DIM) for line in wrap(context, width, "  ")]
    listed = any(not STATES[group.key].summed for group in view.groups)
    begins = comment_words.names_begin(view.prefix) if view.prefix and listed else ""
    return lines + [paint(line, _DIM) for line in wrap(begins, width, "  ")]


def _group(group: GroupView, width: int, paint: _Paint, taken: set[str]) -> list[str]:
    shown = group.rows[:_ROWS_SHOWN]
    layout = _layout(shown, width)
    names = cut_apart((row.short for row in shown), layout.name or width - len("  "), taken)
    lines = [paint(f"{group.symbol} {group.title} ({len(group.rows):,})", _BOLD, _COLOURS[STATES[group.key].colour])]
    shared = len(group.rows) > 1 and len({row.details for row in group.rows}) == 1
    if shared:
        lines += [paint(line, _DIM) for line in wrap(shown[0].details, width, "  ")]
    for row, name in zip(shown, names, strict=True):
        lines += _row(row, name, layout, width)
        details = row.details if not shared and (group.calls or len(shown) == 1) else ""
        for sentence in filter(None, (words.sentence(row.cause) if row.cause else "", details)):
            lines += [paint(line, _DIM) for line in wrap(sentence, width, _INDENT, _INDENT)]
    if len(group.rows) > len(shown):
        lines.append(f"  … {words.more_rows(len(group.rows) - len(shown))}")
    return lines


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of one group's table; ``name`` is 0 where name and values do not fit on one line."""

    name: int
    baseline: int
    head: int
    change: int


def _layout(rows: tuple[RowView, ...], width: int) -> _Layout:
    baseline = max(display_width(row.baseline) for row in rows)
    head = max(display_width(row.head) for row in rows)
    change = max(display_width(_change(row)) for row in rows)
    room = width - 2 - _GAPS - baseline - head - change
    longest = min(max(display_width(row.short) for row in rows), _LONGEST_NAME)
    fits = room >= min(longest, _SHORTEST_NAME)
    return _Layout(min(longest, room) if fits else 0, baseline, head, change)


def _row(row: RowView, name: str, layout: _Layout, width: int) -> list[str]:
    values = f"{_right(row.baseline, layout.baseline)} → {_right(row.head, layout.head)}  {_change(row)}".rstrip()
    if layout.name:
        return [f"  {fit(name, layout.name)}  {values}"]
    return [f"  {name}", *wrap(values, width, _INDENT, _INDENT)]


def _change(row: RowView) -> str:
    return f"{row.change} ({row.interval})" if row.interval else row.change


def _right(text: str, columns: int) -> str:
    return " " * (columns - display_width(text)) + text


def _budgets(view: ReportView, width: int, paint: _Paint) -> list[str]:
    if not view.budgets:
        return []
    lines = [paint(words.BUDGETS_TITLE, _BOLD)]
    for budget in view.budgets:
        line = f"{budget.symbol} {shorten(budget.name, _LONGEST_NAME)}: {budget.word}, {budget.story}"
        lines += wrap(line, width, "  ", _INDENT)
    return lines


def _categories(view: ReportView, width: int, paint: _Paint) -> list[str]:
    if not view.categories:
        return []
    lines = [paint(words.CATEGORIES_TITLE, _BOLD)]
    for category in view.categories:
        lines += wrap(f"{category.name}: {category.story}", width, "  ", _INDENT)
    return lines


def _failures(view: ReportView, width: int, paint: _Paint) -> list[str]:
    if view.failures is None or not view.failures.story:
        return []
    lines = [paint(load_words.FAILURES_TITLE, _BOLD), *wrap(view.failures.story, width, "  ", _INDENT)]
    for kind in view.failures.kinds[:_FAILURES_SHOWN]:
        what = f"{kind.count} × {kind.request}: {shorten(kind.message, _LONGEST_MESSAGE)}"
        lines += wrap(f"{what} ({load_words.first_seen(kind.first)})" if kind.first else what, width, "  ", _INDENT)
    return lines


def _trends(view: ReportView, width: int, paint: _Paint) -> list[str]:
    if not view.trends.rows:
        return []
    lines = [paint(words.TRENDS_TITLE, _BOLD)]
    for row in view.trends.rows[:_TRENDS_SHOWN]:
        lines += wrap(f"{shorten(row.name, _LONGEST_NAME)} {row.bars} {row.story}", width, "  ", _INDENT)
    if len(view.trends.rows) > _TRENDS_SHOWN:
        lines.append(f"  … {words.more_rows(len(view.trends.rows) - _TRENDS_SHOWN)}")
    return lines


def _warnings(view: ReportView, width: int, paint: _Paint) -> list[str]:
    lines = []
    for warning in view.warnings:
        lines += [paint(line, _YELLOW) for line in wrap(f"! {warning.text} [{warning.code}]", width)]
    return lines


def _sums(view: ReportView, width: int) -> list[str]:
    counted = [
        f"{group.symbol} {words.counted(len(group.rows), group.key)}"
        for group in view.groups
        if STATES[group.key].summed and not (view.note and group.key == "unchanged")
    ]
    sums = words.sentence("; ".join(counted)) if counted else ""
    return wrap(" ".join(filter(None, (sums, view.note))), width)


def wrap(text: str, width: int, first: str = "", later: str = "  ") -> list[str]:
    """Break a sentence into lines of at most ``width`` columns; a single word that is longer is shortened."""
    lines: list[str] = []
    line, room = first, width - len(later)
    for word in text.split(" "):
        short = fit(word, room).rstrip() if display_width(word) > room else word
        if line.strip() and display_width(line) + 1 + display_width(short) > width:
            lines.append(line)
            line = later
        line += f" {short}" if line.strip() else short
    return [*lines, line] if line.strip() else lines
