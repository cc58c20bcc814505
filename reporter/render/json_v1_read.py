"""Reading ``verdict.json`` as the hostile data it may be: in a later job it comes from an artifact of a fork.

Everything ``schemas/report-v1.json`` promises is checked here without a validator, and a little more: sizes, finite
numbers, text that can be written again, counts that agree with the rows.
"""

from __future__ import annotations

import json
import re
from math import nan
from typing import Any, Literal, NoReturn, get_args

from reporter import fingerprints, memory_series
from reporter.checked import Checked, Origin, keys
from reporter.decide.looks import MOST_LOOKS
from reporter.decide.shards import MOST_SHARDS
from reporter.errors import InputError
from reporter.model import (
    NO_FAILURES,
    VERDICTS,
    Assessment,
    BaselineSource,
    Better,
    BrokenBy,
    BudgetResult,
    BudgetStatus,
    Change,
    ChangeSince,
    Clock,
    CompareKind,
    Comparison,
    Estimate,
    Failure,
    Failures,
    Gate,
    GateCause,
    GateStatus,
    LevelChange,
    LoadCourse,
    LoadMoment,
    Measured,
    Metric,
    Noise,
    Notice,
    Override,
    PastSession,
    Report,
    RunResources,
    Shift,
    SideSummary,
    Since,
    SinceAbsent,
    StatusCount,
    Trend,
)
from reporter.render.json_v1_judging import judgings_from_json

WORD_LIMIT = 200
UNIT_LIMIT = 100
FILE_LIMIT = 64 * 1024 * 1024
"""Characters: of a one-line word, a unit, and the whole file (10,000 rows are about 8 million)."""

_CODE = "verdict-invalid"
_SCHEMA = "report/v1"
_NEWER = re.compile(r"report/v[1-9][0-9]{0,5}")


_REPORT = keys(
    "schema generator suite gate counts measured baseline baseline_reason compare confirm shift benchmarks budgets "
    "warnings"
)
_REPORT_OPTIONAL = keys("categories sessions trends load failures override saved judgings since")
"""Categories are derived from the rows and budgets, so they are summed up again and not read."""

_SINCE = keys("absent left_out")
_OVERRIDE = keys("label by at commit")
_SESSION = keys("commit measured_at")
_TREND = keys("benchmark metric unit values changes")
_LEVEL_CHANGE = keys("session ratio")
_MOST_MOMENTS = 1_000
_COUNTED = ("seconds", "users", "rate")
_COURSE = keys("broke_at seconds users rate failed p50 p99")
_COURSE_OPTIONAL = keys("broken_by")
_FAILURES = keys("statuses kinds left_out")
_STATUS = keys("code count")
_KIND = keys("message request count first last exception")
_GATE = keys("status reasons")
_GATE_OPTIONAL = keys("cause")
_MEASURED = keys("base_sha head_sha plan runs seconds fingerprint command finished_at")
_MEASURED_OPTIONAL = keys("resources")
_RESOURCES_OPTIONAL = keys("of memory")
_RESOURCES = keys("side wall_seconds cpu_seconds peak_memory_bytes read_bytes written_bytes")
_SOURCE = keys("commit run_id age_seconds distance fingerprint_match")
_SOURCE_OPTIONAL = keys("fingerprint")
_ESTIMATE = keys("point low high confidence")
_SHIFT = _ESTIMATE | keys("verdict reason")
_CHANGE = _ESTIMATE | keys("kind statistic simultaneous p_adjusted")
_CHANGE_OPTIONAL = keys("before after")
_SIDE = keys("min median max runs rounds")
_SIDE_OPTIONAL = keys("p95 p99 mean sd")
_NOISE, _NOISE_OPTIONAL = keys("source sd"), keys("alignment")
_DISTRIBUTION = keys("baseline head")
_ROW = keys(
    "suite name params category metric unit better baseline head change verdict reason detectable noise cure suspect "
    "distribution"
)
_ROW_OPTIONAL = keys("threshold margin accepted history clock since")
_BUDGET = keys("benchmark metric unit value target warning critical status")
_BUDGET_OPTIONAL = keys("category rule reason")
_WARNING = keys("code text")

BOUNDS = {
    **dict.fromkeys(("benchmarks", "budgets", "trends", "categories", "rows"), 20_000),
    **dict.fromkeys(("warnings", "reasons", "resources", "baseline", "base", "head"), 10_000),
    **dict.fromkeys(("sessions", "history", "values", "changes", "load", "statuses", "kinds"), 1_000),
    "judgings": MOST_SHARDS,
    "looks": MOST_LOOKS,
    **dict.fromkeys(("seconds", "users", "rate", "failed", "p50", "p99", "bytes"), 1_000),
    **dict.fromkeys(("params", "details"), 1_000),
}
"""The most entries of every list, and of every object with names of its own; the schema says the same.

What we write stays far below: there are 10,000 rows at most that are promised to work, and hundreds of the others.
"""
_MEMORY_LIMIT = 200 * 2**20
_COSTS = (("{", 240), ("[", 72), (",", 40), ('"', 30))
"""Bytes that Python takes for what such a sign begins: a small file of millions of empty lists fills a machine."""

