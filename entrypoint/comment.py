"""The one comment per pull request and suite: found by its marker and author, created once, updated after.

GitHub does not tell a workflow's token who it is, so the author is taken from what it does tell: the login of the
workflow's bot; else the user of the token, if it has one; else the author of the comment we have just written.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrypoint.api import ApiError, member

if TYPE_CHECKING:
    from entrypoint.api import Api

LIMIT = 65_536
"""Characters of a comment; GitHub refuses longer ones."""
WORKFLOW_BOT = "github-actions[bot]"
ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment of the pull request that starts with our marker, whoever wrote it."""

    id: int
    author: str
    body: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The comments of one suite on one pull request."""

    api: Api
    pull_request: int
    suite: str

    @property
    def marker(self) -> str:
        """The hidden first line that tells our comments; suite names hold nothing that could end it."""
        return f"<!-- benchverdict comment: {self.suite} -->"

    @property
    def room(self) -> int:
        """Characters that are left for the text below the marker."""
        return LIMIT - len(self.marker) - 1

    def find(self) -> Comment | None:
        """Find our comment over all pages.

        Raises:
            ApiError: the comments cannot be read.
        """
        marked = self._marked()
        return _oldest_of(marked, WORKFLOW_BOT) or (_oldest_of(marked, self.api.login()) if marked else None)

    def write(self, text: str, existing: Comment | None) -> Comment:
        """Bring our comment to this text: nothing is sent when it has it, and no second one is made.

        Raises:
            ApiError: GitHub refuses, or does not answer.
        """
        body = f"{self.marker}\n{text}"
        if existing is None:
            return self._settle(self._create(body))
        return existing if _same(existing.body, body) else self._update(existing, body)

    def _marked(self) -> list[Comment]:
        comments = self.api.pages(f"/issues/{self.pull_request}/comments")
        return [_comment(raw) for raw in comments if str(raw.get("body") or "").startswith(self.marker)]

    def _create(self, body: str) -> Comment:
        """Send the POST; when its answer is lost, look whether it arrived before sending it again."""
        pause = self.api.patience.first_pause
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _comment(self.api.post(f"/issues/{self.pull_request}/comments", {"body": body}))
            except ApiError as problem:
                if not problem.may_have_worked:
                    raise
                arrived = [comment for comment in self._marked() if _same(comment.body, body)]
                if arrived:
                    return arrived[-1]
                if attempt == ATTEMPTS:
                    raise
            time.sleep(pause * attempt)
        raise AssertionError("unreachable")

    def _update(self, comment: Comment, body: str) -> Comment:
        return _comment(self.api.patch(f"/issues/comments/{comment.id}", {"body": body}))

    def _settle(self, created: Comment) -> Comment:
        """Keep the oldest when there is another one by the same author after all.

        It is there when another job was faster, or when the token is an App's, whose name only the answer tells.
        """
        ours = [comment for comment in self._marked() if comment.author == created.author]
        oldest = min((comment for comment in ours), key=lambda comment: comment.id, default=created)
        if oldest.id >= created.id:
            return created
        kept = self._update(oldest, created.body)
        self.api.delete(f"/issues/comments/{created.id}")
        return kept


def _oldest_of(comments: list[Comment], author: str | None) -> Comment | None:
    return min((comment for comment in comments if comment.author == author), key=lambda one: one.id, default=None)


def _comment(raw: dict[str, Any]) -> Comment:
    return Comment(
        id=member(raw, "id", int),
        author=member(raw, "user.login", str) if raw.get("user") else "",
        body=str(raw.get("body") or ""),
        url=member(raw, "html_url", str),
    )


def _same(one: str, other: str) -> bool:
    """Compare bodies as GitHub keeps them: line ends and outer blanks may differ from what was sent."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
