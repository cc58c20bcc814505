"""One issue for each cause that watching confirmed: found by its marker and author, opened once, updated, closed.

GitHub opens an issue whether or not another job has just opened the same, and nobody can delete one. A label can be
made only once, so making the label of a cause is what a job does first: who made it opens the issue, and who did not
waits for it. Who takes the label away closes the issue with a sentence.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrypoint.api import member
from entrypoint.comments_github import WORKFLOW_BOT
from entrypoint.failures import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from entrypoint.api import Api
    from reporter.records.watch import Cause

LIMIT = 65_536
"""Characters of an issue's text; GitHub refuses longer ones."""
TITLE_LIMIT = 256
CLAIMS = 2
"""How often the label of a cause is made: again where a job that made it opened nothing."""
MOST_ROWS = 200
"""Rows by which an issue is known again when its key was lost."""
LOOKS = 15
"""How often a job looks for the issue that another one is about to open."""

_MARKER = re.compile(
    r"<!-- benchverdict watch: (\S{1,80}) ([0-9a-f]{16}) ([0-9a-f]{7,64}) ([0-9a-f]{7,64}) (\d{1,19}) -->"
)
_ROWS = re.compile(r"<!-- rows: ([0-9a-f ]{0,2600}) -->")
_RECOVERED = "<!-- closed: recovered -->"
"""The line behind the rows of an issue that we have closed; one that somebody else closed has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue of ours: which cause it is about, by key, commits and rows, and the run that wrote it last.

    It ``has_recovered`` where we wrote it last to close it.
    """

    number: int
    url: str
    is_open: bool
    body: str
    key: str
    before: str
    first: str
    rows: frozenset[str]
    run: int
    has_recovered: bool


def marked(suite: str, cause: Cause, rows: Sequence[str], run: int, text: str) -> str:
    """Return the text of an issue behind the two hidden lines by which it is found again, three where it is closed."""
    lines = (
        f"<!-- benchverdict watch: {suite} {cause.key} {cause.before} {cause.first} {run} -->",
        f"<!-- rows: {' '.join(rows[:MOST_ROWS])} -->",
        *([_RECOVERED] if cause.state == "recovered" else []),
    )
    return "\n".join((*lines, text))[:LIMIT]


