"""Issues and labels as GitHub has them: a pull request is an issue too, a label is made once, nothing is deleted."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING, Any

from tests.github_api.replies import DOCUMENTATION, Call, Reply, error, invalid, not_found, paged
from tests.github_api.world import Issue, Pull, now

if TYPE_CHECKING:
    from tests.github_api.world import World

BODY_LIMIT = 65_536
TITLE_LIMIT = 256
LABEL_LIMIT = 50


def list_issues(call: Call) -> Reply:
    """List issues and pull requests, the newest first unless asked otherwise; without issues the pulls alone."""
    query, world = call.query, call.world
    state, creator = query.get("state", "open"), query.get("creator")
    wanted = {name for name in query.get("labels", "").split(",") if name}
    everything: list[Issue | Pull] = [*(world.issues.values() if world.has_issues else ()), *world.pulls.values()]
    found = [
        each
        for each in everything
        if state in ("all", each.state)
        and creator in (None, each.login if isinstance(each, Issue) else each.author)
        and wanted <= set(each.labels if isinstance(each, Issue) else ())
    ]
    found.sort(key=lambda each: each.number, reverse=query.get("direction", "desc") == "desc")
    return paged(call, found, lambda each: _shape(call, each))


def _shape(call: Call, each: Issue | Pull) -> dict[str, Any]:
    return call.shapes.issue(each) if isinstance(each, Issue) else call.shapes.pull_as_issue(each)


def create_issue(call: Call) -> Reply:
    world = call.world
    problem = _disabled(world) or _text_problem(call.body, needs_title=True)
    if problem:
        return problem
    for name in call.body.get("labels", []):
        world.labels.setdefault(name, {"id": world.next_id(), "color": "ededed", "description": None})
    created = world.add_issue(
        login=call.token.login,
        title=call.body["title"],
        body=call.body.get("body"),
        labels=list(call.body.get("labels", [])),
    )
    content = call.shapes.issue(created)
    return Reply(status=201, content=content, headers={"Location": content["url"]})


def update_issue(call: Call) -> Reply:
    found = call.world.issues.get(call.number("issue_number"))
    if not found:
        return _disabled(call.world) or not_found()
    problem = _disabled(call.world) or _text_problem(call.body, needs_title=False)
    if problem:
        return problem
    was = found.state
    for name in ("title", "body", "state", "labels"):
        setattr(found, name, call.body.get(name, getattr(found, name)))
    if found.state != was:
        found.state_reason = call.body.get("state_reason") or ("completed" if found.state == "closed" else "reopened")
        found.closed_at = now() if found.state == "closed" else None
    found.updated_at = now()
    return Reply(content=call.shapes.issue(found))


def create_label(call: Call) -> Reply:
    """Make a label; names are one whatever their case."""
    name, labels = call.body["name"], call.world.labels
    if len(name) > LABEL_LIMIT:
        return invalid("name is too long (maximum is 50 characters)", "Label")
    if name.lower() in map(str.lower, labels):
        problem = {"resource": "Label", "code": "already_exists", "field": "name"}
        return Reply(
            status=422,
            content={"message": "Validation Failed", "documentation_url": DOCUMENTATION, "errors": [problem]},
        )
    labels[name] = {
        "id": call.world.next_id(),
        "color": call.body.get("color", "ededed"),
        "description": call.body.get("description"),
    }
    return Reply(status=201, content=call.shapes.label(name))


def delete_label(call: Call) -> Reply:
    """Remove a label, from the issues that have it too."""
    name = urllib.parse.unquote(call.values["name"])
    if call.world.labels.pop(name, None) is None:
        return not_found()
    for issue in call.world.issues.values():
        issue.labels = [each for each in issue.labels if each != name]
    return Reply(status=204)


def _disabled(world: World) -> Reply | None:
    return None if world.has_issues else error(410, "Issues has been disabled in this repository.")


def _text_problem(body: dict[str, Any], *, needs_title: bool) -> Reply | None:
    title = body.get("title", None if needs_title else "kept")
    if not isinstance(title, str) or not title.strip():
        return invalid("title can't be blank", "Issue")
    if len(title) > TITLE_LIMIT:
        return invalid(f"title is too long (maximum is {TITLE_LIMIT} characters)", "Issue")
    if len(body.get("body") or "") > BODY_LIMIT:
        return invalid(f"body is too long (maximum is {BODY_LIMIT} characters)", "Issue")
    return None
