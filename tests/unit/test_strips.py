"""The strips of the page: one axis for all rows, zones that agree with the verdicts, nothing that squeezes the rest."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reporter.render.change_axis import directions
from reporter.render.strips import Strips, strips
from reporter.render.zones import zones_style
from tests.reports import MEMORY, SITUATIONS, THROUGHPUT, TIME, UNDECLARED, report, row


def _strips(*rows: object) -> Strips:
    found = strips(report(*rows))  # type: ignore[arg-type]  # rows of the helpers
    assert found
    return found


def _share(text: str) -> float:
    return float(text.removesuffix("%"))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_row_with_a_change_in_percent_has_its_strip(situation: str) -> None:
    shown = SITUATIONS[situation]()
    found = strips(shown)
    changes = [row.comparison.change for row in shown.assessments]
    in_percent = [f"row-{index}" for index, change in enumerate(changes) if change and change.kind == "ratio"]
    assert list(found.rows if found else {}) == in_percent


def test_the_interval_lies_where_its_ends_are_on_the_axis() -> None:
    found = _strips(row("a", "regressed", 0.25, half_width=0.05), row("b", "unchanged", 0.0, half_width=0.01))
    zero, first, second = _share(found.zero), found.rows["row-0"], found.rows["row-1"]
    assert _share(first.left) > zero
    assert _share(first.point) == pytest.approx(_share(first.left) + _share(first.width) / 2, abs=0.2)
    assert _share(second.point) == zero
    zone = found.zones[second.zone]
    assert zone.margin
    assert zone.minimum
    assert _share(zone.margin[0]) < _share(zone.minimum[0]) < zero
    assert _share(zone.margin[0]) < _share(second.left)


def test_rows_with_bounds_of_their_own_have_a_zone_of_their_own() -> None:
    other = replace(row("b", "unchanged", 0.0), threshold=0.05, margin=0.1)
    found = _strips(row("a", "unchanged", 0.0), other, row("c", "unchanged", 0.0))
    assert [found.rows[key].zone for key in ("row-0", "row-1", "row-2")] == [0, 1, 0]
    assert (found.minimum, found.margin) == ("", "")
    assert (_strips(row("a", "unchanged", 0.0)).minimum, _strips(row("a", "unchanged", 0.0)).margin) == ("2%", "3%")


def test_a_change_of_a_hundredfold_is_cut_and_leaves_room_for_the_others() -> None:
    huge = [row(f"h{i}", "regressed", 100.0) for i in range(2)]
    found = _strips(*huge, *(row(f"r{i}", "unchanged", 0.001, half_width=0.01) for i in range(5)))
    assert found.rows["row-0"].beyond
    assert found.rows["row-0"].point == ""
    zone = found.zones[0].margin
    assert zone
    assert _share(zone[1]) > 3


@pytest.mark.parametrize(
    ("metrics", "words"),
    [
        ((TIME,), ("faster", "slower")),
        ((THROUGHPUT,), ("slower", "faster")),
        ((MEMORY,), ("better", "worse")),
        ((TIME, MEMORY), ("better", "worse")),
        ((TIME, THROUGHPUT), ("less", "more")),
        ((TIME, UNDECLARED), ("less", "more")),
    ],
)
def test_the_axis_says_which_way_is_good(metrics: tuple[object, ...], words: tuple[str, str]) -> None:
    assert directions(metrics) == words  # type: ignore[arg-type]  # metrics of the helpers


def test_each_zone_is_a_rule_of_the_style_and_lies_where_it_should() -> None:
    found = _strips(row("a", "unchanged", 0.0), row("b", "unchanged", 0.001))
    [rule] = re.findall(r"^\.rows \.z0\{background:(.*)\}$", zones_style(found), re.MULTILINE)
    for name, zone in (("minimum", found.zones[0].minimum), ("margin", found.zones[0].margin)):
        [(place, width)] = re.findall(rf"var\(--{name}\) 0 0\) ([\d.]+)%/([\d.]+)% 100% no-repeat", rule)
        assert zone
        assert float(width) == _share(zone[1])
        assert float(place) * (100 - float(width)) / 100 == pytest.approx(_share(zone[0]), abs=0.01)
    assert rule.count("var(--tick)") == len(found.ticks)
    assert zones_style(None) == ""
