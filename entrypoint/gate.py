"""The verb ``gate``: outputs, job summary, annotations and the exit code of the action, from the work folder's files.

Run as a file on the host, so: the standard library and ``reporter.shared`` only, Python 3.9 and later.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path
from typing import Any

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from entrypoint.gate_facts import Facts
from entrypoint.job_words import annotation_lines, summary
from entrypoint.runner_files import append, assignment
from entrypoint.untrusted import DEFECT, items, number, part, text, whole
from reporter.shared.errors import GATE_FAILED, MeasuringInterruptedError

COUNTED = ("regressed", "improved", "unchanged", "inconclusive", "new", "missing", "errored", "not_comparable")


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


def exit_code(facts: Facts) -> int:
    """Return the first recorded code that is not 0, else the gate's own: 10 when it failed, 1 without any verdict.

    Where it is only advice, a gate that failed ends well. Of several runners that measured one suite, none has the
    gate, so the job that puts them together has it.
    """
    failed = [code for code in facts.codes.values() if code and not (facts.advisory and code == GATE_FAILED)]
    if failed:
        return failed[0]
    if not facts.measured_here:
        return GATE_FAILED if facts.fails_here else 0
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
        "head-sha": facts.head_sha,
    }


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
