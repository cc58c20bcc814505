"""The verdict for GitHub: the comment on the pull request and the job summary.

Rows are escaped cell by cell, and laid out here too: Markdown is lines, for which a template engine takes longer to
load than all of it takes to write. GitHub refuses both outputs above a certain size,
so sections are added from the most important on until the next one does not fit, and what was left out is counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

from reporter.render import comment_words, load_words, words
from reporter.render.plain import in_phrases, unbroken
from reporter.render.since_words import SINCE_COLUMNS, since_title
from reporter.shared.failed_side import in_markdown, where_failed
from reporter.shared.markdown import code, prose
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reporter.render.view_budgets import BudgetView
    from reporter.render.view_failures import FailuresView
    from reporter.render.view_types import CategoryView, GroupView, NotReachedView, ReportView, RowView, WarningView
    from reporter.verdicts import GroupKey

COMMENT_LIMIT = 65_536
SUMMARY_LIMIT = 1_000_000
"""What GitHub takes: characters of a comment, and (a little below its 1 MiB) bytes of a job summary."""

_NOTE_ROOM = 600
"""Characters kept free for saying what was left out."""

_SECTION_ROOM = 300
"""Characters of a section around its rows: title, fold and table head."""

_NAME_SHOWN, _WHY_SHOWN = 200, 200
"""Characters of a name and of a reason that a row shows; short names are cut before, so that none is cut here."""

_OPEN_ROWS = 3
"""Rows shown of a suite that slowed down as a whole; the others are folded."""

_COMMENT_ITEMS, _SUMMARY_ITEMS, _NAMES_SHOWN = 8, 50, 20
"""Warnings, budgets and categories shown; their texts are bounded, so that with the headline they always fit."""


_LEFT, _RIGHT = ":--", "--:"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One table; ``rows`` are finished lines. A folded section shows its title until it is opened, then its ``why``."""

    key: GroupKey
    columns: Mapping[str, str]
    title: str
    rows: tuple[str, ...]
    folded: bool
    why: str = ""


def comment(view: ReportView, *, limit: int = COMMENT_LIMIT) -> str:
    """Write the comment in at most ``limit`` characters (32,768 or more); three lines when all is quiet."""
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
    view: ReportView,
    sections: tuple[_Section, ...],
    left_out: tuple[tuple[GroupKey, int], ...],
    *,
    full: bool,
) -> str:
    """Put the blocks of the page under each other, an empty line between them."""
    blocks = [
        f"### {words.OUTCOME_EMOJI[view.outcome]} {titled(view, view.lead)}",
        *_opening(view),
        *_failed(view),
        *_budgets([budget for budget in view.budgets if full or budget.calls], _items(full=full)),
        *_tables(view, sections),
        *_next(view),
        *_folds(view, sections),
        *_left_out(view, left_out),
        *_extras(view, full=full),
        _last_line(view),
        *(_measured(view) if full else []),
    ]
    return "\n\n".join(blocks) + "\n"


def titled(view: ReportView, text: str, limit: int = 400) -> str:
    """Write the lead or the headline of a report; the name of a benchmark in it is code, never a sentence of ours."""
    before, name, _ = view.lead_parts
    if not name:
        return prose(text, limit)
    pieces = (prose(before, limit), code(name), prose(text[len(before) + len(name) :], limit))
    return " ".join(filter(None, pieces))


def _items(*, full: bool) -> int:
    return _SUMMARY_ITEMS if full else _COMMENT_ITEMS


def _opening(view: ReportView) -> Iterator[str]:
    """Return what stands under the headline: the reasons of the gate, or what was found where nothing changed."""
    if view.reasons:
        yield prose(words.because(view.reasons), 800)
    if view.together:
        yield comment_words.SHARED_CAUSE
    if view.outcome == "no_baseline":
        yield comment_words.FIRST_RUN_NEXT
    elif view.note and not any(group.calls for group in view.groups):
        yield prose(view.note)


def _failed(view: ReportView) -> Iterator[str]:
    if view.failed:
        where = where_failed(view.failed.side, _linked(view.failed.commit, view.failed.url))
        yield in_markdown(where, view.failed.what, view.failed.lines)


def _tables(view: ReportView, sections: tuple[_Section, ...]) -> Iterator[str]:
    shown = [section for section in sections if not section.folded]
    if shown and view.prefix:
        yield comment_words.names_begin(code(view.prefix, _NAME_SHOWN))
    yield from (_table(section.columns, section.rows) for section in shown)


def _folds(view: ReportView, sections: tuple[_Section, ...]) -> Iterator[str]:
    for section in sections:
        if section.folded:
            yield from _folded(section.title, *filter(None, [section.why]), _table(section.columns, section.rows))


