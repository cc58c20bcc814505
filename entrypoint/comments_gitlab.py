"""The notes of a merge request on GitLab, through python-gitlab.

GitLab tells a token whose it is, so our notes are those of that user. The token goes into the one header that is left
out where a server redirects to another one.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrypoint.comment import LOST_ANSWERS, Comment
from entrypoint.failures import ApiError
from reporter import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitlab.v4.objects import ProjectMergeRequestManager, ProjectMergeRequestNoteManager

_ONCE = {"retry_transient_errors": False}
"""What is read is asked for again where a server is away for a moment; a note is not sent twice by itself."""
TIMEOUT = 20
"""Seconds for one answer."""


@dataclass(slots=True, kw_only=True)
class GitLabNotes:
    """The notes of one merge request that are of the user whom the token belongs to."""

    requests: ProjectMergeRequestManager
    number: int
    user: str
    page: str
    lost: int = 0

    @property
    def _manager(self) -> ProjectMergeRequestNoteManager:
        return self.requests.get(self.number, lazy=True).notes

    def head(self) -> str:
        """Return the commit that is the merge request's head now."""
        with asked():
            return str(self.requests.get(self.number).sha)

    def ours(self, marker: str, _body: str) -> list[Comment]:
        """Return our notes that start with the marker, oldest first, over all pages."""
        with asked():
            listed = list(self._manager.list(iterator=True, per_page=100))
        notes = [self._comment(each.attributes) for each in listed if not each.attributes.get("system")]
        ours = (note for note in notes if note.author == self.user and note.body.startswith(marker))
        return sorted(ours, key=lambda note: note.id)

    def create(self, body: str) -> Comment | None:
        """Begin a note; ``None`` where the answer was lost, so that it may be there."""
        try:
            with asked():
                return self._comment(self._manager.create({"body": body}, **_ONCE).attributes)
        except ApiError as problem:
            self.lost += 1
            if not problem.may_have_worked or self.lost > LOST_ANSWERS:
                raise
            return None

    def change(self, comment: int, body: str) -> Comment:
        """Replace the text of a note."""
        with asked():
            return self._comment(self._manager.update(comment, {"body": body}))

    def remove(self, comment: int) -> None:
        """Remove a note; one that is gone already is fine."""
        try:
            with asked():
                self._manager.delete(comment)
        except ApiError as problem:
            if problem.status != 404:
                raise

    def _comment(self, note: Mapping[str, Any]) -> Comment:
        author = note.get("author")
        return Comment(
            id=int(note["id"]),
            author=str(author.get("username")) if isinstance(author, dict) else "",
            body=str(note.get("body") or ""),
            url=f"{self.page}#note_{note['id']}",
        )


def notes_of(server: str, token: str, project: str, merge_request: int, page: str) -> GitLabNotes:
    """Return the notes of a merge request.

    Raises:
        ApiError: GitLab refuses, or does not answer.
        ModuleNotFoundError: python-gitlab is not installed.
    """
    import gitlab

    client = gitlab.Gitlab(
        server,
        oauth_token=token,  # any token is taken there; requests drops that header where another host is redirected to
        timeout=TIMEOUT,
        user_agent=f"benchverdict/{__version__}",
        keep_base_url=True,
        retry_transient_errors=True,
    )
    with asked():
        client.auth()
        requests = client.projects.get(project, lazy=True).mergerequests
        user = client.user.username if client.user else ""
    return GitLabNotes(requests=requests, number=merge_request, user=user, page=page)


@contextmanager
def asked() -> Iterator[None]:
    """Turn every way in which python-gitlab and what it stands on can fail into an ``ApiError``.

    Raises:
        ApiError: GitLab refuses, does not answer, or answers what cannot be understood.
    """
    import gitlab
    import requests

    try:
        yield
    except gitlab.GitlabError as problem:
        raise ApiError(problem.response_code, problem.error_message or "no reason given") from problem
    except requests.RequestException as problem:
        raise ApiError(None, f"GitLab did not answer ({type(problem).__name__})") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise ApiError(None, f"an answer that cannot be understood: {problem}") from problem
