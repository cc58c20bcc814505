"""The verb ``publish``: tell the reviewers. Its report is read as untrusted data, and nothing it does fails the job."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from entrypoint import collect, documents, facts, foreign_report, no_report, override, received, writer
from entrypoint.aggregate import run_of
from entrypoint.check import CANCELLED, Check, output_of, undecidable
from entrypoint.comment import Place, Stamp
from entrypoint.comment_policy import wants_comment
from entrypoint.comments_github import GitHubComments
from entrypoint.context import situation
from entrypoint.failures import ApiError
from entrypoint.message import Message, of_this_run
from entrypoint.received import Reception
from entrypoint.untrusted import markdown
from reporter.shared.errors import InputError, UsageError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.aggregate import Gathered
    from entrypoint.api import Api
    from entrypoint.check import Output
    from entrypoint.comment import Brought
    from entrypoint.console import Console
    from entrypoint.facts import TriggeringRun
    from entrypoint.inputs import Inputs
    from entrypoint.situations import Situation
    from reporter.model import Report


def publish(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write or update comment and check, and always published.json.

    Where to write follows from the event and from GitHub, never from a file of this or another job. When a verb before
    failed and left no report, a comment that is there says so.

    Raises:
        UsageError: an input or the event is wrong, or another job of this run has this name.
        InputError: there is no report although no verb failed, or it is not a valid one.
    """
    publishing = _Publishing(inputs=inputs, work=work, api=api, console=console)
    try:
        publishing.tell(situation(inputs.event_name, facts.read(inputs.payload), inputs))
    finally:
        document = documents.published(publishing.comment_url, publishing.check_url, publishing.notices)
        documents.write(work / "published.json", document)
    console.say(f"comment: {publishing.comment_url or 'none'}, check: {publishing.check_url or 'none'}")
    for notice in publishing.notices:
        console.say(f"{notice.code}: {notice.text}")
    if publishing.refused:
        raise publishing.refused


