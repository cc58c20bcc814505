"""One comment for several suites: a table with a line for each, then what there is to see in those that call for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import markdown, words
from reporter.render.markdown_text import code, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.render.view_types import ReportView

SECTION_LIMIT = 32_768
"""Characters of one suite's part: the least that a comment of its own needs."""
MOST_SUITES = 100

_ORDER: tuple[words.Outcome, ...] = ("failed", "undecided", "no_baseline", "passed")


def comment(views: Sequence[ReportView], missing: Sequence[str], *, limit: int = markdown.COMMENT_LIMIT) -> str:
    """Write the comment in at most ``limit`` characters (32,768 or more); ``missing`` are suites without a report."""
    ordered = sorted(views, key=lambda view: (_ORDER.index(view.outcome), view.suite))[:MOST_SUITES]
    head = "\n".join([*_head(ordered, missing), *map(_row, ordered), *map(_missing, missing[:MOST_SUITES]), ""])
    text = head if len(head) < limit else head[: head.rfind("\n", 0, limit)]
    for view in ordered:
        section = "" if view.quiet else _section(view)
        if len(text) + len(section) <= limit:
            text += section
    return text


def headline(views: Sequence[ReportView], missing: Sequence[str]) -> str:
    """Say how all suites are, the worst first: ``1 failed, 2 passed of 3 suites``."""
    return words.suites_headline([view.outcome for view in views], len(missing))


def outcome(views: Sequence[ReportView], missing: Sequence[str]) -> words.Outcome:
    """Give the worst outcome; a missing suite is undecided."""
    found = {view.outcome for view in views} | ({"undecided"} if missing or not views else set())
    return next(each for each in _ORDER if each in found)


def _head(views: Sequence[ReportView], missing: Sequence[str]) -> list[str]:
    emoji = words.OUTCOME_EMOJI[outcome(views, missing)]
    return [f"### {emoji} {prose(headline(views, missing))}", "", "| Suite | Verdict | Result |", "| :-- | :-- | :-- |"]


def _row(view: ReportView) -> str:
    verdict = f"{words.OUTCOME_EMOJI[view.outcome]} {words.OUTCOME_WORDS[view.outcome]}"
    link = f" · [{words.FULL_REPORT}]({view.artifact_url})" if view.artifact_url else ""
    return f"| {code(view.suite)} | {verdict} | {prose(view.headline, 200)}{link} |"


def _missing(suite: str) -> str:
    return (
        f"| {code(suite)} | {words.OUTCOME_EMOJI['undecided']} {words.MISSING_SUITE} | {words.MISSING_SUITE_REASON} |"
    )


def _section(view: ReportView) -> str:
    title = f"{view.suite}: {view.lead}"
    body = markdown.comment(view, limit=SECTION_LIMIT)
    return f"\n<details><summary>{prose(title, 200)}</summary>\n\n{body}\n</details>\n"
