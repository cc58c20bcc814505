"""Where a report belongs: its commits with their pages, and what a reader can do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.render import comment_words, words
from reporter.render.links import base_of, checked
from reporter.render.view_context import short_commit
from reporter.render.view_types import PlaceView
from reporter.shared.model import COMMIT
from reporter.shared.printable import shorten

if TYPE_CHECKING:
    from reporter.model import Report
    from reporter.render.links import Links

_LONGEST_COMMAND = 200


def place(report: Report, links: Links, guide: str) -> PlaceView:
    """Put it into words; pages come from the publisher alone."""
    base, head = base_of(report), report.measured.head_sha
    compared = report.baseline is not None or report.compare != "none"
    return PlaceView(
        base=short_commit(base) if compared else "",
        head=short_commit(head),
        age=shorten(words.baseline_age(report.baseline), 80) if report.baseline else "",
        base_url=links.commit(base) if compared else "",
        head_url=links.commit(head),
        diff_url=links.diff(report) if compared else "",
        run_url=checked(links.run),
        guide_url=guide,
        command=_command(base, links),
        accept_label=links.accept_label,
        effort=_effort(report),
    )


def _command(base: str | None, links: Links) -> str:
    """Return the line for a shell that measures both sides again; never a command that a report names."""
    if not base or not COMMIT.fullmatch(base):
        return ""
    command = links.command if "\n" not in links.command and len(links.command) <= _LONGEST_COMMAND else ""
    return f"benchverdict run --base {short_commit(base)}" + (f" -- {command}" if command else "")


def _effort(report: Report) -> str:
    paired = report.compare == "paired"
    heads = [row.comparison.head for row in report.assessments if row.comparison.head]
    runs = report.measured.runs or max((head.runs for head in heads), default=0)
    effort = comment_words.effort(runs, paired=paired) if runs else ""
    runners = sum(bool(each.pairs) for each in report.runners)
    return words.on_runners(effort, runners) if effort and runners else effort
