"""The verdict for GitHub: the comment on the pull request and the job summary.

Rows are escaped cell by cell, and laid out here too: Markdown is lines, for which a template engine takes longer to
load than all of it takes to write. GitHub refuses both outputs above a certain size,
so sections are added from the most important on until the next one does not fit, and what was left out is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import comment_words, load_words, words
from reporter.render.markdown_rows import Section, sections_within
from reporter.render.markdown_tables import LEFT, NAME_SHOWN, RIGHT, folded, linked_name, not_shown, size_of, table
from reporter.render.since_words import SINCE_COLUMNS, since_title
from reporter.shared.failed_side import in_markdown, where_failed
from reporter.shared.markdown import code, prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reporter.render.view_budgets import BudgetView
    from reporter.render.view_failures import FailuresView
    from reporter.render.view_types import CategoryView, NotReachedView, ReportView, RowView, WarningView
    from reporter.verdicts import GroupKey

COMMENT_LIMIT = 65_536
SUMMARY_LIMIT = 1_000_000
"""What GitHub takes: characters of a comment, and (a little below its 1 MiB) bytes of a job summary."""

_NOTE_ROOM = 600
"""Characters kept free for saying what was left out."""

_COMMENT_ITEMS, _SUMMARY_ITEMS, _NAMES_SHOWN = 8, 50, 20
"""Warnings, budgets and categories shown; their texts are bounded, so that with the headline they always fit."""


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
    room = limit - size_of(frame, in_bytes=in_bytes) - _NOTE_ROOM
    sections, left_out = sections_within(view, room, in_bytes=in_bytes)
    return _page(view, sections, left_out, full=in_bytes)


def _page(
    view: ReportView,
    sections: tuple[Section, ...],
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


def _tables(view: ReportView, sections: tuple[Section, ...]) -> Iterator[str]:
    shown = [section for section in sections if not section.folded]
    if shown and view.prefix:
        yield comment_words.names_begin(code(view.prefix, NAME_SHOWN))
    yield from (table(section.columns, section.rows) for section in shown)


def _folds(view: ReportView, sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        if section.folded:
            yield from folded(section.title, *filter(None, [section.why]), table(section.columns, section.rows))


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
        columns = {**dict.fromkeys(("Category", "Verdicts", "Budgets", "Worst"), LEFT), "Pass rate": RIGHT}
        yield from folded(words.CATEGORIES_TITLE, table(columns, map(_category_row, view.categories[:items])))
    if view.failures and (full or view.failures.kinds):
        yield from _failures(view.failures, items)
    if view.warnings and (full or not view.quiet):
        shown = "\n".join(map(_warning, view.warnings[:items]))
        yield from folded(words.count_of(len(view.warnings), "warning"), shown, *not_shown(len(view.warnings) - items))


def _since(view: ReportView, items: int) -> Iterable[str]:
    """Fold away the changes since the saved baseline, beside those since the base commit."""
    rows = [row for row in view.rows() if row.since]
    lines = [f"| {linked_name(row)} | {prose(row.since)} | {prose(_change(row))} |" for row in rows[:items]]
    columns = dict(zip(SINCE_COLUMNS, (LEFT, RIGHT, RIGHT), strict=True))
    return folded(since_title(prose(view.since)), table(columns, lines), *not_shown(len(rows) - items)) if rows else ()


def _not_reached(found: NotReachedView, items: int) -> Iterable[str]:
    """Fold away which benchmarks were left out."""
    listed = "\n".join(f"- {code(name, NAME_SHOWN)}" for name in found.names[:items])
    return folded(found.title, listed, *not_shown(len(found.names) + found.more - items))


def _change(row: RowView) -> str:
    return f"{row.change} ({row.interval})" if row.interval else row.change


def _budgets(budgets: Sequence[BudgetView], items: int) -> Iterator[str]:
    if budgets:
        columns = dict.fromkeys(("Budget", "Benchmark", "Value"), LEFT)
        yield table(columns, map(_budget_row, budgets[:items]))
        yield from not_shown(len(budgets) - items)


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
    return folded(words.HOW_MEASURED, table({"What": LEFT, "Value": LEFT}, shown)) if shown else []


def _failures(failures: FailuresView, items: int) -> Iterable[str]:
    statuses = (load_words.status_text(code(status.code), status.count) for status in failures.shown)
    story = load_words.failures_text(failures.errors, statuses)
    title = f"{load_words.FAILURES_TITLE}: {story}" if story else load_words.FAILURES_TITLE
    columns = {"Count": RIGHT, **dict.fromkeys(("Request", "Message", "First (UTC)"), LEFT)}
    rows = [
        f"| {kind.count} | {code(kind.request)} | {code(kind.message, 200)} | {kind.first or '–'} |"
        for kind in failures.kinds[:items]
    ]
    return folded(title, *([table(columns, rows)] if rows else []))


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