_BETTER: tuple[Better, ...] = get_args(Better)
_GATES: tuple[GateStatus, ...] = get_args(GateStatus)
_CAUSES: tuple[GateCause, ...] = get_args(GateCause)
_COMPARES: tuple[CompareKind, ...] = get_args(CompareKind)
_SIDES: tuple[Literal["base", "head"], ...] = ("base", "head")
_USERS: tuple[Literal["command", "service"], ...] = ("command", "service")
_KINDS: tuple[Literal["ratio", "difference"], ...] = ("ratio", "difference")
_CLOCKS: tuple[Clock, ...] = get_args(Clock)
_SINCE_ABSENT: tuple[SinceAbsent, ...] = get_args(SinceAbsent)
_BROKEN_BY: tuple[BrokenBy, ...] = get_args(BrokenBy)
_BUDGETS: tuple[BudgetStatus, ...] = get_args(BudgetStatus)


def load(text: str, where: str) -> Report:
    """Read a verdict; ``where`` is the file's name in messages.

    Raises:
        reporter.errors.InputError: it is too large (``verdict-too-large``), not JSON (``verdict-not-json``), made by a
            newer version (``verdict-newer``) or anything but a valid ``report/v1`` (``verdict-invalid``).
    """
    document = _parse(text, where)
    _check_schema(document, where)
    cure = "use the file as `benchverdict report` wrote it; do not edit it"
    return _report(
        Checked(document, Origin(where=where, code=_CODE, cure=cure, bounds=BOUNDS), _REPORT, _REPORT_OPTIONAL)
    )


def _parse(text: str, where: str) -> Any:
    if len(text) > FILE_LIMIT:
        what = f"the verdict is larger than {FILE_LIMIT} characters"
        raise InputError("verdict-too-large", what, where=where, cure="split the suite into several jobs")
    if sum(text.count(sign) * cost for sign, cost in _COSTS) > _MEMORY_LIMIT:
        what = f"the verdict would take more than {_MEMORY_LIMIT // 2**20} MiB of memory"
        raise InputError("verdict-too-large", what, where=where, cure="split the suite into several jobs")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        position = f"{where}:{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else where
        what = f"this is not a JSON file ({getattr(error, 'msg', error)})"
        raise InputError("verdict-not-json", what, where=position, cure="write the verdict again") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _check_schema(document: Any, where: str) -> None:
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema == _SCHEMA:
        return
    if isinstance(schema, str) and _NEWER.fullmatch(schema):
        what = f"the verdict ({schema}) was made by a newer version of Benchverdict; this one reads {_SCHEMA}"
        raise InputError("verdict-newer", what, where=where, cure="use the same version for every step")
    cure = "give the verdict.json that `benchverdict report` wrote"
    raise InputError(_CODE, "the file is not a verdict of Benchverdict", where=where, cure=cure)


def _report(top: Checked) -> Report:
    top.word("generator", WORD_LIMIT)
    top.optional_entries("categories")
    report = Report(
        suite=top.word("suite", WORD_LIMIT),
        gate=_gate(top.member("gate", _GATE, _GATE_OPTIONAL)),
        measured=_measured(top.member("measured", _MEASURED, _MEASURED_OPTIONAL)),
        baseline=_source(top.optional_member("baseline", _SOURCE, _SOURCE_OPTIONAL)),
        baseline_reason=top.optional_text("baseline_reason"),
        compare=top.choice("compare", _COMPARES),
        shift=_shift(top.optional_member("shift", _SHIFT)),
        assessments=tuple(map(_row, top.members("benchmarks", _ROW, _ROW_OPTIONAL))),
        budgets=tuple(map(_budget, top.members("budgets", _BUDGET, _BUDGET_OPTIONAL))),
        warnings=tuple(map(_warning, top.members("warnings", _WARNING))),
        confirm=top.flag("confirm"),
        trends=tuple(map(_trend, top.optional_members("trends", _TREND))),
        sessions=tuple(map(_session, top.optional_members("sessions", _SESSION))),
        courses=tuple(map(_course, top.optional_members("load", _COURSE, _COURSE_OPTIONAL))),
        failures=_failures(top.optional_member("failures", _FAILURES)),
        override=_override(top.optional_member("override", _OVERRIDE)),
        saved=top.optional_flag("saved") or False,
        judgings=judgings_from_json(top),
        since=_since(top.optional_member("since", _SINCE)),
    )
    _check_counts(top.member("counts", frozenset(VERDICTS)), report)
    return report


