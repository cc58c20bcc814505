"""What must hold for any report and any text in it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.model import (
    VERDICTS,
    Assessment,
    BaselineSource,
    BudgetResult,
    Change,
    Comparison,
    Estimate,
    Gate,
    GateCause,
    Measured,
    Metric,
    Noise,
    Report,
    Shift,
    SideSummary,
)
from reporter.render import console, json_v1, junit, markdown, view
from reporter.render.plain import display_width
from reporter.shared.errors import InputError
from reporter.shared.markdown import code, prose
from reporter.shared.model import Fingerprint, Notice
from reporter.shared.printable import visible
from tests.gfm import needs_cmark, read_tables, text_of
from tests.reports import one_regression

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_line = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
_number = st.floats(allow_nan=False, allow_infinity=False)
_maybe_number = st.none() | _number
_count = st.integers(0, 2**53)
_estimate = st.builds(Estimate, point=_number, low=_number, high=_number, confidence=_number)
_side = st.builds(SideSummary, min=_maybe_number, median=_maybe_number, max=_maybe_number, runs=_count, rounds=_count)
_pairs = st.dictionaries(_text, _text, max_size=3).map(lambda pairs: tuple(pairs.items()))
_verdict = st.sampled_from(VERDICTS)
_runs = st.lists(st.lists(_number, max_size=3).map(tuple), max_size=3).map(tuple)
_change = st.builds(
    Change,
    kind=st.sampled_from(["ratio", "difference"]),
    statistic=_line,
    marginal=_estimate,
    simultaneous=st.none() | _estimate,
    p_adjusted=_maybe_number,
)
_comparison = st.builds(
    Comparison,
    suite=_line,
    name=_text,
    params=_pairs,
    category=st.none() | _text,
    metric=st.builds(Metric, name=_text, unit=_text, better=st.sampled_from(["lower", "higher", None])),
    baseline=st.none() | _side,
    head=st.none() | _side,
    change=st.none() | _change,
    noise=st.none() | st.builds(Noise, source=_text, sd=_number),
    distribution=st.none() | st.tuples(_runs, _runs),
)
_assessment = st.builds(
    Assessment,
    comparison=_comparison,
    verdict=_verdict,
    reason=_text,
    detectable=_maybe_number,
    cure=st.none() | _text,
    suspect=st.booleans(),
    threshold=_maybe_number,
)
_reasons = st.lists(_text, max_size=3).map(tuple)
_fingerprint = st.builds(
    Fingerprint,
    cpu_model=st.none() | _text,
    cores=st.none() | _count,
    architecture=st.none() | _text,
    os=st.none() | _text,
    image=st.none() | _text,
    language=st.none() | _text,
    details=_pairs,
)
_reports = st.builds(
    Report,
    suite=_line,
    gate=st.builds(Gate, status=st.sampled_from(["passed", "failed"]), reasons=_reasons)
    | st.builds(Gate, status=st.just("undecided"), reasons=_reasons, cause=st.sampled_from(get_args(GateCause))),
    measured=st.builds(
        Measured,
        base_sha=st.none() | _line,
        head_sha=st.none() | _line,
        plan=_line,
        runs=_count,
        seconds=_maybe_number,
        fingerprint=_fingerprint,
        command=st.none() | _text,
        finished_at=_maybe_number,
    ),
    baseline=st.none()
    | st.builds(
        BaselineSource,
        commit=st.none() | _line,
        run_id=st.none() | _count,
        age_seconds=_maybe_number,
        distance=st.none() | _count,
        fingerprint_match=st.none() | st.booleans(),
    ),
    baseline_reason=st.none() | _text,
    compare=st.sampled_from(["screen", "confirmed", "paired", "none"]),
    shift=st.none() | st.builds(Shift, change=_estimate, verdict=_verdict, reason=_text),
    assessments=st.lists(_assessment, max_size=4).map(tuple),
    budgets=st.lists(
        st.builds(
            BudgetResult,
            benchmark=_text,
            metric=_text,
            unit=_text,
            value=_maybe_number,
            target=_maybe_number,
            warning=_maybe_number,
            critical=_maybe_number,
            status=st.sampled_from(["met", "above_target", "warning", "critical", "not_measured"]),
        ),
        max_size=2,
    ).map(tuple),
    warnings=st.lists(st.builds(Notice, code=_line, text=_text), max_size=2).map(tuple),
    confirm=st.booleans(),
    saved=st.booleans(),
)

_slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_slow
@given(_reports)
def test_a_verdict_comes_back_as_it_went(report: Report) -> None:
    assert json_v1.load(json_v1.dump(report), "verdict.json") == report


@_slow
@given(_reports, st.integers(40, 140))
def test_every_output_takes_every_report(report: Report, width: int) -> None:
    shown = view.build(report)
    lines = console.render(shown, width=width).splitlines()
    assert [line for line in lines if display_width(line) > width] == []
    assert len(markdown.comment(shown, limit=32_768)) <= 32_768
    assert len(markdown.summary(shown, limit=250_000).encode()) <= 250_000
    assert junit.render(report).count("<testcase ") == len(report.assessments) + len(report.budgets)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@_slow
@given(st.data())
def test_whatever_stands_in_a_verdict_it_is_read_or_refused(data: st.DataObject) -> None:
    """Put any JSON value into any place: loading gives a report or an InputError, nothing else."""
    document = json.loads(json_v1.dump(one_regression()))
    place: Any = document
    while True:
        keys = range(len(place)) if isinstance(place, list) else list(place)
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or data.draw(st.booleans()):
            break
        place = inner
    place[key] = data.draw(_json)
    with suppress(InputError):
        assert isinstance(json_v1.load(json.dumps(document), "verdict.json"), Report)


@needs_cmark
@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60).map(visible).filter(lambda text: text.strip() != ""), min_size=1, max_size=12))
def test_any_name_arrives_whole_in_its_cell_of_a_github_table(names: list[str]) -> None:
    rows = "\n".join(f"| {code(name, 1_000)} | {prose(name, 1_000)} | end |" for name in names)
    (table,) = read_tables(f"| code | prose | last |\n| --- | --- | --- |\n{rows}\n")
    assert [cells[2] for cells in table.rows] == ["end"] * len(names)
    for name, (as_code, as_prose, _) in zip(names, table.rows, strict=True):
        assert as_code.replace("\u2060", "").strip(" ") == name.replace("\\|", "\\¦").strip(" ")
        assert as_prose.replace("\u2060", "").strip(" ") == name.strip(" ")


@needs_cmark
@settings(max_examples=40, deadline=None)
@given(st.text("@#:/.wWgGhH-123abc <>&*_`[]()!~$\\|\"'", max_size=60))
def test_running_text_stays_the_text_it_is(text: str) -> None:
    line = visible(text).strip()
    assert (
        text_of(f"x {prose(line, 1_000)} x", without_code=False).replace("\u2060", "").split() == f"x {line} x".split()
    )
