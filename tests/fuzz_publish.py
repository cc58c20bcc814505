"""Whole publishes of forged reports: what is written to GitHub is what their numbers support, or it is a refusal.

``python -m tests.fuzz_publish --inputs 50000`` publishes that many, one in twenty of them through ``collect`` as one of
two suites; the same seed makes the same inputs. What fails is kept in ``build/fuzz``.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reporter.records import json_v1
from tests import publish_oracle as oracle
from tests.edge.job import TOKEN, other_run, seed, sha
from tests.forging import SENTENCE, packed, upload_of
from tests.fuzz import Outcome, limits, noted
from tests.github_api.in_process import InProcess
from tests.github_api.world import World
from tests.property.test_reports_agree import drawn
from tests.reports import SITUATIONS

if TYPE_CHECKING:
    from reporter.model import Report
    from tests.edge.job import Job
    from tests.forging import Document

MOST_MEMORY = 500
"""Mebibytes of this process at its peak."""
MOST_SECONDS = 10.0
_SUITES = ("benchmarks", "linux")
_FAIL_ON = ("regressed,budget-critical", "regressed", "regressed,improved,budget-critical")
_OLD = "<!-- benchverdict comment: benchmarks -->\nAll is well. ✅"


@dataclass(slots=True, kw_only=True)
class Costs:
    """What the dearest input took, in seconds of processor time."""

    longest: float = 0.0
    began: float = field(default_factory=time.process_time)

    def note(self) -> None:
        now = time.process_time()
        self.longest, self.began = max(self.longest, now - self.began), now


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of a stranger and how it is published: its artifacts by suite, and what was there before."""

    uploads: dict[str, bytes]
    fail_on: str
    comment: str
    old: bool

    @property
    def is_aggregate(self) -> bool:
        return len(self.uploads) > 1


def originals() -> list[Document]:
    """Return good reports of the commit that is published: every situation, and some as the engine makes them."""
    known = [make() for name, make in SITUATIONS.items() if name != "many-rows"]
    drawn_ = [_consistent(drawn(number)) for number in range(150)]
    reports = known + drawn_[:15] + [each for each in drawn_[15:] if each.gate.status != "undecided"]
    measured = [replace(each.measured, base_sha=sha("m5"), head_sha=sha("t1")) for each in reports]
    made = [replace(each, suite=_SUITES[0], measured=own) for each, own in zip(reports, measured, strict=True)]
    return [json.loads(json_v1.dump(each)) for each in made]


def _consistent(report: Report) -> Report:
    """Return a drawn report without what is drawn against its values: budgets, and verdicts without a comparison."""
    budgets = tuple(each for each in report.budgets if each.status in ("above_target", "not_measured"))
    return replace(report, budgets=budgets, compare="paired" if report.compare == "none" else report.compare)


def attempt(known: list[Document], chance: random.Random) -> Attempt:
    """Draw an input: one report, or with an honest one beside it."""
    uploads = {_SUITES[0]: upload_of(chance.choice(known), chance)}
    if chance.random() < 0.05:
        other = {**chance.choice(known), "suite": _SUITES[1]}
        uploads[_SUITES[1]] = packed(json.dumps(other).encode(), chance)
    comment = chance.choice(("always", "always", "changes", "regressions"))
    return Attempt(uploads=uploads, fail_on=chance.choice(_FAIL_ON), comment=comment, old=chance.random() < 0.5)


def publish(api: InProcess, folder: Path, tried: Attempt) -> str:
    """Publish an input in a fresh world and hold what was written against the oracle.

    Raises:
        AssertionError: something was written or printed that must not be.
    """
    world = api.world = World()
    seed(world)
    world.add_comment(7, "alice", "Looks good to me.")
    world.add_pull(number=8, head_sha=sha("m4"), base_sha=sha("m5"), head_ref="other")
    if tried.old:
        world.add_comment(7, "github-actions[bot]", _OLD)
    this = other_run(api, folder, BENCHVERDICT_INPUT_COMMENT=tried.comment, BENCHVERDICT_INPUT_FAIL_ON=tried.fail_on)
    for suite, content in tried.uploads.items():
        world.add_artifact(name=f"benchverdict-report-{suite}", run_id=41, content=content)
    shutil.rmtree(this.work, ignore_errors=True)
    refused = _run(this, tried)
    return _judged(world, this, tried, refused=refused)


