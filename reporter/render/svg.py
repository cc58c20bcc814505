"""From the SVG that matplotlib writes to one that can stand in a page: adaptive, accessible and free of inline styles.

matplotlib puts everything into ``style`` attributes and a style sheet for all elements, which the page's content
security policy forbids; here they become plain attributes. Group ids become classes, so that a page may colour them and
hold several charts. The words of a chart come in only here, as XML text: names never meet matplotlib.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from reporter.render.chart_drawing import Drawing, Label

_SVG = "{http://www.w3.org/2000/svg}"
_ANCHORS = {"center": "middle", "right": "end"}
_UPRIGHT = re.compile(r"M (\S+) (\S+) L \1 (\S+) ?")
"""A vertical stroke; most of a chart is these, and written short they halve it."""

_INK = "#6e7681"
"""Readable on white and on black, for a file that stands alone; a page sets its own colour."""

_SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"


def finish(strokes: str, drawing: Drawing) -> str:
    """Add labels, the alternative text and plain attributes to the SVG of a drawing's strokes."""
    source = ET.fromstring(strokes)  # noqa: S314  # written by matplotlib a moment ago, without outside text in it
    _, _, width, height = source.attrib["viewBox"].split()
    root = ET.Element("svg", _root_attributes(drawing.name, width, height))
    ET.SubElement(root, "title", id=f"{drawing.name}-title").text = drawing.title
    ET.SubElement(root, "desc", id=f"{drawing.name}-desc").text = drawing.description
    for group in source.iter(f"{_SVG}g"):
        ET.SubElement(root, "g", _group_attributes(group.attrib["id"])).extend(map(_path, group))
    for label in drawing.labels:
        ET.SubElement(root, "g", _group_attributes(label.kind)).append(_text(label))
    return ET.tostring(root, encoding="unicode")


def _root_attributes(name: str, width: str, height: str) -> dict[str, str]:
    return {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "chart",
        "viewBox": f"0 0 {width} {height}",
        "width": width,
        "height": height,
        "color": _INK,
        "font-family": _SANS,
        "font-size": "12",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
    }


def _group_attributes(kind: str) -> dict[str, str]:
    return {"class": kind, "font-family": _MONO} if kind.startswith("name") else {"class": kind}


def _path(element: ET.Element) -> ET.Element:
    line = _UPRIGHT.sub(r"M\1 \2V\3", " ".join(element.attrib["d"].split()))
    path = ET.Element("path", {"d": line, **_plain_style(element.attrib.get("style", ""))})
    path.attrib.setdefault("fill", "none")
    return path


def _text(label: Label) -> ET.Element:
    place = {"x": _short(label.x), "y": _short(label.y)}
    anchor = {"text-anchor": _ANCHORS[label.anchor]} if label.anchor in _ANCHORS else {}
    text = ET.Element("text", {**place, **anchor, "fill": "currentColor"})
    text.text = label.text
    return text


def _short(number: float) -> str:
    return f"{number:f}".rstrip("0").rstrip(".")


def _plain_style(style: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in style.split(";") if item)
    return {key.strip(): value.strip() for key, _, value in pairs}
