"""Who is called to an issue, where the workflow asks for it: the author of the commit, or the owners of the benchmarks.

Names come from GitHub and from CODEOWNERS on the default branch, and only what is a name there is written.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING

from entrypoint.api import member
from entrypoint.failures import ApiError
from entrypoint.reviewed import content_of
from reporter.shared.model import COMMIT, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from entrypoint.api import Api
    from entrypoint.inputs import Mention
    from reporter.records.watch import Cause

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks for the file, the first one counts."""
MOST = 5
_LINES, _LONGEST, _MOST_WILD = 5_000, 200, 6
_MOST_COMMITS, _MOST_FILES, _LONGEST_FILE = 2_000, 20, 1_000
_NAME = re.compile(r"@[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?")


def of(cause: Cause, wanted: Mention, api: Api, newest: str, notices: list[Notice]) -> str:
    """Return a sentence that mentions who is asked for; empty for nobody. What cannot be asked is a notice.

    ``newest`` is the commit of the default branch that this run is about.
    """
    if wanted == "none":
        return ""
    try:
        names = _author(cause, api, newest) if wanted == "author" else _owners(cause, api)
    except ApiError as problem:
        notices.append(Notice(code="mention-failed", text=f"Nobody is mentioned: {problem}{problem.cure}."))
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
    return [name for file in islice(files, _MOST_FILES) for name in owners_of(file, rules)]


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
    if len(file) > _LONGEST_FILE:
        return False
    bare = pattern.strip("/")
    is_anchored = "/" in pattern.rstrip("/")
    parts = bare.split("/") if is_anchored else ["**", *bare.split("/")]
    names = file.split("/")
    ends = _ends([*parts, "*"] if parts[-1] == "**" else parts, names)
    is_whole = len(names) in ends
    is_inside = any(end < len(names) for end in ends)
    if pattern.endswith("/"):
        return is_inside
    return is_whole or (is_inside and not (is_anchored and bare.endswith("*")))


def _ends(parts: Sequence[str], names: Sequence[str]) -> set[int]:
    """Return after how many names of a path these parts of a pattern can end; each is looked at with each name once."""
    ends = {0}
    for part in parts:
        if part == "**":
            ends = set(range(min(ends, default=len(names) + 1), len(names) + 1))
        else:
            glob = part.replace("[", "[[]")
            ends = {end + 1 for end in ends if end < len(names) and fnmatchcase(names[end], glob)}
    return ends