def _next(view: ReportView) -> Iterator[str]:
    """Return what a reader of a regression can do: see it, accept it, doubt it."""
    place, steps = view.place, []
    if view.outcome == "undecided":
        yield f"**Next:** {comment_words.after_failure(view.failed.side if view.failed else '')}"
        return
    if not any(group.key == "regressed" for group in view.groups):
        return
    if place.command:
        steps.append(comment_words.reproduce(code(place.command, 300)))
    if place.accept_label:
        steps.append(comment_words.accept(code(place.accept_label)))
    if place.run_url:
        steps.append(comment_words.run_again(place.run_url))
    if steps:
        yield f"**Next:** {' '.join(steps)}"


def _left_out(view: ReportView, left_out: tuple[tuple[GroupKey, int], ...]) -> Iterator[str]:
    if left_out:
        yield words.left_out(left_out) + (f" {words.ARE_IN_THE_FULL_REPORT}" if view.artifact_url else "")


def _extras(view: ReportView, *, full: bool) -> Iterator[str]:
    items = _items(full=full)
    yield from _since(view, items)
    if view.not_reached:
        yield from _not_reached(view.not_reached, _SUMMARY_ITEMS if full else _NAMES_SHOWN)
    if view.categories:
        columns = {**dict.fromkeys(("Category", "Verdicts", "Budgets", "Worst"), _LEFT), "Pass rate": _RIGHT}
        yield from _folded(words.CATEGORIES_TITLE, _table(columns, map(_category_row, view.categories[:items])))
    if view.failures and (full or view.failures.kinds):
        yield from _failures(view.failures, items)
    if view.warnings and (full or not view.quiet):
        shown = "\n".join(map(_warning, view.warnings[:items]))
        yield from _folded(words.count_of(len(view.warnings), "warning"), shown, *_more(len(view.warnings) - items))


def _since(view: ReportView, items: int) -> Iterable[str]:
    """Fold away the changes since the saved baseline, beside those since the base commit."""
    rows = [row for row in view.rows() if row.since]
    lines = [f"| {_name(row)} | {prose(row.since)} | {prose(_change(row))} |" for row in rows[:items]]
    columns = dict(zip(SINCE_COLUMNS, (_LEFT, _RIGHT, _RIGHT), strict=True))
    return _folded(since_title(prose(view.since)), _table(columns, lines), *_more(len(rows) - items)) if rows else ()


def _not_reached(found: NotReachedView, items: int) -> Iterable[str]:
    """Fold away which benchmarks were left out."""
    listed = "\n".join(f"- {code(name, _NAME_SHOWN)}" for name in found.names[:items])
    return _folded(found.title, listed, *_more(len(found.names) + found.more - items))


def _change(row: RowView) -> str:
    return f"{row.change} ({row.interval})" if row.interval else row.change


def _budgets(budgets: Sequence[BudgetView], items: int) -> Iterator[str]:
    if budgets:
        columns = dict.fromkeys(("Budget", "Benchmark", "Value"), _LEFT)
        yield _table(columns, map(_budget_row, budgets[:items]))
        yield from _more(len(budgets) - items)


def _last_line(view: ReportView) -> str:
    """Return the small line: which commits, how much was measured, and where to read on."""
    place = view.place
    head, base = _linked(place.head, place.head_url), _linked(place.base, place.base_url)
    age = f" ({prose(place.age)})" if place.age else ""
    commits = comment_words.compared_with(head, f"{base}{age}") if head and base else head
    unusual = sum(warning.code not in words.USUAL for warning in view.warnings)
    pieces = (
        f"{commits} ([{comment_words.DIFF}]({place.diff_url}))" if place.diff_url else commits,
        place.effort,
        words.count_of(unusual, "warning") if view.quiet and unusual else "",
        f"[{comment_words.REPORT}]({view.artifact_url})" if view.artifact_url else "",
        f"[{comment_words.HOW_TO_READ}]({place.guide_url})" if place.guide_url else "",
    )
    return f"<sub>{' · '.join(filter(None, pieces))}</sub>"


def _linked(commit: str, url: str) -> str:
    return f"[{code(commit)}]({url})" if url else code(commit) if commit else ""


def _measured(view: ReportView) -> Iterable[str]:
    rows = (f"| {prose(label, 80)} | {prose(text)} |" for label, text in (*view.setup.context, *view.setup.measured))
    shown = list(dict.fromkeys(rows))
    return _folded(words.HOW_MEASURED, _table({"What": _LEFT, "Value": _LEFT}, shown)) if shown else []


def _table(columns: Mapping[str, str], rows: Iterable[str]) -> str:
    """Write a table of finished rows; ``columns`` are the titles, each with how it is aligned."""
    return "\n".join((f"| {' | '.join(columns)} |", f"| {' | '.join(columns.values())} |", *rows))


def _folded(title: str, *blocks: str) -> Iterable[str]:
    return (f"<details><summary>{title}</summary>", *blocks, "</details>")


def _more(count: int) -> Iterable[str]:
    return [words.more_rows(count)] if count > 0 else []


