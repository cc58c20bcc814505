"""``benchverdict bisect``: which commit made a benchmark slower, by pairs of the good commit and others between.

What was measured is kept in ``ROOT/bisect/bisect.json`` after every look, so that an interrupted search goes on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from operator import itemgetter
from typing import TYPE_CHECKING, TextIO

import msgspec
import numpy as np
from msgspec import structs

from reporter.commands.bisect_range import commits_between
from reporter.commands.deciding import decide_looks
from reporter.commands.outputs import terminal
from reporter.commands.suites import pairs_of
from reporter.commands.unknown import unknown_benchmark
from reporter.decide import paired
from reporter.decide.align import align
from reporter.decide.bisecting import Look, Search, found, next_commit, pairs_for
from reporter.decide.judge import DEFAULT_POLICY
from reporter.decide.judge_pairs import values_of
from reporter.decide.looks import SHORT_LOOKS
from reporter.ingest import measured
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.wording import displayed
from reporter.pipeline.next_step import after_pairs
from reporter.pipeline.plan import in_its_way
from reporter.records import bisection as record
from reporter.records.reading import Origin, decode
from reporter.render import bisect_text
from reporter.render.words import count_of
from reporter.shared.errors import CommandFailedError, InputError, MeasuringInterruptedError, UsageError
from reporter.shared.files import read_regular, write_atomically
from reporter.shared.masking import masked_json
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.config import Config, MeasureSettings
    from reporter.decide.align import Row
    from reporter.decide.judge import Decision, Pairs
    from reporter.ingest.measured import Measurement
    from reporter.measure.plan import Plan
    from reporter.model import Assessment, Change
    from reporter.shared.next_step import Step

FOLDER, FILE_NAME = "bisect", "bisect.json"
_MOST_CHANGE = 1e6
_MOST_BYTES = 64 * 2**20
_NOT_SLOWER = ("unchanged", "improved")
_AGAIN = "call it again to go on where it ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class BisectRequest:
    """What ``bisect`` was called with; the ``plan`` has no pairs yet.

    Without a ``name`` the row that became slower most surely is searched for.
    """

    name: str | None
    plan: Plan
    settings: MeasureSettings
    good: str
    bad: str
    root: Path
    environ: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Where the search is kept and its runs go."""
        return self.root / FOLDER


