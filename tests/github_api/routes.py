"""Every endpoint the server has: GitHub's own path template, the permission it needs, and what it does."""

from __future__ import annotations

import re
import secrets
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.github_api import graph, issues
from tests.github_api.boilerplate import authenticated_user as authenticated
from tests.github_api.boilerplate import full_repository, user
from tests.github_api.replies import Call, Reply, error, invalid, not_found, paged, refused
from tests.github_api.world import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.github_api.world import Check

COMMENT_LIMIT = 65_536
COMPARE_PAGE = 250
HOME = "/repos/{owner}/{repo}"
READ, WRITE = "read", "write"


@dataclass(frozen=True, kw_only=True)
class Route:
    """``needs`` names permissions of which any one is enough; empty where every token may.

    ``app_only`` is refused to people, whatever they may.
    """

    method: str
    template: str
    handle: Callable[[Call], Reply]
    needs: tuple[str, ...] = ()
    level: str = READ
    app_only: bool = False

    def match(self, method: str, path: str) -> dict[str, str] | None:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template))
        pattern = pattern.replace("(?P<path>[^/]+)", "(?P<path>.+)")
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found and method == self.method else None

    def allows(self, permissions: dict[str, str]) -> bool:
        enough = (WRITE,) if self.level == WRITE else (READ, WRITE)
        return not self.needs or any(permissions.get(name) in enough for name in self.needs)


def authenticated_user(call: Call) -> Reply:
    if call.token.kind == "installation":
        return refused()
    return Reply(content=authenticated(call.shapes.api, call.token.login))


def repository(call: Call) -> Reply:
    more = {"network_count": 0, "subscribers_count": 0, "has_discussions": False}
    return Reply(content=full_repository(call.shapes.api, call.world.repository) | more)


def list_commits(call: Call) -> Reply:
    sha = _resolve(call, call.query.get("sha", call.world.repository.default_branch))
    if not sha:
        return not_found()
    return paged(call, graph.history(call.world.commits, sha), call.shapes.commit)


def commit(call: Call) -> Reply:
    sha = _resolve(call, call.values["ref"])
    if not sha:
        return error(422, f"No commit found for SHA: {call.values['ref']}")
    return Reply(content=call.shapes.commit(call.world.commits[sha]))


def file(call: Call) -> Reply:
    sha = _resolve(call, call.query.get("ref", call.world.repository.default_branch))
    text = call.world.files.get((call.values["path"], sha or ""))
    return not_found() if text is None else Reply(content=call.shapes.file(call.values["path"], text))


def compare(call: Call) -> Reply:
    names = call.values["basehead"].split("...")
    shas = [sha for sha in (_resolve(call, name) for name in names) if sha]
    if len(names) != 2 or len(shas) != 2:
        return not_found()
    common = graph.merge_base(call.world.commits, *shas)
    if not common:
        return error(404, f"No common ancestor between {names[0]} and {names[1]}.")
    base, head, shared = (call.world.commits[sha] for sha in (*shas, common))
    content = call.shapes.comparison(base, head, shared)
    content["commits"] = content["commits"][: int(call.query.get("per_page", COMPARE_PAGE))]
    return Reply(content=content)


def list_pulls(call: Call) -> Reply:
    state = call.query.get("state", "open")
    head, base = call.query.get("head"), call.query.get("base")
    found = [
        pull
        for pull in call.world.pulls.values()
        if state in ("all", pull.state)
        and head in (None, f"{pull.head_repository.split('/')[0]}:{pull.head_ref}")
        and base in (None, pull.base_ref)
    ]
    return paged(call, found, call.shapes.pull)


def pull(call: Call) -> Reply:
    found = call.world.pulls.get(call.number("pull_number"))
    return Reply(content=call.shapes.full_pull(found)) if found else not_found()


def list_comments(call: Call) -> Reply:
    number = call.number("issue_number")
    if number not in call.world.pulls and number not in call.world.issues:
        return not_found()
    found = [comment for comment in call.world.comments.values() if comment.issue == number]
    return paged(call, found, call.shapes.comment)


def create_comment(call: Call) -> Reply:
    number = call.number("issue_number")
    if number not in call.world.pulls and number not in call.world.issues:
        return not_found()
    problem = _body_problem(call)
    if problem:
        return problem
    created = call.world.add_comment(number, call.token.login, call.body["body"])
    content = call.shapes.comment(created)
    return Reply(status=201, content=content, headers={"Location": content["url"]})


def get_comment(call: Call) -> Reply:
    found = call.world.comments.get(call.number("comment_id"))
    return Reply(content=call.shapes.comment(found)) if found else not_found()


