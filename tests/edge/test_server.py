"""The server of the tests is itself tested: against GitHub's description, and that the description can fail it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.edge.job import TOKEN, baseline_zip, save, seed, sha
from tests.github_api import GitHubApi, World
from tests.github_api.replies import Reply
from tests.github_api.routes import ROUTES, Route

if TYPE_CHECKING:
    from tests.github_api.description import Description

ROOT = Path(__file__).parents[2]
HOME = "/repos/octo/bench"


def ask(api: GitHubApi, method: str, path: str, *, token: str = TOKEN, body: Any = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, api.url + path, headers=headers, json=body, timeout=20, allow_redirects=False)


def test_every_endpoint_answers_as_github_describes_it(api: GitHubApi) -> None:
    may_write_issues(api)
    saved = save(api.world, "m5")
    comment = api.world.add_comment(7, "visitor", "Hello")
    values: dict[str, Any] = {
        "owner": "octo",
        "repo": "bench",
        "ref": "main",
        "basehead": f"{sha('m2')}...{sha('t1')}",
        "pull_number": 7,
        "issue_number": 9,
        "comment_id": comment.id,
        "artifact_id": saved.id,
        "archive_format": "zip",
        "run_id": saved.run_id,
        "username": "visitor",
        "path": "benchverdict.toml",
    }
    api.world.files[("benchverdict.toml", sha("m5"))] = ""
    api.world.add_label_event(issue=9, label="benchmark", actor="visitor")
    values["check_run_id"] = api.world.add_check(name="Speed", head_sha=sha("m5")).id
    body: dict[str, Any] = {"POST": {"body": "Text"}, "PATCH": {"body": "Other"}}
    check: dict[str, Any] = {
        "POST": {"name": "Speed", "head_sha": sha("m5")},
        "PATCH": {"status": "completed", "conclusion": "success"},
    }
    api.world.add_issue(number=9, login="visitor", title="Slow")
    api.world.labels["old"] = {"id": 1, "color": "ededed", "description": None}
    values["name"] = "old"
    issue: dict[str, Any] = {"POST": {"title": "Text", "labels": ["new"]}, "PATCH": {"state": "closed"}}
    label = {"POST": {"name": "Name", "color": "ededed"}}
    special = {
        "check-runs": check,
        "labels": label,
        "/issues$": issue,
        "{issue_number}$": issue,
        "reactions": {"POST": {"content": "eyes"}},
    }
    order = sorted(ROUTES, key=lambda route: route.method == "DELETE")
    bodies = [
        next((bodies for part, bodies in special.items() if part in f"{route.template}$"), body).get(route.method)
        for route in order
    ]
    answers = [
        ask(api, r.method, r.template.format(**values), body=text) for r, text in zip(order, bodies, strict=True)
    ]
    assert [answer.status_code for answer in answers if answer.status_code >= 400] == [403]  # GET /user
    api.world.tokens[TOKEN].kind = "user"
    assert ask(api, "GET", "/user").json()["login"] == "github-actions[bot]"


def test_list_comes_in_pages_of_30_unless_asked_otherwise(api: GitHubApi) -> None:
    for number in range(65):
        api.world.add_comment(7, "visitor", f"{number}")
    first = ask(api, "GET", f"{HOME}/issues/7/comments")
    assert [len(first.json()), first.links["next"]["url"]] == [30, f"{api.url}{HOME}/issues/7/comments?page=2"]
    last = requests.get(first.links["last"]["url"], headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20)
    assert [comment["body"] for comment in last.json()] == ["60", "61", "62", "63", "64"]
    assert "next" not in last.links
    assert len(ask(api, "GET", f"{HOME}/issues/7/comments?per_page=500").json()) == 65


REFUSED = [
    ("GET", f"{HOME}/actions/artifacts", {"contents": "read"}),
    ("GET", f"{HOME}/commits", {"actions": "read"}),
    ("GET", f"{HOME}/pulls/7", {"issues": "write"}),
    ("GET", f"{HOME}/commits/main/check-runs", {"contents": "read"}),
    ("POST", f"{HOME}/issues/7/comments", {"pull_requests": "read", "issues": "read"}),
    ("GET", f"{HOME}/issues", {"pull_requests": "write"}),
    ("POST", f"{HOME}/issues", {"pull_requests": "write", "issues": "read"}),
]


@pytest.mark.parametrize(("method", "path", "permissions"), REFUSED)
def test_missing_permission_is_403(api: GitHubApi, method: str, path: str, permissions: dict[str, str]) -> None:
    api.world.tokens[TOKEN].permissions = permissions
    body = {"title": "x"} if path.endswith("/issues") else {"body": "x"}
    answer = ask(api, method, path, body=body if method == "POST" else None)
    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by integration"


def may_write_issues(api: GitHubApi) -> None:
    api.world.tokens[TOKEN].permissions["issues"] = "write"


def test_issues_are_listed_with_pull_requests_by_author_and_state_in_pages(api: GitHubApi) -> None:
    may_write_issues(api)
    for number in range(10, 45):
        api.world.add_issue(number=number, login="github-actions[bot]", title="Slow")
    api.world.add_issue(number=50, login="visitor", title="Mine", state="closed")
    listed = ask(api, "GET", f"{HOME}/issues").json()
    assert [len(listed), listed[0]["number"]] == [30, 44]
    numbers = [each["number"] for each in ask(api, "GET", f"{HOME}/issues?state=all&per_page=100").json()]
    assert numbers == [50, *range(44, 9, -1), 7]
    mine = ask(api, "GET", f"{HOME}/issues?state=all&creator=visitor").json()
    assert [each["title"] for each in mine] == ["Mine"]
    assert "pull_request" in ask(api, "GET", f"{HOME}/issues?per_page=100&direction=asc").json()[0]


def test_disabled_issues_are_gone_and_pull_requests_are_listed(api: GitHubApi) -> None:
    may_write_issues(api)
    api.world.has_issues = False
    assert ask(api, "POST", f"{HOME}/issues", body={"title": "Slow"}).status_code == 410
    assert [each["number"] for each in ask(api, "GET", f"{HOME}/issues").json()] == [7]


def test_a_label_is_made_once_and_goes_from_its_issues(api: GitHubApi) -> None:
    may_write_issues(api)
    assert ask(api, "POST", f"{HOME}/labels", body={"name": "one of"}).status_code == 201
    assert ask(api, "POST", f"{HOME}/labels", body={"name": "One of"}).status_code == 422
    made = ask(api, "POST", f"{HOME}/issues", body={"title": "Slow", "labels": ["one of"]}).json()
    assert [each["name"] for each in made["labels"]] == ["one of"]
    assert ask(api, "DELETE", f"{HOME}/labels/one%20of").status_code == 204
    assert ask(api, "DELETE", f"{HOME}/labels/one%20of").status_code == 404
    assert api.world.issues[made["number"]].labels == []


def test_unknown_token_and_none(api: GitHubApi) -> None:
    assert ask(api, "GET", HOME, token="wrong").json()["message"] == "Bad credentials"
    assert ask(api, "GET", HOME, token="").status_code == 401


@pytest.mark.parametrize(("length", "status"), [(65_536, 201), (65_537, 422)])
def test_longest_comment(api: GitHubApi, length: int, status: int) -> None:
    assert ask(api, "POST", f"{HOME}/issues/7/comments", body={"body": "x" * length}).status_code == status


def test_storage_is_another_host_that_refuses_a_token(api: GitHubApi) -> None:
    saved = save(api.world, "m5")
    address = ask(api, "GET", f"{HOME}/actions/artifacts/{saved.id}/zip").headers["Location"]
    assert address.startswith("http://localhost:")
    assert requests.get(address, timeout=20).content == saved.content
    assert requests.get(address, headers={"Authorization": "x"}, timeout=20).status_code == 400
    assert requests.get(address.replace("sig=", "sig=0"), timeout=20).status_code == 403


def test_dropped_post_was_performed(api: GitHubApi) -> None:
    api.world.add_fault("POST", "drop")
    with pytest.raises(requests.ConnectionError):
        ask(api, "POST", f"{HOME}/issues/7/comments", body={"body": "x"})
    assert len(api.world.comments) == 1
    assert api.world.log[-1].status == 0


WRONG: list[tuple[Any, str]] = [
    (Reply(content={"message": "no user"}), "is a required property"),
    (Reply(content={"id": "seven"}), "is not of type 'integer'"),
    (Reply(status=207, content={"message": "x"}), "this status is not described"),
    (Reply(status=403, content={"message": 5}), "is not of type 'string'"),
]


@pytest.mark.parametrize(("reply", "problem"), WRONG)
def test_description_fails_a_wrong_answer(description: Description, reply: Reply, problem: str) -> None:
    found = description.violations(
        "GET", f"{'/repos/{owner}/{repo}'}/pulls/{{pull_number}}", query={}, body=None, reply=reply
    )
    assert any(problem in line for line in found), found


def test_description_fails_invented_properties_parameters_and_bodies(api: GitHubApi) -> None:
    ask(api, "GET", f"{HOME}/pulls?colour=red")
    ask(api, "GET", f"{HOME}/pulls?state=half-open")
    ask(api, "POST", f"{HOME}/issues/7/comments", body={"text": "x"})
    ask(api, "GET", f"{HOME}/teapot")
    found = "\n".join(api.world.violations)
    api.world.violations.clear()
    assert "query parameter colour is not described" in found
    assert "'half-open' is not one of" in found
    assert "GitHub describes no property 'text' here" in found
    assert "the server has no such endpoint" in found


def test_description_fails_a_property_that_the_server_invented(api: GitHubApi, monkeypatch: pytest.MonkeyPatch) -> None:
    def inventive(call: Any) -> Reply:
        return Reply(content=call.shapes.commit(call.world.commits[sha("m5")]) | {"mood": "good"})

    template = "/repos/{owner}/{repo}/commits/{ref}"
    route = Route(method="GET", template=template, handle=inventive)
    monkeypatch.setattr("tests.github_api.server.ROUTES", (route,))
    ask(api, "GET", f"{HOME}/commits/main")
    [problem] = api.world.violations
    api.world.violations.clear()
    assert "GitHub describes no property 'mood' here" in problem


def test_server_as_a_process_with_a_state_file(tmp_path: Path) -> None:
    packed = baseline_zip()
    (tmp_path / "saved.zip").write_bytes(packed)
    state = {
        "tokens": [{"secret": TOKEN}],
        "commits": [{"sha": sha("m0"), "branch": "main"}, {"sha": sha("t1"), "parents": [sha("m0")]}],
        "pulls": [{"number": 7, "head_sha": sha("t1"), "base_sha": sha("m0")}],
        "runs": [{"id": 42, "head_sha": sha("m0"), "created_at": "2026-01-02T03:04:05+00:00"}],
        "artifacts": [{"id": 9, "name": "kept", "run_id": 42, "content": str(tmp_path / "saved.zip")}],
    }
    (tmp_path / "state.json").write_text(json.dumps(state))
    command = [sys.executable, "-m", "tests.github_api", "--port", "0", "--state", str(tmp_path / "state.json")]
    process = subprocess.Popen([*command, "--check", "--lifetime", "60"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        download = requests.get(f"{url}{HOME}/actions/artifacts/9/zip", headers=headers, timeout=20)
        assert download.content == packed
        more: Any = {"comments": [{"issue": 7, "login": "visitor", "body": "Hello"}]}
        assert requests.post(f"{url}/_admin", json=more, timeout=20).status_code == 204
        [comment] = requests.get(f"{url}/_admin/comments", timeout=20).json()
        assert (comment["login"], comment["body"]) == ("visitor", "Hello")
        assert requests.get(f"{url}/_admin/violations", timeout=20).json() == []
    finally:
        process.terminate()
        process.wait(timeout=20)
        assert process.stdout
        process.stdout.close()


def test_process_ends_by_itself(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.github_api", "--lifetime", "0.1"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 0


def test_two_worlds_do_not_share_anything() -> None:
    one, other = World(), World()
    seed(one)
    assert other.commits == {}
