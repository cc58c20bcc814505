"""What the comment says when a verb failed so early that there is no report: it replaces a former verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint import untrusted
from entrypoint.failed_side import brief
from entrypoint.failed_side import failed_side as failed_side_of
from reporter.render.comment_words import after_failure

if TYPE_CHECKING:
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
    return f"### ⚠️ No verdict\n\n{story(message)}"


def story(message: Message) -> str:
    """Return in Markdown which verbs failed, what the side that failed printed last, and what to do."""
    lines = "\n".join(f"- {line}" for line in message.failed)
    where = _LOGS if message.failed_side else _LOG
    blocks = (
        f"The run for commit {message.head_sha} came to no verdict:",
        lines,
        message.failed_side,
        f"**Next:** {after_failure()} {where}",
    )
    return "\n\n".join(filter(None, blocks)) + "\n"


_LOG = "The whole log is in the job."
_LOGS = "The whole log is in the job, and in the artifact with the logs."
