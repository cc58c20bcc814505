"""The verb ``request``: whether the comment ``/benchmark`` has something measured, and which commit that is.

Anybody can write the comment, and may change it, or what it is about, while this job starts. So nothing of the event
counts but which comment it was: its author, text and times, the author's right to write here and the head of the pull
request are asked of GitHub. A commit of a fork is named in full in the request, so that what is measured is what they
have read: of two commits that begin alike, one can be shown and the other be pushed. Strangers get no answer at all.
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from entrypoint import documents, facts
from entrypoint.api import member
from entrypoint.failures import ApiError
from entrypoint.inputs import is_commit
from reporter.shared.errors import UsageError
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from entrypoint.api import Api
    from entrypoint.console import Console
    from entrypoint.facts import IssueComment, PullRequest
    from entrypoint.inputs import Inputs

WRITING = ("admin", "write")
"""Permissions of who may ask; GitHub gives a maintainer's as ``write``, and that of a role of one's own as its base."""

_LINE = re.compile(r"/benchmark(?:[ \t]+(\S+))?[ \t]*\r?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``head_sha`` is the commit to measure, if any; ``mark`` the reaction to the comment."""

    head_sha: str | None
    reason: str
    notice: Notice | None = None
    mark: Literal["eyes", "confused", ""] = ""


def request(inputs: Inputs, work: Path, api: Api, console: Console) -> None:
    """Write request.json. Whatever GitHub does not say, nothing is measured then.

    Raises:
        UsageError: the event is no comment.
    """
    found = facts.read(inputs.payload)
    if inputs.event_name != "issue_comment" or found.comment is None:
        raise UsageError(
            "stage-request",
            f"'stage: request' looks at comments, and the event is '{inputs.event_name}'",
            cure="trigger this workflow on 'issue_comment', types: [created]",
        )
    answer = _answer(found.comment, inputs, api)
    notices = [answer.notice] if answer.notice else []
    documents.write(work / "request.json", documents.request(answer.head_sha, answer.reason, notices))
    console.say(f"measure: {answer.head_sha or 'nothing'}, {answer.reason}")
    if answer.mark:
        _mark(found.comment, answer.mark, api, console)


def parse(text: str) -> str | None:
    """Return what the first line names after ``/benchmark``, which may be nothing; ``None`` when it is no request."""
    found = _LINE.fullmatch(text.split("\n", 1)[0])
    return None if found is None else found[1] or ""


def decide(named: str, pull: PullRequest) -> Answer:
    """Answer somebody who may write to the repository and names this commit, or none."""
    problem = _problem(named, pull)
    if problem:
        notice = Notice(code="request-refused", text=f"{problem}.")
        return Answer(head_sha=None, reason=problem, notice=notice, mark="confused")
    return Answer(head_sha=pull.head_sha, reason=f"the head of pull request #{pull.number}", mark="eyes")


def _problem(named: str, pull: PullRequest) -> str | None:
    if pull.closed:
        return f"Pull request #{pull.number} is closed"
    if named and not is_commit(named):
        return f"{named!r} is not the whole name of a commit: copy all 40 digits, as commits can be made to begin alike"
    if pull.fork and not named:
        return "The pull request comes from a fork: name the commit that you have read, in full (/benchmark COMMIT)"
    if named and named != pull.head_sha:
        return f"The head of pull request #{pull.number} is {pull.head_sha} by now, not {named}"
    return None


def _answer(comment: IssueComment, inputs: Inputs, api: Api) -> Answer:
    named = parse(comment.text)
    if not comment.on_pull_request or not comment.created or named is None:
        return Answer(head_sha=None, reason="no new comment on a pull request whose first line is /benchmark")
    try:
        return _asked(comment, named, inputs, api)
    except ApiError as problem:
        reason = f"Whether this comment may have benchmarks measured cannot be asked for: {problem}{problem.cure}"
        return Answer(head_sha=None, reason=reason, notice=Notice(code="request-unanswered", text=f"{reason}."))


def _asked(comment: IssueComment, named: str, inputs: Inputs, api: Api) -> Answer:
    now = _there(api, f"/issues/comments/{comment.id}")
    if str(now.get("body")).split() != comment.text.split() or now.get("updated_at") != now.get("created_at"):
        return Answer(head_sha=None, reason="the comment was deleted or edited")
    author = member(now, "user.login", str)
    permission = _there(api, f"/collaborators/{urllib.parse.quote(author, safe='')}/permission").get("permission")
    if permission not in WRITING:
        return Answer(head_sha=None, reason=f"{author} may not write to this repository (permission: {permission})")
    home = inputs.payload.get("repository")
    pull = facts.pull_request(api.get(f"/pulls/{comment.number}"), home.get("id") if isinstance(home, dict) else None)
    if pull is None:
        raise ApiError(None, "an answer that cannot be understood: it is no pull request")
    return decide(named, pull)


def _there(api: Api, path: str) -> dict[str, Any]:
    """Return what GitHub has there; nothing when it has nothing."""
    try:
        return api.get(path)
    except ApiError as problem:
        if problem.status == 404:
            return {}
        raise


def _mark(comment: IssueComment, mark: str, api: Api, console: Console) -> None:
    """Let who asked see that it was seen. GitHub keeps one reaction of a kind, however often it is sent."""
    try:
        api.post(f"/issues/comments/{comment.id}/reactions", {"content": mark})
    except ApiError as problem:
        console.say(f"no reaction: {problem}{problem.cure}")
