"""The world's things as GitHub writes them: pure functions to JSON, complete enough for GitHub's own description."""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.github_api import graph
from tests.github_api.boilerplate import SITE, Json, full_repository, node_id, repository, user

if TYPE_CHECKING:
    from datetime import datetime

    from tests.github_api.world import Artifact, Check, Comment, Commit, Issue, LabelEvent, Pull, Run, World


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


MOST_SENT = 2**20
"""Bytes of a file that GitHub sends as content."""


@dataclass(frozen=True)
class Shapes:
    """The world seen through one API address. Addresses of things start with ``api``."""

    world: World
    api: str

    @property
    def home(self) -> str:
        return f"{self.api}/repos/{self.world.repository.full_name}"

    @property
    def page(self) -> str:
        return f"{SITE}/{self.world.repository.full_name}"

    def file(self, path: str, text: str) -> Json:
        content = text.encode()
        digest = hashlib.sha1(content).hexdigest()
        url = f"{self.home}/contents/{path}"
        is_sent = len(content) <= MOST_SENT
        return {
            "type": "file",
            "encoding": "base64" if is_sent else "none",
            "size": len(content),
            "name": path.rpartition("/")[2],
            "path": path,
            "content": base64.encodebytes(content).decode() if is_sent else "",
            "sha": digest,
            "url": url,
            "git_url": f"{self.home}/git/blobs/{digest}",
            "html_url": f"{self.page}/blob/main/{path}",
            "download_url": None,
            "_links": {"self": url, "git": f"{self.home}/git/blobs/{digest}", "html": f"{self.page}/blob/main/{path}"},
        }

    def comment(self, comment: Comment) -> Json:
        return {
            "id": comment.id,
            "node_id": node_id("IssueComment", comment.id),
            "url": f"{self.home}/issues/comments/{comment.id}",
            "html_url": f"{self.page}/pull/{comment.issue}#issuecomment-{comment.id}",
            "issue_url": f"{self.home}/issues/{comment.issue}",
            "user": user(self.api, comment.login),
            "body": comment.body,
            "author_association": "NONE",
            "created_at": stamp(comment.created_at),
            "updated_at": stamp(comment.updated_at),
        }

    def issue(self, issue: Issue) -> Json:
        url = f"{self.home}/issues/{issue.number}"
        return self._issue(issue.number, issue.login, issue.title, issue.body) | {
            "html_url": f"{self.page}/issues/{issue.number}",
            "state": issue.state,
            "state_reason": issue.state_reason,
            "labels": [self.label(name) for name in issue.labels],
            "comments": sum(comment.issue == issue.number for comment in self.world.comments.values()),
            "created_at": stamp(issue.created_at),
            "updated_at": stamp(issue.updated_at),
            "closed_at": stamp(issue.closed_at) if issue.closed_at else None,
            "timeline_url": f"{url}/timeline",
        }

    def pull_as_issue(self, pull: Pull) -> Json:
        """Return a pull request as the list of issues has it."""
        page, url = f"{self.page}/pull/{pull.number}", f"{self.home}/pulls/{pull.number}"
        links = {"url": url, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}
        return self._issue(pull.number, pull.author, "A change", None) | {
            "html_url": page,
            "state": pull.state,
            "pull_request": links | {"merged_at": None},
        }

    def _issue(self, number: int, login: str, title: str, body: str | None) -> Json:
        url = f"{self.home}/issues/{number}"
        return {
            "id": 800_000 + number,
            "node_id": node_id("Issue", number),
            "url": url,
            "repository_url": self.home,
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "number": number,
            "title": title,
            "body": body,
            "user": user(self.api, login),
            "labels": [],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "locked": False,
            "comments": 0,
            "closed_at": None,
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-01T00:00:00Z",
            "author_association": "NONE",
        }

    def label(self, name: str) -> Json:
        facts = self.world.labels[name]
        return {
            "id": facts["id"],
            "node_id": node_id("Label", facts["id"]),
            "url": f"{self.home}/labels/{quote(name)}",
            "name": name,
            "color": facts["color"],
            "description": facts["description"],
            "default": False,
        }

    def label_event(self, event: LabelEvent) -> Json:
        return {
            "id": event.id,
            "node_id": node_id("LabeledEvent", event.id),
            "url": f"{self.home}/issues/events/{event.id}",
            "actor": user(self.api, event.actor),
            "event": event.event,
            "commit_id": None,
            "commit_url": None,
            "created_at": stamp(event.created_at),
            "label": {"name": event.label, "color": "ededed"},
            "performed_via_github_app": None,
        }

    def reaction(self, number: int, login: str, content: str) -> Json:
        return {
            "id": number,
            "node_id": node_id("Reaction", number),
            "user": user(self.api, login),
            "content": content,
            "created_at": "2024-01-01T00:00:00Z",
        }

    def commit(self, commit: Commit) -> Json:
        url = f"{self.home}/commits/{commit.sha}"
        person = {"name": "A Person", "email": "person@users.noreply.github.com", "date": stamp(commit.date)}
        return {
            "url": url,
            "sha": commit.sha,
            "node_id": node_id("Commit", commit.sha),
            "html_url": f"{self.page}/commit/{commit.sha}",
            "comments_url": f"{url}/comments",
            "commit": {
                "url": f"{self.home}/git/commits/{commit.sha}",
                "author": person,
                "committer": person,
                "message": commit.message,
                "comment_count": 0,
                "tree": {"sha": commit.sha, "url": f"{self.home}/git/trees/{commit.sha}"},
            },
            "author": user(self.api, "person"),
            "committer": user(self.api, "person"),
            "parents": [{"sha": sha, "url": f"{self.home}/commits/{sha}"} for sha in commit.parents],
        }

    def comparison(self, base: Commit, head: Commit, common: Commit) -> Json:
        commits = self.world.commits
        before, after = graph.ancestors(commits, base.sha), graph.ancestors(commits, head.sha)
        ahead, behind = len(after - before), len(before - after)
        status = {(False, False): "identical", (True, False): "ahead", (False, True): "behind"}
        new = [commit for commit in reversed(graph.history(commits, head.sha)) if commit.sha not in before]
        page = f"{self.page}/compare/{base.sha}...{head.sha}"
        return {
            "url": f"{self.home}/compare/{base.sha}...{head.sha}",
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": self.commit(base),
            "merge_base_commit": self.commit(common),
            "status": status.get((bool(ahead), bool(behind)), "diverged"),
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "commits": [self.commit(commit) for commit in new],
        }

    def check(self, check: Check) -> Json:
        url = f"{self.home}/check-runs/{check.id}"
        done = check.status == "completed"
        return {
            "id": check.id,
            "node_id": node_id("CheckRun", check.id),
            "head_sha": check.head_sha,
            "external_id": check.external_id,
            "url": url,
            "html_url": f"{self.page}/runs/{check.id}",
            "details_url": check.details_url,
            "status": check.status,
            "conclusion": check.conclusion,
            "started_at": stamp(check.started_at),
            "completed_at": stamp(check.started_at) if done else None,
            "output": {
                "title": check.title,
                "summary": check.summary,
                "text": None,
                "annotations_count": len(check.annotations),
                "annotations_url": f"{url}/annotations",
            },
            "name": check.name,
            "check_suite": {"id": 1},
            "app": None,
            "pull_requests": [],
        }

    def artifact(self, artifact: Artifact) -> Json:
        url = f"{self.home}/actions/artifacts/{artifact.id}"
        run = self.world.runs[artifact.run_id]
        return {
            "id": artifact.id,
            "node_id": node_id("Artifact", artifact.id),
            "name": artifact.name,
            "size_in_bytes": 0 if artifact.expired else len(artifact.zip()),
            "url": url,
            "archive_download_url": f"{url}/zip",
            "expired": artifact.expired,
            "created_at": stamp(artifact.created_at),
            "updated_at": stamp(artifact.created_at),
            "expires_at": stamp(artifact.created_at + artifact.retention),
            "workflow_run": {
                "id": run.id,
                "repository_id": self.world.repository.id,
                "head_repository_id": self.world.repositories[run.head_repository].id,
                "head_branch": run.head_branch,
                "head_sha": run.head_sha,
            },
        }

    def run(self, run: Run) -> Json:
        url = f"{self.home}/actions/runs/{run.id}"
        commit = self.commit(self.world.commits[run.head_sha])["commit"]
        done = run.conclusion is not None
        links = ("jobs", "logs", "artifacts", "cancel", "rerun")
        return {
            "id": run.id,
            "name": "Benchmarks",
            "node_id": node_id("WorkflowRun", run.id),
            "head_branch": run.head_branch,
            "head_sha": run.head_sha,
            "path": run.path,
            "run_number": 1,
            "run_attempt": 1,
            "display_title": "Benchmarks",
            "event": run.event,
            "status": "completed" if done else "in_progress",
            "conclusion": run.conclusion,
            "workflow_id": zlib.crc32(run.path.encode()),
            "workflow_url": f"{self.home}/actions/workflows/{zlib.crc32(run.path.encode())}",
            "check_suite_url": f"{self.home}/check-suites/{run.id}",
            "url": url,
            "html_url": f"{self.page}/actions/runs/{run.id}",
            "pull_requests": [],
            "created_at": stamp(run.created_at),
            "updated_at": stamp(run.created_at),
            "run_started_at": stamp(run.started_at),
            "head_commit": {
                "id": run.head_sha,
                "tree_id": run.head_sha,
                "message": commit["message"],
                "timestamp": commit["author"]["date"],
                "author": {"name": "A Person", "email": "person@users.noreply.github.com"},
                "committer": {"name": "A Person", "email": "person@users.noreply.github.com"},
            },
            "repository": repository(self.api, self.world.repository),
            "head_repository": repository(self.api, self.world.repositories[run.head_repository]),
        } | {f"{name}_url": f"{url}/{name}" for name in links}

    def pull(self, pull: Pull) -> Json:
        url = f"{self.home}/pulls/{pull.number}"
        issue = f"{self.home}/issues/{pull.number}"
        page = f"{self.page}/pull/{pull.number}"
        statuses = f"{self.home}/statuses/{pull.head_sha}"
        links = {
            "self": url,
            "html": page,
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self.home}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": statuses,
        }
        absent = ("assignee", "auto_merge", "body", "closed_at", "merged_at", "milestone", "merge_commit_sha")
        return dict.fromkeys(absent) | {
            "id": 700_000 + pull.number,
            "node_id": node_id("PullRequest", pull.number),
            "number": pull.number,
            "state": pull.state,
            "locked": False,
            "title": "A change",
            "user": user(self.api, pull.author),
            "labels": [],
            "draft": False,
            "author_association": "CONTRIBUTOR",
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-01T00:00:00Z",
            "url": url,
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "issue_url": issue,
            "commits_url": links["commits"],
            "comments_url": links["comments"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "statuses_url": statuses,
            "head": self._side(pull.head_repository, pull.head_ref, pull.head_sha),
            "base": self._side(self.world.repository.full_name, pull.base_ref, pull.base_sha),
            "_links": {name: {"href": href} for name, href in links.items()},
        }

    def full_pull(self, pull: Pull) -> Json:
        """Return what ``GET /pulls/{number}`` adds to the entry of the list."""
        counts = ("additions", "changed_files", "comments", "commits", "deletions", "review_comments")
        state = {"mergeable": True, "mergeable_state": "clean", "merged": False, "merged_by": None}
        return self.pull(pull) | dict.fromkeys(counts, 0) | state | {"maintainer_can_modify": False}

    def _side(self, repository: str, ref: str, sha: str) -> Json:
        owner = repository.split("/")[0]
        return {
            "label": f"{owner}:{ref}",
            "ref": ref,
            "sha": sha,
            "user": user(self.api, owner),
            "repo": full_repository(self.api, self.world.repositories[repository]) | {"has_downloads": False},
        }
