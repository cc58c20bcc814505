"""The course of a load test: from its points to a picture that is the same for the same test."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporter.commands.suites import suite_from
from reporter.config import Config
from reporter.ingest import read_file
from reporter.ingest.load_course import MOST_MOMENTS, course_of
from reporter.ingest.reading import LoadPoint
from reporter.model import LoadCourse, LoadMoment
from reporter.records import json_v1
from reporter.render import OUTPUTS, Shown, Terminal, charts
from reporter.render.chart_course import course_drawing
from reporter.render.chart_lines import known
from reporter.shared.errors import InputError
from tests.recorded import DATA
from tests.reports import load_test, report, row

_MOMENT = LoadMoment(seconds=0.0, users=1.0, rate=1.0, failed=None, p50=None, p99=None)


def _points(count: int) -> list[LoadPoint]:
    return [
        LoadPoint(at=1000.0 + i, users=i, requests=10.0 * i, failures=float(i), p50=0.1, p99=9.0 if i == 7 else 0.3)
        for i in range(count)
    ]


def test_every_moment_is_what_went_on_since_the_one_before() -> None:
    course = course_of(_points(11), broke_at=1004.0)
    assert course is not None
    assert [moment.seconds for moment in course.moments] == list(range(1, 11))
    assert {(moment.rate, moment.failed) for moment in course.moments} == {(10.0, 0.1)}
    assert course.moments[6].p99 == 9.0
    assert course.broke_at == 4.0


def test_many_points_become_few_stretches_that_lose_no_request_and_no_spike() -> None:
    course = course_of(_points(5001))
    assert course is not None
    assert len(course.moments) == MOST_MOMENTS
    ends = [0.0, *(moment.seconds for moment in course.moments)]
    counted = sum(moment.rate * (moment.seconds - before) for moment, before in zip(course.moments, ends, strict=False))
    assert counted == pytest.approx(50_000)
    assert max(known([moment.p99 for moment in course.moments])) == 9.0


def test_before_the_first_request_nothing_is_known() -> None:
    points = [LoadPoint(at=float(i), users=1, requests=max(0, i - 2), failures=0, p50=nan, p99=nan) for i in range(6)]
    course = course_of(points)
    assert course is not None
    assert [moment.failed for moment in course.moments] == [None, None, 0.0, 0.0, 0.0]
    assert {moment.p50 for moment in course.moments} == {None}
    assert course_of(points[:2]) is None


def test_a_recorded_history_is_drawn_with_what_locust_wrote() -> None:
    files = [read_file(DATA / "locust" / name) for name in ("shop_stats.csv", "shop_stats_history.csv")]
    suite = suite_from([files], Config(), "s")
    (course,) = suite.courses
    drawing = course_drawing(course, 1)
    assert drawing is not None
    assert "users up to 4;" in drawing.description
    assert max(moment.users for moment in course.moments) == 4
    assert not any(strokes.kind == "mark" and strokes.segments for strokes in drawing.strokes)


def test_it_is_one_picture_with_words_and_the_same_for_the_same_report() -> None:
    shown = load_test()
    drawn = charts.draw(shown)
    assert list(drawn) == ["load-1"]
    assert drawn == charts.draw(json_v1.load(json_v1.dump(shown), "v"))
    root = ET.fromstring(drawn["load-1"])
    assert root.attrib["role"] == "img"
    description = next(element.text for element in root if element.tag.endswith("desc"))
    assert description is not None
    assert "users up to 100" in description
    assert "It broke after 1 min" in description
    assert "currentColor" in drawn["load-1"]
    page = OUTPUTS["html"](Shown(shown), Terminal())
    assert drawn["load-1"] in page
    assert "The dashed line is where the level began" in page
    whole = replace(shown, courses=(replace(shown.courses[0], broke_at=None),))
    assert "The dashed line" not in OUTPUTS["html"](Shown(whole), Terminal())


def test_several_are_told_apart() -> None:
    course = load_test().courses[0]
    shown = replace(report(row("a", "unchanged", 0.0)), courses=(course, course))
    drawn = charts.draw(shown)
    assert "Course of load test 2" in drawn["load-2"]


@given(
    st.lists(
        st.builds(
            LoadMoment,
            seconds=st.floats(allow_nan=False, allow_infinity=False),
            users=st.floats(allow_nan=False, allow_infinity=False),
            rate=st.floats(allow_nan=False, allow_infinity=False),
            failed=st.none() | st.floats(allow_nan=False, allow_infinity=False),
            p50=st.none() | st.floats(allow_nan=False, allow_infinity=False),
            p99=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        ),
        max_size=8,
    ),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
@example([replace(_MOMENT, seconds=-1e292), replace(_MOMENT, seconds=1.79e308)], None)
def test_any_course_can_be_drawn(moments: list[LoadMoment], broke_at: float | None) -> None:
    drawing = course_drawing(LoadCourse(moments=tuple(moments), broke_at=broke_at), 1)
    for strokes in drawing.strokes if drawing else ():
        for x1, y1, x2, y2 in strokes.segments:
            assert 0 <= min(x1, x2) <= max(x1, x2) <= 600
            assert 0 <= min(y1, y2) <= max(y1, y2) <= drawing.height if drawing else False


@pytest.mark.parametrize(
    "change", [{"users": []}, {"seconds": [1] * 2000}, {"broke_at": "x"}, {"broken_by": "x"}, {"p50": ["x"]}]
)
def test_a_forged_course_is_refused(change: dict[str, object]) -> None:
    document = json.loads(json_v1.dump(load_test()))
    forged = document["load"][0] | change
    if change == {"seconds": [1] * 2000}:
        forged = {key: [1] * 2000 if isinstance(value, list) else value for key, value in forged.items()}
    with pytest.raises(InputError, match="load"):
        json_v1.load(json.dumps(document | {"load": [forged]}), "v")
