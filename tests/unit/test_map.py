"""The map of the code shows every package, and no import leads to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from docs import make_map

if TYPE_CHECKING:
    from pathlib import Path


def test_every_package_is_on_the_map_and_no_arc_leads_to_the_right() -> None:
    lines, arrows = make_map.survey()
    assert set(lines) == set(make_map.ORDER)
    place = make_map.ORDER.index
    assert [arc for arc in arrows if place(arc[0]) < place(arc[1])] == []


def test_modules_of_the_reporter_itself_are_its_vocabulary() -> None:
    names = ("reporter.model", "reporter.decide.align", "entrypoint.fetch", "reporter.cli", "json")
    assert [make_map.package_of(name) for name in names] == ["vocabulary", "decide", "entrypoint", None, None]


def test_the_picture_is_an_image_with_a_title() -> None:
    for text in (make_map.draw(), make_map.PICTURE.read_text(encoding="utf-8")):
        root = ElementTree.fromstring(text)
        assert root.findtext("{*}title", "").startswith("Which package imports which")


def test_imports_for_types_alone_are_arcs_too(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("if TYPE_CHECKING:\n    from reporter import model\nimport json\n", encoding="utf-8")
    assert make_map.imported(path) == {"reporter.model", "json"}
