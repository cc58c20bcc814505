"""Several reports of shards put together to the report of their suite.

A shard decides on its own, against its own baseline, on its own machine; nothing is computed again here. What only the
whole can know is decided here: which benchmarks no shard has measured, and that a shard is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from reporter.decide import reasons
from reporter.decide.decided import cause_of
from reporter.decide.kept_values import fitting
from reporter.decide.shards import Shard
from reporter.ingest.assemble import MOST_COURSES
from reporter.ingest.failed import together
from reporter.model import Gate, Measured, Report, Selection, Since, benchmark_label
from reporter.shared.errors import InputError
from reporter.shared.model import FINGERPRINT_KEYS, Fingerprint, Notice
from reporter.verdicts import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reporter.model import Assessment, BaselineSource, BudgetResult, CompareKind, GateCause, Override, Shift

Reports = Mapping[Shard, Report]
Item = TypeVar("Item")
Value = TypeVar("Value")


def merge(suite: str, reports: Reports) -> Report:
    """Put the reports of a suite's shards together; shards that are not there make it undecided at best.

    Raises:
        InputError: shards of different counts, or one benchmark in two of them.
    """
    ordered = dict(sorted(reports.items()))
    missing = missing_of(suite, ordered)
    _refuse_other_splits(suite, ordered)
    whole = _same_sessions(ordered)
    judgings, left_out = fitting(tuple(each_of(ordered, lambda report: report.judgings)))
    return Report(
        suite=suite,
        gate=_gate(ordered, missing),
        measured=measured_together([report.measured for report in ordered.values()]),
        baseline=furthest_baseline([report.baseline for report in ordered.values() if report.baseline]),
        baseline_reason=next((report.baseline_reason for report in ordered.values() if report.baseline is None), None),
        compare=_compare({report.compare for report in ordered.values()}),
        shift=_shift(ordered),
        assessments=tuple(_rows(suite, ordered, with_past=whole)),
        budgets=tuple(_budgets(ordered)),
        warnings=tuple(
            dict.fromkeys((*_notices(ordered, missing), *each_of(ordered, lambda report: report.warnings), *left_out))
        ),
        sessions=next((report.sessions for report in ordered.values() if report.sessions), ()) if whole else (),
        trends=tuple(each_of(ordered, lambda report: report.trends)) if whole else (),
        failures=together(report.failures for report in ordered.values()),
        courses=tuple(each_of(ordered, lambda report: report.courses))[:MOST_COURSES],
        since=_since(ordered) if whole else None,
        selection=_selection(ordered),
        split=next(iter(ordered.values())).split,
        override=override_of(suite, ordered),
        judgings=judgings,
        failed=next((report.failed for report in ordered.values() if report.failed), None),
    )


def _selection(reports: Reports) -> Selection | None:
    """Add up what was left out; a shard that measured everything counts with all of its benchmarks."""
    if not any(report.selection for report in reports.values()):
        return None
    measured = sum(
        report.selection.measured if report.selection else len({row.comparison.name for row in report.assessments})
        for report in reports.values()
    )
    left_out = each_of(reports, lambda report: report.selection.left_out if report.selection else ())
    return Selection(measured=measured, left_out=tuple(left_out))


def each_of(reports: Reports, give: Callable[[Report], tuple[Item, ...]]) -> Iterator[Item]:
    """Yield what each report gives, one report after the other."""
    for report in reports.values():
        yield from give(report)


def _refuse_other_splits(suite: str, reports: Reports) -> None:
    """Refuse shards that split the suite by different baselines: a benchmark may be in none of them."""
    if len({report.split for report in reports.values()}) > 1:
        raise InputError(
            "shards-disagree",
            f"the jobs of the suite {suite} did not split it alike: a baseline was saved while they began, or not all "
            "have 'auto' in the input 'shard'",
            cure="run all jobs of the suite again",
        )


def missing_of(suite: str, reports: Reports) -> list[Shard]:
    """Return the shards or runners that left nothing.

    Raises:
        InputError: the others are of different counts.
    """
    first, *others = {shard.count for shard in reports}
    if others:
        texts = ", ".join(str(shard) for shard in reports)
        raise InputError(
            "shards-disagree",
            f"the suite {suite} was split in two ways at once: {texts}",
            cure="give every job the same number after the / of the input 'shard' or 'runner'",
        )
    kind = next(iter(reports)).kind
    everything = [Shard(number=number, count=first, kind=kind) for number in range(1, first + 1)]
    return [shard for shard in everything if shard not in reports]


def _gate(reports: Reports, missing: list[Shard]) -> Gate:
    """Fail with any shard that failed; what was not measured is never passed."""
    found = {report.gate.status for report in reports.values()}
    causes = {report.gate.cause for report in reports.values()}
    lines = [f"{shard}: {reason}" for shard, report in reports.items() for reason in report.gate.reasons]
    absent = tuple(reasons.shard_missing(str(shard)) for shard in missing)
    if "failed" in found:
        return Gate(status="failed", reasons=(*lines, *absent))
    if missing or "not-measured" in causes:
        return Gate(status="undecided", reasons=(*absent, *lines), cause="not-measured")
    cause = _cause(causes, reports)
    return Gate(status="undecided", reasons=tuple(lines), cause=cause) if cause else Gate(status="passed")


def _cause(causes: Collection[GateCause | None], reports: Reports) -> GateCause | None:
    """Return why the whole has no answer. A noisy shard is one as long as half of the suite is decided without it.

    One that is held open for another reason than how little it decided stays so.
    """
    if "not-compared" in causes:
        return "not-compared"
    if any(each.gate.cause == "too-noisy" and not cause_of(each.assessments) for each in reports.values()):
        return "too-noisy"
    return cause_of([row for _, row in _placed(reports)]) if "too-noisy" in causes else None


def override_of(suite: str, reports: Reports) -> Override | None:
    """Return who let regressions pass; the claim stays, so that it can be checked against GitHub.

    Raises:
        InputError: the jobs name several.
    """
    found = list(dict.fromkeys(report.override for report in reports.values() if report.override))
    if len(found) > 1:
        raise InputError(
            "shards-disagree",
            f"the shards of the suite {suite} name {len(found)} who let its regressions pass",
            cure="set the label again, and run all jobs of the suite again",
        )
    return found[0] if found else None


def _rows(suite: str, reports: Reports, *, with_past: bool) -> Iterator[Assessment]:
    """Yield every row once. What one shard misses and another has measured has moved, and is not missing."""
    _refuse_doubles(reports)
    before = {_key(row): shard for shard, row in _placed(reports) if row.verdict == "missing"}
    seen = {_key(row) for _, row in _placed(reports) if row.verdict != "missing"}
    for _, row in _placed(reports):
        key = _key(row)
        if row.verdict == "missing" and key in seen:
            continue
        seen.add(key)
        moved = row.verdict == "new" and key in before
        comparison = replace(
            row.comparison,
            suite=suite,
            history=row.comparison.history if with_past else (),
            since=row.comparison.since if with_past else None,
        )
        yield replace(
            row,
            comparison=comparison,
            reason=reasons.moved_from(str(before[key])) if moved else row.reason,
            cure=reasons.MOVED_CURE if moved else row.cure,
        )


def _refuse_doubles(reports: Reports) -> None:
    owners: dict[tuple[object, ...], Shard] = {}
    for shard, row in _placed(reports):
        owner = shard if row.verdict == "missing" else owners.setdefault(_key(row)[:2], shard)
        if owner != shard:
            name = benchmark_label(row.comparison.name, row.comparison.params)
            raise InputError(
                "benchmark-in-two-shards",
                f"the benchmark {name!r} was measured in {owner} and in {shard}",
                cure="give every benchmark to one shard; where its name is meant twice, rename one of them",
            )


def _placed(reports: Reports) -> Iterator[tuple[Shard, Assessment]]:
    return ((shard, row) for shard, report in reports.items() for row in report.assessments)


def _key(row: Assessment) -> tuple[str, tuple[tuple[str, str], ...], str]:
    return row.comparison.name, row.comparison.params, row.comparison.metric.name


def _budgets(reports: Reports) -> Iterator[BudgetResult]:
    """Leave out that a shard has nothing for a budget when another one has, or lacked it too."""
    held = {(budget.rule, budget.metric) for budget in each_of(reports, lambda report: report.budgets) if _held(budget)}
    for budget in dict.fromkeys(each_of(reports, lambda report: report.budgets)):
        if _held(budget) or (budget.rule, budget.metric) not in held:
            yield budget


def _held(budget: BudgetResult) -> bool:
    """Return whether any benchmark was there for it; one without is named after its rule."""
    return budget.value is not None or budget.benchmark != budget.rule


def _notices(reports: Reports, missing: list[Shard]) -> Iterator[Notice]:
    for shard in missing:
        yield Notice(code="shard-missing", text=reasons.shard_missing(str(shard)))
    commits = {shard: report.baseline.commit if report.baseline else None for shard, report in reports.items()}
    if len(set(commits.values())) > 1:
        yield Notice(code="shards-compared-apart", text=reasons.compared_apart({str(s): c for s, c in commits.items()}))


def _compare(found: set[CompareKind]) -> CompareKind:
    """Claim no more than holds for all: pairs only where everything was paired."""
    if len(found) == 1:
        return next(iter(found))
    return "confirmed" if found & {"confirmed", "paired"} else "screen"


def _shift(reports: Reports) -> Shift | None:
    """Return the largest change of a whole shard; there is no interval of the suite without the numbers of all."""
    changed = [
        (shard, report.shift) for shard, report in reports.items() if report.shift and report.shift.verdict in CHANGED
    ]
    if not changed:
        return None
    shard, shift = max(changed, key=lambda pair: abs(pair[1].change.point))
    return replace(shift, reason=f"{shard}: {shift.reason}")


def _same_sessions(reports: Reports) -> bool:
    """Return whether the past of all shards that have one is the same commits, so that it can stand in one table."""
    pasts = {tuple(session.commit for session in report.sessions) for report in reports.values() if report.sessions}
    return len(pasts) <= 1


def _since(reports: Reports) -> Since | None:
    """Return why a shard could not be compared with the saved baseline, or of all how many sessions were left out."""
    found = [report.since for report in reports.values() if report.since]
    absent = next((since for since in found if since.absent), None)
    if absent or not found:
        return absent
    left_out = max(since.left_out for since in found)
    return Since(absent=None, left_out=left_out, is_older=any(since.is_older for since in found))


def furthest_baseline(found: list[BaselineSource]) -> BaselineSource | None:
    """Return the baseline that is furthest away."""
    if not found:
        return None
    furthest = max(found, key=lambda source: (source.distance or 0, source.age_seconds or 0.0))
    matches = [source.fingerprint_match for source in found]
    return replace(furthest, fingerprint_match=False if False in matches else furthest.fingerprint_match)


def measured_together(parts: list[Measured]) -> Measured:
    """Add up what the shards took; what is not the same in all of them is not known of the whole."""
    seconds = [part.seconds for part in parts if part.seconds is not None]
    explained = [part.explained_seconds for part in parts if part.explained_seconds is not None]
    finished = [part.finished_at for part in parts if part.finished_at is not None]
    plans = list(dict.fromkeys(part.plan for part in parts))
    return Measured(
        base_sha=_common(part.base_sha for part in parts),
        head_sha=_common(part.head_sha for part in parts),
        plan=" and ".join(plans),
        runs=sum(part.runs for part in parts),
        seconds=sum(seconds) if seconds else None,
        fingerprint=_fingerprint([part.fingerprint for part in parts]),
        command=_common(part.command for part in parts),
        finished_at=max(finished, default=None),
        resources=tuple(resource for part in parts for resource in part.resources),
        explained_seconds=sum(explained) if explained else None,
    )


def _fingerprint(parts: list[Fingerprint]) -> Fingerprint:
    known = {name: _common(getattr(part, name) for part in parts) for name in FINGERPRINT_KEYS}
    shared = [pair for pair in parts[0].details if all(pair in part.details for part in parts)]
    return Fingerprint(**known, details=tuple(shared))


def _common(values: Iterable[Value]) -> Value | None:
    found = set(values)
    return next(iter(found)) if len(found) == 1 else None
