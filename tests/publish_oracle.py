"""What may be published of a report, worked out from its JSON alone, without any code of the product.

It judges a report by its intervals and values; what the report says of itself counts only where it makes it look worse.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from tests.forging import NAME, SENTENCE

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.github_api.world import Check, Comment, Logged

_THRESHOLD, _MARGIN = 0.02, 0.03
"""What holds where a row does not say it, as shares."""
_BOTH_SIDES = ("regressed", "improved", "unchanged", "inconclusive", "not_comparable")
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
_QUOTED = re.compile(r"`[^`\n]*`")
"""A name in an annotation, which is no Markdown."""
_OUR_COMMENTS = re.compile(r"<!-- benchverdict (comment|run): .*? -->")
_TICK = "✅"
_WRITTEN = re.compile(
    r"POST /repos/octo/bench/(check-runs|issues/7/comments)|PATCH /repos/octo/bench/(check-runs|issues/comments)/\d+"
)


def document_of(archive: bytes) -> dict[str, Any] | None:
    """Return the report in an archive; ``None`` where there is none that anybody could read."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened, opened.open("verdict.json") as member:
            found = json.loads(member.read(2**25))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, RuntimeError, EOFError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("benchmarks"), list) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supported:
    """Which conclusions the numbers of a report support."""

    success: bool
    failure: bool


NOTHING = Supported(success=False, failure=False)


def supported(document: dict[str, Any] | None, suite: str, commit: str, fail_on: Collection[str]) -> Supported:
    """Work out what may be concluded of a report about this suite and commit."""
    if document is None:
        return NOTHING
    try:
        return _supported(document, suite, commit, fail_on)
    except (KeyError, TypeError, AttributeError):
        return NOTHING


def _supported(document: dict[str, Any], suite: str, commit: str, fail_on: Collection[str]) -> Supported:
    rows, budgets = document["benchmarks"], document.get("budgets") or []
    if (document["suite"], document["measured"]["head_sha"]) != (suite, commit) or _has_doubles(rows):
        return NOTHING
    gate = document["gate"]
    without_cause = gate["status"] == "undecided" and gate.get("cause") is None
    unmeasured = gate.get("cause") == "not-measured" or without_cause
    bad = any(_is_called(row, fail_on) for row in rows)
    over = "budget-critical" in fail_on and any(_may_be_critical(budget) for budget in budgets)
    worse = "regressed" in fail_on and any(_is_worse(row) for row in rows)
    only_failed = not rows and document.get("failed") is not None  # as good as no report at all
    return Supported(
        success=_is_decided(rows) and not (unmeasured or bad or worse or over or only_failed),
        failure=only_failed or ((bad or over) and not unmeasured),
    )


def _has_doubles(rows: list[dict[str, Any]]) -> bool:
    keys = Counter((row["name"], tuple(sorted(row["params"].items())), row["metric"]) for row in rows)
    return any(count > 1 for count in keys.values())


def _worse(row: dict[str, Any]) -> tuple[float, float] | None:
    """Return the interval of a row so that more is worse: its point twice where a rule without interval decided.

    An end that is not known has no bound.
    """
    change, better = row.get("change"), row.get("better")
    if not change or better not in ("lower", "higher"):
        return None
    low, high = change["low"], change["high"]
    if low is None and high is None:
        low = high = change["point"]
        if low is None:
            return None
    low, high = (-inf if low is None else low), (inf if high is None else high)
    return (low, high) if better == "lower" else (-high, -low)


def _bound(row: dict[str, Any], name: str, default: float) -> float:
    given = row.get(name)
    return (default if row["change"]["kind"] == "ratio" else 0.0) if given is None else given


def _is_worse(row: dict[str, Any]) -> bool:
    """Return whether the whole interval lies beyond the threshold as worse, whatever the row is called."""
    interval = _worse(row)
    return interval is not None and interval[0] > max(0.0, _bound(row, "threshold", _THRESHOLD))


