"""The verb ``publish``: tell the reviewers. Its report is read as untrusted data, and nothing it does fails the job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint import documents, facts, undecided
from entrypoint.api import ApiError, member
from entrypoint.comment import Place
from entrypoint.context import situation
from reporter.errors import InputError
from reporter.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.comment import Comment
    from entrypoint.console import Console
    from entrypoint.context import Situation
    from entrypoint.inputs import CommentMode, Inputs
    from reporter.model import Report


def publish(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write or update the comment of the pull request, and always published.json.

    Where to write follows from the event alone, never from a file of the job. When a verb before failed and left no
    report, a comment that is there says so.

    Raises:
        UsageError: an input or the event is wrong.
        InputError: there is no report although no verb failed, or it is not a valid one.
    """
    told: list[Notice] = []
    comment = None
    try:
        comment = _tell(inputs, work, api, console, told)
    finally:
        documents.write(work / "published.json", documents.published(comment.url if comment else None, told))
    console.say(f"comment: {comment.url if comment else 'none'}")
    for notice in told:
        console.say(f"{notice.code}: {notice.text}")


def _tell(inputs: Inputs, work: Path, api: Api, console: Console, told: list[Notice]) -> Comment | None:
    here = situation(inputs.event_name, facts.read(inputs.payload), inputs)
    verdict = work / "report" / "verdict.json"
    failed = [] if verdict.exists() else undecided.failures(work)
    report = None if failed else _report(verdict)
    if not here.comment.yes or here.pull_request is None:
        console.say(f"no comment: {here.comment.reason}")
        return None
    try:
        place = _place(here.pull_request, here.head_sha, inputs, api, told)
        if place is None:
            return None
        if report is None:
            return _withdraw(place, undecided.text(failed, here.head_sha))
        return _comment(report, place, inputs)
    except ApiError as problem:
        told.append(_notice(problem, here))
        return None


def _report(path: Path) -> Report:
    from reporter.render import json_v1
    from reporter.render.json_v1_read import FILE_LIMIT

    try:
        if path.stat().st_size > FILE_LIMIT:
            raise InputError("verdict-too-large", f"larger than {FILE_LIMIT} bytes", where=str(path))
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            "verdict-unreadable",
            f"the report cannot be read ({problem})",
            where=str(path),
            cure="see the step that writes the report",
        ) from problem
    return json_v1.load(text, str(path))


def _place(number: int, head_sha: str, inputs: Inputs, api: Api, told: list[Notice]) -> Place | None:
    """Give where to write, nowhere when the pull request has moved on."""
    newest = member(api.get(f"/pulls/{number}"), "head.sha", str)
    if newest != head_sha:
        told.append(_stale(head_sha, newest))
        return None
    return Place(api=api, pull_request=number, suite=inputs.name)


def _withdraw(place: Place, text: str) -> Comment | None:
    """Replace the verdict of an earlier run, if there is one."""
    existing = place.find()
    return place.write(text, existing) if existing else None


def _comment(report: Report, place: Place, inputs: Inputs) -> Comment | None:
    existing = place.find()
    if existing is None and not is_worth_a_comment(report, inputs.comment):
        return None
    return place.write(_text(report, inputs.artifact_url, place.room), existing)


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
    """Without a baseline every benchmark is new: that alone changes nothing. With one, comparing nothing does."""
    counts = report.counts()
    came_or_went = report.baseline is not None and counts["new"] + counts["missing"] > 0
    shifted = report.shift is not None and report.shift.verdict in ("regressed", "improved")
    budgets = any(budget.status in ("warning", "critical") for budget in report.budgets)
    blind = report.baseline is not None and not report.compared
    return counts["improved"] + counts["errored"] > 0 or came_or_went or shifted or budgets or blind


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
            "The verdict is in the job summary and the report artifact."
        )
        return Notice(code="fork-comment-refused", text=text)
    if problem.refused:
        text = (
            "GitHub refused the comment because the token may not write it. Add this to the job: "
            "`permissions: pull-requests: write` (beside the permissions it has)."
        )
        return Notice(code="comment-refused", text=text)
    return Notice(code="comment-failed", text=f"The comment could not be written: {problem}.")
