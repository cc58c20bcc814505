"""What was measured, compared with pairs of it or with a stored baseline, into a report folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reporter.commands.benchmark_code import with_code, with_definitions
from reporter.commands.build_report import Context, GateOptions, build_report, exit_code, unmeasured
from reporter.commands.deciding import Sides, decide, decide_looks, policy_for, source_of
from reporter.commands.logs import write_logs
from reporter.commands.outputs import write_baseline, write_report_folder
from reporter.commands.suites import can_be_saved, pairs_of, snapshot_of, suite_of, whole_runs
from reporter.decide.judge import judge_alone
from reporter.decide.resource_metrics import asked_by, kept_resources
from reporter.decide.since import with_since
from reporter.ingest import explained, measured, read_file
from reporter.measure.plan import PAIRED
from reporter.measure.wording import in_brief
from reporter.model import JUDGED, Baseline, BaselineSource, Measured, Override, Selection, Suite
from reporter.pipeline import counting
from reporter.pipeline.explaining import to_explain, with_causes, without_causes
from reporter.pipeline.next_step import (
    after_pairs,
    same_server,
    seen_so_far,
    why_no_more,
    why_not_compared,
    why_too_slow,
    write_next_step,
)
from reporter.pipeline.same_server import CURE
from reporter.render.links import NO_LINKS
from reporter.shared.batch import Batch
from reporter.shared.errors import InputError, UsageError
from reporter.shared.model import Notice
from reporter.shared.next_step import Step
from reporter.store import history
from reporter.store.protocol import Missing
from reporter.store.registry import find
from reporter.store.short_runs import way_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reporter.config import Config
    from reporter.decide.counted_rows import Counted
    from reporter.decide.gate import Wanted as WantedOfGate
    from reporter.decide.judge import Decision
    from reporter.ingest import FileReading
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement
    from reporter.model import Report
    from reporter.render.links import Links

    _Stored = tuple[Baseline | None, str | None, tuple[Notice, ...]]


_ON_BOTH_SIDES = frozenset((*JUDGED, "not_comparable"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What ``report`` was called with.

    ``may_confirm`` says that the caller measures the head again when asked to, ``needs_pairs`` that nothing else than
    pairs will do, ``by_counts`` that instructions decide alone, ``saving`` that the snapshot becomes the next baseline.
    ``home`` is the address of Benchverdict's own repository, to which messages lead, and ``links`` are those of the
    project. The files of the benchmarks are looked for in the ``workspace``, to tell when one became another. ``read``
    reads result files, and ``find`` a baseline of a store.
    """

    measure: Path
    baseline: str | None
    output: Path
    format: str | None
    gate: GateOptions
    may_confirm: bool = True
    compare: bool = True
    needs_pairs: bool = False
    by_counts: bool = False
    saving: bool = False
    workspace: Path | None = None
    override: Override | None = None
    home: str | None = None
    links: Links = NO_LINKS
    read: Callable[..., FileReading] = read_file
    find: Callable[[str, str, str | None], Baseline | Missing] = find

    @property
    def wanted(self) -> WantedOfGate:
        """What the comparison is for; a run that saves a baseline asks for none."""
        if self.saving or not self.compare:
            return "nothing"
        return "verdict" if self.may_confirm else "advice"

    def counts(self, config: Config) -> counting.Wanted:
        """Return what instruments are to count of every benchmark; nothing where no verdict is wanted."""
        if self.wanted == "nothing":
            return counting.NOT_WANTED
        return counting.wanted(self.gate.verdicts(config), config, alone=self.by_counts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reported:
    """A finished report: its exit code, the snapshot to save as the next baseline, and what to measure next.

    There is a snapshot when measuring was complete and unpaired, a next step while pairs are not decided or suspects of
    a baseline not confirmed. ``problems`` are the result files that could not be read.
    """

    report: Report
    exit_code: int
    snapshot: Baseline | None = None
    next_step: Step | None = None
    problems: tuple[InputError, ...] = ()


def report(request: ReportRequest, config: Config) -> Reported:
    """Decide and write the report folder, as far as measuring went; where something failed, its logs in any case.

    Raises:
        InputError: nothing at all was measured, or the record of measuring is unusable.
    """
    return report_of(measured.load(request.measure, request.format, request.read), request, config)


def report_of(measurement: Measurement, request: ReportRequest, config: Config) -> Reported:
    """Do what ``report`` does with a measuring that was read, and raise as it does."""
    write_logs(measurement, request.measure, request.output)
    judge = _by_pairs if measurement.pairs(Batch.FIRST) else _by_history
    found = looked_at(request.measure, measurement.started_at)
    if measurement.selected and not measurement.selected.measured and measurement.status == "complete":
        judge = _unmeasured
    done = _with_causes(judge(measurement, request, config, found), measurement, request, config, found)
    write_report_folder(done.report, request.output, home=request.home, links=request.links)
    write_baseline(done.snapshot, request.output)
    write_next_step(done.next_step, request.output)
    return replace(done, problems=measurement.problems)


def looked_at(measure: Path, started_at: float) -> explained.Profiles | None:
    """Return what instruments found; ``None`` where they did not look. No failure of it costs a verdict."""
    try:
        return explained.read(measure, started_at)
    except Exception as error:
        problem = f"reading what was found failed with {type(error).__name__}"
        return explained.Profiles(names=(), problems=(problem,))


def _with_causes(
    done: Reported, measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None
) -> Reported:
    """Put in what instruments found of what is slower, or ask for it once nothing else is asked for."""
    if done.next_step or request.saving or measurement.status != "complete":
        return done
    try:
        step = None if found else to_explain(measurement, done.report, config.measure, request.counts(config).words)
        shown = with_causes(done.report, found, measurement, config.measure)
    except Exception as error:  # the verdict is not lost for want of a cause
        return replace(done, report=without_causes(done.report, error))
    return replace(done, report=shown, next_step=step)


def _by_history(measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None) -> Reported:
    runs = measurement.batch("head", Batch.FIRST)
    if not runs and (measurement.failure is None or measurement.problems):
        raise _nothing(measurement)
    if not runs:
        return _of_failed(measurement, request, config)
    head = with_code(suite_of(runs, measurement, config), request.workspace)
    again = measurement.batch("head", Batch.AGAIN)
    second = suite_of(again, measurement, config) if again else None
    look_up = _stored_if_readable if request.wanted == "nothing" else _stored
    baseline, absent, notices = look_up(request, measurement.name, config)
    absent = _why_apart(measurement, request) or absent
    known = None if absent else baseline
    sides = Sides(head=head, second=second, baseline=known, absent=absent, may_confirm=request.may_confirm)
    decision, counted = _counted(decide(sides, config), measurement, request, config, found)
    wants = request.wanted == "verdict"
    slow = why_too_slow(measurement) if wants else None
    origin = _measured(measurement, head.runs + len(again), config)
    result = build_report(
        decision,
        head,
        origin,
        replace(
            _context(measurement, request, config),
            source=source_of(sides, decision, origin),
            absent=absent,
            may_confirm=request.may_confirm and measurement.status == "complete" and second is None,
            not_compared=why_not_compared(measurement, decision, slow) if wants else None,
            warnings=(*notices, *measurement.warnings, *_given(slow)),
            wanted=request.wanted,
            counted=counted,
        ),
    )
    can_save = can_be_saved(measurement, head)
    return Reported(
        report=with_definitions(replace(result, saved=request.saving and can_save), head),
        exit_code=_exit_code(result, measurement, request),
        snapshot=snapshot_of(measurement, head, baseline, config) if can_save else None,
        next_step=Step(confirm=True, why=_seen(result)) if result.confirm else None,
    )


def _unmeasured(measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None) -> Reported:
    """Report that nothing was measured, because the change reaches nothing of it."""
    result = unmeasured(measurement.name, _measured(measurement, 0, config), measurement.warnings)
    return Reported(
        report=replace(result, selection=_selection(measurement)),
        exit_code=_exit_code(result, measurement, request),
    )


def _selection(measurement: Measurement) -> Selection | None:
    found = measurement.selected
    return Selection(measured=len(found.measured), left_out=found.left_out) if found else None


def _of_failed(measurement: Measurement, request: ReportRequest, config: Config) -> Reported:
    """Report a side that failed before anything was measured: no rows, no verdict, and what it printed last."""
    head = Suite(
        name=measurement.name, benchmarks=(), runs=0, fingerprint=measurement.fingerprint, commit=measurement.head_sha
    )
    decision = judge_alone(head, "nothing was measured")
    result = build_report(decision, head, _measured(measurement, 0, config), _context(measurement, request, config))
    return Reported(report=result, exit_code=_exit_code(result, measurement, request))


def _seen(result: Report) -> str:
    """Return what the suspects showed."""
    suspects = [row for row in result.assessments if row.suspect]
    return seen_so_far(suspects, list(dict.fromkeys(row.comparison.name for row in suspects)))


def _why_apart(measurement: Measurement, request: ReportRequest) -> str | None:
    """Return why the head is not held against a saved baseline; ``None`` where it is, if there is one."""
    if not request.compare:
        return "no comparison was asked for"
    return "pairs of base and head were asked for, and there are none" if measurement.plan == PAIRED else None


def _given(notice: Notice | None) -> tuple[Notice, ...]:
    return (notice,) if notice else ()


def _by_pairs(measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None) -> Reported:
    refused = same_server(measurement)
    if refused and request.needs_pairs:
        raise UsageError("same-server", f"pairs were measured, and {refused}", cure=CURE)
    instead = f"{refused}: {CURE}" if refused else None
    pairs = pairs_of(measurement, config)
    stored, _, passed_over = _stored_if_readable(request, measurement.name, config)
    now = with_code(pairs.head, request.workspace)
    decision = decide_looks(
        pairs,
        config,
        changed_files=measurement.changed_files,
        stored=history.of_same_code(stored.history, now) if stored else (),
    )
    if stored and config.rule is None:  # a rule has values of its own
        policy = policy_for(now, config)
        decision = with_since(decision, replace(pairs, head=now), way_of(measurement, 0), stored, policy)
    decision, counted = _counted(decision, measurement, request, config, found)
    # A rule that is asked again and again finds something in the end, and counts need no pairs.
    may_grow = config.rule is None and not request.by_counts
    not_compared, notices = (None, ()) if request.by_counts else _obstacles(measurement, decision, may_grow=may_grow)
    result = build_report(
        decision,
        pairs.head,
        _measured(measurement, pairs.head.runs, config),
        replace(
            _context(measurement, request, config),
            source=BaselineSource(commit=measurement.base_sha, age_seconds=0.0, distance=0, fingerprint_match=True),
            undecided=instead or _undecided(measurement),
            not_compared=not_compared,
            warnings=(*passed_over, *measurement.warnings, *notices),
            whole=whole_runs(measurement, config),
            counted=counted,
        ),
    )
    return Reported(
        report=replace(with_definitions(result, now), selection=_selection(measurement)),
        exit_code=_exit_code(result, measurement, request),
        next_step=after_pairs(measurement, decision, instead=instead, may_grow=may_grow),
    )


def _obstacles(
    measurement: Measurement, decision: Decision, *, may_grow: bool
) -> tuple[str | None, tuple[Notice, ...]]:
    """Return what kept pairs from being compared, and what their time limit did not let them decide."""
    slow, no_more = why_too_slow(measurement), why_no_more(measurement, decision) if may_grow else None
    return why_not_compared(measurement, decision, slow), (*_given(slow), *_given(no_more))


def _counted(
    decision: Decision, measurement: Measurement, request: ReportRequest, config: Config, found: Profiles | None
) -> tuple[Decision, Counted]:
    """Return a decision with what instruments counted of every benchmark, as far as that is asked for."""
    asked = request.counts(config)
    names = list(dict.fromkeys(row.comparison.name for row in decision.assessments if row.verdict in _ON_BOTH_SIDES))
    counted = counting.counted_of(found, names, measurement, asked)
    return counting.decided_with(decision, counted, asked), counted


def _context(measurement: Measurement, request: ReportRequest, config: Config) -> Context:
    """Return what a report needs to know whatever the head is compared with."""
    return Context(
        fail_on=request.gate.verdicts(config),
        undecided=_undecided(measurement),
        config=config,
        conditions=measurement.conditions,
        override=request.override,
        failed=measurement.failure,
    )


def _exit_code(result: Report, measurement: Measurement, request: ReportRequest) -> int:
    return exit_code(result, request.gate, measuring=measurement.status, problems=bool(measurement.problems))


def _stored_if_readable(request: ReportRequest, suite: str, config: Config) -> _Stored:
    """Do what ``_stored`` does where nothing is decided by it, so one that cannot be read is a warning."""
    try:
        return _stored(request, suite, config)
    except InputError as error:
        text = f"The saved history cannot be read, and is not needed: {error.what}. What to do: {error.cure}."
        return None, "the saved history cannot be read", (Notice(code="history-not-read", text=text),)


def _stored(request: ReportRequest, suite: str, config: Config) -> _Stored:
    """Return the baseline, or why there is none, with the notices about the store."""
    if request.baseline is None:
        return None, "no store was named", ()
    found = request.find(request.baseline, suite, config.pinned)
    if isinstance(found, Missing):
        return None, found.reason, (found.notice,) if found.notice else ()
    return found, None, found.notices


def _measured(measurement: Measurement, runs: int, config: Config) -> Measured:
    return Measured(
        base_sha=measurement.base_sha,
        head_sha=measurement.head_sha,
        plan=measurement.plan,
        runs=runs,
        seconds=measurement.seconds,
        fingerprint=measurement.fingerprint,
        command=measurement.command,
        finished_at=measurement.finished_at,
        resources=kept_resources(measurement.resources, asked_by(config.budgets)),
    )


def _undecided(measurement: Measurement) -> str | None:
    if measurement.status != "complete":
        return in_brief(measurement.message) if measurement.message else f"measuring ended {measurement.status}"
    return str(measurement.problems[0].what) if measurement.problems else None


def _nothing(measurement: Measurement) -> InputError:
    if measurement.problems:
        first, *others = measurement.problems
        more = f"; {len(others)} more could not be read" if others else ""
        return InputError(first.code, first.what + more, where=first.where, cure=first.cure)
    what = in_brief(measurement.message) if measurement.message else "no run was complete"
    return InputError(
        "nothing-measured",
        f"there is nothing to report: {what}",
        cure="see what the benchmark command printed, in the log above or in runs/*/log.txt of that folder",
    )