def _gate(member: Checked) -> Gate:
    """Read the gate. Files of before there were causes have none: then a side could not be measured."""
    status = member.choice("status", _GATES)
    cause = member.optional_choice("cause", _CAUSES)
    if cause and status != "undecided":
        raise member.wrong("cause", "is given, and the gate is decided")
    return Gate(
        status=status,
        reasons=member.lines("reasons"),
        cause=cause or ("not-measured" if status == "undecided" else None),
    )


def _override(member: Checked | None) -> Override | None:
    if member is None:
        return None
    return Override(
        label=member.word("label", WORD_LIMIT),
        by=member.word("by", WORD_LIMIT),
        at=member.optional_number("at"),
        commit=member.word("commit", WORD_LIMIT),
    )


def _since(member: Checked | None) -> Since | None:
    if member is None:
        return None
    return Since(absent=member.optional_choice("absent", _SINCE_ABSENT), left_out=member.integer("left_out"))


def _check_counts(counts: Checked, report: Report) -> None:
    for verdict, count in report.counts().items():
        counts.integer(verdict, count, count)


def _measured(member: Checked) -> Measured:
    return Measured(
        base_sha=member.optional_word("base_sha", WORD_LIMIT),
        head_sha=member.optional_word("head_sha", WORD_LIMIT),
        plan=member.word("plan", WORD_LIMIT),
        runs=member.integer("runs"),
        seconds=member.optional_number("seconds"),
        fingerprint=fingerprints.from_json(member.member("fingerprint", fingerprints.MEMBERS)),
        command=member.optional_text("command"),
        finished_at=member.optional_number("finished_at"),
        resources=tuple(map(_resources, member.optional_members("resources", _RESOURCES, _RESOURCES_OPTIONAL))),
    )


def _resources(member: Checked) -> RunResources:
    return RunResources(
        side=member.choice("side", _SIDES),
        of=member.optional_choice("of", _USERS) or "command",
        wall_seconds=member.optional_number("wall_seconds"),
        cpu_seconds=member.optional_number("cpu_seconds"),
        peak_memory_bytes=member.optional_number("peak_memory_bytes"),
        read_bytes=member.optional_number("read_bytes"),
        written_bytes=member.optional_number("written_bytes"),
        memory=memory_series.from_json(member.optional_member("memory", memory_series.MEMBERS)),
    )


def _session(member: Checked) -> PastSession:
    return PastSession(
        commit=member.optional_word("commit", WORD_LIMIT), measured_at=member.optional_number("measured_at")
    )


def _source(member: Checked | None) -> BaselineSource | None:
    if member is None:
        return None
    machine = member.optional_member("fingerprint", fingerprints.MEMBERS)
    return BaselineSource(
        commit=member.optional_word("commit", WORD_LIMIT),
        run_id=member.optional_integer("run_id"),
        age_seconds=member.optional_number("age_seconds"),
        distance=member.optional_integer("distance"),
        fingerprint_match=member.optional_flag("fingerprint_match"),
        fingerprint=fingerprints.from_json(machine) if machine else None,
    )


def _shift(member: Checked | None) -> Shift | None:
    if member is None:
        return None
    verdict, reason = member.choice("verdict", VERDICTS), member.text("reason")
    return Shift(change=_estimate(member), verdict=verdict, reason=reason)


def _row(member: Checked) -> Assessment:
    metric = Metric(
        name=member.text("metric"),
        unit=member.text("unit", UNIT_LIMIT),
        better=member.optional_choice("better", _BETTER),
    )
    comparison = Comparison(
        suite=member.word("suite", WORD_LIMIT),
        name=member.text("name"),
        params=member.texts("params"),
        category=member.optional_text("category"),
        metric=metric,
        baseline=_side(member.optional_member("baseline", _SIDE, _SIDE_OPTIONAL)),
        head=_side(member.optional_member("head", _SIDE, _SIDE_OPTIONAL)),
        change=_change(member.optional_member("change", _CHANGE, _CHANGE_OPTIONAL)),
        noise=_noise(member.optional_member("noise", _NOISE, _NOISE_OPTIONAL)),
        distribution=_distribution(member.optional_member("distribution", _DISTRIBUTION)),
        history=member.optional_numbers("history"),
        clock=member.optional_choice("clock", _CLOCKS),
        since=_change_since(member.optional_member("since", _ESTIMATE)),
    )
    return Assessment(
        comparison=comparison,
        verdict=member.choice("verdict", VERDICTS),
        reason=member.text("reason"),
        detectable=member.optional_number("detectable"),
        cure=member.optional_text("cure"),
        suspect=member.flag("suspect"),
        accepted=member.absent_or_text("accepted"),
        threshold=member.optional_number("threshold"),
        margin=member.optional_number("margin"),
    )


