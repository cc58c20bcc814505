"""The verb ``gate``: outputs, job summary, annotations and the exit code of the action, from the work folder's files.

Run as a file on the host, so: the standard library and ``reporter.shared`` only, Python 3.9 and later. The benchmark
command could have written the files, so they are read as data: bounded, typed one by one, and escaped for the place
where they are shown.
"""

from __future__ import annotations

import argparse
import math
import os
import secrets
import sys
from pathlib import Path
from typing import Any

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from entrypoint.failed_side import brief, failed_side
from entrypoint.untrusted import (
    DEFECT,
    VERBS,
    failures,
    items,
    markdown,
    number,
    part,
    read_object,
    read_text,
    recorded_code,
    text,
    texts,
    whole,
)
from reporter.shared.errors import GATE_FAILED, MeasuringInterruptedError
from reporter.shared.model import FULL_COMMIT

COUNTED = ("regressed", "improved", "unchanged", "inconclusive", "new", "missing", "errored", "not_comparable")
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

CAUSES = {
    "not-measured": ("warning", "Benchverdict is undecided"),
    "too-noisy": ("warning", "Benchverdict: too noisy to tell"),
    "not-compared": ("notice", "Benchverdict: not compared"),
}
"""Why a gate is undecided, with the level and title of its annotation."""

Annotation = tuple[str, str, str]
"""Level (error, warning, notice), title, text."""


def main(arguments: list[str], environ: dict[str, str]) -> int:
    """Write what the step hands on, and give its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--stage", default="all")
    parsed = parser.parse_args(arguments)
    facts = Facts(parsed.work, parsed.stage, cancelled=environ.get("BENCHVERDICT_JOB_STATUS") == "cancelled")
    code = exit_code(facts)
    for line in annotation_lines(facts, code):
        print(line)
    append(environ.get("GITHUB_STEP_SUMMARY"), summary(facts, code))
    append(environ.get("GITHUB_OUTPUT"), "".join(assignment(*item) for item in outputs(facts, code).items()))
    print(f"gate: {outcome(facts, code)}, exit code {code}")
    return code


class Facts:
    """What the verbs before left in the work folder; whatever is missing or broken is empty.

    The gate closes where something was measured. A job that only publishes shows the verdict and ends well.
    """

    def __init__(self, work: Path, stage: str = "all", *, cancelled: bool = False) -> None:
        self.work = work
        self.measured_here = stage == "all"
        self.cancelled = cancelled
        self.collected = read_object(work / "collected.json")
        self.verdict = self.collected if stage == "aggregate" else read_object(work / "report" / "verdict.json")
        self.measure = read_object(work / "measure" / "measure.json")
        self.published = read_object(work / "published.json")
        self.situation = read_object(work / "situation.json")
        self.request = read_object(work / "request.json")
        self.source = read_object(work / "baseline" / "source.json")
        self.codes = {verb: recorded_code(work / "exit" / verb) for verb in VERBS}
        self.advisory = self.situation.get("advisory") is True
        self.unfinished = (work / "report" / "next-step.json").exists()

    @property
    def status(self) -> str:
        """Return passed, failed or undecided; empty without a verdict."""
        status = part(self.verdict, "gate").get("status")
        return status if status in ("passed", "failed", "undecided") else ""

    @property
    def cause(self) -> str:
        """Return why it is undecided. Without a verdict, or with an old one without causes, nothing was measured."""
        if self.status in ("passed", "failed") or self.skipped:
            return ""
        cause = text(part(self.verdict, "gate").get("cause"))
        return cause if cause in CAUSES else "not-measured"

    @property
    def skipped(self) -> str:
        """Return why nothing was measured on purpose; empty where something was."""
        return text(self.measure.get("message")) if self.measure.get("status") == "skipped" else ""


def exit_code(facts: Facts) -> int:
    """Return the first recorded code that is not 0, else the gate's own: 10 when it failed, 1 without any verdict.

    Where it is only advice, a gate that failed ends well.
    """
    failed = [code for code in facts.codes.values() if code and not (facts.advisory and code == GATE_FAILED)]
    if failed:
        return failed[0]
    if not facts.measured_here:
        return 0
    if facts.cancelled:
        return MeasuringInterruptedError.exit_code
    if facts.unfinished or not (facts.status or facts.skipped):
        return DEFECT
    return GATE_FAILED if facts.status == "failed" and not facts.advisory else 0


def outcome(facts: Facts, code: int) -> str:
    """Return what the output ``gate`` says: nothing has passed beside an exit code that is not 0."""
    if facts.status == "passed" and code:
        return "undecided"
    return facts.status or ("skipped" if facts.skipped else "undecided")


def outputs(facts: Facts, code: int) -> dict[str, str]:
    """Return the outputs of the action by name. Shares and counts are plain numbers; unknown is empty."""
    counts = part(facts.verdict, "counts")
    baseline = part(facts.verdict, "baseline")
    name, change = worst(facts.verdict)
    report = facts.work / "report"
    return {
        "gate": outcome(facts, code),
        "cause": facts.cause or ("not-measured" if outcome(facts, code) == "undecided" else ""),
        "skipped": facts.skipped,
        "exit-code": str(code),
        **{verdict.replace("_", "-"): whole(counts.get(verdict)) for verdict in COUNTED},
        "worst-benchmark": name,
        "worst-change": change,
        "report-path": str(report) if report.is_dir() else "",
        "verdict-path": str(report / "verdict.json") if facts.verdict and not facts.collected else "",
        "comment-url": text(facts.published.get("comment_url")),
        "check-url": text(facts.published.get("check_url")),
        "baseline-commit": text(baseline.get("commit")),
        "baseline-age": whole(baseline.get("age_seconds")),
        "head-sha": head_sha(facts),
    }


def head_sha(facts: Facts) -> str:
    """Return the commit that a request is granted for; empty when nothing is to be measured."""
    found = text(facts.request.get("head_sha"))
    return found if FULL_COMMIT.fullmatch(found) else ""


def worst(verdict: dict[str, Any]) -> tuple[str, str]:
    """Name the regressed benchmark that the report shows first, and its change; empty when none regressed."""
    regressed = [row for row in items(verdict, "benchmarks") if row.get("verdict") == "regressed"]
    if not regressed:
        return "", ""
    first = max(regressed, key=size)
    point = number(part(first, "change").get("point"))
    return text(first.get("name")), "" if point is None else f"{point:.6g}"


def size(row: dict[str, Any]) -> float:
    """Measure how large a change is, as ``reporter.render.order`` does: halved and doubled are equally large."""
    change = part(row, "change")
    point = number(change.get("point"))
    if point is None:
        return 0.0
    if change.get("kind") == "difference":
        base = number(change["before"] if "before" in change else part(row, "baseline").get("median"))
        return abs(point) / abs(base) if base else math.inf
    return abs(math.log1p(point)) if point > -1 else math.inf


def annotation_lines(facts: Facts, code: int) -> list[str]:
    """Return the lines that GitHub shows beside the job: what failed, what was refused, what to do."""
    found = failure(facts, code)
    found += [(loudness(notice), "Benchverdict", said(notice)) for notice in notices(facts)]
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
    told = [("error", "Benchverdict", brief(message)) for message in (*messages(facts), *decided)]
    return told or [("error", "Benchverdict", f"Ended with exit code {code}; see the log of the steps before.")]


def messages(facts: Facts) -> list[str]:
    """Return which verbs failed, and why."""
    found = failures(facts.work)
    if found or not facts.measured_here:
        return found
    if facts.cancelled:
        return ["The job was cancelled before it came to its end."]
    if facts.unfinished:
        return ["The measuring of what was left open did not come to its end; see the log of the step Report."]
    if not facts.status:
        found.append("There is no verdict, although no step failed: please report this defect of Benchverdict.")
    return found


def notices(facts: Facts) -> list[dict[str, Any]]:
    """Return what fetch, request and publish want people to know."""
    return [notice for told in (facts.situation, facts.request, facts.published) for notice in items(told, "notices")]


def said(notice: dict[str, Any]) -> str:
    """Return a notice as one text."""
    return f"{text(notice.get('text'))} [{text(notice.get('code'))}]"


def summary(facts: Facts, code: int) -> str:
    """Return the job summary: what failed and the notices, so that they are never cut; then the report's own."""
    if facts.request:
        asked = f"Benchmarks on request: {head_sha(facts) or 'none'}, {markdown(text(facts.request.get('reason')))}\n"
        return bounded(asked, SUMMARY_LIMIT)
    has_report = facts.verdict or not facts.measured_here
    own = read_text(facts.work / "report" / "summary.md").rstrip() if has_report else ""
    parts = [] if own else [skipped_summary(facts) if facts.skipped and not code else failure_summary(facts, code)]
    if own and code not in (0, GATE_FAILED):
        parts += [f"> {markdown(brief(message))}" for message in messages(facts)]
    if own and code == 0 and facts.status == "failed" and facts.measured_here:
        parts.append(f"> {markdown(ADVISORY)}")
    parts += [f"> {markdown(said(notice))}" for notice in notices(facts)[:NOTICE_LIMIT]]
    parts += [block for block in ([] if own and facts.verdict.get("failed") else [failed_side(facts.measure)]) if block]
    return bounded("\n\n".join([*parts, own]).rstrip() + "\n", SUMMARY_LIMIT)


