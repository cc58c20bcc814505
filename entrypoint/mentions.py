"""Who is called to an issue, where the workflow asks for it: the author of the commit, or the owners of the benchmarks.

Names come from GitHub and from CODEOWNERS on the default branch, and only what is a name there is written.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from entrypoint.api import member
from entrypoint.failures import ApiError
from entrypoint.reviewed import content_of
from reporter.shared.model import COMMIT, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from entrypoint.api import Api
    from entrypoint.inputs import Mention
    from reporter.records.watch import Cause

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file, the first one counts."""
MOST = 5
_LINES, _LONGEST, _MOST_WILD = 5_000, 200, 6
_MOST_COMMITS = 2_000
_NAME = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?")


def of(cause: Cause, wanted: Mention, api: Api, newest: str, told: list[Notice]) -> str:
    """Return a sentence that mentions who is asked for; empty for nobody. What cannot be asked is a notice.

    ``newest`` is the commit of the default branch that this run is about.
    """
    if wanted == "none":
        return ""
    try:
        names = _author(cause, api, newest) if wanted == "author" else _owners(cause, api)
    except ApiError as problem:
        told.append(Notice(code="mention-failed", text=f"Nobody is mentioned: {problem}{problem.cure}."))
        return ""
    shown = [name for name in dict.fromkeys(names) if _NAME.fullmatch(name)][:MOST]
    return f"cc {' '.join(shown)}" if shown else ""


def _author(cause: Cause, api: Api, newest: str) -> list[str]:
    """Return the author of the commit that bisecting names; of several commits nobody is called.

    The commit is text of the job that measured, so it is never asked for: it has to be one of those that GitHub
    lists after the commit before the cause.
    """
    if cause.range is None or cause.range.commits != 1:
        return []
    sha = cause.range.first.sha
    if not all(COMMIT.fullmatch(each) for each in (sha, cause.before, newest)):
        return []
    listed = islice(api.pages(f"/compare/{cause.before}...{newest}", "commits"), _MOST_COMMITS)
    commit = next((each for each in listed if each.get("sha") == sha), {})
    return [f"@{member(commit, 'author.login', str)}"] if isinstance(commit.get("author"), dict) else []


def _owners(cause: Cause, api: Api) -> list[str]:
    """Return the owners of the files in which the benchmarks are."""
    from reporter.render.links import file_of
    from reporter.render.watch_issue import slower_of

    rules = list(_rules(_file(api)))
    files = dict.fromkeys(file for row in slower_of(cause) if (file := file_of(row.benchmark)))
    return [name for file in files for name in owners_of(file, rules)]


def _file(api: Api) -> str:
    """Return the text of the first file that there is."""
    for place in PLACES:
        try:
            return content_of(place, api, None).decode("utf-8", "replace")
        except ApiError as problem:
            if problem.status != 404:
                raise
    return ""


def owners_of(file: str, rules: list[tuple[str, list[str]]]) -> list[str]:
    """Return the owners of a file: those of the last rule that matches it."""
    return next((names for pattern, names in reversed(rules) if matches(pattern, file)), [])


def _rules(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines()[:_LINES]:
        pattern, *names = line.partition("#")[0].split() or [""]
        if pattern and len(pattern) <= _LONGEST and pattern.count("*") <= _MOST_WILD:
            yield pattern, names


def matches(pattern: str, file: str) -> bool:
    """Return whether a pattern of CODEOWNERS matches a file, as GitHub tells of them.

    One with a slash before its end begins at the root, another one anywhere; a folder stands for all that is in it.
    """
    bare = pattern.strip("/")
    is_anchored = "/" in pattern.rstrip("/")
    parts = [_PARTS.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*|\?)", bare)]
    start = "" if is_anchored else "(?:.*/)?"
    end = "/.*" if pattern.endswith("/") else "" if bare.endswith("*") and is_anchored else "(?:/.*)?"
    return re.fullmatch(start + "".join(parts) + end, file) is not None


_PARTS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