def _failures(failures: FailuresView, items: int) -> Iterable[str]:
    statuses = (load_words.status_text(code(status.code), status.count) for status in failures.shown)
    story = load_words.failures_text(failures.errors, statuses)
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
    left_out: list[tuple[GroupKey, int]] = []
    for group in view.groups:
        layout = _Layout.of(group, view.interval_label)
        if sections and _least_size(group) > room:
            left_out.append((group.key, len(group.rows)))
            continue
        rows = _rows_within(group, layout, 0 if left_out else room - _SECTION_ROOM, in_bytes=in_bytes)
        if len(rows) < len(group.rows):
            rows = () if sections else rows
            left_out.append((group.key, len(group.rows) - len(rows)))
        if rows:
            sections.append(_section(group, layout, rows, others=any(not section.folded for section in sections)))
            room -= _SECTION_ROOM + sum(_size(line, in_bytes=in_bytes) + 1 for line in rows)
    return _joined(sections, together=view.together), tuple(left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Which columns a group has. ``why`` is what all of its folded rows have in common, said once above them."""

    interval: str
    sign: bool
    change: bool
    details: bool
    why: str

    @classmethod
    def of(cls, group: GroupView, interval: str) -> _Layout:
        """Leave out what no row has, and what stands above the table."""
        why = "" if group.calls else _shared_why(group)
        return cls(
            interval=interval.replace(" interval", " CI"),
            sign=group.calls,
            change=group.calls or any(row.change for row in group.rows),
            details=group.calls or not (why or group.key == "unchanged"),
            why=why,
        )

    def columns(self) -> dict[str, str]:
        """Return the titles, each with how it is aligned."""
        sign, name, sides, change, details = comment_words.COLUMNS
        columns = {sign: _LEFT, name: _LEFT, sides: _RIGHT, f"{change} ({self.interval})": _RIGHT, details: _LEFT}
        return dict(compress(columns.items(), self.shown()))

    def shown(self) -> tuple[bool, ...]:
        """Return of each of the five columns whether it is there."""
        return (self.sign, True, True, self.change, self.details)


def _section(group: GroupView, layout: _Layout, rows: tuple[str, ...], *, others: bool) -> _Section:
    title = comment_words.folded_title(len(rows), group.key, others=others, least=group.least)
    return _Section(
        key=group.key,
        columns=layout.columns(),
        title=title,
        rows=rows,
        folded=not group.calls,
        why=prose(words.sentence(layout.why), _WHY_SHOWN) if layout.why else "",
    )


def _shared_why(group: GroupView) -> str:
    """Return the one thing that would help all rows of a group, or else the reason that all of them have."""
    cures, reasons = {row.cure for row in group.rows}, {row.reason for row in group.rows}
    if group.key == "unchanged":
        return ""
    return next((text for found in (cures, reasons) if len(found) == 1 for text in found if text), "")


def _least_size(group: GroupView) -> int:
    """Return what the rows of a group take at least: most groups that do not fit are known by that."""
    return sum(min(len(row.short), _NAME_SHOWN) for row in group.rows)


def _rows_within(group: GroupView, layout: _Layout, room: int, *, in_bytes: bool) -> tuple[str, ...]:
    lines = []
    for row in group.rows:
        line = _row(row, layout)
        room -= _size(line, in_bytes=in_bytes) + 1
        if room < 0:
            break
        lines.append(line)
    return tuple(lines)


def _joined(sections: list[_Section], *, together: bool) -> tuple[_Section, ...]:
    """Put all that calls for attention into one open table; of a suite that slowed down as a whole only the most."""
    calling = [section for section in sections if not section.folded]
    if not calling:
        return tuple(sections)
    rows: list[str] = []
    more: list[str] = []
    for section in calling:
        most = _OPEN_ROWS if together and section.key == "regressed" else len(section.rows)
        rows += section.rows[:most]
        more += section.rows[most:]
    opened = replace(calling[0], rows=tuple(rows))
    title = comment_words.more_folded(len(more))
    further = [replace(calling[0], rows=tuple(more), folded=True, title=title)] if more else []
    return (opened, *further, *(section for section in sections if section.folded))


def _row(row: RowView, layout: _Layout) -> str:
    change = f"**{prose(row.change)}**" if row.verdict in CHANGED else prose(row.change or "–")
    interval = in_phrases(f"({prose(row.interval)})", columns=30) if row.interval else ""
    cells = (
        row.state.emoji,
        f"{_name(row)}{_cause(row)}",
        unbroken(f"{prose(row.baseline)} → {prose(row.head)}"),
        f"{change} {interval}".rstrip(),
        in_phrases(unbroken(prose(row.details, _WHY_SHOWN))) if layout.details else "",
    )
    return f"| {' | '.join(compress(cells, layout.shown()))} |"


def _name(row: RowView) -> str:
    """Return the short name of a row as code, with the link to its source where there is one."""
    name = code(row.short, _NAME_SHOWN)
    return f"[{name}]({row.url})" if row.url else name


def _cause(row: RowView) -> str:
    """Return what is behind a change, as a second line in the cell of the name: the one place where it stands."""
    cause = row.write_cause(code)
    return f"<br>{words.sentence(cause)}" if cause else ""


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