def bisect(request: BisectRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Find the first slower commit and print it; return the exit code.

    Raises:
        UsageError: the commits are no range, or nothing can be paired here.
        InputError: it could not be decided whether the bad commit is slower, or the kept search is broken.
        CommandFailedError: the good or the bad commit cannot be measured.
        MeasuringInterruptedError: it was asked to stop; what was measured is kept.
    """
    driver = _Driver(request, config, stdout, stderr)
    state = driver.begin()
    if state.target is None:
        state = driver.compare_ends(state)
        if state.target is None:
            stdout.write(f"{bisect_text.nothing_slower(state)}\n")
            return 0
    return driver.search(state)


def _search_of(state: record.Bisection) -> Search:
    looks = (Look(commit=each.commit, change=each.change, noise=each.noise, pairs=each.pairs) for each in state.looks)
    skipped = frozenset(each.commit for each in state.skipped)
    return Search(commits=len(state.commits) - 1, looks=tuple(looks), skipped=skipped)


@dataclass(frozen=True, slots=True)
class _Driver:
    """Measures what the search asks for, and keeps it."""

    request: BisectRequest
    config: Config
    stdout: TextIO
    stderr: TextIO

    def begin(self) -> record.Bisection:
        """Return the search that was interrupted, if it is the same; else a new one."""
        state = record.Bisection(
            schema=record.SCHEMA,
            command=displayed(self.request.plan),
            wanted=self.request.name,
            commits=tuple(commits_between(self.request.good, self.request.bad, self.request.environ)),
        )
        kept = self._kept()
        if kept and kept.result is None and _same(kept, state):
            looks = count_of(len(kept.looks), "look")
            self.stderr.write(f"going on with the search that was interrupted after {looks}\n")
            return kept
        return state

    def _kept(self) -> record.Bisection | None:
        path = self.request.folder / FILE_NAME
        cure = "remove it to begin the search again"
        origin = Origin(schema=record.SCHEMA, where=str(path), code="broken-bisection", cure=cure)
        try:
            return decode(read_regular(path, _MOST_BYTES), record.Bisection, origin)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise origin.broken(f"it cannot be read: {error.strerror or error}") from error

    def compare_ends(self, state: record.Bisection) -> record.Bisection:
        """Measure the bad commit until a row is slower; return the search, without a target where none is.

        Raises:
            InputError: that could not be decided.
        """
        bad = len(state.commits) - 1
        measurement = self._measure(state, bad, SHORT_LOOKS[0], None)
        if measurement is None:
            what = f"the bad commit, {bisect_text.called(state.commits[bad])}, cannot be measured"
            raise CommandFailedError("bisect-end-failed", what, cure=f"see the log in {self.request.folder}")
        pairs = pairs_of(measurement, self.config)
        rows = self._wanted(decide_looks(pairs, self.config, changed_files=(), stored=())).assessments
        if not rows:
            raise unknown_benchmark(
                self.request.name or "", [each.name for each in pairs.head.benchmarks], "at the bad commit"
            )
        target = _slowest(rows)
        if target is None:
            if any(row.verdict not in _NOT_SLOWER for row in rows):
                raise _undecided(state)
            return state
        return self._with_look(state, target, bad, pairs)

    def search(self, state: record.Bisection) -> int:
        """Look at commits until no look narrows the range; print and keep the result."""
        search = _search_of(state)
        commit = next_commit(search)
        while commit is not None:
            state = self._looked_at(state, search, commit)
            search = _search_of(state)
            commit = next_commit(search)
        result = found(search)
        change = float(np.clip(np.expm1(search.change_of(search.commits)), -1.0, _MOST_CHANGE))
        kept = record.Result(first=result.first, last=result.last, probability=result.probability, change=change)
        self._keep(structs.replace(state, result=kept))
        self.stdout.write(bisect_text.render(state, search, result, width=terminal(self.stdout).width))
        self.stdout.write(f"\nbisect: {self.request.folder / FILE_NAME}\n")
        return 0

    def _looked_at(self, state: record.Bisection, search: Search, commit: int) -> record.Bisection:
        assert state.target is not None  # noqa: S101 - it is known once the bad commit was measured
        measurement = self._measure(state, commit, pairs_for(search, commit), (state.target.benchmark,))
        pairs = measurement and pairs_of(measurement, self.config)
        if pairs and _row(pairs, state.target):
            return self._with_look(state, state.target, commit, pairs)
        why = "the benchmark is not there" if pairs else "it cannot be set up or run"
        self.stderr.write(f"skipped: {bisect_text.called(state.commits[commit])}: {why}\n")
        state = structs.replace(state, skipped=(*state.skipped, record.Skipped(commit=commit, why=why)))
        self._keep(state)
        return state

    def _with_look(self, state: record.Bisection, target: record.Target, commit: int, pairs: Pairs) -> record.Bisection:
        looks = (*state.looks, _look_at(pairs, target, commit))
        state = structs.replace(state, target=target, looks=looks)
        self._keep(state)
        search = _search_of(state)
        self.stdout.write(f"{bisect_text.look_line(len(state.looks), state, search, found(search))}\n")
        return state

    def _measure(
        self, state: record.Bisection, commit: int, count: int, select: Sequence[str] | None
    ) -> Measurement | None:
        """Measure pairs of the good commit and another, the ends until all is decided; ``None`` if they cannot be."""
        settings = self.request.settings
        good, other = state.commits[0].sha, state.commits[commit].sha
        plan = in_its_way(self.request.plan, settings, "paired", lambda _: good, has_budgets=False)
        assert plan.pairs is not None  # noqa: S101 - it was made in the way of pairs
        plan = replace(plan, pairs=replace(plan.pairs, head_sha=other))
        folder = self.request.folder / "measure"
        ends = commit == len(state.commits) - 1 and not state.looks
        with paired_sides(plan, folder, stream=self.stderr, environ=self.request.environ) as sides:
            outcome = sides.measure(count, select=select)
            while outcome.exit_code == 0:
                measurement = measured.load(folder)
                step = ends and self._next_pairs(measurement)
                if not step:
                    return measurement
                outcome = sides.measure(step.pairs, select=step.select or select)
        if outcome.status == "interrupted":
            raise MeasuringInterruptedError("interrupted", f"the search was interrupted: {_AGAIN}")
        if outcome.side == "base":
            what = f"the good commit cannot be measured: {outcome.message}"
            raise CommandFailedError("bisect-end-failed", what, cure="name another one with --good")
        return None

    def _next_pairs(self, measurement: Measurement) -> Step | None:
        decision = decide_looks(pairs_of(measurement, self.config), self.config, changed_files=(), stored=())
        return after_pairs(measurement, self._wanted(decision), may_grow=self.config.rule is None)

    def _wanted(self, decision: Decision) -> Decision:
        """Return what was decided of the benchmarks that are asked for: by name, glob or part of a name."""
        name = self.request.name
        if name is None:
            return decision
        rows = decision.assessments
        same = [row for row in rows if row.comparison.name == name]
        alike = [row for row in rows if name in row.comparison.name or fnmatchcase(row.comparison.name, name)]
        return replace(decision, assessments=tuple(same or alike))

    def _keep(self, state: record.Bisection) -> None:
        content = masked_json(msgspec.to_builtins(state))
        text = msgspec.json.format(msgspec.json.encode(content), indent=1).decode()
        write_atomically(self.request.folder / FILE_NAME, f"{text}\n")


def _same(kept: record.Bisection, state: record.Bisection) -> bool:
    """Return whether a search that was kept is the one that is asked for."""
    return (kept.command, kept.wanted, kept.commits) == (state.command, state.wanted, state.commits)


def _slowest(assessments: Sequence[Assessment]) -> record.Target | None:
    """Return the row that became slower most surely."""
    slower = [(row.comparison, row.comparison.change) for row in assessments if row.verdict == "regressed"]
    sure = [
        (abs(change.marginal.point) / _width(change), shown) for shown, change in slower if change and _is_ratio(change)
    ]
    if slower and not sure:
        what = f"{visible(slower[0][0].name)} was zero on one side, and a search needs a ratio of both"
        raise UsageError("no-ratio", what, cure="name a benchmark with a timing: --benchmark NAME")
    if not sure:
        return None
    _, shown = max(sure, key=itemgetter(0))
    return record.Target(benchmark=shown.name, metric=shown.metric.name, params=dict(shown.params))


def _undecided(state: record.Bisection) -> InputError:
    good, bad = bisect_text.called(state.commits[0]), bisect_text.called(state.commits[-1])
    what = f"it could not be decided whether {bad} is slower than {good}"
    cure = "give it more time (time-limit in [measure]), or name one benchmark with --benchmark"
    return InputError("ends-undecided", what, cure=cure)


def _is_ratio(change: Change) -> bool:
    return change.kind == "ratio" and math.isfinite(change.marginal.point)


def _width(change: Change) -> float:
    return max(change.marginal.high - change.marginal.low, 1e-9)


def _row(pairs: Pairs, target: record.Target) -> Row | None:
    """Return the row of a target; ``None`` where one of the sides lacks it."""
    wanted = (target.benchmark, tuple(target.params.items()), target.metric)
    return next((row for row in align(pairs.base, pairs.head).common if row.key == wanted), None)


def _look_at(pairs: Pairs, target: record.Target, commit: int) -> record.Look:
    """Return what pairs say of a target that both sides have."""
    row = _row(pairs, target)
    assert row is not None  # noqa: S101 - the caller looked
    evidence = paired.look(values_of([row], DEFAULT_POLICY), DEFAULT_POLICY)
    change, noise = float(evidence.effect[0]), float(evidence.sd[0])
    worse = -1.0 if row.metric.better == "higher" else 1.0
    return record.Look(commit=commit, change=worse * change, noise=noise, pairs=int(evidence.looks[0]))
