from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from reporter.render import charts
from reporter.render.chart_changes import changes_drawing
from reporter.render.chart_distribution import distribution_drawing
from reporter.render.chart_drawing import WIDTH
from reporter.render.chart_scale import Scale, padded, round_values
from reporter.render.plain import fit
from reporter.render.view_rows import row_view
from reporter.shared.printable import visible
from tests.reports import (
    HOSTILE_NAMES,
    SITUATIONS,
    errors_row,
    many_rows,
    mixed,
    no_baseline,
    nothing_changed,
    one_regression,
    report,
    row,
)

if TYPE_CHECKING:
    from reporter.model import Assessment
    from reporter.render.chart_drawing import Drawing, Strokes

_SVG = "{http://www.w3.org/2000/svg}"
_ROOT = Path(__file__).parents[2]


def _series(drawing: Drawing, kind: str) -> Strokes:
    return next(strokes for strokes in drawing.strokes if strokes.kind == kind)


def _texts(drawing: Drawing, kind: str) -> list[str]:
    return [label.text for label in drawing.labels if label.kind == kind]


def test_changes_first_then_the_distributions_of_what_changed() -> None:
    assert list(charts.draw(mixed())) == ["changes", "distribution-row-2", "distribution-row-0", "distribution-row-5"]


def test_at_most_twelve_charts_however_many_rows() -> None:
    assert len(charts.draw(many_rows(500, 40))) == 12
    assert len(charts.draw(many_rows(500, 40), most=3)) == 3


def test_without_any_change_there_is_nothing_to_draw() -> None:
    assert charts.draw(no_baseline()) == {}
    assert charts.draw(report()) == {}


