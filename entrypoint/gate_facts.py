"""What the verbs before the gate left in the work folder, on the host: standard library only, Python 3.9 and later.

The benchmark command could have written the files, so they are read as data: bounded, and typed one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from entrypoint.untrusted import VERBS, failures, items, part, read_object, recorded_code, text
from reporter.shared.model import FULL_COMMIT

if TYPE_CHECKING:
    from pathlib import Path

CAUSES = {
    "not-measured": ("warning", "Benchverdict is undecided"),
    "too-noisy": ("warning", "Benchverdict: too noisy to tell"),
    "not-compared": ("notice", "Benchverdict: not compared"),
}
"""Why a gate is undecided, with the level and title of its annotation."""


class Facts:
    """What the verbs before left in the work folder; whatever is missing or broken is empty.

    The gate closes where something was measured. A job that only publishes shows the verdict and ends well, unless the
    verdict is that of several runners together.
    """

    def __init__(self, work: Path, stage: str = "all", *, cancelled: bool = False) -> None:
        self.work = work
        self.measured_here = stage == "all"
        self.cancelled = cancelled
        self.collected = read_object(work / "collected.json")
        self.verdict = (
            self.collected if stage in ("aggregate", "watch") else read_object(work / "report" / "verdict.json")
        )
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
    def fails_here(self) -> bool:
        """Return whether a suite failed whose own jobs decide nothing."""
        return self.collected.get("fails_here") is True

    @property
    def skipped(self) -> str:
        """Return why nothing was measured on purpose; empty where something was."""
        return text(self.measure.get("message")) if self.measure.get("status") == "skipped" else ""

    @property
    def head_sha(self) -> str:
        """Return the commit that a request is granted for; empty when nothing is to be measured."""
        found = text(self.request.get("head_sha"))
        return found if FULL_COMMIT.fullmatch(found) else ""

    def notices(self) -> list[dict[str, Any]]:
        """Return what fetch, request and publish want people to know."""
        return [notice for part in (self.situation, self.request, self.published) for notice in items(part, "notices")]

    def messages(self) -> list[str]:
        """Return which verbs failed, and why."""
        found = failures(self.work)
        if found or not self.measured_here:
            return found
        if self.cancelled:
            return ["The job was cancelled before it came to its end."]
        if self.unfinished:
            return ["The measuring of what was left open did not come to its end; see the log of the step Report."]
        if not self.status:
            found.append("There is no verdict, although no step failed: please report this defect of Benchverdict.")
        return found
