"""The comments of a pull request on GitHub, through its REST API.

GitHub does not tell a workflow's token who it is, so the author is taken from what it does tell: the login of the
workflow's bot; else the user of the token, if it has one; else the author of the comment we have just written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrypoint.api import member
from entrypoint.comment import LOST_ANSWERS, Comment, same
from entrypoint.failures import ApiError

if TYPE_CHECKING:
    from entrypoint.api import Api

WORKFLOW_BOT = "github-actions[bot]"


@dataclass(slots=True, kw_only=True)
class GitHubComments:
    """The comments of one pull request. ``author`` is known once one of ours was seen or written."""

    api: Api
    pull_request: int
    author: str | None = None
    lost: int = 0

    def head(self) -> str:
        """Return the commit that is the pull request's head now."""
        return member(self.api.get(f"/pulls/{self.pull_request}"), "head.sha", str)

    def ours(self, marker: str, body: str) -> list[Comment]:
        """Find our comments over all pages, oldest first. After a lost answer the one with our very body tells us."""
        comments = self.api.pages(f"/issues/{self.pull_request}/comments")
        marked = [_comment(raw) for raw in comments if str(raw.get("body") or "").startswith(marker)]
        if self.author is None and marked:
            self.author = self._author(marked, body)
        return sorted((each for each in marked if each.author == self.author), key=lambda comment: comment.id)

    def _author(self, marked: list[Comment], body: str) -> str | None:
        sent = [comment.author for comment in marked if self.lost and same(comment.body, body)]
        if sent:
            return sent[-1]
        by_bot = any(comment.author == WORKFLOW_BOT for comment in marked)
        return WORKFLOW_BOT if by_bot else self.api.login()

    def create(self, body: str) -> Comment | None:
        """Send the POST. When its answer is lost, the next look tells whether it arrived."""
        try:
            created = _comment(self.api.post(f"/issues/{self.pull_request}/comments", {"body": body}))
        except ApiError as problem:
            self.lost += 1
            if not problem.may_have_worked or self.lost > LOST_ANSWERS:
                raise
            return None
        self.author = created.author
        return created

    def change(self, comment: int, body: str) -> Comment:
        """Replace the text of a comment."""
        return _comment(self.api.patch(f"/issues/comments/{comment}", {"body": body}))

    def remove(self, comment: int) -> None:
        """Remove a comment; one that is gone already is fine."""
        self.api.delete(f"/issues/comments/{comment}")


def _comment(raw: dict[str, Any]) -> Comment:
    return Comment(
        id=member(raw, "id", int),
        author=member(raw, "user.login", str) if raw.get("user") else "",
        body=str(raw.get("body") or ""),
        url=member(raw, "html_url", str),
    )
