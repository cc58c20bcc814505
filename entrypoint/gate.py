"""The verb ``gate``: outputs, job summary, annotations and the exit code of the action, from the work folder's files.

Run as a file on the host, so: the standard library and ``reporter.shared`` only, Python 3.9 and later. The benchmark
command could have written the files, so they are read as data: bounded, typed one by one, and escaped for the place
where they are shown.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import secrets
import stat
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reporter.shared.markdown import one_line, prose

VERBS = ("setup", "fetch", "measure", "report", "collect", "publish")
COUNTED = ("regressed", "improved", "unchanged", "inconclusive", "new", "missing", "errored", "not_comparable")
EXIT_CODE = re.compile("[0-9]{1,3}")
COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
GATE_FAILED = 10
DEFECT = 1
FILE_LIMIT = 64 * 2**20
"""Bytes of a file that are still read; as many as ``reporter.render.json_v1_read`` takes of a verdict."""
SUMMARY_LIMIT = 1_000_000
"""Bytes of the job summary; GitHub drops one of more than 1 MiB whole."""
TEXT_LIMIT = 2_000
ANNOTATION_LIMIT = 10
"""Annotations of a level that GitHub shows for a step."""

NOTICE_LIMIT = 20
"""Notices in the summary; even escaped they leave most of it to the report."""

Annotation = tuple[str, str, str]
"""Level (error, warning, notice), title, text."""


def main(arguments: list[str], environ: dict[str, str]) -> int:
    """Write what the step hands on, and give its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--stage", default="all")
    parsed = parser.parse_args(arguments)
    facts = Facts(parsed.work, parsed.stage)
    code = exit_code(facts)
    for line in annotation_lines(facts, code):
        print(line)
    append(environ.get("GITHUB_STEP_SUMMARY"), summary(facts, code))
    append(environ.get("GITHUB_OUTPUT"), "".join(assignment(*item) for item in outputs(facts, code).items()))
    print(f"gate: {facts.status or 'no verdict'}, exit code {code}")
    return code


class Facts:
    """What the verbs before left in the work folder; whatever is missing or broken is empty.

    The gate closes where something was measured. A job that only publishes shows the verdict and ends well.
    """

    def __init__(self, work: Path, stage: str = "all") -> None:
        self.work = work
        self.measured_here = stage == "all"
        self.collected = read_object(work / "collected.json")
        self.verdict = self.collected if stage == "aggregate" else read_object(work / "report" / "verdict.json")
        self.measure = read_object(work / "measure" / "measure.json")
        self.published = read_object(work / "published.json")
        self.situation = read_object(work / "situation.json")
        self.request = read_object(work / "request.json")
        self.source = read_object(work / "baseline" / "source.json")
        self.codes = {verb: recorded_code(work / "exit" / verb) for verb in VERBS}

    @property
    def status(self) -> str:
        """Give passed, failed or undecided; empty without a verdict."""
        status = part(self.verdict, "gate").get("status")
        return status if status in ("passed", "failed", "undecided") else ""

    @property
    def skipped(self) -> str:
        """Say why nothing was measured on purpose; empty where something was."""
        return text(self.measure.get("message")) if self.measure.get("status") == "skipped" else ""


def exit_code(facts: Facts) -> int:
    """Give the first recorded code that is not 0, else the gate's own: 10 when it failed, 1 without any verdict."""
    failed = [code for code in facts.codes.values() if code]
    if failed:
        return failed[0]
    if not facts.measured_here:
        return 0
    if not facts.status:
        return 0 if facts.skipped else DEFECT
    return GATE_FAILED if facts.status == "failed" else 0


