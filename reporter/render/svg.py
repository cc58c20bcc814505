"""From the SVG that matplotlib writes to one that can stand in a page: adaptive, accessible and free of inline styles.

matplotlib puts everything into ``style`` attributes and a style sheet for all elements, which the page's content
security policy forbids; here they become plain attributes. Group ids become classes, so that a page may colour them and
hold several charts. The words of a chart come in only here, as XML text: names never meet a font or mathtext.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

_SVG = "{http://www.w3.org/2000/svg}"
_DROPPED = frozenset(("font-family", "font-size", "font", "font-weight", "font-style"))
_UPRIGHT = re.compile(r"M (\S+) (\S+) L \1 (\S+) ?")
"""A vertical stroke; most of a chart is these, and written short they halve it."""

_INK = "#6e7681"
"""Readable on white and on black, for a file that stands alone; a page sets its own colour."""

_SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"


def finish(drawing: str, texts: Sequence[str], *, name: str, title: str, description: str) -> str:
    """Give the SVG its words (``<text>`` number i becomes ``texts[i]``), its alternative text and its plain attributes.

    ``name`` must be unique in a page; ``title`` and ``description`` say what the picture shows.
    """
    source = ET.fromstring(drawing)  # noqa: S314  # written by matplotlib a moment ago, without outside text in it
    _, _, width, height = source.attrib["viewBox"].split()
    root = ET.Element("svg", _root_attributes(name, width, height))
    ET.SubElement(root, "title", id=f"{name}-title").text = title
    ET.SubElement(root, "desc", id=f"{name}-desc").text = description
    for group in source.iter(f"{_SVG}g"):
        shapes = [_shape(child, texts) for child in group if child.tag != f"{_SVG}g"]
        if shapes:
            ET.SubElement(root, "g", _group_attributes(group.attrib["id"])).extend(shapes)
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
    return {"class": kind, "font-family": _MONO} if kind == "name" else {"class": kind}


def _shape(element: ET.Element, texts: Sequence[str]) -> ET.Element:
    tag = element.tag.removeprefix(_SVG)
    attributes = _plain_style(element.attrib.get("style", ""))
    if tag == "text":
        return _text(element, attributes, texts)
    shape = ET.Element(tag, {"d": _UPRIGHT.sub(r"M\1 \2V\3", " ".join(element.attrib["d"].split())), **attributes})
    shape.attrib.setdefault("fill", "none")
    return shape


def _text(element: ET.Element, attributes: dict[str, str], texts: Sequence[str]) -> ET.Element:
    place = {key: element.attrib[key] for key in ("x", "y")}
    anchor = {"text-anchor": attributes["text-anchor"]} if attributes.get("text-anchor", "start") != "start" else {}
    text = ET.Element("text", {**place, **anchor, "fill": "currentColor"})
    text.text = texts[int(element.text or 0)]
    return text


def _plain_style(style: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in style.split(";") if item)
    return {key.strip(): value.strip() for key, _, value in pairs if key.strip() not in _DROPPED}
