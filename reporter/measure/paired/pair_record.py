"""``measure.json`` while pairs are measured: taken up or begun, and written again after every pair."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from reporter.measure import checkout, environment, fingerprint, record, wording
from reporter.measure.language import language_of
from reporter.measure.paired import short_plan
from reporter.measure.plan import WHOLE
from reporter.measure.record import Failure
from reporter.measure.series import new_record, not_continuable
from reporter.shared.errors import UsageError
from reporter.shared.model import TooSlow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.measure.paired.preparing import Prepared
    from reporter.measure.paired.trees import Commits
    from reporter.measure.plan import Plan
    from reporter.measure.record import Record, RunRecord
    from reporter.measure.selecting.decision import Selection
    from reporter.shared.model import Notice


class PairRecord:
    """The record of one measuring, with what pairs need to know of it. ``content`` is what is in the file."""

    def __init__(self, content: Record, output: Path) -> None:
        self._output = output
        self.content = content

    @property
    def pairs(self) -> int:
        """How many complete pairs there are, over all batches."""
        return sum(len(runs) == 2 for runs in self._complete().values())

    def pairs_of(self, batch: int) -> int:
        """How many complete pairs a batch has."""
        return sum(len(runs) == 2 and runs[0].batch == batch for runs in self._complete().values())

    @property
    def next_pair(self) -> int:
        """The number of the next pair, over all batches."""
        return max((run.pair for run in self.content.runs if run.pair is not None), default=-1) + 1

    @property
    def spent_seconds(self) -> float:
        """What measuring pairs took so far."""
        return self.content.paired_seconds or 0.0

    def pair_seconds(self, last_pairs: int) -> float | None:
        """Return what one of so many last pairs took; ``None`` before the first."""
        last = list(self._complete().values())[-last_pairs:]
        return fmean(map(_seconds_of, last)) if last else None

    def open(self) -> None:
        """Let it read as interrupted until it ends, in case this process is killed. Raises as ``write`` does."""
        self.content = replace(
            self.content,
            status="interrupted",
            message=wording.cut_short(),
            failed_side=None,
            failure=None,
            too_slow=None,
            out_of_time=None,
        )
        self.write()

    def write(self) -> None:
        """Put the file in place; raises ``UsageError`` when that fails."""
        record.write(self.content, self._output)

    def prepared(self, prepared: Prepared) -> None:
        """Note what is known of the sides before they run."""
        self.content = replace(
            self.content,
            changed_benchmark_files=prepared.differences.benchmark_files,
        )
        self.set_up(prepared.seconds)
        self.warn(*prepared.warnings)

    def warn(self, *warnings: Notice) -> None:
        """Add warnings, each once."""
        new = [warning for warning in warnings if warning not in self.content.warnings]
        self.content = replace(self.content, warnings=(*self.content.warnings, *new))

    def changed(self, benchmark_files: Sequence[str]) -> None:
        """Add to the benchmark files that are not the same on both sides."""
        files = {*self.content.changed_benchmark_files, *benchmark_files}
        self.content = replace(self.content, changed_benchmark_files=tuple(sorted(files)))

    def set_up(self, seconds: float) -> None:
        """Add to the time that setting up took."""
        self.content = replace(self.content, setup_seconds=(self.content.setup_seconds or 0.0) + seconds)

    def spend(self, seconds: float) -> None:
        """Add to the time that measuring took."""
        self.content = replace(self.content, paired_seconds=self.spent_seconds + seconds, finished_at=time.time())

    def add(self, runs: Sequence[RunRecord]) -> None:
        """Add runs."""
        self.content = replace(self.content, runs=(*self.content.runs, *runs))

    def select(self, selection: Selection | None) -> None:
        """Note which benchmarks pairs are of, where the change does not reach all."""
        self.content = replace(self.content, selected=selection)

    @property
    def wanted(self) -> tuple[str, ...] | None:
        """The benchmarks that pairs are of; ``None`` for all."""
        return self.content.selected.measured if self.content.selected else None

    def end(self, status: str, message: str | None, side: str | None) -> None:
        """Close and write it, for now: pairs can be added later. Raises as ``write`` does."""
        self.content = replace(self.content, status=status, message=message, failed_side=side, finished_at=time.time())
        self.write()

    def fail(self, side: str | None, message: str) -> None:
        """Note what failed, with the last lines that it printed."""
        commits = {"base": self.content.base_sha, "head": self.content.head_sha}
        failure = Failure(side, commits.get(side or ""), wording.in_brief(message), wording.quoted(message))
        self.content = replace(self.content, failure=failure)

    def out_of_time(self) -> None:
        """Note that the time limit left no room for all pairs of a look: there is none for another look."""
        self.content = replace(self.content, out_of_time=True)

    def may_take(self, seconds: float, *, given: bool) -> None:
        """Note how long all pairs may take, and whether somebody gave that limit."""
        self.content = replace(self.content, time_limit_seconds=seconds, time_limit_given=given)

    def too_slow(self, run_seconds: float, limit_seconds: float, *, at_least: bool) -> None:
        """Note that the time limit leaves no room for as many pairs as decide anything."""
        self.content = replace(self.content, too_slow=TooSlow(run_seconds, limit_seconds, at_least))

    def give_up(self, batch: int) -> None:
        """Leave out the pairs of a batch that came to no end: what was measured before them stands without them."""
        left = tuple(run for run in self.content.runs if run.pair is None or run.batch != batch)
        self.content = replace(self.content, runs=left, selected=None)

    def without_pairs(self) -> None:
        """Make it a record of the head alone: of pairs, only why there are none is left."""
        left = tuple(warning for warning in self.content.warnings if warning.code != short_plan.SHORTENED)
        self.content = replace(
            self.content,
            plan=WHOLE,
            time_limit_seconds=None,
            time_limit_given=None,
            out_of_time=None,
            warnings=left,
            selected=None,
        )

    def correct_run_seconds(self) -> None:
        """Take the length of a run that was ended early from whole runs, which are not shortened either."""
        seconds = [run.seconds for run in self.content.runs if run.pair is None and run.complete and run.seconds]
        if self.content.too_slow and self.content.too_slow.at_least and seconds:
            slow = replace(self.content.too_slow, run_seconds=fmean(seconds), at_least=False)
            self.content = replace(self.content, too_slow=slow)

    def _complete(self) -> dict[int, list[RunRecord]]:
        pairs: dict[int, list[RunRecord]] = {}
        for run in self.content.runs:
            if run.pair is not None and run.complete:
                pairs.setdefault(run.pair, []).append(run)
        return pairs


def _seconds_of(runs: Sequence[RunRecord]) -> float:
    """Return what a pair took: in lock-step its runs went on at the same time."""
    seconds = [run.seconds or 0.0 for run in runs]
    return max(seconds) if any(run.slices for run in runs) else sum(seconds)


def begin(plan: Plan, output: Path, environ: Mapping[str, str], commits: Commits | None) -> PairRecord:
    """Clear a folder of what measure left in it, and begin a record there. Without ``commits`` the head is alone.

    Raises:
        UsageError: the folder is somebody else's or cannot be written.
    """
    record.prepare(output)
    head = commits.head if commits else checkout.read(Path.cwd()).sha
    base = commits.base if commits else None
    content = new_record(plan, environ, head_sha=plan.head_sha or head, base_sha=base)
    found = PairRecord(content, output)
    found.write()
    return found


def take_up(plan: Plan, output: Path, environ: Mapping[str, str], commits: Commits | None) -> PairRecord:
    """Go on with what was measured here. ``commits`` are those compared, where the sides are not there yet.

    Raises:
        UsageError: it was something else.
    """
    former = record.load(output)
    machine = fingerprint.read(environment.for_command(environ, "head"), language_of(plan))
    problem = not_continuable(former, plan, machine)
    if commits and not problem:
        head, has_pairs = plan.head_sha or commits.head, any(run.pair is not None for run in former.runs)
        if former.head_sha not in {None, head} or (has_pairs and former.base_sha != commits.base):
            problem = "what was measured here were other commits"
        base = former.base_sha if plan.noise_pairs else commits.base
        former = replace(former, base_sha=base, head_sha=head)
    if problem:
        cure = record.CURE_OTHER_FOLDER
        raise UsageError("other-measuring", problem, where=str(output), cure=cure)
    return PairRecord(replace(former, runs=_without_broken_pairs(former.runs)), output)


def _without_broken_pairs(runs: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """Leave out pairs of which a side failed: they are measured again."""
    broken = {run.pair for run in runs if not run.complete}
    return tuple(run for run in runs if run.pair is None or run.pair not in broken)
