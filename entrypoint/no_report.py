"""What the comment says when a verb failed so early that there is no report: never a former verdict left standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint import untrusted
from entrypoint.failed_side import brief
from entrypoint.failed_side import failed_side as failed_side_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from entrypoint.message import Message

VERBS = ("fetch", "measure", "report", "collect")


def failures(work: Path) -> list[str]:
    """Return in Markdown which verbs failed, and why; empty when none did."""
    return [untrusted.markdown(brief(line)) for line in untrusted.failures(work, VERBS)]


def failed_side(work: Path) -> str:
    """Return in Markdown which side failed and what it printed last; empty where none did."""
    return failed_side_of(untrusted.read_object(work / "measure" / "measure.json"))


def skipped(work: Path) -> str:
    """Return in Markdown why nothing was measured on purpose; empty where something was."""
    measure = untrusted.read_object(work / "measure" / "measure.json")
    return untrusted.markdown(untrusted.text(measure.get("message"))) if measure.get("status") == "skipped" else ""


def text_of(message: Message) -> str:
    """Return the text of the comment, in Markdown, of a run without a report."""
    if message.skipped:
        return f"### Nothing was measured\n\nFor commit {message.head_sha}: {message.skipped}\n"
    return text(message.failed, message.head_sha, message.failed_side)


def text(failed: Iterable[str], head_sha: str, failed_side: str = "") -> str:
    """Return which verbs failed, and what the side that failed printed last."""
    lines = [f"- {line}" for line in failed]
    shown = [failed_side, "", _LOGS] if failed_side else [_WHERE]
    return "\n".join(
        ["### ⚠️ No verdict", "", f"The run for commit {head_sha} came to no verdict:", "", *lines, "", *shown, ""]
    )


_WHERE = "The last lines of what failed are in the log of the job."
_LOGS = "All of it is in the log of the job and in the artifact with the logs."
