"""The verb ``publish``: tell the reviewers. Its report is read as untrusted data, and nothing it does fails the job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entrypoint import documents, facts, received, undecided
from entrypoint.api import ApiError, member
from entrypoint.comment import Place
from entrypoint.context import situation
from entrypoint.message import of_this_run
from reporter.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.comment import Comment
    from entrypoint.console import Console
    from entrypoint.context import Situation
    from entrypoint.facts import TriggeringRun
    from entrypoint.inputs import CommentMode, Inputs
    from entrypoint.message import Message
    from reporter.model import Report


def publish(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write or update the comment of the pull request, and always published.json.

    Where to write follows from the event and from GitHub, never from a file of this or another job. When a verb before
    failed and left no report, a comment that is there says so.

    Raises:
        UsageError: an input or the event is wrong.
        InputError: there is no report although no verb failed, or it is not a valid one.
    """
    publishing = _Publishing(inputs=inputs, work=work, api=api, console=console)
    try:
        publishing.tell(situation(inputs.event_name, facts.read(inputs.payload), inputs))
    finally:
        documents.write(work / "published.json", documents.published(publishing.comment_url, publishing.told))
    console.say(f"comment: {publishing.comment_url or 'none'}")
    for notice in publishing.told:
        console.say(f"{notice.code}: {notice.text}")


@dataclass(slots=True, kw_only=True)
class _Publishing:
    """One call of ``publish``: what it works with, and what came of it."""

    inputs: Inputs
    work: Path
    api: Api
    console: Console
    told: list[Notice] = field(default_factory=list)
    comment_url: str | None = None

    def tell(self, here: Situation) -> None:
        """Tell of this run, or of the one that triggered it."""
        message = None if here.run else of_this_run(self.inputs, here, self.work)
        if not here.comment.yes:
            self.console.say(f"no comment: {here.comment.reason}")
            return
        try:
            if message and here.pull_request is not None:
                self._comment(message, here.pull_request)
            elif here.run:
                self._tell_of(here.run)
        except ApiError as problem:
            self.told.append(_notice(problem, here))

    def _tell_of(self, run: TriggeringRun) -> None:
        found = received.pull_request_of(run, self.api)
        if isinstance(found, Notice):
            self.told.append(found)
            return
        message = received.receive(run, self.inputs.name, self.api)
        if message.report:
            received.lay_out(message.report, self.work)
        self._comment(message, found)

    def _comment(self, message: Message, number: int) -> None:
        newest = member(self.api.get(f"/pulls/{number}"), "head.sha", str)
        if newest != message.head_sha:
            self.told.append(_stale(message.head_sha, newest))
            return
        place = Place(api=self.api, pull_request=number, suite=self.inputs.name)
        comment = self._write(message, place)
        self.comment_url = comment.url if comment else None

    def _write(self, message: Message, place: Place) -> Comment | None:
        """Start a comment when the report is worth one; bring one that is there up to date, also without a report."""
        existing = place.find()
        if message.report is None:
            text = undecided.text(message.failed, message.head_sha)
            return place.write(text, existing) if existing else None
        if existing is None and not is_worth_a_comment(message.report, self.inputs.comment):
            return None
        return place.write(_text(message.report, message.artifact_url, place.room), existing)


def _text(report: Report, artifact_url: str, room: int) -> str:
    from reporter.render import markdown, view

    return markdown.comment(view.build(report, artifact_url=artifact_url or None), limit=room)


def is_worth_a_comment(report: Report, mode: CommentMode) -> bool:
    """Say whether this report starts a comment. One that is there is kept up to date in every mode but ``never``."""
    if mode == "regressions":
        return _is_bad(report)
    return mode == "always" or _is_bad(report) or _has_changed(report)


def _is_bad(report: Report) -> bool:
    return report.gate.status != "passed" or report.counts()["regressed"] > 0


def _has_changed(report: Report) -> bool:
    """Without a baseline every benchmark is new: that alone changes nothing."""
    counts = report.counts()
    came_or_went = report.baseline is not None and counts["new"] + counts["missing"] > 0
    shifted = report.shift is not None and report.shift.verdict in ("regressed", "improved")
    budgets = any(budget.status in ("warning", "critical") for budget in report.budgets)
    return counts["improved"] + counts["errored"] > 0 or came_or_went or shifted or budgets


def _stale(ours: str, newest: str) -> Notice:
    text = (
        f"This run is about {ours}, but the pull request is at {newest} by now: its comment is left to the newer run."
    )
    return Notice(code="stale-run", text=text)


def _notice(problem: ApiError, here: Situation) -> Notice:
    """Say in one sentence why there is no comment and what to do."""
    if problem.refused and here.fork:
        text = (
            "The pull request comes from a fork, whose workflow token cannot write comments. "
            "The verdict is in the job summary and the report artifact; docs/forks.md shows how to get a comment."
        )
        return Notice(code="fork-comment-refused", text=text)
    if problem.refused:
        text = f"GitHub refused the comment because the token may not write it{problem.cure}."
        return Notice(code="comment-refused", text=text)
    return Notice(code="comment-failed", text=f"The comment could not be written: {problem}.")
