"""GitHub's REST API through PyGithub's requester: plain JSON in and out, one error type, no POST repeated blindly.

PyGithub's own repeats are off: they sleep where no test can wait for them, and do not know what may be sent twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from entrypoint.failures import ApiError, Patience
from reporter import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from github import GithubException
    from github.Requester import Requester

Kind = TypeVar("Kind", str, int)
Answer = TypeVar("Answer")

PAGE = 100
PASSING = (500, 502, 503, 504)
"""Statuses that may be gone a moment later."""


def member(answer: object, path: str, kind: type[Kind]) -> Kind:
    """Return what lies in an answer under keys with dots between them.

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
        """Return the JSON object of one answer."""
        content = self._send("GET", self._home + path, query)[1]
        if not isinstance(content, dict):
            raise ApiError(None, f"GET {path} did not answer with an object")
        return content

    def login(self) -> str | None:
        """Return the user whom the token belongs to; ``None`` for a workflow's or an App's token, which has none."""
        try:
            return member(self._send("GET", "/user", {})[1], "login", str)
        except ApiError as problem:
            if problem.status in (401, 403, 404):
                return None
            raise

    def pages(self, path: str, item: str | None = None, **query: str | int) -> Iterator[dict[str, Any]]:
        """Yield the entries of a list over all its pages; ``item`` names the list where it is wrapped in an object."""
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

    def delete(self, path: str) -> bool:
        """Send a DELETE; return whether it was there: what is gone already is fine."""
        try:
            self._send("DELETE", self._home + path, {})
        except ApiError as problem:
            if problem.status != 404:
                raise
            return False
        return True

    def redirect(self, path: str) -> str:
        """Return the address that a path redirects to, without following it: the token must not go there."""
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

        def send() -> tuple[dict[str, Any], Any]:
            return _translated(lambda: requester.requestJsonAndCheck(method, path, query, None, content))

        try:
            return self.patiently(send, may_repeat=method != "POST")
        except ApiError as problem:
            problem.permission = _permission(path)
            raise

    def patiently(self, send: Callable[[], Answer], *, may_repeat: bool = True) -> Answer:
        """Send, and send again after what passes. Without ``may_repeat`` only what was surely not carried out.

        Raises:
            ApiError: it does not pass, or not in the time that there is.
        """
        attempt = 0
        while True:
            try:
                return send()
            except ApiError as problem:
                pause = self.patience.pause_after(problem, attempt)
                if pause is None or (not may_repeat and problem.may_have_worked):
                    raise
            self.patience.sleep(pause)
            attempt += 1


def _permission(path: str) -> str | None:
    """Name the permission that makes a path work for us; one that is written to anyway is named with write."""
    parts = path.split("/")
    return next((permission for part, permission in _PERMISSIONS.items() if part in parts), None)


_PERMISSIONS = {
    "events": "pull-requests: read",
    "check-runs": "checks: write",
    "actions": "actions: read",
    "contents": "contents: read",
    "compare": "contents: read",
    "commits": "contents: read",
    "pulls": "pull-requests: write",
    "issues": "pull-requests: write",
}


def _requester(url: str, token: str, patience: Patience) -> Requester:
    import github

    client = github.Github(
        auth=github.Auth.Token(token),
        base_url=url,
        timeout=patience.timeout,
        user_agent=f"benchverdict/{__version__}",
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    return client.requester


_UNTRUSTED = (
    "the certificate of this GitHub is not trusted (SSLError); let REQUESTS_CA_BUNDLE of the job name the file with "
    "the certificates of your organisation (docs/runners.md)"
)


def _translated(send: Callable[[], tuple[dict[str, Any], Any]]) -> tuple[dict[str, Any], Any]:
    """Turn every way in which PyGithub and what it stands on can fail into an ``ApiError``."""
    import github
    import requests

    try:
        headers, content = send()
    except github.GithubException as problem:
        raise _api_error(problem) from problem
    except requests.exceptions.SSLError as problem:
        raise ApiError(None, _UNTRUSTED) from problem
    except requests.RequestException as problem:
        raise ApiError(None, f"GitHub did not answer ({type(problem).__name__})", passing=True) from problem
    except (ValueError, RuntimeError, AssertionError) as problem:
        raise ApiError(None, f"an answer that cannot be understood: {problem}", passing=True) from problem
    if isinstance(content, dict) and content.keys() <= {"data", "url"} and isinstance(content.get("data"), str):
        # PyGithub's way to give what is not JSON, such as the page of a proxy.
        raise ApiError(None, "an answer that cannot be understood: it is not JSON", passing=True)
    return headers, content


def _api_error(problem: GithubException) -> ApiError:
    """Name the status and GitHub's own words. A limit shows in the status, the words or the headers."""
    import github

    headers = {str(name).lower(): str(value) for name, value in (problem.headers or {}).items()}
    used_up = problem.status == 403 and (headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers)
    limited = used_up or problem.status == 429 or isinstance(problem, github.RateLimitExceededException)
    data = problem.data if isinstance(problem.data, dict) else {}
    message = problem.message or str(data.get("message") or "no reason given")
    return ApiError(
        problem.status,
        "the rate limit is used up" if limited else message,
        limited=limited,
        passing=problem.status in PASSING,
        headers=headers,
    )