def skipped_summary(facts: Facts) -> str:
    """Return why nothing was measured."""
    return f"## Benchverdict: skipped\n\n{markdown(facts.skipped)}"


def failure_summary(facts: Facts, code: int) -> str:
    """Return what failed and where, when there is no report to show."""
    lines = ["## Benchverdict: no verdict", "", f"Exit code {code}.", ""]
    lines += [f"- {markdown(brief(message))}" for message in messages(facts)]
    reason = text(facts.source.get("reason"))
    if reason:
        lines.append(f"- no baseline: {markdown(reason)}")
    return "\n".join(lines)


def bounded(content: str, limit: int) -> str:
    """Cut a text to that many bytes at the end of a line, and say so."""
    raw = content.encode("utf-8", "replace")
    if len(raw) <= limit:
        return raw.decode("utf-8")
    note = "\n\n(The summary was cut here; the report artifact has all of it.)\n"
    kept = raw[: limit - len(note.encode())]
    return kept[: max(kept.rfind(b"\n"), 0)].decode("utf-8", "ignore") + note


def command(level: str, title: str, message: str) -> str:
    """Return one workflow command; GitHub's escapes keep the message on its line."""
    label = escape(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={label}::{escape(message)}"


def escape(value: str) -> str:
    """Escape the data of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def assignment(name: str, value: str) -> str:
    """Return one entry of the output file, between delimiters that the value cannot hold."""
    delimiter = f"benchverdict_{secrets.token_hex(16)}"
    while delimiter in value:
        delimiter = f"benchverdict_{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def append(path: str | None, content: str) -> None:
    """Add to one of the runner's files; outside of a workflow there is none."""
    if path:
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.write(content)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