def update_comment(call: Call) -> Reply:
    found = call.world.comments.get(call.number("comment_id"))
    if not found:
        return not_found()
    problem = _body_problem(call)
    if problem:
        return problem
    found.body, found.updated_at = call.body["body"], now()
    return Reply(content=call.shapes.comment(found))


def delete_comment(call: Call) -> Reply:
    found = call.world.comments.pop(call.number("comment_id"), None)
    return Reply(status=204) if found else not_found()


def collaborator_permission(call: Call) -> Reply:
    """Return the older of GitHub's two words for a role: what a role may at least."""
    login = call.values["username"]
    role = call.world.collaborators.get(login, "read")
    permission = {"maintain": "write", "triage": "read"}.get(role, role)
    content = {"permission": permission, "role_name": role, "user": user(call.shapes.api, login) | {"role_name": role}}
    return Reply(content=content)


def list_label_events(call: Call) -> Reply:
    number = call.number("issue_number")
    if number not in call.world.pulls and number not in call.world.issues:
        return not_found()
    found = [event for event in call.world.label_events.values() if event.issue == number]
    return paged(call, found, call.shapes.label_event)


def create_reaction(call: Call) -> Reply:
    """React once: the same reaction of the same user again is the first one."""
    comment = call.world.comments.get(call.number("comment_id"))
    if not comment:
        return not_found()
    key = (comment.id, call.token.login, call.body["content"])
    known = key in call.world.reactions
    number = call.world.reactions.setdefault(key, call.world.next_id())
    content = call.shapes.reaction(number, call.token.login, call.body["content"])
    return Reply(status=200 if known else 201, content=content)


def list_checks(call: Call) -> Reply:
    """List check runs, newest first; unless all are asked for, only the newest of a name."""
    sha = _resolve(call, call.values["ref"])
    if not sha:
        return not_found()
    name = call.query.get("check_name")
    found = [each for each in call.world.checks.values() if each.head_sha == sha and name in (None, each.name)][::-1]
    if call.query.get("filter", "latest") == "latest":
        found = list({each.name: each for each in found[::-1]}.values())
    return paged(call, found, call.shapes.check, wrap="check_runs")


def create_check(call: Call) -> Reply:
    if call.body["head_sha"] not in call.world.commits:
        return invalid(f"No commit found for SHA: {call.body['head_sha']}", "CheckRun")
    created = call.world.add_check(name=call.body["name"], head_sha=call.body["head_sha"])
    return _changed(call, created, 201)


def update_check(call: Call) -> Reply:
    found = call.world.checks.get(call.number("check_run_id"))
    return _changed(call, found, 200) if found else not_found()


def _changed(call: Call, check: Check, status: int) -> Reply:
    for name in ("external_id", "details_url", "status", "conclusion"):
        setattr(check, name, call.body.get(name, getattr(check, name)))
    check.conclusion = check.conclusion if check.status == "completed" else None
    output = call.body.get("output", {})
    check.title, check.summary = output.get("title", check.title), output.get("summary", check.summary)
    check.annotations += output.get("annotations", [])
    return Reply(status=status, content=call.shapes.check(check))


def list_artifacts(call: Call) -> Reply:
    name = call.query.get("name")
    call.world.take_uploads()
    found = [artifact for artifact in call.world.artifacts.values() if name in (None, artifact.name)]
    return paged(call, found[::-1], call.shapes.artifact, wrap="artifacts")


def list_run_artifacts(call: Call) -> Reply:
    number, name = call.number("run_id"), call.query.get("name")
    if number not in call.world.runs:
        return not_found()
    call.world.take_uploads()
    found = [each for each in call.world.artifacts.values() if each.run_id == number and name in (None, each.name)]
    return paged(call, found[::-1], call.shapes.artifact, wrap="artifacts")


def artifact(call: Call) -> Reply:
    found = call.world.artifacts.get(call.number("artifact_id"))
    return Reply(content=call.shapes.artifact(found)) if found else not_found()


def download_artifact(call: Call) -> Reply:
    """Redirect to a signed address on another host name, as GitHub redirects to its blob storage."""
    found = call.world.artifacts.get(call.number("artifact_id"))
    if not found or call.values["archive_format"] != "zip":
        return not_found()
    if found.expired:
        return error(410, "Artifact has expired")
    signature = secrets.token_hex(16)
    call.world.signatures[signature] = found.id
    api = urllib.parse.urlsplit(call.shapes.api)
    address = f"{api.scheme}://localhost:{api.port}/_storage/{found.id}.zip?sig={signature}"
    return Reply(status=302, headers={"Location": address})


def workflow_run(call: Call) -> Reply:
    found = call.world.runs.get(call.number("run_id"))
    return Reply(content=call.shapes.run(found)) if found else not_found()