def _trend(member: Checked) -> Trend:
    values = member.optional_numbers("values")
    changes = member.members("changes", _LEVEL_CHANGE)
    return Trend(
        benchmark=member.text("benchmark"),
        metric=member.text("metric"),
        unit=member.text("unit", UNIT_LIMIT),
        values=values,
        changes=tuple(
            LevelChange(session=change.integer("session", 0, len(values)), ratio=change.number("ratio"))
            for change in changes
        ),
    )


def _course(member: Checked) -> LoadCourse:
    seconds, users, rate = ([_known_or_zero(value) for value in member.optional_numbers(key)] for key in _COUNTED)
    failed, p50, p99 = (member.optional_numbers(key) for key in ("failed", "p50", "p99"))
    if len({len(seconds), len(users), len(rate), len(failed), len(p50), len(p99)}) > 1:
        raise member.wrong("seconds", "does not have as many entries as the others")
    if len(seconds) > _MOST_MOMENTS:
        raise member.wrong("seconds", f"has more than {_MOST_MOMENTS} entries")
    columns = zip(seconds, users, rate, failed, p50, p99, strict=True)
    return LoadCourse(
        moments=tuple(
            LoadMoment(seconds=at, users=many, rate=per_second, failed=share, p50=usual, p99=long)
            for at, many, per_second, share, usual, long in columns
        ),
        broke_at=member.optional_number("broke_at"),
        broken_by=member.optional_choice("broken_by", _BROKEN_BY),
    )


def _known_or_zero(value: float | None) -> float:
    return 0.0 if value is None else value


def _failures(member: Checked | None) -> Failures:
    if member is None:
        return NO_FAILURES
    return Failures(
        statuses=tuple(
            StatusCount(code=status.word("code", WORD_LIMIT), count=status.integer("count"))
            for status in member.members("statuses", _STATUS)
        ),
        kinds=tuple(map(_kind, member.members("kinds", _KIND))),
        left_out=member.integer("left_out"),
    )


def _kind(member: Checked) -> Failure:
    return Failure(
        message=member.text("message"),
        request=member.optional_text("request"),
        count=member.integer("count"),
        first=member.optional_number("first"),
        last=member.optional_number("last"),
        exception=member.flag("exception"),
    )


def _side(member: Checked | None) -> SideSummary | None:
    if member is None:
        return None
    return SideSummary(
        min=member.optional_number("min"),
        median=member.optional_number("median"),
        max=member.optional_number("max"),
        runs=member.integer("runs"),
        rounds=member.integer("rounds"),
        p95=member.optional_number("p95"),
        p99=member.optional_number("p99"),
        mean=member.optional_number("mean"),
        sd=member.optional_number("sd"),
    )


def _estimate(member: Checked) -> Estimate:
    point, low, high = (_known_or_nan(member.optional_number(key)) for key in ("point", "low", "high"))
    return Estimate(point=point, low=low, high=high, confidence=member.number("confidence"))


def _known_or_nan(value: float | None) -> float:
    return nan if value is None else value


def _change(member: Checked | None) -> Change | None:
    if member is None:
        return None
    simultaneous = member.optional_member("simultaneous", _ESTIMATE)
    return Change(
        kind=member.choice("kind", _KINDS),
        statistic=member.word("statistic", WORD_LIMIT),
        marginal=_estimate(member),
        simultaneous=None if simultaneous is None else _estimate(simultaneous),
        p_adjusted=member.optional_number("p_adjusted"),
        before=member.optional_number("before"),
        after=member.optional_number("after"),
    )


def _change_since(member: Checked | None) -> ChangeSince | None:
    if member is None:
        return None
    return ChangeSince(
        point=member.number("point"),
        low=member.optional_number("low"),
        high=member.optional_number("high"),
        confidence=member.number("confidence"),
    )


def _noise(member: Checked | None) -> Noise | None:
    if member is None:
        return None
    return Noise(
        source=member.text("source"),
        sd=_known_or_nan(member.optional_number("sd")),
        alignment=member.optional_number("alignment"),
    )


def _distribution(
    member: Checked | None,
) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]] | None:
    return None if member is None else (member.number_lists("baseline"), member.number_lists("head"))


def _budget(member: Checked) -> BudgetResult:
    return BudgetResult(
        benchmark=member.text("benchmark"),
        metric=member.text("metric"),
        unit=member.text("unit", UNIT_LIMIT),
        value=member.optional_number("value"),
        target=member.optional_number("target"),
        warning=member.optional_number("warning"),
        critical=member.optional_number("critical"),
        status=member.choice("status", _BUDGETS),
        category=member.absent_or_text("category"),
        rule=member.absent_or_text("rule"),
        reason=member.absent_or_text("reason"),
    )


def _warning(member: Checked) -> Notice:
    return Notice(code=member.word("code", WORD_LIMIT), text=member.text("text"))