@dataclass(slots=True, kw_only=True)
class _Publishing:
    """One call of ``publish``: what it works with, and what came of it."""

    inputs: Inputs
    work: Path
    api: Api
    console: Console
    notices: list[Notice] = field(default_factory=list)
    comment_url: str | None = None
    check_url: str | None = None
    refused: UsageError | InputError | None = None

    def tell(self, here: Situation) -> None:
        """Publish the verdict of this run, or of the one that triggered it."""
        if self.inputs.stage == "aggregate":
            self._publish_whole(here)
        elif here.run:
            self._publish_run(here, here.run)
        elif self.inputs.cancelled:
            self._check(here, self._unread(here), CANCELLED)
        else:
            self._publish_this(here)

    def _publish_this(self, here: Situation) -> None:
        try:
            message = replace(of_this_run(self.inputs, here, self.work), fork=self._unread(here).fork)
            self._confirm(message, here, here.pull_request)
        except InputError as problem:
            self._check(here, replace(self._unread(here), failed=(f"{markdown(problem.what)}.",)))
            raise
        except ApiError as problem:
            text = f"Who accepted the regressions could not be confirmed: {problem}{problem.cure}."
            self.notices.append(Notice(code="override-unconfirmed", text=text))
            message = replace(message, report=None, failed=(markdown(text),))
        self._check(here, message)
        self._comment(here, message, here.pull_request)

    def _confirm(self, message: Message, here: Situation, pull_request: int | None) -> None:
        if message.report:
            override.confirm(message.report, here, pull_request, self.inputs, self.api)

    def _publish_whole(self, here: Situation) -> None:
        """Publish every suite of this run, or of the one that triggered it, at once."""
        run = run_of(here, self.inputs)
        collected = collect.read(self.work, self.inputs)
        if collected and collected.notices:
            self.notices += collected.notices
            return
        try:
            found = received.find_pull_request(here, self.api)
            known = None if isinstance(found, Notice) else found
            reception = Reception(run=run, here=here, pull_request=known, inputs=self.inputs, api=self.api)
            message = reception.message()
        except ApiError as problem:
            self._unavailable(run, problem)
            return
        if collected is None and self.inputs.cancelled:
            self._check(here, message, CANCELLED)
        elif isinstance(found, Notice):
            self._withhold(here, run, found)
        elif collected and not collected.refused:
            gathered = replace(collected.gathered, links=message.links)
            self._check(here, message, gathered.output(message))
            self._comment(here, message, found, gathered)
        else:
            refused = bool(collected and collected.refused and here.run)
            failed = (received.refusal(run),) if refused else tuple(no_report.failures(self.work))
            message = replace(message, failed=failed, refused=refused)
            self._check(here, message)
            self._comment(here, message, found)

    def _unavailable(self, run: TriggeringRun, problem: ApiError) -> None:
        text = f"The report of run {run.id} could not be had: {problem}{problem.cure}."
        self.notices.append(Notice(code="report-unavailable", text=text))

    def _publish_run(self, here: Situation, run: TriggeringRun) -> None:
        if not (here.comment.yes or here.check.yes):
            self.console.say(f"nothing is published: {here.comment.reason}; {here.check.reason}")
            return
        try:
            found = received.find_pull_request(here, self.api)
            if isinstance(found, Notice):
                self._withhold(here, run, found)
                return
            reception = Reception(run=run, here=here, pull_request=found, inputs=self.inputs, api=self.api)
            message = self._received(reception)
        except ApiError as problem:
            self._unavailable(run, problem)
            return
        if message.report:
            received.lay_out(message.report, self.work, self.inputs.home)
        self._check(here, message)
        self._comment(here, message, found)

    def _received(self, reception: Reception) -> Message:
        """Return the report, or that it was refused: then the job fails, after comment and check say so."""
        try:
            return reception.receive(self.inputs.name)
        except InputError as problem:
            self.refused = problem
            return reception.refused(problem)

    def _withhold(self, here: Situation, run: TriggeringRun, notice: Notice) -> None:
        """Write to no pull request. A commit of this repository that several share keeps no verdict of one of them."""
        self.notices.append(notice)
        if notice.code == received.SEVERAL and foreign_report.is_ours(run, here, self.inputs):
            message = replace(self._unread(here), run=run.id, attempt=run.attempt, page=run.page)
            self._check(here, message, undecidable(notice))

    def _unread(self, here: Situation) -> Message:
        return Message(
            head_sha=here.head_sha,
            run=self.inputs.run_id or 0,
            attempt=self.inputs.run_attempt,
            report=None,
            page=self.inputs.run_page,
            home=self.inputs.home,
            fork=here.pull_request if here.fork else None,
        )

    def _check(self, here: Situation, message: Message, output: Output | None = None) -> None:
        if not here.check.yes:
            self.console.say(f"no check: {here.check.reason}")
            return
        check = Check(
            api=self.api,
            suite=self.inputs.name,
            head_sha=message.head_sha,
            run=message.run,
            attempt=message.attempt,
            page=message.page,
            writer=writer.of(self.inputs),
            fork=message.fork,
        )
        try:
            self.check_url = check.finish(output or output_of(message, self.inputs.working_directory))
        except UsageError as problem:
            self.refused = problem
        except ApiError as problem:
            if problem.refused and self.inputs.check == "auto":
                self.console.say(f"no check, as the token may not write one{problem.cure}")
            else:
                text = f"The check could not be written: {problem}{problem.cure}."
                self.notices.append(Notice(code="check-failed", text=text))

    def _comment(
        self, here: Situation, message: Message, pull_request: int | None, gathered: Gathered | None = None
    ) -> None:
        if not here.comment.yes or pull_request is None:
            self.console.say(f"no comment: {here.comment.reason}")
            return
        thread = GitHubComments(api=self.api, pull_request=pull_request)
        place = Place(thread=thread, suite=self.inputs.name, patience=self.api.patience)
        try:
            brought = self._bring_all(message, gathered, place) if gathered else self._bring(message, place)
        except ApiError as problem:
            self.notices.append(_notice(problem, here))
            return
        except UsageError as problem:
            self.refused = problem
            return
        self.comment_url = brought.comment.url if brought.comment else None
        if brought.notice:
            self.notices.append(brought.notice)

    def _bring(self, message: Message, place: Place) -> Brought:
        """Start a comment when the report is worth one; bring one that is there up to date, also without a report."""
        report = message.report
        stamp = self._stamp(message, has_report=report is not None or message.refused)
        if report is None:
            return place.upsert(message.headed(no_report.text_of(message)), stamp, start=False)
        text = _text(report, message, message.room(place.room(stamp)))
        return place.upsert(message.headed(text), stamp, start=wants_comment(report, self.inputs.comment))

    def _stamp(self, message: Message, *, has_report: bool) -> Stamp:
        return Stamp(
            head_sha=message.head_sha,
            run=message.run,
            attempt=message.attempt,
            has_report=has_report,
            writer=writer.of(self.inputs),
        )

    def _bring_all(self, message: Message, gathered: Gathered, place: Place) -> Brought:
        stamp = self._stamp(message, has_report=bool(gathered.reports))
        worth = any(wants_comment(report, self.inputs.comment) for report in gathered.reports)
        start = worth or bool(gathered.missing) or self.inputs.comment == "always"
        text = gathered.text(message.room(place.room(stamp)))
        return place.upsert(message.headed(text), stamp, start=start)


def _text(report: Report, message: Message, room: int) -> str:
    from reporter.render import markdown

    return markdown.comment(message.view(report), limit=room)


def _notice(problem: ApiError, here: Situation) -> Notice:
    """Return in one sentence why there is no comment and what to do."""
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