_DISCUSSION = ("issues", "pull_requests")
ROUTES = (
    Route(method="GET", template="/user", handle=authenticated_user),
    Route(method="GET", template=HOME, handle=repository),
    Route(method="GET", template=f"{HOME}/commits", handle=list_commits, needs=("contents",)),
    Route(method="GET", template=f"{HOME}/commits/{{ref}}", handle=commit, needs=("contents",)),
    Route(method="GET", template=f"{HOME}/contents/{{path}}", handle=file, needs=("contents",)),
    Route(method="GET", template=f"{HOME}/compare/{{basehead}}", handle=compare, needs=("contents",)),
    Route(method="GET", template=f"{HOME}/pulls", handle=list_pulls, needs=("pull_requests",)),
    Route(method="GET", template=f"{HOME}/pulls/{{pull_number}}", handle=pull, needs=("pull_requests",)),
    Route(method="GET", template=f"{HOME}/issues", handle=issues.list_issues, needs=("issues",)),
    Route(method="POST", template=f"{HOME}/issues", handle=issues.create_issue, needs=("issues",), level=WRITE),
    Route(
        method="PATCH",
        template=f"{HOME}/issues/{{issue_number}}",
        handle=issues.update_issue,
        needs=_DISCUSSION,
        level=WRITE,
    ),
    Route(method="POST", template=f"{HOME}/labels", handle=issues.create_label, needs=_DISCUSSION, level=WRITE),
    Route(
        method="DELETE",
        template=f"{HOME}/labels/{{name}}",
        handle=issues.delete_label,
        needs=_DISCUSSION,
        level=WRITE,
    ),
    Route(
        method="GET",
        template=f"{HOME}/issues/{{issue_number}}/comments",
        handle=list_comments,
        needs=_DISCUSSION,
    ),
    Route(
        method="POST",
        template=f"{HOME}/issues/{{issue_number}}/comments",
        handle=create_comment,
        needs=_DISCUSSION,
        level=WRITE,
    ),
    Route(method="GET", template=f"{HOME}/issues/comments/{{comment_id}}", handle=get_comment, needs=_DISCUSSION),
    Route(
        method="PATCH",
        template=f"{HOME}/issues/comments/{{comment_id}}",
        handle=update_comment,
        needs=_DISCUSSION,
        level=WRITE,
    ),
    Route(
        method="DELETE",
        template=f"{HOME}/issues/comments/{{comment_id}}",
        handle=delete_comment,
        needs=_DISCUSSION,
        level=WRITE,
    ),
    Route(
        method="POST",
        template=f"{HOME}/issues/comments/{{comment_id}}/reactions",
        handle=create_reaction,
        needs=_DISCUSSION,
        level=WRITE,
    ),
    Route(
        method="GET",
        template=f"{HOME}/issues/{{issue_number}}/events",
        handle=list_label_events,
        needs=_DISCUSSION,
    ),
    Route(method="GET", template=f"{HOME}/collaborators/{{username}}/permission", handle=collaborator_permission),
    Route(method="GET", template=f"{HOME}/commits/{{ref}}/check-runs", handle=list_checks, needs=("checks",)),
    Route(
        method="POST",
        template=f"{HOME}/check-runs",
        handle=create_check,
        needs=("checks",),
        level=WRITE,
        app_only=True,
    ),
    Route(
        method="PATCH",
        template=f"{HOME}/check-runs/{{check_run_id}}",
        handle=update_check,
        needs=("checks",),
        level=WRITE,
        app_only=True,
    ),
    Route(method="GET", template=f"{HOME}/actions/artifacts", handle=list_artifacts, needs=("actions",)),
    Route(method="GET", template=f"{HOME}/actions/artifacts/{{artifact_id}}", handle=artifact, needs=("actions",)),
    Route(
        method="GET",
        template=f"{HOME}/actions/artifacts/{{artifact_id}}/{{archive_format}}",
        handle=download_artifact,
        needs=("actions",),
    ),
    Route(method="GET", template=f"{HOME}/actions/runs/{{run_id}}", handle=workflow_run, needs=("actions",)),
    Route(
        method="GET",
        template=f"{HOME}/actions/runs/{{run_id}}/artifacts",
        handle=list_run_artifacts,
        needs=("actions",),
    ),
)


def _resolve(call: Call, name: str) -> str | None:
    """Find the commit that a SHA or a branch name stands for."""
    sha = call.world.branches.get(name, name)
    return sha if sha in call.world.commits else None


def _body_problem(call: Call) -> Reply | None:
    body = call.body.get("body") if isinstance(call.body, dict) else None
    if not isinstance(body, str) or not body.strip():
        return invalid("body can't be blank")
    if len(body) > COMMENT_LIMIT:
        return invalid(f"body is too long (maximum is {COMMENT_LIMIT} characters)")
    return None