def outputs(facts: Facts, code: int) -> dict[str, str]:
    """Give the outputs of the action by name. Shares and counts are plain numbers; unknown is empty."""
    counts = part(facts.verdict, "counts")
    baseline = part(facts.verdict, "baseline")
    name, change = worst(facts.verdict)
    report = facts.work / "report"
    return {
        "gate": facts.status or ("skipped" if facts.skipped else "undecided"),
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
    """Give the commit that a request is granted for; empty when nothing is to be measured."""
    found = text(facts.request.get("head_sha"))
    return found if COMMIT.fullmatch(found) else ""


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
        base = number(part(row, "baseline").get("median"))
        return abs(point) / abs(base) if base else math.inf
    return abs(math.log1p(point)) if point > -1 else math.inf


def annotation_lines(facts: Facts, code: int) -> list[str]:
    """Give the lines that GitHub shows beside the job: what failed, what was refused, what to do."""
    found = failure(facts, code)
    found += [("notice", "Benchverdict", said(notice)) for notice in notices(facts)]
    reason = text(facts.source.get("reason"))
    if reason and facts.situation.get("pull_request") is not None:
        found.append(("notice", "Benchverdict has no baseline", reason))
    shown: list[str] = []
    for level in ("error", "warning", "notice"):
        shown += [command(*each) for each in found if each[0] == level][:ANNOTATION_LIMIT]
    return shown


def failure(facts: Facts, code: int) -> list[Annotation]:
    """Say why the job fails, or why its gate is undecided."""
    reasons = texts(part(facts.verdict, "gate"), "reasons")
    if code == 0:
        if not facts.measured_here:
            return []
        if facts.skipped:
            return [("notice", "Benchverdict measured nothing", facts.skipped)]
        if facts.status == "undecided":
            return [("warning", "Benchverdict is undecided", reason) for reason in reasons]
        return [("notice", "Benchverdict", reason) for reason in reasons] if facts.verdict.get("override") else []
    if code == GATE_FAILED:
        return [("error", "Benchverdict", reason) for reason in reasons or ["The gate failed."]]
    told = [("error", "Benchverdict", message) for message in messages(facts)]
    return told or [("error", "Benchverdict", f"Ended with exit code {code}; see the log of the steps before.")]


def messages(facts: Facts) -> list[str]:
    """Say which verbs failed; measuring and collecting leave their own messages."""
    found = []
    for verb, code in facts.codes.items():
        if code:
            known = {"measure": facts.measure.get("message"), "collect": facts.collected.get("refused")}
            detail = text(known.get(verb))
            found.append(f"{verb} ended with exit code {code}. {detail or 'Its log says why.'}")
    if not found and not facts.status and facts.measured_here:
        found.append("There is no verdict, although no step failed: please report this defect of Benchverdict.")
    return found


def notices(facts: Facts) -> list[dict[str, Any]]:
    """Give what fetch, request and publish want people to know."""
    return [notice for told in (facts.situation, facts.request, facts.published) for notice in items(told, "notices")]


def said(notice: dict[str, Any]) -> str:
    """Give a notice as one text."""
    return f"{text(notice.get('text'))} [{text(notice.get('code'))}]"


def summary(facts: Facts, code: int) -> str:
    """Give the job summary: what failed and the notices, so that they are never cut; then the report's own."""
    if facts.request:
        asked = f"Benchmarks on request: {head_sha(facts) or 'none'}, {markdown(text(facts.request.get('reason')))}\n"
        return bounded(asked, SUMMARY_LIMIT)
    has_report = facts.verdict or not facts.measured_here
    own = read_text(facts.work / "report" / "summary.md").rstrip() if has_report else ""
    parts = [] if own else [skipped_summary(facts) if facts.skipped and not code else failure_summary(facts, code)]
    if own and code not in (0, GATE_FAILED):
        parts += [f"> {markdown(message)}" for message in messages(facts)]
    parts += [f"> {markdown(said(notice))}" for notice in notices(facts)[:NOTICE_LIMIT]]
    return bounded("\n\n".join([*parts, own]).rstrip() + "\n", SUMMARY_LIMIT)


def skipped_summary(facts: Facts) -> str:
    """Say why nothing was measured."""
    return f"## Benchverdict: skipped\n\n{markdown(facts.skipped)}"


def failure_summary(facts: Facts, code: int) -> str:
    """Say what failed and where, when there is no report to show."""
    lines = ["## Benchverdict: no verdict", "", f"Exit code {code}.", ""]
    lines += [f"- {markdown(message)}" for message in messages(facts)]
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


def markdown(value: str) -> str:
    """Return a text as one line that means nothing to Markdown, HTML or GitHub (mentions, references)."""
    return prose(one_line(value), TEXT_LIMIT)


def command(level: str, title: str, message: str) -> str:
    """Give one workflow command; GitHub's escapes keep the message on its line."""
    label = escape(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={label}::{escape(message)}"


def escape(value: str) -> str:
    """Escape the data of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def assignment(name: str, value: str) -> str:
    """Give one entry of the output file, between delimiters that the value cannot hold."""
    delimiter = f"benchverdict_{secrets.token_hex(16)}"
    while delimiter in value:
        delimiter = f"benchverdict_{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def append(path: str | None, content: str) -> None:
    """Add to one of the runner's files; outside of a workflow there is none."""
    if path:
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.write(content)


def recorded_code(path: Path) -> int | None:
    """Give the exit code that a verb left, ``None`` when it did not run, 1 when the file makes no sense."""
    content = read_text(path).strip()
    if not content:
        return DEFECT if path.exists() else None
    return int(content) if EXIT_CODE.fullmatch(content) and int(content) < 256 else DEFECT


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object; anything else is an empty one."""
    try:
        value = json.loads(read_text(path))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def read_text(path: Path) -> str:
    """Read a regular file up to ``FILE_LIMIT``; anything else, a link too, is empty."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            status = os.fstat(number)
            is_good = stat.S_ISREG(status.st_mode) and status.st_size <= FILE_LIMIT and not path.is_symlink()
            return file.read(FILE_LIMIT).decode("utf-8", "replace") if is_good else ""
    except OSError:
        return ""


def part(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    """Give an object inside another one, empty when it is something else."""
    value = mapping.get(key)
    return value if isinstance(value, dict) else {}


def items(mapping: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Give the objects of a list inside an object."""
    value = mapping.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def texts(mapping: dict[str, Any], key: str) -> list[str]:
    """Give the texts of a list inside an object."""
    value = mapping.get(key)
    return [text(entry) for entry in value if text(entry)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Give a text of bounded length without control characters but line ends; empty when it is something else."""
    if not isinstance(value, str):
        return ""
    encodable = value[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in encodable if sign.isprintable() or sign == "\n")


def number(value: object) -> float | None:
    """Give a finite number, else ``None``; JSON's true is none, and an integer can be too large to be one."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or abs(value) > sys.float_info.max:
        return None
    return float(value) if math.isfinite(value) else None


def whole(value: object) -> str:
    """Give a number without decimals, empty when it is unknown."""
    known = number(value)
    return "" if known is None else str(round(known))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
