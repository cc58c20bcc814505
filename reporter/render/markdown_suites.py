"""One comment for several suites: a table with a line for each, the same benchmarks side by side, then each suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import markdown, words
from reporter.render.plain import unbroken
from reporter.shared.markdown import code, prose
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from reporter.render.view_suites import PlatformRow, SuitesView
    from reporter.render.view_types import ReportView, RowView

SECTION_LIMIT = 32_768
"""Characters of one suite's part: the least that a comment of its own needs."""
_ROOM_AT_THE_END = 500
"""Characters kept free for what was left out and the link."""


def comment(view: SuitesView, *, limit: int = markdown.COMMENT_LIMIT) -> str:
    """Write the comment in at most ``limit`` characters (32,768 or more); of one suite alone it is that suite's own."""
    if len(view.suites) == 1 and not view.missing:
        return markdown.comment(view.suites[0], limit=limit)
    end = _end(view)
    room = limit - len(end) - _ROOM_AT_THE_END
    head = "\n".join([*_head(view), *map(_suite, view.suites), *map(_missing, view.missing), ""])
    text = head if len(head) < room else head[: head.rfind("\n", 0, room)] + "\n"
    text += _side_by_side(view, (room - len(text)) // 2)
    for suite in view.suites:
        section = "" if suite.quiet else _section(suite)
        if len(text) + len(section) <= room:
            text += section
    return text + end


def _head(view: SuitesView) -> list[str]:
    emoji = words.OUTCOME_EMOJI[view.outcome]
    return [f"### {emoji} {prose(view.headline)}", "", "| Suite | Verdict | Result |", "| :-- | :-- | :-- |"]


def _end(view: SuitesView) -> str:
    link = f"[{words.FULL_REPORT}]({view.artifact_url})" if view.artifact_url else ""
    line = " · ".join(part for part in (view.more, link) if part)
    return f"\n{line}\n" if line else ""


def _suite(view: ReportView) -> str:
    verdict = f"{words.OUTCOME_EMOJI[view.outcome]} {words.OUTCOME_WORDS[view.outcome]}"
    return f"| {code(view.suite)} | {verdict} | {markdown.titled(view, view.headline, 200)} |"


def _missing(suite: str) -> str:
    return (
        f"| {code(suite)} | {words.OUTCOME_EMOJI['undecided']} {words.MISSING_SUITE} | {words.MISSING_SUITE_REASON} |"
    )


def _side_by_side(view: SuitesView, room: int) -> str:
    """Lay out as many rows as there is room for, and count the others."""
    if view.table is None:
        return ""
    columns = " | ".join(map(code, view.table.suites))
    text = f"\n| {words.BENCHMARK} | {columns} |\n| :-- |{' :-- |' * len(view.table.suites)}\n"
    shown = 0
    for line in map(_row, view.table.rows):
        if len(text) + len(line) > room:
            break
        text += line
        shown += 1
    left_out = len(view.table.rows) - shown
    more = f"\n{words.more_rows(left_out)}\n" if left_out else ""
    return text + more if shown else more


def _row(row: PlatformRow) -> str:
    return f"| {code(row.name)} | {' | '.join(map(_cell, row.cells))} |\n"


def _cell(row: RowView | None) -> str:
    if row is None:
        return words.NOT_IN_THIS_SUITE
    change = f"**{prose(row.change)}**" if row.verdict in CHANGED else prose(row.change)
    return unbroken(f"{row.symbol} {row.word} {change}".rstrip())


def _section(view: ReportView) -> str:
    title = f"{code(view.suite)}: {markdown.titled(view, view.lead, 200)}"
    body = markdown.comment(view, limit=SECTION_LIMIT)
    return f"\n<details><summary>{title}</summary>\n\n{body}\n</details>\n"
