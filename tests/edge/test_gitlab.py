"""``benchverdict gitlab`` through real python-gitlab against a GitLab of the tests: one note, kept up to date."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from entrypoint.merge_request import TOKEN
from reporter.cli import main
from reporter.records import json_v1
from tests.edge.job import HASTE, sha
from tests.edge.test_publish import IMPROVED, QUIET, REGRESSED, report_of, row
from tests.gfm import alive, links_of, needs_cmark
from tests.gitlab_api.server import GOOD, IID, OTHER, PROJECT, READER, GitLabApi, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reporter.model import Report

MARKER = "<!-- benchverdict comment: benchmarks -->"
HOME = "https://gitlab.example.com/octo/bench"


class Pipeline:
    """The posting job: its variables, and the report that it got as an artifact."""

    def __init__(self, api: GitLabApi, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.api, self.folder, self.monkeypatch = api, folder, monkeypatch
        self.output = ""
        monkeypatch.setattr("entrypoint.gitlab_note.Patience", lambda: HASTE)
        monkeypatch.setattr("gitlab.utils.time.sleep", lambda _: None)
        variables = {
            "CI_SERVER_URL": api.url,
            "CI_MERGE_REQUEST_PROJECT_ID": PROJECT,
            "CI_MERGE_REQUEST_PROJECT_URL": HOME,
            "CI_MERGE_REQUEST_IID": str(IID),
            "CI_COMMIT_SHA": sha("t1"),
            "CI_PIPELINE_ID": "42",
            TOKEN: GOOD,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", raising=False)

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def post(self, report: Report | bytes | None, *options: str) -> int:
        path = self.folder / "verdict.json"
        path.unlink(missing_ok=True)
        if report is not None:
            path.write_bytes(report if isinstance(report, bytes) else json_v1.dump(report).encode())
        out, errors = io.StringIO(), io.StringIO()
        code = main(["gitlab", "--name", "benchmarks", "--report", str(self.folder), *options], out, errors)
        self.output = out.getvalue() + errors.getvalue()
        assert self.api.world.users.keys().isdisjoint(self.output.split())
        assert "Traceback" not in self.output
        return code


@pytest.fixture
def api() -> Iterator[GitLabApi]:
    with GitLabApi(World(sha=sha("t1"))) as running:
        yield running


@pytest.fixture
def job(api: GitLabApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    return Pipeline(api, tmp_path, monkeypatch)


SLOW = report_of(*REGRESSED, status="failed")


def test_a_note_is_begun_then_updated_then_left_alone(api: GitLabApi, job: Pipeline) -> None:
    assert job.post(SLOW) == 0
    [note] = api.world.notes
    assert (note.author, note.body.splitlines()[0]) == ("project_278964_bot", MARKER)
    assert "test_two" in note.body
    assert job.output == f"note: {HOME}/-/merge_requests/{IID}#note_{note.id}\n"
    assert job.post(report_of(*IMPROVED)) == 0
    assert job.post(report_of(*IMPROVED)) == 0
    assert api.world.notes == [note]
    assert ("test_three" in note.body, "test_two" in note.body) == (True, False)
    assert api.world.writes() == ["POST", "PUT"]


def test_our_note_is_found_behind_130_others(api: GitLabApi, job: Pipeline) -> None:
    ours = api.world.add("project_278964_bot", f"{MARKER}\nOld.")
    for number in range(130):
        api.world.add("ann", f"{MARKER} {number}", system=number % 3 == 0)
    assert job.post(SLOW) == 0
    assert "test_two" in ours.body
    assert api.world.writes() == ["PUT"]


def test_the_note_of_somebody_else_with_our_marker_is_left_alone(api: GitLabApi, job: Pipeline) -> None:
    theirs = api.world.add("ann", f"{MARKER}\nMine.")
    assert job.post(SLOW) == 0
    assert theirs.body == f"{MARKER}\nMine."
    assert len(api.world.notes) == 2


def test_of_two_notes_of_ours_the_older_stays(api: GitLabApi, job: Pipeline) -> None:
    first = api.world.add("project_278964_bot", f"{MARKER}\nOne.")
    api.world.add("project_278964_bot", f"{MARKER}\nTwo.")
    assert job.post(SLOW) == 0
    assert api.world.notes == [first]
    assert "test_two" in first.body


@pytest.mark.parametrize(
    ("report", "comment", "notes"),
    [(report_of(*QUIET), "changes", 0), (report_of(*QUIET), "always", 1), (SLOW, "never", 0), (None, "always", 0)],
)
def test_a_note_is_begun_only_when_it_is_wanted(
    api: GitLabApi, job: Pipeline, report: Report | None, comment: str, notes: int
) -> None:
    assert job.post(report, "--comment", comment) == 0
    assert len(api.world.notes) == notes
    assert comment != "never" or api.world.log == []


def test_a_job_that_left_no_report_takes_back_an_older_verdict(api: GitLabApi, job: Pipeline) -> None:
    assert job.post(SLOW) == 0
    job.set(CI_PIPELINE_ID="43", CI_COMMIT_SHA=sha("t2"))
    api.world.sha = sha("t2")
    assert job.post(None) == 0
    [note] = api.world.notes
    assert "No verdict" in note.body
    assert f"[Pipeline 43]({HOME}/-/pipelines/43) left no report." in note.body
    assert "test_two" not in note.body


def test_an_older_pipeline_leaves_the_note_to_the_newer_one(api: GitLabApi, job: Pipeline) -> None:
    assert job.post(SLOW) == 0
    job.set(CI_PIPELINE_ID="41")
    assert job.post(report_of(*IMPROVED)) == 0
    assert "stale-run" in job.output
    api.world.sha = sha("t2")
    job.set(CI_PIPELINE_ID="44")
    assert job.post(report_of(*IMPROVED)) == 0
    assert "stale-run" in job.output
    [note] = api.world.notes
    assert "test_two" in note.body
    assert api.world.writes() == ["POST"]


def test_of_a_test_merge_the_note_is_about_the_head(api: GitLabApi, job: Pipeline) -> None:
    job.set(CI_COMMIT_SHA=sha("merge"), CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=sha("t1"))
    assert job.post(replace(SLOW, measured=replace(SLOW.measured, head_sha=sha("merge")))) == 0
    [note] = api.world.notes
    assert f"run: {sha('t1')} 42 1 report" in note.body


HOSTILE = (
    "/close",
    "/merge\n/approve",
    "a|b` </details><img src=x onerror=alert(1)> @team #1 !2 %v1 https://evil.example [x](javascript:1) \u202egnp",
    "```\n/merge\n```",
)


@needs_cmark
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_no_command_no_link_and_no_picture(api: GitLabApi, job: Pipeline, name: str) -> None:
    """GitLab carries out each line of a note that begins with a slash, with the rights of the token."""
    assert job.post(report_of(row(name, "regressed", 0.25), row(f"{name} 2", "errored"), status="failed")) == 0
    [note] = api.world.notes
    assert api.world.executed == []
    assert "\u202e" not in note.body
    ours = tuple(links_of(note.body))
    assert all(link.startswith(f"{HOME}/-/") for link in ours)
    assert alive(note.body.split("-->\n")[-1], ours) == []


def test_the_server_of_the_tests_carries_commands_out(api: GitLabApi) -> None:
    import gitlab

    client = gitlab.Gitlab(api.url, private_token=GOOD)
    notes = client.projects.get(PROJECT, lazy=True).mergerequests.get(IID, lazy=True).notes
    notes.create({"body": "Well done.\n/close"})
    assert (api.world.executed, [note.body for note in api.world.notes]) == (["close"], ["Well done."])


GOOD_JSON = json_v1.dump(SLOW).encode()


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (replace(SLOW, suite="other"), "verdict-foreign"),
        (replace(SLOW, measured=replace(SLOW.measured, head_sha=sha("m5"))), "verdict-foreign"),
        (GOOD_JSON[:-20], "verdict-not-json"),
        (GOOD_JSON.replace(b'"regressed":1', b'"regressed":0'), "verdict-invalid"),
        (GOOD_JSON.replace(b'"verdict":"regressed"', b'"verdict":"unchanged"'), "verdict-invalid"),
    ],
)
def test_a_forged_report_is_refused(api: GitLabApi, job: Pipeline, report: Report | bytes, code: str) -> None:
    assert job.post(report) == 3
    assert f"[{code}]" in job.output
    assert api.world.log == []


def test_a_link_instead_of_the_report_is_refused(api: GitLabApi, job: Pipeline, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(GOOD_JSON)
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "verdict.json").symlink_to(tmp_path / "elsewhere")
    out = io.StringIO()
    assert main(["gitlab", "--name", "benchmarks", "--report", str(tmp_path / "report")], out, out) == 3
    assert "[verdict-unreadable]" in out.getvalue()
    assert api.world.log == []


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({TOKEN: ""}, "no-gitlab-token"),
        ({"CI_MERGE_REQUEST_IID": ""}, "not-in-a-merge-request"),
        ({"CI_COMMIT_SHA": "main"}, "not-in-a-merge-request"),
        ({"CI_SERVER_URL": "file:///etc"}, "not-in-a-merge-request"),
        ({TOKEN: "glpat-unknown"}, "gitlab-refused"),
        ({TOKEN: READER}, "gitlab-refused"),
        ({"CI_MERGE_REQUEST_PROJECT_ID": "1"}, "gitlab-refused"),
    ],
)
def test_what_cannot_be_done_names_what_to_do(job: Pipeline, variables: dict[str, str], code: str) -> None:
    job.set(**variables)
    assert job.post(SLOW) == 2
    assert f"[{code}]" in job.output
    assert "what to do: " in job.output


@pytest.mark.parametrize("served", range(4))
def test_a_server_that_is_away_for_a_moment_is_asked_again(api: GitLabApi, job: Pipeline, served: int) -> None:
    api.world.faults = [0] * served + [502]
    assert job.post(SLOW) == 0
    assert len(api.world.notes) == 1


def test_a_lost_answer_becomes_no_second_note(api: GitLabApi, job: Pipeline) -> None:
    api.world.lose = "POST"
    assert job.post(SLOW) == 0
    assert len(api.world.notes) == 1
    assert api.world.writes() == ["POST"]


def test_a_note_that_is_never_taken_is_sent_three_times_at_most(api: GitLabApi, job: Pipeline) -> None:
    api.world.broken = "POST"
    assert job.post(SLOW) == 3
    assert api.world.writes() == ["POST"] * 3


def test_a_server_that_is_away_ends_with_one_message(api: GitLabApi, job: Pipeline) -> None:
    api.world.faults = [500] * 50
    assert job.post(SLOW) == 3
    assert "[gitlab-unavailable]" in job.output


def test_the_token_goes_to_no_other_server(api: GitLabApi, job: Pipeline) -> None:
    with GitLabApi(World(sha=sha("t1"), users={OTHER: "ann"})) as elsewhere:
        api.world.redirect = f"http://localhost:{elsewhere.port}"
        assert job.post(SLOW) == 2
    assert elsewhere.world.headers
    assert GOOD not in str(elsewhere.world.headers)