def _is_called(row: dict[str, Any], fail_on: Collection[str]) -> bool:
    """Return whether a row is called what fails, and its interval does not say otherwise."""
    interval = _worse(row)
    if interval is None or row["verdict"] not in fail_on:
        return False
    return {"regressed": interval[0] > 0, "improved": interval[1] < 0}.get(row["verdict"], False)


def _is_decided(rows: list[dict[str, Any]]) -> bool:
    """Return whether at least half of the timings (or of everything, without timings) have a verdict that holds."""
    rows = [row for row in rows if row["better"] and row["verdict"] in _BOTH_SIDES]
    rows = [row for row in rows if row["unit"] == "s" or row["unit"].endswith("/s")] or rows
    return bool(rows) and 2 * sum(map(_holds, rows)) >= len(rows)


def _holds(row: dict[str, Any]) -> bool:
    interval = _worse(row)
    if interval is None:
        return False
    if row["verdict"] == "unchanged":
        rule = row["change"]["low"] is None
        margin = row.get("threshold") if rule else _bound(row, "margin", _MARGIN)
        return margin is not None and -margin <= interval[0] and interval[1] <= margin
    return {"regressed": interval[0] > 0, "improved": interval[1] < 0}.get(row["verdict"], False)


def _may_be_critical(budget: dict[str, Any]) -> bool:
    """Return whether a budget is called critical; refused where its value contradicts that."""
    return bool(budget["status"] == "critical" and budget["value"] is not None and budget["critical"] is not None)


def spoken(text: str) -> str:
    """Return what the bot itself says: a text without inline code and without our hidden lines."""
    return _CODE.sub("", _OUR_COMMENTS.sub("", text))


def refuse_words(text: str, where: str, *, tick: bool) -> None:
    """Raise where a stranger speaks, or a tick stands that nothing supports."""
    if SENTENCE in text:
        raise AssertionError(f"{where} holds a sentence of the stranger: {_around(text, SENTENCE)}")
    said = spoken(text)
    if NAME in said:
        raise AssertionError(f"{where} holds a name of the stranger outside of code: {_around(said, NAME)}")
    if _TICK in said and not tick:
        raise AssertionError(f"{where} holds a tick: {_around(said, _TICK)}")


def _around(text: str, word: str) -> str:
    at = text.index(word)
    return repr(text[max(0, at - 80) : at + 80])


def refuse_check(check: Check, may: list[Supported], *, refused: bool, tick: bool) -> None:
    """Raise for a conclusion that the numbers of all reports together do not support, or words that it may not have."""
    if refused and check.conclusion != "neutral":
        raise AssertionError(f"a refused report has the check {check.conclusion}")
    if check.conclusion == "success" and not all(each.success for each in may):
        raise AssertionError("a success that the numbers do not support")
    if check.conclusion == "failure" and not any(each.failure for each in may):
        raise AssertionError("a failure that the numbers do not support")
    if not refused and check.conclusion != "failure" and any(each.failure for each in may):
        raise AssertionError(f"{check.conclusion}, and the numbers fail")
    refuse_words(f"{check.title}\n{check.summary}", "the check", tick=tick)
    for note in check.annotations:
        refuse_words(_QUOTED.sub(r"<code>\g<0></code>", note["message"]), "an annotation", tick=False)


def refuse_comments(comments: list[Comment], *, tick: bool) -> None:
    """Raise for a second comment of ours, one elsewhere, or one that says what it must not."""
    if len(comments) > 1 or any(comment.issue != 7 for comment in comments):
        raise AssertionError(f"comments on {[comment.issue for comment in comments]}")
    for comment in comments:
        refuse_words(comment.body, "the comment", tick=tick)


def refuse_writes(log: list[Logged]) -> None:
    """Raise for a write to anything else than a check and the comments of the pull request."""
    for entry in log:
        if entry.method != "GET" and not _WRITTEN.fullmatch(f"{entry.method} {entry.path}"):
            raise AssertionError(f"{entry.method} {entry.path}")
        if entry.method != "GET" and entry.status not in (200, 201):
            raise AssertionError(f"GitHub answered {entry.method} {entry.path} with {entry.status}")
