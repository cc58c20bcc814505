"""What people see of the job: its annotations and its summary. Every text is escaped for the place where it is shown.

Used on the host: standard library only, Python 3.9 and later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from entrypoint.failed_side import brief, failed_side
from entrypoint.gate_facts import CAUSES
from entrypoint.runner_files import bounded, command
from entrypoint.untrusted import markdown, part, read_text, text, texts
from reporter.shared.errors import GATE_FAILED

if TYPE_CHECKING:
    from entrypoint.gate_facts import Facts

SUMMARY_LIMIT = 1_000_000
"""Bytes of the job summary; GitHub drops one of more than 1 MiB whole."""
ANNOTATION_LIMIT = 10
"""Annotations of a level that GitHub shows for a step."""
NOTICE_LIMIT = 20
"""Notices in the summary; even escaped they leave most of it to the report."""
WARNED = frozenset({"baseline-not-saved"})
"""Notices of what was asked for and is not done."""
ADVISORY = (
    "This run saves the new baseline, so what got worse is a warning here and does not fail the job. "
    "The input fail-on makes it fail."
)
Annotation = tuple[str, str, str]
"""Level (error, warning, notice), title, text."""


def annotation_lines(facts: Facts, code: int) -> list[str]:
    """Return the lines that GitHub shows beside the job: what failed, what was refused, what to do."""
    found = failure(facts, code)
    found += [(loudness(notice), "Benchverdict", said(notice)) for notice in facts.notices()]
    reason = text(facts.source.get("reason"))
    if reason and facts.situation.get("pull_request") is not None and facts.cause != "not-compared":
        found.append(("notice", "Benchverdict has no baseline", reason))
    shown: list[str] = []
    for wanted in ("error", "warning", "notice"):
        shown += [command(*each) for each in found if each[0] == wanted][:ANNOTATION_LIMIT]
    return shown


def loudness(notice: dict[str, Any]) -> str:
    """Return how loudly a notice is shown beside the job."""
    return "warning" if notice.get("code") in WARNED else "notice"


def failure(facts: Facts, code: int) -> list[Annotation]:
    """Return why the job fails, or why its gate is undecided."""
    reasons = texts(part(facts.verdict, "gate"), "reasons")
    if code == 0:
        if not facts.measured_here:
            return []
        if facts.skipped:
            return [("notice", "Benchverdict measured nothing", facts.skipped)]
        if facts.status == "failed":
            return [("warning", "Benchverdict", reason) for reason in (*reasons, ADVISORY)]
        if facts.status == "undecided":
            level, title = CAUSES[facts.cause]
            return [(level, title, reason) for reason in reasons]
        return [("notice", "Benchverdict", reason) for reason in reasons] if facts.verdict.get("override") else []
    if code == GATE_FAILED:
        return [("error", "Benchverdict", reason) for reason in reasons or ["The gate failed."]]
    decided = reasons if facts.status == "failed" else []
    annotations = [("error", "Benchverdict", brief(message)) for message in (*facts.messages(), *decided)]
    return annotations or [("error", "Benchverdict", f"Ended with exit code {code}; see the log of the steps before.")]


def said(notice: dict[str, Any]) -> str:
    """Return a notice as one text."""
    return f"{text(notice.get('text'))} [{text(notice.get('code'))}]"


def summary(facts: Facts, code: int) -> str:
    """Return the job summary: what failed and the notices, so that they are never cut; then the report's own."""
    if facts.request:
        asked = f"Benchmarks on request: {facts.head_sha or 'none'}, {markdown(text(facts.request.get('reason')))}\n"
        return bounded(asked, SUMMARY_LIMIT)
    has_report = facts.verdict or not facts.measured_here
    own = read_text(facts.work / "report" / "summary.md").rstrip() if has_report else ""
    parts = [] if own else [skipped_summary(facts) if facts.skipped and not code else failure_summary(facts, code)]
    if own and code not in (0, GATE_FAILED):
        parts += [f"> {markdown(brief(message))}" for message in facts.messages()]
    if own and code == 0 and facts.status == "failed" and facts.measured_here:
        parts.append(f"> {markdown(ADVISORY)}")
    parts += [f"> {markdown(said(notice))}" for notice in facts.notices()[:NOTICE_LIMIT]]
    parts += [block for block in ([] if own and facts.verdict.get("failed") else [failed_side(facts.measure)]) if block]
    return bounded("\n\n".join([*parts, own]).rstrip() + "\n", SUMMARY_LIMIT)


def skipped_summary(facts: Facts) -> str:
    """Return why nothing was measured."""
    return f"## Benchverdict: skipped\n\n{markdown(facts.skipped)}"


def failure_summary(facts: Facts, code: int) -> str:
    """Return what failed and where, when there is no report to show."""
    lines = ["## Benchverdict: no verdict", "", f"Exit code {code}.", ""]
    lines += [f"- {markdown(brief(message))}" for message in facts.messages()]
    reason = text(facts.source.get("reason"))
    if reason:
        lines.append(f"- no baseline: {markdown(reason)}")
    return "\n".join(lines)
