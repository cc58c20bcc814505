"""What the comment says when a verb failed so early that there is no report: never a former verdict left standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrypoint import untrusted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from entrypoint.message import Message

VERBS = ("fetch", "start", "measure", "report", "collect")


def failures(work: Path) -> list[str]:
    """Return in Markdown which verbs failed, and why; empty when none did."""
    return [untrusted.markdown(line) for line in untrusted.failures(work, VERBS)]


def skipped(work: Path) -> str:
    """Say in Markdown why nothing was measured on purpose; empty where something was."""
    measure = untrusted.read_object(work / "measure" / "measure.json")
    return untrusted.markdown(untrusted.text(measure.get("message"))) if measure.get("status") == "skipped" else ""


def text_of(message: Message) -> str:
    """Give the text of the comment, in Markdown, of a run without a report."""
    if message.skipped:
        return f"### Nothing was measured\n\nFor commit {message.head_sha}: {message.skipped}\n"
    return text(message.failed, message.head_sha)


def text(failed: Iterable[str], head_sha: str) -> str:
    """Say which verbs failed."""
    lines = [f"- {line}" for line in failed]
    return "\n".join(
        ["### ⚠️ No verdict", "", f"The run for commit {head_sha} came to no verdict:", "", *lines, "", _WHERE, ""]
    )


_WHERE = "The last lines of what failed are in the log of the job."