def parse(raw: Mapping[str, Any], suite: str) -> Issue | None:
    """Return an issue of the API that has our marker for the suite; ``None`` for any other, and for a pull request."""
    body = str(raw.get("body") or "").replace("\r\n", "\n")
    first, _, rest = body.partition("\n")
    marker, rows = _MARKER.fullmatch(first.strip()), _ROWS.match(rest)
    if marker is None or marker[1] != suite or "pull_request" in raw:
        return None
    return Issue(
        number=member(raw, "number", int),
        url=member(raw, "html_url", str),
        is_open=raw.get("state") == "open",
        body=body,
        key=marker[2],
        before=marker[3],
        first=marker[4],
        rows=frozenset(rows[1].split() if rows else ()),
        run=int(marker[5]),
        has_recovered=rest.partition("\n")[2].startswith(_RECOVERED),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Issues:
    """The issues of one suite in one repository, as run number ``run`` brings them up to date."""

    api: Api
    suite: str
    run: int

    def listed(self) -> list[Issue]:
        """Return the issues of ours, the oldest first: written by the token's user, else by the workflow's bot.

        The token of another app has neither; there an issue of any app counts, which no stranger can write.
        """
        login = self.api.login()
        found = self._by(login or WORKFLOW_BOT)
        if found or login:
            return found
        return [issue for raw in self._pages() if _is_app(raw) and (issue := parse(raw, self.suite))]

    def _by(self, login: str) -> list[Issue]:
        listed = (raw for raw in self._pages(creator=login) if member(raw, "user.login", str) == login)
        return [issue for raw in listed if (issue := parse(raw, self.suite))]

    def _pages(self, **query: str) -> list[dict[str, Any]]:
        return list(self.api.pages("/issues", state="all", sort="created", direction="asc", **query))

    def open(self, cause: Cause, title: str, body: str) -> tuple[Issue | None, bool]:
        """Open the issue of a cause; return it, and whether it was this job that did.

        Raises:
            ApiError: GitHub refuses, or another job that was to open it did not.
        """
        for claim in range(CLAIMS):
            if self._claim(_label(cause.key, claim)):
                found = self.of(cause.key)
                outcome = (found, False) if found else self._opened(cause, title, body)
                if claim:
                    self._clean_up(cause.key)
                return outcome
            for _ in range(LOOKS):
                found = self.of(cause.key)
                if found:
                    return found, False
                self.api.patience.sleep(self.api.patience.settling)
        for claim in range(CLAIMS):
            self._give_up(cause.key, claim)
        raise ApiError(None, "another job was to open the issue and did not; run this job again")

    def of(self, key: str) -> Issue | None:
        """Return the issue of a cause that is there by now."""
        return next((issue for issue in self.listed() if issue.key == key), None)

    def _claim(self, label: str) -> bool:
        """Make a label; return whether this job made it. Whose answer is lost does not know, and did not."""
        content = {"name": label, "color": "d73a4a", "description": "Benchverdict: one issue for each cause"}
        try:
            self.api.post("/labels", content)
        except ApiError as problem:
            if problem.status == 422 or problem.may_have_worked:
                return False
            raise
        return True

    def _give_up(self, key: str, claim: int) -> bool:
        """Take a label away; return whether it was there."""
        return self.api.delete(f"/labels/{_quoted(_label(key, claim))}")

    def _clean_up(self, key: str) -> None:
        """Take away the labels of later claims, which no issue has. What stays of them holds up one later run."""
        with suppress(ApiError):
            for claim in range(1, CLAIMS):
                self._give_up(key, claim)

    def _opened(self, cause: Cause, title: str, body: str) -> tuple[Issue | None, bool]:
        content = {"title": title[:TITLE_LIMIT], "body": body, "labels": [_label(cause.key, 0)]}
        try:
            return parse(self.api.post("/issues", content), self.suite), True
        except ApiError as problem:
            if not problem.may_have_worked:
                for claim in range(CLAIMS):
                    self._give_up(cause.key, claim)
                raise
        self.api.patience.sleep(self.api.patience.settling)
        return self.of(cause.key), True

    def update(self, issue: Issue, body: str) -> bool:
        """Bring the text of an issue up to date, unless a newer run wrote it; return whether it was changed."""
        if issue.run > self.run or _without_run(issue.body) == _without_run(body):
            return False
        self.api.patch(f"/issues/{issue.number}", {"body": body})
        return True

    def reopen(self, issue: Issue, body: str) -> bool:
        """Open an issue again whose cause had recovered; return whether this job did."""
        self.api.patch(f"/issues/{issue.number}", {"state": "open", "body": body})
        return self._claim(_label(issue.key, 0))

    def close(self, issue: Issue, body: str, sentence: str) -> bool:
        """Close an issue with a sentence; return whether this job did."""
        self.api.patch(f"/issues/{issue.number}", {"state": "closed", "state_reason": "completed", "body": body})
        is_ours = self._give_up(issue.key, 0)
        self._clean_up(issue.key)
        if not is_ours:
            return False
        self.api.post(f"/issues/{issue.number}/comments", {"body": sentence})
        return True


def _label(key: str, claim: int) -> str:
    return f"benchverdict {key}" if not claim else f"benchverdict {key} {claim + 1}"


def _quoted(label: str) -> str:
    return label.replace(" ", "%20")


def _is_app(raw: Mapping[str, Any]) -> bool:
    user = raw.get("user")
    return isinstance(user, dict) and user.get("type") == "Bot"


def _without_run(body: str) -> str:
    """Return a text without what changes with every run: the number of the run, and its address."""
    return re.sub(r"/actions/runs/\d+|(?<= )\d+ -->", "", body).strip()
