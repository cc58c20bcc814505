"""GitHub's REST API through PyGithub's requester: plain JSON in and out, one error type, no POST repeated blindly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from reporter import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from github import GithubException
    from github.Requester import Requester

Kind = TypeVar("Kind", str, int)

PAGE = 100
TIMEOUT_SECONDS = 20
REPEATABLE = frozenset({"GET", "HEAD", "PATCH", "DELETE"})
"""Methods that may be sent again without knowing whether they arrived. A second POST would be a second comment."""
PASSING = [429, 500, 502, 503, 504]
"""Statuses that may be gone a moment later; PyGithub adds 403 where the answer tells of a rate limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on after failures: repeats of one request, and seconds of the first and the longest pause."""

    repeats: int = 4
    first_pause: float = 1.0
    longest_pause: float = 90.0


class ApiError(Exception):
    """A request that failed for good. ``status`` is ``None`` when there was no usable answer at all.

    ``limited`` tells a rate limit, which GitHub answers with 403 as well, from a permission that is lacking;
    ``permission`` is the one that the request needs, as a workflow writes it.
    """

    def __init__(
        self, status: int | None, message: str, *, limited: bool = False, permission: str | None = None
    ) -> None:
        super().__init__(f"HTTP {status}: {message}" if status else message)
        self.status = status
        self.limited = limited
        self.permission = permission

    @property
    def refused(self) -> bool:
        """Whether the token lacks a permission."""
        return self.status == 403 and not self.limited

    @property
    def cure(self) -> str:
        """What to do where a permission is lacking, as the end of a sentence; else empty."""
        if not self.refused or not self.permission:
            return ""
        return f"; add this to the job: `permissions: {self.permission}` (beside the permissions it has)"

    @property
    def may_have_worked(self) -> bool:
        """Whether the request may have been carried out although its answer was lost."""
        return self.status is None or self.status >= 500


def member(answer: object, path: str, kind: type[Kind]) -> Kind:
    """Give what lies in an answer under keys with dots between them.

    Raises:
        ApiError: the answer has nothing of that kind there.
    """
    value = answer
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ApiError(None, f"an answer that cannot be understood: it has no {path}")
    return value


class Api:
    """One repository on one GitHub. Paths are relative to ``/repos/OWNER/NAME``."""

    def __init__(self, *, url: str, repository: str, token: str, patience: Patience | None = None) -> None:
        self.url = url
        self.patience = patience or Patience()
        self._home = f"/repos/{repository}"
        self._token = token
        self._requester: Requester | None = None

    def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """Give the JSON object of one answer."""
        content = self._send("GET", self._home + path, query)[1]
        if not isinstance(content, dict):
            raise ApiError(None, f"GET {path} did not answer with an object")
        return content

    def login(self) -> str | None:
        """Give the user whom the token belongs to; ``None`` for a workflow's or an App's token, which has none."""
        try:
            return member(self._send("GET", "/user", {})[1], "login", str)
        except ApiError as problem:
            if problem.status in (401, 403, 404):
                return None
            raise

    def pages(self, path: str, item: str | None = None, **query: str | int) -> Iterator[dict[str, Any]]:
        """Give the entries of a list over all its pages; ``item`` names the list where it is wrapped in an object."""
        page = 1
        while True:
            headers, content = self._send("GET", self._home + path, query | {"per_page": PAGE, "page": page})
            entries = content.get(item) if item and isinstance(content, dict) else content
            if not isinstance(entries, list):
                raise ApiError(None, f"GET {path} did not answer with a list")
            yield from (entry for entry in entries if isinstance(entry, dict))
            if 'rel="next"' not in headers.get("link", ""):
                return
            page += 1

    def post(self, path: str, content: dict[str, Any]) -> Any:
        """Send a POST once; after an error that ``may_have_worked`` look before sending it again."""
        return self._send("POST", self._home + path, {}, content)[1]

    def patch(self, path: str, content: dict[str, Any]) -> Any:
        """Send a PATCH."""
        return self._send("PATCH", self._home + path, {}, content)[1]

    def delete(self, path: str) -> None:
        """Send a DELETE; what is gone already is fine."""
        try:
            self._send("DELETE", self._home + path, {})
        except ApiError as problem:
            if problem.status != 404:
                raise

    def redirect(self, path: str) -> str:
        """Give the address that a path redirects to, without following it: the token must not go there."""
        headers, _ = self._send("GET", self._home + path, {})
        if not headers.get("location"):
            raise ApiError(None, f"GET {path} did not redirect")
        return str(headers["location"])

    def _send(
        self, method: str, path: str, query: dict[str, str | int], content: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], Any]:
        if not self._token:
            raise ApiError(None, "there is no token; leave the input 'token' at its default")
        if self._requester is None:
            self._requester = _requester(self.url, self._token, self.patience)
        requester = self._requester
        try:
            return _translated(lambda: requester.requestJsonAndCheck(method, path, query, None, content))
        except ApiError as problem:
            problem.permission = _permission(path)
            raise


def _permission(path: str) -> str | None:
    """Name the permission that makes a path work for us; one that is written to anyway is named with write."""
    parts = path.split("/")
    return next((permission for part, permission in _PERMISSIONS.items() if part in parts), None)


_PERMISSIONS = {
    "check-runs": "checks: write",
    "actions": "actions: read",
    "compare": "contents: read",
    "commits": "contents: read",
    "pulls": "pull-requests: write",
    "issues": "pull-requests: write",
}


def _requester(url: str, token: str, patience: Patience) -> Requester:
    import github

    retry = github.GithubRetry(
        total=patience.repeats,
        backoff_factor=patience.first_pause,
        backoff_max=patience.longest_pause,
        retry_after_max=patience.longest_pause,
        secondary_rate_wait=min(60.0, patience.longest_pause),
        max_rate_limit_wait=patience.longest_pause,
        allowed_methods=REPEATABLE,
        status_forcelist=PASSING,
        raise_on_status=False,
    )
    client = github.Github(
        auth=github.Auth.Token(token),
        base_url=url,
        timeout=TIMEOUT_SECONDS,
        user_agent=f"benchverdict/{__version__}",
        retry=retry,
        seconds_between_requests=None,
        seconds_between_writes=min(1.0, patience.first_pause),
    )
    return client.requester


def _translated(send: Callable[[], tuple[dict[str, Any], Any]]) -> tuple[dict[str, Any], Any]:
    """Turn every way in which PyGithub and what it stands on can fail into an ``ApiError``."""
    import github
    import requests

    try:
        return send()
    except github.GithubException as problem:
        raise _api_error(problem) from problem
    except requests.RequestException as problem:
        raise ApiError(None, f"GitHub did not answer ({type(problem).__name__})") from problem
    except (ValueError, RuntimeError, AssertionError) as problem:
        raise ApiError(None, f"an answer that cannot be understood: {problem}") from problem


def _api_error(problem: GithubException) -> ApiError:
    """Name the status and GitHub's own words. A 403 whose body the repeats used up was a rate limit to the end."""
    import github

    data = problem.data if isinstance(problem.data, dict) else None
    used_up = problem.status == 403 and data is None
    limited = used_up or problem.status == 429 or isinstance(problem, github.RateLimitExceededException)
    message = problem.message or str((data or {}).get("message") or "no reason given")
    return ApiError(problem.status, "the rate limit is used up" if limited else message, limited=limited)
