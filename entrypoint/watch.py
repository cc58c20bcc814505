"""The verb ``watch`` of ``stage: watch``: what ``watch.json`` confirms becomes issues, and messages to a webhook.

The file is an artifact of this very run. It is read as untrusted data: bounded, by its schema, names as code. The job
measures nothing and runs nothing of the repository. What cannot be written is a notice beside a complete summary.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entrypoint import archive, documents, facts, mentions, webhook
from entrypoint.archive import ArchiveError
from entrypoint.collect import DOCUMENT
from entrypoint.context import kind_of
from entrypoint.download import artifact_zip
from entrypoint.failures import ApiError
from entrypoint.issues import Issue, Issues, marked
from entrypoint.message import links_of
from entrypoint.permissions import is_default
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.console import Console
    from entrypoint.inputs import Inputs
    from entrypoint.webhook import Event
    from reporter.records.watch import Cause, Watch

PREFIX = "benchverdict-watch-"
FILE_NAME = "watch.json"
PERMISSION = "issues: write"


def watch(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Bring the issues of a suite up to date, and always write summary, collected.json and published.json.

    Raises:
        UsageError: the run is not one of the default branch, or this run has no such artifact.
        InputError: the file is not as we write it, or about another suite.
    """
    _refuse_elsewhere(inputs)
    found = _received(inputs, api)
    telling = _Telling(inputs=inputs, found=found, api=api, console=console)
    try:
        _lay_out(found, inputs, work)
        telling.tell()
    finally:
        documents.write(work / "published.json", documents.published(None, None, telling.notices))
    for notice in telling.notices:
        console.say(f"{notice.code}: {notice.text}")


def _refuse_elsewhere(inputs: Inputs) -> None:
    known = facts.read(inputs.payload)
    kind = kind_of(inputs.event_name, known, inputs.ref)
    if kind not in ("push_default", "schedule", "workflow_dispatch") or not is_default(known, inputs.ref):
        what = (
            f"'stage: watch' tells of the default branch, and this is '{inputs.event_name}' on {inputs.ref or 'no ref'}"
        )
        cure = "call it on push, schedule or workflow_dispatch of the default branch"
        raise UsageError("stage-watch", what, cure=cure)


def _received(inputs: Inputs, api: Api) -> Watch:
    """Download and read what another job of this run has uploaded; the secrets in it are masked."""
    from reporter.masking import without_secrets
    from reporter.records.watch import read

    name = f"{PREFIX}{inputs.name}"
    cure = f"upload watch.json as the artifact {name} in a job before, as docs/watching.md shows"
    try:
        listed = api.pages(f"/actions/runs/{inputs.run_id}/artifacts", "artifacts", name=name)
        numbers = [each["id"] for each in listed if each.get("name") == name and isinstance(each.get("id"), int)]
        if not numbers:
            raise UsageError("watch-missing", f"this run has no artifact {name}", cure=cure)
        content = archive.member(artifact_zip(api, max(numbers)), FILE_NAME, archive.REPORT)
    except ApiError as problem:
        what = f"the artifact {name} could not be had: {problem}{problem.cure}"
        raise InputError("watch-unavailable", what, cure="run the job again") from problem
    except ArchiveError as problem:
        raise InputError("watch-refused", str(problem), where=name, cure=cure) from problem
    found = read(content, f"artifact {name}, {FILE_NAME}")
    if found.suite != inputs.name:
        raise InputError(
            "watch-refused", f"it is about the suite {found.suite}, not {inputs.name}", where=name, cure=cure
        )
    return without_secrets(found)


def _lay_out(found: Watch, inputs: Inputs, work: Path) -> None:
    """Write what the gate shows."""
    from reporter.render import watch_issue, watch_text

    links = links_of(inputs, inputs.run_page)
    write_atomically(work / "report" / "summary.md", watch_issue.summary(found, links))
    documents.write(work / DOCUMENT, documents.watched(found, watch_text.headline(found)))


