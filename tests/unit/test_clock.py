"""Which clock decides pairs in lock-step: chosen by data, or as configured, and shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import jsonschema
import pytest

from reporter.commands.deciding import decide_looks
from reporter.config.reading import parse
from reporter.decide.judge import Pairs, judge_looks
from reporter.ingest.slices import with_slices
from reporter.model import BaselineSource
from reporter.records import json_v1
from reporter.render import html, markdown, view
from reporter.render.explanation import explain
from reporter.shared.errors import UsageError
from tests.property.test_report_bounds import SCHEMA
from tests.reports import one_regression, report, row
from tests.unit.test_slices import pairs_with, suite_of

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.model import Assessment, Clock

WAITS = {"head_share": 0.8, "head_scale": 0.8}
"""A head that begins to wait: a quarter more wall time, and as much processor time as before."""


def sides_of(change: float, **head: float) -> Pairs:
    """Return eight pairs of one benchmark in lock-step, whose head takes so much more wall time."""
    slices = [({"b": before}, {"b": after}) for before, after in pairs_with(change, **head)]  # type: ignore[arg-type]
    base, head_side = with_slices(suite_of(["b"], 8), suite_of(["b"], 8), slices)
    return Pairs(base=base, head=head_side)


def judged(pairs: Pairs, config: Config) -> Assessment:
    (assessment,) = decide_looks(pairs, config, changed_files=(), stored=()).assessments
    return assessment


def with_clock(clock: str) -> Config:
    return parse({"measure": {"clock": clock}}, "here")


def test_the_clock_is_chosen_by_data_unless_it_is_configured() -> None:
    assert parse({}, "here").measure.clock == "auto"
    assert parse({"measure": {"clock": "cpu"}, "modes": {"a": {"clock": "wall"}}}, "here").in_mode("a").clock == "wall"
    with pytest.raises(UsageError, match=r"measure\.clock = 'proc' is not known"):
        with_clock("proc")


@pytest.mark.parametrize(
    ("clock", "waits", "decides", "change"),
    [
        ("auto", False, "cpu", 0.05),
        ("auto", True, "wall", 0.25),
        ("wall", False, "wall", 0.0),
        ("wall", True, "wall", 0.25),
        ("cpu", False, "cpu", 0.05),
        ("cpu", True, "cpu", 0.0),
    ],
)
def test_the_configured_clock_decides(clock: str, waits: bool, decides: Clock, change: float) -> None:
    pairs = sides_of(0.25, **WAITS) if waits else sides_of(0.0, head_scale=1.05)
    found = judged(pairs, with_clock(clock))
    assert found.comparison.clock == decides
    assert found.comparison.change is not None
    assert found.comparison.change.marginal.point == pytest.approx(change, abs=0.01)
    assert found.verdict == ("regressed" if change else "unchanged")


def test_the_clock_of_a_mode_decides_in_that_mode() -> None:
    config = parse({"modes": {"waiting": {"clock": "wall"}}}, "here")
    pairs = sides_of(0.0, head_scale=1.05)
    clocks = [judged(pairs, config.only(mode, ())).comparison.clock for mode in (None, "waiting")]
    assert clocks == ["cpu", "wall"]


def test_whole_runs_have_the_clock_of_their_tool() -> None:
    plain = suite_of(["b"], 8)
    (found,) = judge_looks(Pairs(base=plain, head=plain)).assessments
    assert found.comparison.clock is None


def clocked(**clocks: Clock | None) -> tuple[Assessment, ...]:
    rows = [(row(name, "unchanged", 0.001), clock) for name, clock in clocks.items()]
    return tuple(replace(each, comparison=replace(each.comparison, clock=clock)) for each, clock in rows)


SHOWN = replace(
    report(*clocked(one="cpu", two="cpu", three="wall", four=None)),
    compare="paired",
    baseline=BaselineSource(commit="a" * 40),
)


def test_every_output_for_people_shows_the_clock() -> None:
    said = [explain(SHOWN, [index]) for index in range(4)]
    assert [text.count("processor time of its own thread") for text in said] == [1, 1, 0, 0]
    assert [text.count("wall time, in lock-step") for text in said] == [0, 0, 1, 0]
    page = html.render(view.build(SHOWN), {})
    assert page.count("<dt>Clock</dt><dd>processor time of its own thread") == 2
    assert "| Clock | processor time 2, wall time 1 |" in markdown.summary(view.build(SHOWN))
    assert "Clock" not in markdown.comment(view.build(SHOWN))


def test_the_clock_is_in_the_verdict_and_a_file_without_it_is_read() -> None:
    document = json.loads(json_v1.dump(SHOWN))
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert [each.get("clock") for each in document["benchmarks"]] == ["cpu", "cpu", "wall", None]
    assert json_v1.load(json.dumps(document), "x") == SHOWN
    older = json_v1.dump(one_regression())
    assert '"clock"' not in older
    assert json_v1.load(older, "x") == one_regression()
