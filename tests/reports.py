"""Reports made by hand, for tests of everything that renders them: one for each situation a reader can meet.

The numbers are invented; only their shape matters. ``SITUATIONS`` names them all.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Literal

from reporter.causes import (
    Allocated,
    AllocatingLine,
    Cause,
    Changed,
    Flame,
    Frame,
    FunctionChange,
    FunctionWork,
    MemoryUse,
)
from reporter.counts import Instructions
from reporter.decide import reasons
from reporter.decide.gate import Circumstances, gate
from reporter.decide.kept_values import digest
from reporter.failed_side import FailedSide
from reporter.model import (
    CHANGED,
    Assessment,
    BaselineSource,
    BudgetResult,
    Change,
    ChangeSince,
    Comparison,
    Definition,
    Estimate,
    Failure,
    Failures,
    Gate,
    JudgedRow,
    Judging,
    LevelChange,
    LoadCourse,
    LoadMoment,
    Measured,
    Metric,
    Noise,
    PairValues,
    PastSession,
    Report,
    RowLook,
    RunResources,
    Seen,
    Selection,
    Shift,
    SideSummary,
    Since,
    StatusCount,
    Trend,
)
from reporter.shared.model import Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.decide.gate import Wanted
    from reporter.model import CompareKind, GateStatus, Verdict

TIME = Metric(name="time", unit="s", better="lower")
THROUGHPUT = Metric(name="throughput", unit="1/s", better="higher")
MEMORY = Metric(name="peak_memory", unit="B", better="lower")
UNDECLARED = Metric(name="tokens", unit="1", better=None)

MACHINE = Fingerprint(
    cpu_model="AMD EPYC 7763 64-Core Processor",
    cores=4,
    architecture="x86_64",
    os="Linux",
    image="ubuntu24",
    language="CPython 3.13",
    details=(("kernel", "6.11.0-1018-azure"), ("python", "3.13.1")),
)
BASE_SHA = "4f6c9d2b1a8e7f3055c4d1b2a3948576fedcba98"
HOME = "https://github.com/acme/benchverdict"
HEAD_SHA = "c0ffee1234567890abcdef1234567890abcdef12"
MEASURED_AT = 1_795_000_000.0
MEASURED = Measured(
    base_sha=BASE_SHA,
    head_sha=HEAD_SHA,
    plan="short",
    runs=5,
    seconds=92.4,
    fingerprint=MACHINE,
    command="pytest benchmarks -q --benchmark-json={output}",
    finished_at=MEASURED_AT,
)
RESOURCES = tuple(
    RunResources(
        side="head",
        wall_seconds=18.5 + 0.25 * i,
        cpu_seconds=17.0 + 0.5 * i,
        peak_memory_bytes=61e6 + 1e5 * i,
        read_bytes=4096.0,
        written_bytes=None,
    )
    for i in range(5)
)
SOURCE = BaselineSource(commit=BASE_SHA, run_id=812, age_seconds=7_300.0, distance=0, fingerprint_match=True)


def estimate(point: float, half_width: float) -> Estimate:
    return Estimate(point=point, low=point - half_width, high=point + half_width)


def side(low: float, runs: int = 5, rounds: int = 20) -> SideSummary:
    return SideSummary(min=low, median=low * 1.04, max=low * 1.12, runs=runs, rounds=runs * rounds)


def rounds_around(low: float, seed: int, runs: int = 5, rounds: int = 20) -> tuple[tuple[float, ...], ...]:
    """Make round values with a hard floor, a tail to the right, and a level of its own in every run."""
    random = Random(seed)
    levels = [low * (1 + 0.01 * random.random()) for _ in range(runs)]
    return tuple(
        tuple(
            float(f"{level * (1 + 0.04 * random.random() + 0.02 * random.random() ** -0.4 - 0.02):.5g}")
            for _ in range(rounds)
        )
        for level in levels
    )


def row(
    name: str,
    verdict: Verdict,
    change: float | None = None,
    *,
    half_width: float = 0.02,
    base: float | None = 1.234e-3,
    metric: Metric = TIME,
    params: tuple[tuple[str, str], ...] = (),
    reason: str = "",
    cure: str | None = None,
    suspect: bool = False,
    drawn: bool = False,
    category: str | None = None,
    past: int = 0,
) -> Assessment:
    """Make one row; its head is ``base`` times ``1 + change``. With ``drawn`` it carries round values.

    ``past`` is the number of its saved sessions; the second one did not measure it.
    """
    head = None if verdict in ("missing", "errored") or base is None else base * (1 + (change or 0.0))
    baseline = None if verdict == "new" else base
    comparison = Comparison(
        suite="unit",
        name=name,
        params=params,
        category=category,
        metric=metric,
        baseline=None if baseline is None else side(baseline),
        head=None if head is None else side(head),
        change=None
        if change is None
        else _change(change, half_width, "max" if metric.better == "higher" else "min", base),
        noise=None if change is None else Noise(source="history", sd=0.012),
        history=tuple(None if i == 1 else base * (1 + 0.004 * (i * 7 % 5 - 2)) for i in range(past)) if base else (),
        distribution=(rounds_around(baseline, 1), rounds_around(head, 2)) if drawn and baseline and head else None,
    )
    return Assessment(
        comparison=comparison,
        verdict=verdict,
        reason=reason or _REASONS.get(verdict, f"it is {verdict}"),
        detectable=None if change is None else 0.021 if half_width <= 0.02 else 2 * half_width,
        cure=cure,
        suspect=suspect,
        threshold=None if change is None else 0.02,
        margin=None if change is None else 0.03,
        seen=Seen(agreeing=5, total=5, unit="runs") if verdict in CHANGED and change else None,
    )


def cause(function: str = "normalize", file: str = "textkit/words.py", line: int = 41) -> Cause:
    """Blame a function that is called more often, by one that the head changed."""
    base = FunctionWork(calls=125, bytecodes=1_375, seconds=27.1e-6)
    head = FunctionWork(calls=156, bytecodes=1_716, seconds=34.2e-6)
    functions = (
        FunctionChange(file=file, name=function, seconds=7.1e-6, base=base, head=head),
        FunctionChange(file=file, name="new", seconds=1e-7, base=None, head=head),
    )
    return Cause(
        kind="called-more-often",
        function=function,
        file=file,
        line=line,
        share=0.962,
        calls=(125, 156),
        in_diff=True,
        changed=Changed(function="search", file=file, line=line + 6, last=line + 7),
        functions=functions,
        flame=_flame(functions),
    )


def _flame(functions: tuple[FunctionChange, ...]) -> Flame:
    """Return a graph in which a function is called more often, and calls another that only the head has."""
    same = FunctionChange(
        file="textkit/index.py",
        name="search",
        seconds=0.0,
        base=FunctionWork(calls=1, bytecodes=822, seconds=16.3e-6),
        head=FunctionWork(calls=1, bytecodes=822, seconds=16.3e-6),
    )
    frames = (Frame(-1, 2, 163, 163, 1, 1), Frame(0, 0, 271, 341, 125, 156), Frame(1, 1, 0, 1, 0, 1))
    return Flame(unit=1e-7, functions=(*functions, same), frames=frames)


def memory_use(file: str = "textkit/words.py", line: int = 44) -> MemoryUse:
    """Return the memory of a row that allocates more."""
    return MemoryUse(
        base=Allocated(peak=117_506, blocks=2_188),
        head=Allocated(peak=131_000, blocks=2_190),
        grew=True,
        line=AllocatingLine(file=file, line=line, bytes=13_000, in_diff=True),
    )


def instructions(head: float = 10_410.0, change: float = 0.041) -> Instructions:
    """Return the count of a row that executes more."""
    return Instructions(tool="callgrind", base=10_000.0, head=head, change=change, spread=0.0001, moved=True)


def _change(point: float, half_width: float, statistic: str, low: float | None) -> Change:
    before = None if low is None else side(low).max if statistic == "max" else low
    return Change(
        kind="ratio",
        statistic=statistic,
        marginal=estimate(point, half_width),
        simultaneous=estimate(point, half_width * 1.6),
        p_adjusted=0.0004 if abs(point) > half_width else 0.6,
        before=before,
        after=None if before is None else before * (1 + point),
    )


_REASONS: dict[Verdict, str] = {
    "regressed": "25.1% slower, probably 23.1 to 27.1%, seen in 5 of 5 runs; run-to-run noise ±1.2%",
    "improved": "20.3% faster, probably 18.3 to 22.3%, seen in 5 of 5 runs; run-to-run noise ±1.2%",
    "unchanged": "−1.1% to +1.1%, within ±3.0%; run-to-run noise ±1.2%",
    "inconclusive": "−4.6% to +7.4%, which may be a change or none; run-to-run noise ±4.8%",
    "not_comparable": "it is informational: no direction is declared as the good one",
    "new": "not in the baseline",
    "missing": "in the baseline, but not measured this time",
    "errored": "it gave no usable value",
}

_QUIET_NAMES = (
    "test_parse_small",
    "test_parse_large",
    "test_render",
    "test_search[simple]",
    "test_search[complex]",
    "test_write_file",
    "test_allocate",
    "test_round_trip",
)


def unchanged_rows(names: tuple[str, ...] = _QUIET_NAMES) -> tuple[Assessment, ...]:
    return tuple(
        row(name, "unchanged", 0.001 * (i % 7 - 3), half_width=0.011, base=3.7e-5 * (i + 1))
        for i, name in enumerate(names)
    )


def report(
    *rows: Assessment,
    status: GateStatus | None = None,
    reasons: tuple[str, ...] = (),
    baseline: BaselineSource | None = SOURCE,
    baseline_reason: str | None = None,
    compare: CompareKind = "confirmed",
    shift: Shift | None = None,
    budgets: tuple[BudgetResult, ...] = (),
    warnings: tuple[Notice, ...] = (),
    measured: Measured = MEASURED,
    suite: str = "unit",
    confirm: bool = False,
    sessions: int = 0,
    wanted: Wanted = "verdict",
    failed: FailedSide | None = None,
) -> Report:
    """Make a report; without a status its gate is what ``gate`` makes of the rows."""
    made = gate(rows, budgets, ("regressed",), Circumstances(wanted=wanted, absent=baseline_reason))
    return Report(
        suite=suite,
        gate=_gate_of(status, reasons) if status else replace(made, reasons=reasons or made.reasons),
        measured=measured,
        baseline=baseline,
        baseline_reason=baseline_reason,
        compare=compare,
        shift=shift,
        assessments=rows,
        budgets=budgets,
        warnings=warnings,
        confirm=confirm,
        failed=failed,
        sessions=tuple(
            PastSession(commit=f"{i:040x}", measured_at=MEASURED_AT - 86_400.0 * (sessions - i))
            for i in range(sessions)
        ),
    )


def _gate_of(status: GateStatus, reasons: tuple[str, ...]) -> Gate:
    return Gate(status=status, reasons=reasons, cause="not-measured" if status == "undecided" else None)


def nothing_changed() -> Report:
    return report(*unchanged_rows(), shift=QUIET_SHIFT)


def affected() -> Report:
    """Only what the change reaches was measured; of the names left out some are hostile."""
    left_out = (*(f"bench/test_io.py::test_read[{size}]" for size in range(25)), "bench/test_x.py::test_|`<b>")
    rows = (row("bench/test_sort.py::test_sort[a b]", "regressed", 0.251), *unchanged_rows(_QUIET_NAMES[:3]))
    return replace(report(*rows), selection=Selection(measured=len(rows), left_out=left_out))


def nothing_affected() -> Report:
    from reporter.commands.build_report import unmeasured  # loads numpy, which light outputs do without

    measured = replace(MEASURED, runs=0, plan="paired")
    return replace(unmeasured("unit", measured, ()), selection=Selection(measured=0, left_out=_QUIET_NAMES))


def one_regression() -> Report:
    return report(
        row("bench/test_sort.py::test_sort[a b]", "regressed", 0.251, drawn=True, category="algorithms", past=6),
        row("test_load_config", "improved", -0.203, drawn=True, base=8.1e-6, past=6),
        row(
            "test_http_roundtrip",
            "inconclusive",
            0.014,
            half_width=0.06,
            base=0.0312,
            cure=reasons.undecided_cure("runs", hopeless=False),
        ),
        *unchanged_rows(),
        shift=QUIET_SHIFT,
        sessions=6,
        measured=replace(MEASURED, resources=RESOURCES),
    )


def _since(point: float, low: float | None = None, high: float | None = None) -> ChangeSince:
    return ChangeSince(point=point, low=low, high=high, confidence=0.95)


def in_pairs() -> Report:
    """Two clocks and whole runs, with what they were judged from."""
    parse, wait, write = (
        row("test_parse", "regressed", 0.051, half_width=0.008),
        row("test_wait", "unchanged", 0.002, half_width=0.009),
        row("test_write", "inconclusive", 0.014, half_width=0.06, cure=reasons.undecided_cure("pairs", hopeless=False)),
    )
    rows = (
        replace(
            parse,
            comparison=replace(parse.comparison, clock="cpu", since=_since(0.083, 0.042, 0.124)),
            seen=Seen(agreeing=15, total=16, unit="pairs"),
            cause=cause(),
            memory=memory_use(),
            instructions=instructions(),
        ),
        replace(
            wait,
            comparison=replace(wait.comparison, clock="wall", since=_since(-0.02)),
        ),
        write,
    )
    measured = replace(MEASURED, plan="paired", runs=16)
    made = report(*rows, compare="paired", shift=QUIET_SHIFT, measured=measured, sessions=6)
    return replace(made, judgings=(_judging(rows),), since=Since(absent=None, left_out=4))


def _judging(rows: Sequence[Assessment]) -> Judging:
    looks = (RowLook(look=8, pairs=8, level=0.01), RowLook(look=16, pairs=15, level=0.015))
    judged = tuple(
        JudgedRow(
            name=each.comparison.name,
            params=each.comparison.params,
            metric=each.comparison.metric,
            statistic="min",
            kind="ratio",
            threshold=0.02,
            margin=0.03,
            stored=None if each.comparison.clock else (0.0004, 6.0),
            looks=looks[: 1 + index // 2],
            values=(
                PairValues(
                    clock=each.comparison.clock,
                    looks=(8, 16),
                    base=(0.00125, None, 0.0013),
                    head=(0.0013125, 0.0012, 0.00135),
                ),
            ),
        )
        for index, each in enumerate(rows)
    )
    return Judging(suite="unit", grows=True, began="bhhb" * 4, digest=digest(judged), rows=judged)


def no_baseline() -> Report:
    return report(
        *(row(name, "new", base=1.1e-4 * (i + 1)) for i, name in enumerate(_QUIET_NAMES)),
        baseline=None,
        baseline_reason="no artifact benchverdict-baseline-unit was found for main",
        compare="none",
    )


def undecided() -> Report:
    return report(
        row("test_parse_small", "missing"),
        row("test_render", "errored", reason="the only value is not a number"),
        status="undecided",
        reasons=("run 2 of 5 failed: the command ended with exit code 1",),
        failed=failed("run 2 of 5 failed: the command ended with exit code 1"),
        measured=replace(MEASURED, runs=1),
    )


def no_verdict() -> Report:
    what = "the head run of pair 1 failed: the command ended with exit code 2"
    return report(
        status="undecided",
        reasons=(what,),
        failed=failed(what),
        measured=replace(MEASURED, runs=0),
        baseline=None,
        compare="none",
    )


def failed(what: str, side: Literal["base", "head"] = "head") -> FailedSide:
    """A head that cannot be imported."""
    return FailedSide(
        side=side,
        commit=MEASURED.head_sha if side == "head" else MEASURED.base_sha,
        what=what,
        lines=(
            "benchmarks/test_shop.py:3: in <module>",
            "    import shop",
            "E   ModuleNotFoundError: No module named 'shop'",
            "=========================== short test summary info ============================",
            "ERROR benchmarks/test_shop.py",
            "1 error in 0.31s",
        ),
    )


def mixed() -> Report:
    """Every group, several metrics, parameters, differences, budgets, warnings and a shift: all there is to show."""
    return report(
        row("test_sort", "regressed", 0.251, params=(("size", "1000"), ("kind", "random")), drawn=True),
        row("test_sort", "regressed", 0.062, metric=MEMORY, base=48.2e6, params=(("size", "1000"), ("kind", "random"))),
        row("serve", "regressed", -0.31, metric=THROUGHPUT, base=12_300.0, drawn=True),
        row("test_gone", "missing", cure="if it was removed on purpose, save a new baseline"),
        row("test_broken", "errored", cure="see the log of the benchmark command"),
        row("test_load_config", "improved", -0.203, drawn=True, base=8.1e-6),
        row(
            "test_walk",
            "inconclusive",
            0.081,
            half_width=0.03,
            suspect=True,
            reason="a second measurement has to confirm it",
        ),
        row("test_fresh", "new"),
        row("test_moved", "not_comparable", reason="the baseline was measured on another kind of machine"),
        row(
            "test_http_roundtrip", "inconclusive", 0.014, half_width=0.06, base=0.0312, cure=reasons.NOT_CONFIRMED_CURE
        ),
        errors_row(),
        row("test_render", "not_comparable", metric=UNDECLARED, base=2048.0),
        *unchanged_rows(_QUIET_NAMES[:4]),
        shift=Shift(
            change=estimate(0.041, 0.006),
            verdict="regressed",
            reason="the whole suite became worse: between +3.5% and +4.7%",
        ),
        budgets=(
            BudgetResult(
                benchmark="GET /health",
                metric="p95",
                unit="s",
                value=0.093,
                target=0.05,
                warning=0.08,
                critical=0.1,
                status="warning",
            ),
            BudgetResult(
                benchmark="GET /search",
                metric="p95",
                unit="s",
                value=0.31,
                target=None,
                warning=0.2,
                critical=0.3,
                status="critical",
                category="api",
                rule="GET /s*",
            ),
            BudgetResult(
                benchmark="GET /",
                metric="p95",
                unit="s",
                value=0.011,
                target=0.05,
                warning=None,
                critical=0.1,
                status="met",
                category="api",
            ),
            BudgetResult(
                benchmark="GET /insights",
                metric="p99",
                unit="s",
                value=None,
                target=None,
                warning=None,
                critical=0.2,
                status="not_measured",
                rule="GET *",
                reason="not enough rounds: p99 needs 100 values, there are 60; measure more rounds or runs",
            ),
        ),
        warnings=(
            Notice(code="few-sessions", text="the history has 2 sessions of this machine; 5 make the screen sharper"),
            Notice(code="cpu-quota", text="this job may use 2 of 4 cores; noise is higher under a quota"),
        ),
        reasons=("3 benchmarks regressed", "1 benchmark beyond a critical budget"),
        baseline=BaselineSource(
            commit=BASE_SHA[::-1],
            run_id=799,
            age_seconds=200_000.0,
            distance=3,
            fingerprint_match=True,
            fingerprint=replace(MACHINE, details=(("kernel", "6.8.0"), ("python", "3.13.1"))),
        ),
    )


def errors_row() -> Assessment:
    """Make a row of a count that may be zero: its change is a difference."""
    item = row("GET /health", "inconclusive", metric=Metric(name="errors", unit="1", better="lower"), base=2.0)
    change = Change(
        kind="difference", statistic="median", marginal=estimate(1.0, 1.5), simultaneous=None, p_adjusted=None
    )
    comparison = item.comparison
    return Assessment(
        comparison=Comparison(
            suite=comparison.suite,
            name=comparison.name,
            params=(),
            category="load",
            metric=comparison.metric,
            baseline=comparison.baseline,
            head=comparison.head,
            change=change,
        ),
        verdict="inconclusive",
        reason="a difference of −0.5 to 2.5",
    )


HOSTILE_NAMES = (
    "a|b||c",
    "back`tick``s```",
    "`",
    "``",
    "line\nbreak\r\nand\ttab",
    "\x1b[31mred\x1b[0m\x07\x9b2J",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</code></td></table><h1>owned</h1>",
    "@octocat please look at #123 and GH-7",
    "https://evil.example/?q=1 www.evil.example me@evil.example",
    "safe\u202egnp.exe\u2066\u200b\ufeff",
    "[link](https://evil.example) ![img](https://evil.example/x.png)",
    "$\\frac{1}{0}$ $$x$$",
    "back\\slash\\|pipe\\",
    "]]>&amp;&lt;--><!--",
    "{{ 7*7 }}{% raw %}",
    '" onmouseover="alert(1)',
    "' style='x: y",
    "\u65e5\u672c\u8a9e\u306e\u30d9\u30f3\u30c1\u30de\u30fc\u30af\uff5c\u5168\u89d2",
    "e\u0301\u0301\u0301\u0301 zalgo",
    "\ufffe\uffff\x00\x0b",
    "x" * 10_000,
    "",
    " ",
    "  padded  ",
    "**bold** _it_ ~~gone~~ # h",
    "- list\n\n| a | b |\n|---|---|\n",
    "</style></script><svg onload=alert(1)>",
    "\U0001f680 rocket \U0001f469\u200d\U0001f4bb",
)


def _blamed(slow: Assessment) -> Assessment:
    """Return a row with a cause whose function and files are hostile, as a fork could write them."""
    name = slow.comparison.name[:300]
    counted = instructions(1e308, 1e304)
    return replace(slow, cause=cause(name, name, 2**50), memory=memory_use(name, 2**50), instructions=counted)


def hostile() -> Report:
    """Put hostile text wherever a result file, a machine or a fork could put it."""
    verdicts: tuple[Verdict, ...] = (
        "regressed",
        "improved",
        "missing",
        "new",
        "inconclusive",
        "not_comparable",
        "unchanged",
        "errored",
    )
    rows = tuple(
        row(
            name,
            verdicts[i % len(verdicts)],
            None if verdicts[i % len(verdicts)] in ("missing", "new", "errored", "not_comparable") else 0.1 - 0.001 * i,
            metric=Metric(name=HOSTILE_NAMES[-i], unit=("s", HOSTILE_NAMES[i])[i % 2], better="lower"),
            params=((name, HOSTILE_NAMES[-i - 1]),) if i % 3 == 0 else (),
            reason=f"because {name}",
            cure=name,
            category=name,
            drawn=True,
        )
        for i, name in enumerate(HOSTILE_NAMES)
    )
    rows = tuple(_blamed(each) if each.comparison.change else each for each in rows)
    rows = tuple(replace(each, defined=Definition(file=each.comparison.name, line=2**40)) for each in rows)
    evil = "\x1b]0;x\x07<b>|`@octocat` \u202e #1"
    machine = Fingerprint(
        cpu_model=evil, cores=2, architecture=evil, os=evil, image=evil, language=evil, details=((evil, evil),)
    )
    shown = report(
        *rows,
        suite="evil <suite> | `x`",
        reasons=HOSTILE_NAMES[:8],
        baseline_reason=evil,
        shift=Shift(change=estimate(0.041, 0.006), verdict="regressed", reason=evil),
        budgets=(
            BudgetResult(
                benchmark=evil,
                metric="|",
                unit=evil,
                value=1e300,
                target=None,
                warning=-1e-300,
                critical=0.0,
                status="critical",
                category=evil,
                rule=evil,
                reason=evil,
            ),
        ),
        warnings=tuple(Notice(code="hostile-name", text=name) for name in HOSTILE_NAMES),
        failed=FailedSide(side="base", commit="`" * 40, what=evil, lines=HOSTILE_NAMES[:10]),
        measured=Measured(
            base_sha="<b>`|@x",
            head_sha="`" * 40,
            plan="<plan>",
            runs=5,
            seconds=1e300,
            fingerprint=machine,
            command=evil,
            finished_at=1e300,
        ),
        sessions=2,
    )
    kinds = tuple(
        Failure(message=name, request=evil, count=10**i, first=1e300, last=-1.0, exception=i % 2 == 0)
        for i, name in enumerate(HOSTILE_NAMES[:6])
    )
    moments = tuple(
        LoadMoment(seconds=at, users=1e300, rate=-1.0, failed=at, p50=1e-300, p99=None) for at in (0.0, 1e9, 1e300)
    )
    return replace(
        shown,
        failures=Failures(statuses=(StatusCount(code=evil, count=2),), kinds=kinds, left_out=10**12),
        courses=(LoadCourse(moments=moments, broke_at=-1e300), LoadCourse(moments=())),
        trends=(
            Trend(
                benchmark=evil,
                metric="|",
                unit=evil,
                values=(1e-300, None, 1e300),
                changes=(LevelChange(session=2, ratio=1e300),),
            ),
        ),
    )


def many_rows(count: int = 1_000, changed: int = 11) -> Report:
    """Make a report of ``count`` rows, ``changed`` of them regressed with round values."""
    regressed = tuple(
        row(f"test_changed_{i}[{i * 10}]", "regressed", 0.05 + 0.01 * i, drawn=True, base=1e-6 * 3 ** (i % 12))
        for i in range(changed)
    )
    rest = tuple(
        row(
            f"tests/bench_module_{i % 40}.py::test_something_{i}[param-{i}]",
            "unchanged",
            0.0001 * (i % 50),
            half_width=0.01,
            base=1e-6 * (i + 1),
        )
        for i in range(count - changed)
    )
    return report(*regressed, *rest, shift=QUIET_SHIFT)


def load_test() -> Report:
    """Make the report of a load test that broke: no baseline, its course, what failed, a budget."""
    seconds = range(1, 91)
    moments = tuple(
        LoadMoment(
            seconds=float(second),
            users=10.0 * (second // 10 + 1),
            rate=0.0 if second == 1 else 9.0 * min(second // 10 + 1, 6),
            failed=None if second == 1 else max(0.0, (second - 55) / 100),
            p50=None if second == 1 else 0.05 + 0.001 * second,
            p99=None if second == 1 else 0.2 + (0.05 * (second - 50) if second > 50 else 0.0),
        )
        for second in seconds
    )
    return replace(
        report(
            row("GET /api/items", "new", metric=THROUGHPUT, base=54.0, category="api"),
            row("load", "new", metric=Metric(name="breaking_point", unit="users", better="higher"), base=70.0),
            baseline=None,
            baseline_reason="There is no baseline yet.",
            compare="none",
            wanted="nothing",
            budgets=(
                BudgetResult(
                    benchmark="load",
                    metric="highest_sustained_load",
                    unit="users",
                    value=60.0,
                    target=None,
                    warning=None,
                    critical=50.0,
                    status="met",
                    category="load",
                    rule="load",
                ),
            ),
        ),
        courses=(LoadCourse(moments=moments, broke_at=60.0, broken_by="failures"),),
        failures=Failures(
            statuses=(
                StatusCount(code="0", count=3),
                StatusCount(code="200", count=3_900),
                StatusCount(code="503", count=212),
            ),
            kinds=(
                Failure(
                    message="503 Service Unavailable",
                    request="GET /api/items",
                    count=212,
                    first=1.795e9,
                    last=1.79500003e9,
                ),
                Failure(message="a mistake in the test", request=None, count=13, exception=True),
                Failure(message="connection refused", request="GET /api/items", count=3, first=1.795e9, last=1.795e9),
            ),
        ),
    )


QUIET_SHIFT = Shift(
    change=estimate(0.002, 0.005),
    verdict="unchanged",
    reason="the suite as a whole did not move: between −0.3% and +0.7%",
)

SITUATIONS: dict[str, Callable[[], Report]] = {
    "nothing-changed": nothing_changed,
    "one-regression": one_regression,
    "no-baseline": no_baseline,
    "undecided": undecided,
    "no-verdict": no_verdict,
    "mixed": mixed,
    "load-test": load_test,
    "in-pairs": in_pairs,
    "affected": affected,
    "nothing-affected": nothing_affected,
    "hostile": hostile,
    "many-rows": lambda: many_rows(120, 3),
}


def platforms() -> tuple[Report, ...]:
    """The same benchmarks on three systems: slower on one, faster on another, one of them missing there."""
    rows = {
        "linux": (
            row("test_sort[a b]", "regressed", 0.251, drawn=True),
            row("test_load_config", "improved", -0.203, base=8.1e-6),
            row("test_http_roundtrip", "inconclusive", 0.014, half_width=0.06, base=0.0312),
        ),
        "macos": (
            row("test_sort[a b]", "unchanged", 0.004),
            row("test_load_config", "improved", -0.187, base=9.3e-6),
            row("test_http_roundtrip", "unchanged", -0.002, base=0.0287),
        ),
        "windows": (
            row("test_sort[a b]", "regressed", 0.118, drawn=True),
            row("test_load_config", "unchanged", -0.011, base=9.9e-6),
            row("test_http_roundtrip", "missing"),
        ),
    }
    return tuple(report(*own, *unchanged_rows(), suite=suite) for suite, own in rows.items())


def parts_of_a_monorepo() -> tuple[Report, ...]:
    """Two suites that have no benchmark in common."""
    return (
        report(row("test_route", "regressed", 0.4), suite="api"),
        report(*unchanged_rows(), suite="web"),
    )


def hostile_suites() -> tuple[Report, ...]:
    """The same hostile names in two suites, as two forged artifacts could have them."""
    return replace(hostile(), suite="linux"), replace(hostile(), suite="macos")
