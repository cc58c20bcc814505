"""What a side that failed printed last, in Markdown. Used on the host: standard library only, Python 3.9 and later."""

from __future__ import annotations

import re
from typing import Any

from entrypoint.untrusted import markdown, part, text, texts
from reporter.shared.model import FULL_COMMIT

LAST_LINES, LINE_LIMIT = 5, 300
"""Lines of a log that are shown, and characters of each."""


def failed_side(measure: dict[str, Any]) -> str:
    """Return in Markdown which side failed, at which commit, and what it printed last; empty where nothing failed."""
    failure = part(measure, "failure")
    if not text(failure.get("what")):
        return ""
    side, commit = (text(failure.get(key)) for key in ("side", "commit"))
    who = f"The {side} failed" if side in ("base", "head") else "Both sides failed"
    where = f" at commit {commit}" if FULL_COMMIT.fullmatch(commit) else ""
    shown = [" ".join(line.split("\n"))[:LINE_LIMIT] for line in texts(failure, "lines")[-LAST_LINES:]]
    last = f". The last lines of what it printed:\n\n{fenced(shown)}" if shown else "; it printed nothing."
    return f"{who}{where}: {markdown(text(failure.get('what')))}{last}"


def fenced(lines: list[str]) -> str:
    """Return a code block that nothing in its lines can end, and in which no address or comment is one."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *(line.replace("<!--", "<! --") for line in lines), fence])


def brief(message: str) -> str:
    """Return a message of measuring without the lines of the log that it quotes."""
    kept = [line for line in message.split("\n") if not line.startswith(("  | ", "  the last lines of "))]
    return "\n".join(kept)
