"""Several reports of runners put together to one verdict: all measured complete pairs of the same benchmarks.

What each runner's pairs came to is in its report. They are judged again here, as one family at one level, by the same
call that judges them a second time from ``verdict.json``; no verdict of a single runner counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide import many_runners, reasons
from reporter.decide.kept_values import fitting, left_out
from reporter.decide.merge_shards import (
    each_of,
    furthest_baseline,
    measured_together,
    missing_of,
    override_of,
)
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.recompute import judged, values_at
from reporter.decide.runner_values import disagree, judged_as_one, pairs_of, size_together
from reporter.ingest.failed import together
from reporter.model import (
    Gate,
    Judging,
    Report,
    RunnerPart,
    SideSummary,
)
from reporter.records.judging import MOST_VALUES
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reporter.decide.merge_shards import Reports
    from reporter.decide.runner_values import Key
    from reporter.decide.shards import Shard
    from reporter.model import (
        Assessment,
        BudgetResult,
        BudgetStatus,
        CompareKind,
        GateCause,
        GateStatus,
        Verdict,
    )

_WORST_FIRST: tuple[BudgetStatus, ...] = ("critical", "warning", "above_target", "not_measured", "met")
_ROWS_WORST_FIRST: tuple[Verdict, ...] = (
    *("regressed", "errored", "not_comparable", "inconclusive"),
    *("unchanged", "improved", "missing", "new"),
)
_GATES_WORST_FIRST: tuple[tuple[GateStatus, GateCause | None], ...] = (
    ("failed", None),
    ("undecided", "not-measured"),
    ("undecided", "not-compared"),
    ("undecided", "too-noisy"),
    ("undecided", None),
    ("passed", None),
)
_COMPARED: tuple[CompareKind, ...] = ("paired", "confirmed", "screen", "none")
_OVERRULING: frozenset[Verdict] = frozenset(("errored", "not_comparable"))
MOST_JUDGED = 4 * MOST_VALUES
"""Values that are judged together, where every row has those of all runners: about 30 bytes each."""


def merge_runners(suite: str, reports: Reports) -> Report:
    """Judge the pairs of a suite's runners together. Where there are none, each row is as its worst runner has it.

    The gate is left to whom it is read by. What the suite's past says stays with each runner: machines differ.

    Raises:
        InputError: runners of different counts, or of different commits, metrics or bounds.
    """
    ordered = dict(sorted(reports.items()))
    missing_of(suite, ordered)
    paired = {shard: report.judgings[0] for shard, report in ordered.items() if _has_pairs(report)}
    first = next(iter(ordered.values()))
    count = size_together(paired)
    if not paired or count > MOST_JUDGED:
        return _without_pairs(suite, ordered, left_out(count) if paired else ())
    _refuse_other_commits(suite, ordered)
    judging = judged_as_one(suite, paired)
    judgings, too_many = fitting((judging,))
    rows = [row for row, _ in judged(judging)]
    return Report(
        suite=suite,
        gate=Gate(status="passed"),
        measured=measured_together([report.measured for report in ordered.values()]),
        baseline=furthest_baseline([report.baseline for report in ordered.values() if report.baseline]),
        baseline_reason=None if any(report.baseline for report in ordered.values()) else first.baseline_reason,
        compare="paired",
        shift=None,
        assessments=tuple(_rows(suite, ordered, rows)),
        budgets=tuple(_worst_budgets(ordered.values())),
        warnings=tuple(dict.fromkeys((*each_of(ordered, lambda report: report.warnings), *too_many))),
        failures=together(report.failures for report in ordered.values()),
        selection=first.selection,
        override=override_of(suite, ordered),
        judgings=judgings,
        failed=next((report.failed for report in ordered.values() if report.failed), None),
        runners=tuple(_parts(ordered, paired, judging)),
    )


def lost_runners(suite: str, reports: Reports) -> tuple[Notice, ...]:
    """Return a notice for each runner that has no part in the verdict.

    Raises:
        InputError: the others are of different counts.
    """
    without = [shard for shard in sorted(reports) if not _has_pairs(reports[shard])]
    of = reasons.judged_by(len(reports) - len(without))
    return (
        *(
            Notice(code="runner-missing", text=reasons.runner_missing(str(shard), of=of))
            for shard in missing_of(suite, reports)
        ),
        *(
            Notice(code="runner-without-pairs", text=reasons.runner_without_pairs(str(shard), of=of))
            for shard in without
        ),
    )


def _has_pairs(report: Report) -> bool:
    """Return whether pairs of a runner count: those of one that could not measure everything do not."""
    if report.compare != "paired" or len(report.judgings) != 1 or report.gate.cause == "not-measured":
        return False
    return bool(pairs_of(report.judgings[0]))


def _without_pairs(suite: str, reports: Reports, notices: tuple[Notice, ...]) -> Report:
    """Return what runners say whose pairs cannot be judged together: the worst of each row, and of all gates.

    Where pairs were to decide, nothing is decided without their values.
    """
    worst = min(reports.values(), key=_rank_of_gate)
    wanted = any(report.compare == "paired" and not report.nothing_affected for report in reports.values())
    return replace(
        worst,
        suite=suite,
        gate=Gate(status="undecided", cause="not-measured") if wanted else worst.gate,
        compare=min((report.compare for report in reports.values()), key=_COMPARED.index),
        shift=None,
        assessments=tuple(_rows(suite, reports, ())),
        budgets=tuple(_worst_budgets(reports.values())),
        warnings=tuple(dict.fromkeys((*each_of(reports, lambda report: report.warnings), *notices))),
        sessions=(),
        trends=(),
        since=None,
        override=override_of(suite, reports),
        judgings=(),
        runners=(),
    )


def _rank_of_gate(report: Report) -> int:
    return _GATES_WORST_FIRST.index((report.gate.status, report.gate.cause))


def _refuse_other_commits(suite: str, reports: Reports) -> None:
    bases = {report.measured.base_sha for report in reports.values() if _has_pairs(report)}
    if len(bases) > 1:
        raise disagree(suite, f"compared with {len(bases)} different commits")


def _rows(suite: str, reports: Reports, judged_rows: Sequence[Assessment]) -> Iterator[Assessment]:
    """Yield the rows judged together, and of all others what the worst runner says of them.

    A row that could not be judged on one runner, such as one that failed there, is not judged, unless all together
    prove that it regressed.
    """
    found: dict[Key, list[Assessment]] = {}
    for row in each_of(reports, lambda report: report.assessments):
        found.setdefault(_key_of(row), []).append(row)
    again = {_key_of(row): row for row in judged_rows}
    for key, rows in found.items():
        together, worst = again.get(key), min(rows, key=_rank_of_row)
        failed = next((row for row in rows if row.verdict in _OVERRULING), None)
        if together is not None and (failed is None or together.verdict == "regressed"):
            yield _with_sides(suite, together, rows)
        else:
            yield _of_suite(suite, failed if together is not None and failed else worst)


def _rank_of_row(row: Assessment) -> int:
    return _ROWS_WORST_FIRST.index(row.verdict)


def _key_of(row: Assessment) -> Key:
    return row.comparison.name, row.comparison.params, row.comparison.metric.name


def _of_suite(suite: str, row: Assessment) -> Assessment:
    return replace(row, comparison=replace(row.comparison, suite=suite, history=(), since=None))


def _with_sides(suite: str, row: Assessment, rows: Sequence[Assessment]) -> Assessment:
    first = rows[0]
    comparison = replace(
        row.comparison,
        suite=suite,
        category=first.comparison.category,
        baseline=_summary([each.comparison.baseline for each in rows]),
        head=_summary([each.comparison.head for each in rows]),
    )
    return replace(
        row,
        comparison=comparison,
        cause=next((each.cause for each in rows if each.cause), None),
        memory=next((each.memory for each in rows if each.memory), None),
        instructions=next((each.instructions for each in rows if each.instructions), None),
        defined=first.defined,
    )


def _summary(sides: Sequence[SideSummary | None]) -> SideSummary | None:
    """Return the extremes over all runners and their runs; a median of values of several machines is none."""
    known = [side for side in sides if side is not None]
    if not known:
        return None
    lowest, highest = (
        [getattr(each, end) for each in known if getattr(each, end) is not None] for end in ("min", "max")
    )
    medians = sorted(each.median for each in known if each.median is not None)
    return SideSummary(
        min=min(lowest, default=None),
        median=medians[len(medians) // 2] if medians else None,
        max=max(highest, default=None),
        runs=sum(each.runs for each in known),
        rounds=sum(each.rounds for each in known),
    )


def _worst_budgets(reports: Iterable[Report]) -> Iterator[BudgetResult]:
    """Yield every budget as the runner has it that is furthest beyond it."""
    found: dict[tuple[str, str, str | None], BudgetResult] = {}
    for budget in (each for report in reports for each in report.budgets):
        key = (budget.benchmark, budget.metric, budget.rule)
        if key not in found or _WORST_FIRST.index(budget.status) < _WORST_FIRST.index(found[key].status):
            found[key] = budget
    yield from found.values()


def _parts(reports: Reports, paired: Mapping[Shard, Judging], judging: Judging) -> Iterator[RunnerPart]:
    """Yield what each runner contributed; one without pairs has no weight."""
    values = values_at(judging.rows, judging.rows[0].looks[0].look)
    weights = dict(zip(paired, many_runners.shares(values, DEFAULT_POLICY, judging.runners), strict=True))
    sizes = dict(zip(paired, judging.runners, strict=True))
    for shard, report in reports.items():
        yield RunnerPart(
            number=shard.number,
            of=shard.count,
            pairs=sizes.get(shard, 0),
            seconds=report.measured.seconds,
            cpu_model=report.measured.fingerprint.cpu_model,
            weight=weights.get(shard, 0.0),
        )