@dataclass(slots=True, kw_only=True)
class _Telling:
    """One call of ``watch``: what it works with, and what came of it."""

    inputs: Inputs
    found: Watch
    api: Api
    console: Console
    notices: list[Notice] = field(default_factory=list)

    def tell(self) -> None:
        """Publish what is confirmed or has recovered."""
        causes = [cause for cause in self.found.causes if cause.state in ("confirmed", "recovered")]
        if not causes:
            self.console.say("no issue: nothing is confirmed, and nothing has recovered")
            return
        issues = Issues(api=self.api, suite=self.inputs.name, run=self.inputs.run_id or 0)
        try:
            known = issues.listed()
        except ApiError as problem:
            for cause in causes:
                self._fail(cause, problem)
            return
        for cause in causes:
            try:
                self._bring(cause, known, issues)
            except ApiError as problem:
                self._fail(cause, problem)

    def _bring(self, cause: Cause, known: Sequence[Issue], issues: Issues) -> None:
        issue = _match(cause, known, self.found)
        if cause.state == "recovered":
            self._close(cause, issue, issues)
        elif issue is None:
            self._open(cause, issues)
        elif issue.is_open:
            self._update(cause, issue, issues)
        elif issue.has_recovered:
            self._reopen(cause, issue, issues)
        else:
            self._leave(cause, issue)

    def _fail(self, cause: Cause, problem: ApiError) -> None:
        """Keep why a cause has no issue; where there can be none, a message takes its place."""
        self._note(_notice(problem))
        if (problem.refused or problem.status == 410) and _is_new(cause, self.found):
            self._send("opened", cause, "")

    def _note(self, notice: Notice) -> None:
        """Keep a notice, the same for several causes once."""
        if notice not in self.notices:
            self.notices.append(notice)

    def _open(self, cause: Cause, issues: Issues) -> None:
        from reporter.render import watch_issue

        mention = mentions.of(cause, self.inputs.mention, self.api, self.inputs.sha, self.notices)
        title = watch_issue.title(self.inputs.name, cause)
        issue, is_ours = issues.open(cause, title, self._body(cause, cause.key, mention))
        page = issue.url if issue else ""
        self.console.say(f"issue {'opened' if is_ours else 'opened by another job'}: {page or 'not listed yet'}")
        if issue is None:
            lost = "GitHub's answer was lost, so the issue may not be there; the next run looks for it."
            self._note(Notice(code="issue-failed", text=lost))
        if is_ours:
            self._send("opened", cause, page)

    def _reopen(self, cause: Cause, issue: Issue, issues: Issues) -> None:
        """Open an issue again that was closed for recovery, unless a newer run has closed it."""
        if issue.run > issues.run:
            return
        is_ours = issues.reopen(issue, self._body(cause, issue.key))
        self.console.say(f"issue opened again: {issue.url}")
        if is_ours:
            self._send("opened", cause, issue.url, after=issue.run)

    def _leave(self, cause: Cause, issue: Issue) -> None:
        """Leave an issue closed; while the history shows the cause, say that it has none that is open."""
        text = f"{issue.url} was closed by somebody, and stays closed"
        if cause.is_past:
            self.console.say(text)
        else:
            self._note(Notice(code="issue-closed", text=f"{text} though its cause is confirmed."))

    def _update(self, cause: Cause, issue: Issue, issues: Issues) -> None:
        changed = issues.update(issue, self._body(cause, issue.key))
        self.console.say(f"issue {'updated' if changed else 'is up to date'}: {issue.url}")

    def _close(self, cause: Cause, issue: Issue | None, issues: Issues) -> None:
        from reporter.render import watch_issue

        if issue is None or not issue.is_open or issue.run > issues.run:
            return
        sentence = watch_issue.closing(cause, links_of(self.inputs, self.inputs.run_page))
        is_ours = issues.close(issue, self._body(cause, issue.key), sentence)
        self.console.say(f"issue closed: {issue.url}")
        if is_ours:
            self._send("closed", cause, issue.url, after=issue.run)

    def _body(self, cause: Cause, key: str, mention: str = "") -> str:
        """Return the text of an issue under the key that it has, which may be that of an earlier file."""
        from msgspec import structs

        from reporter.decide.watch_states import digests_of
        from reporter.render import watch_issue

        links = links_of(self.inputs, self.inputs.run_page)
        text = watch_issue.body(self.inputs.name, cause, links, mention)
        rows = sorted(digests_of(cause))
        return marked(self.inputs.name, structs.replace(cause, key=key), rows, self.inputs.run_id or 0, text)

    def _send(self, event: Event, cause: Cause, page: str, *, after: int = 0) -> None:
        if self.inputs.webhook is None:
            return
        happening = documents.happening(event, cause, self.inputs, page, after=after)
        try:
            webhook.send(self.inputs.webhook, happening, self.api.patience)
        except ApiError as problem:
            self._note(Notice(code="webhook-failed", text=f"The webhook was not called: {problem}."))


def _match(cause: Cause, known: Sequence[Issue], found: Watch) -> Issue | None:
    """Return the issue about a cause: by its key, else an open one, else any that may be about the same."""
    from reporter.decide.policy import WATCH
    from reporter.decide.watch_states import is_same

    order = {commit: place for place, commit in enumerate(found.commits)}
    by_key = [issue for issue in known if issue.key == cause.key]
    others = {each.key for each in found.causes}
    alike = [
        issue
        for issue in known
        if issue.key not in others and is_same(issue.before, issue.first, issue.rows, cause, order, slack=WATCH.near)
    ]
    return next(iter([*by_key, *(each for each in alike if each.is_open), *alike]), None)


def _is_new(cause: Cause, found: Watch) -> bool:
    """Return whether the pairs of this very run have confirmed a cause."""
    newest = found.commits[-1] if found.commits else None
    return cause.state == "confirmed" and cause.measured is not None and cause.measured.head == newest


def _notice(problem: ApiError) -> Notice:
    """Return in one sentence why there is no issue and what to do."""
    if problem.status == 410:
        text = "Issues are disabled in this repository, so none was written. The summary of the job has all of it."
        return Notice(code="issues-disabled", text=text)
    if problem.refused:
        problem.permission = PERMISSION
        text = f"GitHub refused the issue because the token may not write it{problem.cure}."
        return Notice(code="issues-refused", text=text)
    return Notice(code="issue-failed", text=f"The issue could not be written: {problem}.")