def test_the_same_report_gives_the_same_bytes_in_every_process_and_folder(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\npath.sketch: 5, 100, 2\nsvg.fonttype: path\n")
    program = (
        "from tests.reports import mixed; from reporter.render import charts; import sys;"
        "sys.stdout.buffer.write('\\n'.join(charts.draw(mixed()).values()).encode())"
    )
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-W", "error", "-c", program]
    other = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout
    assert other == "\n".join(charts.draw(mixed()).values()).encode()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_svg_is_well_formed_accessible_and_free_of_what_the_page_forbids(situation: str) -> None:
    for name, svg in charts.draw(SITUATIONS[situation]()).items():
        root = ET.fromstring(svg)
        title, description = root[0], root[1]
        assert (title.tag, description.tag) == (f"{_SVG}title", f"{_SVG}desc")
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"] == f"{name}-title {name}-desc"
        assert len(description.text or "") > 30
        assert {element.tag.removeprefix(_SVG) for element in root.iter()} <= {
            "svg",
            "title",
            "desc",
            "g",
            "path",
            "text",
        }
        assert not any("style" in element.attrib or "href" in str(element.attrib) for element in root.iter())


def test_ids_are_unique_over_all_charts_of_a_page() -> None:
    ids = re.findall(r'\bid="([^"]+)"', "".join(charts.draw(many_rows(50, 20)).values()))
    assert len(ids) == len(set(ids)) == 24


@pytest.mark.parametrize("value", [1e308, -1e308, 1e300, 5e-324])
def test_numbers_beyond_any_use_are_drawn_all_the_same(value: float) -> None:
    rows = [replace(a, threshold=abs(value)) for a in one_regression().assessments]
    far = row("far", "regressed", value, half_width=0.0)
    for picture in charts.draw(replace(one_regression(), assessments=(*rows, far))).values():
        assert not re.search(r' (d|x|y)="[^"]*(nan|inf)', picture)


def test_hostile_names_arrive_as_text_and_as_nothing_else() -> None:
    names = [name for name in HOSTILE_NAMES if name.strip() and len(name) < 44]
    for start in range(0, len(names), 11):
        some = names[start : start + 11]
        drawn = charts.draw(report(*(row(name, "regressed", 0.2, drawn=True) for name in some)))
        labels = [element.text for element in ET.fromstring(drawn["changes"]).iter(f"{_SVG}text")]
        titles = [ET.fromstring(svg)[0].text or "" for name, svg in drawn.items() if name != "changes"]
        for name in some:
            assert visible(name) in titles[some.index(name)].removeprefix("Distribution of ")
            assert fit(visible(name), 28).rstrip() in labels


def test_alternative_text_says_what_the_picture_shows() -> None:
    drawn = charts.draw(one_regression())
    described = {name: ET.fromstring(svg)[1].text or "" for name, svg in drawn.items()}
    assert described["changes"].startswith(
        "11 benchmarks, largest change first: bench/test_sort.py::test_sort[a b] +25.1% (23.1 to 27.1%), regressed;"
        " test_load_config"
    )
    assert described["distribution-row-0"].startswith(
        "Baseline 1.23 ms in 5 runs, head 1.54 ms in 5 runs: +25.1% (23.1 to 27.1%), regressed."
    )


def test_the_threshold_band_the_interval_and_the_point_lie_where_they_should() -> None:
    drawing = changes_drawing(report(row("a", "regressed", 0.10, half_width=0.05)))
    assert drawing
    (low, _, high, _) = _series(drawing, "interval regressed").segments[0]
    (point, _, _, _) = _series(drawing, "point regressed").segments[0]
    (left, _, right, _) = _series(drawing, "minimum").segments[0]
    (zero, _, _, _) = _series(drawing, "zero").segments[0]
    (outer, _, _, _) = _series(drawing, "margin").segments[0]
    per_percent = (right - left) / 4
    assert zero - outer == pytest.approx(3 * per_percent, abs=0.2)
    assert point - zero == pytest.approx(10 * per_percent, abs=0.2)
    assert (low - zero, high - zero) == pytest.approx((5 * per_percent, 15 * per_percent), abs=0.5)


def test_many_changes_leave_no_room_for_unchanged_rows() -> None:
    full, few = changes_drawing(many_rows(100, 40)), changes_drawing(many_rows(100, 3))
    assert full
    assert few
    assert len(_texts(full, "name")) == 25
    assert len(_texts(few, "name")) == 12


def test_one_huge_interval_is_cut_with_an_arrow_and_does_not_squeeze_the_others() -> None:
    rows = [row("huge", "regressed", 50.0), *(row(f"r{i}", "regressed", 0.05) for i in range(4))]
    drawing = changes_drawing(report(*rows))
    assert drawing
    segments = _series(drawing, "interval regressed").segments
    assert len(segments) == 5 + 2
    assert all(high - low > 10 for low, _, high, _ in segments[3:])
    assert len(_series(drawing, "point regressed").segments) == 4
    assert _texts(drawing, "value")[0] == "✗ +5000%"


def test_differences_have_no_place_on_an_axis_of_percent() -> None:
    assert changes_drawing(report(errors_row())) is None


def test_a_change_far_beyond_the_axis_leaves_no_mark_and_no_gap_in_the_picture() -> None:
    rows = [row(f"a{i}", "regressed", 0.05) for i in range(5)]
    svg = charts.draw(report(*rows, row("far", "improved", -0.9, half_width=0.01)))["changes"]
    kinds = [group.get("class") for group in ET.fromstring(svg).iter(f"{_SVG}g")]
    assert "interval improved" in kinds
    assert "point improved" not in kinds


def _distribution(assessment: Assessment) -> Drawing:
    drawing = distribution_drawing(assessment, row_view(assessment, "row-0", "a"))
    assert drawing
    return drawing


def _with_rounds(base: tuple[tuple[float, ...], ...], head: tuple[tuple[float, ...], ...]) -> Assessment:
    item = row("a", "regressed", 0.2)
    return replace(item, comparison=replace(item.comparison, distribution=(base, head)))


def test_few_rounds_are_dots_and_many_are_a_hill_above_a_dot_for_each_run() -> None:
    few = _distribution(_with_rounds(((1.0, 1.1, 1.2), (1.05, 1.1)), ((1.5, 1.6),)))
    assert len(_series(few, "runs baseline").segments) == 5
    assert len(_series(few, "runs head regressed").segments) == 2
    assert not [strokes for strokes in few.strokes if strokes.filled]
    many = _distribution(_with_rounds((_ROUNDS, _ROUNDS), (_ROUNDS,)))
    assert len(_series(many, "runs baseline").segments) == 2
    assert {strokes.kind for strokes in many.strokes if strokes.filled} == {"area baseline", "area head regressed"}


def test_a_hill_is_highest_where_most_rounds_are_and_both_have_one_measure() -> None:
    drawing = _distribution(_with_rounds((_ROUNDS,), (tuple(2 + 4 * (value - 1) for value in _ROUNDS),)))
    tops = {}
    for kind in ("edge baseline", "edge head regressed"):
        x, y, *_ = min(_series(drawing, kind).segments, key=lambda segment: segment[1])
        tops[kind] = (x, y)
    assert tops["edge baseline"][0] < tops["edge head regressed"][0]
    assert tops["edge baseline"][1] < tops["edge head regressed"][1]  # y downwards: the wider hill is lower


_ROUNDS = tuple(1 + 0.01 * (i % 7 + i % 5 + i % 3) for i in range(60))


def test_rounds_far_out_in_the_tail_are_counted_instead_of_drawn() -> None:
    quiet = tuple(1.0 + i / 1_000 for i in range(200))
    drawing = _distribution(_with_rounds((quiet,), ((*quiet[:-2], 40.0, 50.0),)))
    assert _texts(drawing, "note") == ["1 run × 200 rounds", "1 run × 200 rounds, 2 outside"]


def test_of_very_many_runs_evenly_spaced_ones_are_drawn() -> None:
    runs = tuple(tuple(1.0 + i / 1_000 for i in range(30)) for _ in range(900))
    assert len(_series(_distribution(_with_rounds(runs, runs)), "runs baseline").segments) == 180


@pytest.mark.parametrize(
    ("base", "head"),
    [(((),), ((1.0,),)), ((), ((1.0,),)), (((1.0,),), ())],
)
def test_a_side_without_rounds_is_not_drawn(
    base: tuple[tuple[float, ...], ...], head: tuple[tuple[float, ...], ...]
) -> None:
    item = _with_rounds(base, head)
    assert distribution_drawing(item, row_view(item, "row-0", "a")) is None


def test_all_rounds_equal_still_make_a_picture() -> None:
    assert _distribution(_with_rounds(((0.0, 0.0),), ((0.0,),))).height > 0
    assert list(charts.draw(report(_with_rounds(((1.0, 1.0),), ((1.0,),))))) == ["changes", "distribution-row-0"]


@pytest.mark.parametrize(
    ("low", "high", "count", "values"),
    [
        (0.0, 1.0, 5, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-0.031, 0.052, 5, [-0.02, 0.0, 0.02, 0.04]),
        (1.2e-9, 1.9e-9, 4, [1.2e-9, 1.4e-9, 1.6e-9, 1.8e-9]),
        (5.0, 5.0, 4, []),
        (0.0, float("inf"), 4, []),
    ],
)
def test_ticks_are_round_values_within_the_axis(low: float, high: float, count: int, values: list[float]) -> None:
    assert round_values(low, high, count) == pytest.approx(values)


def test_ticks_whose_labels_would_be_the_same_are_thinned() -> None:
    labels = [text for _, text in Scale(low=1.23, high=1.25, left=0, right=100).ticks(lambda value: f"{value:.2f}")]
    assert labels == sorted(set(labels))
    assert len(labels) <= 3


def test_a_scale_keeps_everything_within_its_ends() -> None:
    scale = padded(1.0, 2.0, 0, 100)
    assert (scale.position(-5), scale.position(99)) == (0, 100)
    assert scale.holds(1.0)
    assert not scale.holds(3.0)
    assert nothing_changed().assessments


@pytest.mark.parametrize("change", [0.05, 0.3, 0.95, 4.0])
def test_numbers_under_the_axis_stand_inside_of_the_picture(change: float) -> None:
    drawing = changes_drawing(report(row("one", "regressed", change, half_width=0.055)))
    assert drawing
    for label in drawing.labels:
        if label.kind == "tick":
            assert (label.x <= WIDTH - 8) if label.anchor == "right" else (label.x <= WIDTH - 8 - 26)
