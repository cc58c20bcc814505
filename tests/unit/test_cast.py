"""The recorded demo: what the picture shows is what the terminal showed, in one file that asks for nothing."""

from __future__ import annotations

import re
import runpy
from typing import Any
from xml.etree import ElementTree as ET

from tests.pages import ROOT

CAST: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_cast.py"))
EVENTS = [
    (0.0, "$ run\r\n"),
    (10.0, "\r\x1b[2mworking, 1 s\x1b[0m"),
    (20.0, "\r            \r\x1b[1;31m<slower>\x1b[0m\r\n"),
]


def test_a_recording_is_read_back_as_it_was() -> None:
    events = CAST["read"](CAST["asciicast"](EVENTS))
    assert "".join(data for _, data in events) == "$ benchverdict demo\r\n" + "".join(data for _, data in EVENTS)
    assert [at for at, _ in events] == sorted(at for at, _ in events)


def test_the_picture_shows_each_screen_in_its_time_and_the_last_one_at_rest() -> None:
    frames = CAST["frames"](EVENTS)
    assert ["".join(text for _, text in line) for line in frames[-1].lines[:2]] == ["$ run", "<slower>"]
    assert [look for look, _ in frames[-1].lines[1]] == ["b r"]
    assert max(frame.seconds for frame in frames[:-1]) <= CAST["LONGEST_PAUSE"] / CAST["SPEED"]
    picture = CAST["drawn"](frames)
    screens = ET.fromstring(picture).findall("{*}g")
    assert len(screens) == len(frames) == 3
    assert f"#f{len(frames) - 1}{{visibility:visible}}" in picture
    assert picture.count("@keyframes") == len(frames)


def test_the_picture_of_the_readme_is_that_of_its_recording_and_asks_for_nothing() -> None:
    picture = CAST["PICTURE"].read_text(encoding="utf-8")
    recording = CAST["CAST"].read_text(encoding="utf-8")
    assert picture == CAST["drawn"](CAST["frames"](CAST["read"](recording)))
    assert len(picture) < 150_000
    assert not re.search(r"(?:href|src)=\"(?!#)|url\(|@import|<script", picture)
    assert "prefers-color-scheme:dark" in picture
    assert "found exactly the planted slowdown and speed-up" in recording
