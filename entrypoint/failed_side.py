"""What a side that failed printed last, in Markdown. Used on the host: standard library only, Python 3.9 and later."""

from __future__ import annotations

from typing import Any

from entrypoint.untrusted import part, text, texts
from reporter.shared.failed_side import in_markdown, where_failed
from reporter.shared.model import FULL_COMMIT


def failed_side(measure: dict[str, Any]) -> str:
    """Return in Markdown which side failed, at which commit, and what it printed last; empty where nothing failed."""
    failure = part(measure, "failure")
    what = text(failure.get("what"))
    if not what:
        return ""
    commit = text(failure.get("commit"))
    where = where_failed(text(failure.get("side")), commit if FULL_COMMIT.fullmatch(commit) else "")
    return in_markdown(where, what, texts(failure, "lines"))


def brief(message: str) -> str:
    """Return a message of measuring without the lines of the log that it quotes."""
    kept = [line for line in message.split("\n") if not line.startswith(("  | ", "  the last lines of "))]
    return "\n".join(kept)
