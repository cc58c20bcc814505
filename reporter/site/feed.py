"""The feed of regressions: Atom, so that a reader or a chat tells of a new one."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from reporter.render import site_words
from reporter.render.view_text import value_text
from reporter.site.addresses import FEED, OVERVIEW
from reporter.site.shown import commit_label, known_moment
from reporter.site.views import newest_key
from reporter.site.writer import GENERATOR

if TYPE_CHECKING:
    from reporter.records import site as records
    from reporter.site.found import Found
    from reporter.site.writer import Writer

MOST_ENTRIES = 50
_NAMESPACE = uuid.UUID("6f0f6a4e-1f0c-5f0e-9a53-6c6f7a5b2d11")
_TITLE = "Benchverdict: regressions"


def write_feed(index: records.Index, found: Found, writer: Writer) -> None:
    """Write the newest changes for the worse; ``index`` tells whose feed it is."""
    every = zip(found.changes, found.machines, strict=True)
    worse = ((change, machine) for change, machine in every if change.direction == "worse")
    newest = sorted(worse, key=lambda one: newest_key(one[0]))[:MOST_ENTRIES]
    feed = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    ET.SubElement(feed, "id").text = _id("feed", index.repository or "")
    ET.SubElement(feed, "title").text = _TITLE
    ET.SubElement(feed, "updated").text = _date(newest[0][0].measured_at if newest else None)
    ET.SubElement(feed, "generator").text = GENERATOR
    ET.SubElement(ET.SubElement(feed, "author"), "name").text = "Benchverdict"
    ET.SubElement(feed, "link", href=FEED, rel="self")
    ET.SubElement(feed, "link", href=OVERVIEW)
    feed.extend(_entry(change, machine) for change, machine in newest)
    ET.indent(feed)
    text = ET.tostring(feed, encoding="unicode")
    writer.file(FEED, f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode("utf-8", "backslashreplace"))


def _entry(change: records.LevelChange, machine: str) -> ET.Element:
    """Return one change; what its machine is called depends on the other machines, so it is no part of the identity."""
    entry = ET.Element("entry")
    key = (change.page, change.label, change.metric, machine, change.commit or "", repr(change.measured_at))
    ET.SubElement(entry, "id").text = _id("entry", *key)
    title = site_words.feed_title(change.label, change.metric, change.ratio, commit_label(change.commit))
    ET.SubElement(entry, "title").text = title
    ET.SubElement(entry, "updated").text = _date(change.measured_at)
    ET.SubElement(entry, "link", href=change.page)
    before, after = (value_text(value, change.unit) for value in (change.before, change.after))
    ET.SubElement(entry, "summary").text = site_words.feed_summary(before, after, change.suite, change.machine)
    return entry


def _id(*parts: str) -> str:
    """Return an address that stays the same as long as what it stands for."""
    return uuid.uuid5(_NAMESPACE, repr(parts)).urn


def _date(measured_at: float | None) -> str:
    return datetime.fromtimestamp(known_moment(measured_at) or 0.0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