def _run(this: Job, tried: Attempt) -> bool:
    """Run the verbs of the stage; return whether the report was refused."""
    if not tried.is_aggregate:
        return _refused(this, "publish")
    this.environ |= {"BENCHVERDICT_INPUT_STAGE": "aggregate", "BENCHVERDICT_INPUT_SUITES": "\n".join(_SUITES)}
    refused = _refused(this, "collect")
    if _refused(this, "publish"):
        raise AssertionError(f"publish refused what collect had taken: {this.log[:300]}")
    return refused


def _refused(this: Job, verb: str) -> bool:
    code = this.run(verb)
    if code not in (0, 3) or "Traceback" in this.log or "defect of Benchverdict" in this.log or TOKEN in this.log:
        raise AssertionError(f"exit code {code}: {this.log[-300:]}")
    return code == 3


def _judged(world: World, this: Job, tried: Attempt, *, refused: bool) -> str:
    if world.violations:
        raise AssertionError(world.violations[0])
    oracle.refuse_writes(world.log)
    [check] = world.checks.values()
    if check.name != "Benchverdict (benchmarks, fork #7)" or check.head_sha != sha("t1"):
        raise AssertionError(f"the check {check.name} of {check.head_sha}")
    may = [
        oracle.supported(oracle.document_of(content), suite, sha("t1"), tried.fail_on.split(","))
        for suite, content in tried.uploads.items()
    ]
    tick = any(each.success for each in may) if tried.is_aggregate and not refused else check.conclusion == "success"
    oracle.refuse_check(check, may, refused=refused, tick=tick)
    ours = [comment for comment in world.comments.values() if comment.login == "github-actions[bot]"]
    oracle.refuse_comments(ours, tick=tick)
    if tried.old and not ours:
        raise AssertionError("the comment that was there is gone")
    for name in ("summary.md", "verdict.json"):
        path = this.work / "report" / name
        if path.is_file() and SENTENCE in path.read_text(encoding="utf-8"):
            raise AssertionError(f"{name} holds a sentence of the stranger")
    return f"{'refused, ' if refused else ''}{check.conclusion}{', aggregate' if tried.is_aggregate else ''}"


def fuzz(inputs: int, seconds: float, seed_: int, keep: Path | None = None, costs: Costs | None = None) -> Outcome:
    """Publish so many inputs, or for so long; artifacts of those that fail are written below ``keep``."""
    chance = random.Random(seed_)
    outcome, began, known = Outcome(), time.monotonic(), originals()
    costs = costs or Costs()
    with tempfile.TemporaryDirectory() as folder, InProcess() as api, limits():
        while outcome.inputs < inputs and time.monotonic() - began < seconds:
            tried = attempt(known, chance)
            outcome.inputs += 1
            costs.note()
            name, content = f"publish-{outcome.inputs}.zip", tried.uploads[_SUITES[0]]
            noted(outcome, name, content, keep, partial(publish, api, Path(folder), tried), MOST_SECONDS)
            costs.note()
    outcome.seconds = time.monotonic() - began
    return outcome


def main() -> int:
    """Run from the command line; 1 when an input failed or took too much memory."""
    parser = argparse.ArgumentParser(description="publish forged and damaged reports")
    parser.add_argument("--inputs", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    arguments: Any = parser.parse_args()
    costs = Costs()
    outcome = fuzz(arguments.inputs, arguments.seconds, arguments.seed, Path("build/fuzz"), costs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"at most {costs.longest:.2f} s of processor time for an input, {peak:.0f} MiB at the peak")
    return outcome.told() or int(peak > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
