"""Text of gungraun, iai-callgrind before its renaming, and iai: events that Valgrind counted.

A benchmark is a line at the left margin with lines of events below it. Counts repeat exactly on the same machine and
tool chain. What is compared with, right of the bar, is an earlier run of the tool and not read; neither are lines in
which this run has no value.

Instructions and estimated cycles are better when lower; the other events, of which both are made, are shown and not
judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.ingest.printed import printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name
from reporter.ingest.table import number
from reporter.model import Better, Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "gungraun"
about = About(
    versions="gungraun, iai-callgrind and iai, their text",
    command="cargo bench > results.txt",
    samples="none: counts, which repeat exactly",
    metrics="`instructions`, `estimated-cycles`; other events undeclared",
    lost="the run compared with, and the summary of regressions",
)

_EVENT = re.compile(r"^ {2,}([A-Za-z][\w +/()-]*?): +([\d.]+|N/A)(?:\|(?:[\d.]+|N/A) |\|\*| *$| +\()")
_KNOWN_WORDS = ("Instructions:", "Ir:", "Total bytes:", "Total read+write:")
_KNOWN = re.compile(r"^ {2,}(?:Instructions|Ir|Total bytes|Total read\+write): +[\d.]+(?:\||\s|$)", re.MULTILINE)
_DIRECTIONS: dict[str, Better] = {"instructions": "lower", "estimated-cycles": "lower"}


def score(document: Document) -> float:
    """Recognise a line of an event that every run counts."""
    may_be = document.json is None and any(word in document.text for word in _KNOWN_WORDS)
    return 0.95 if may_be and _KNOWN.search(printed(document)) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    return FileReading(path=document.path, format=name, readings=tuple(_readings(document)))


def _readings(document: Document) -> Iterator[Reading]:
    header = ""
    for line_number, line in enumerate(printed(document).split("\n"), 1):
        event = _EVENT.match(line)
        if line and not line[0].isspace():
            header = line
        elif event and header and event[2] != "N/A":
            place = f"line {line_number}"
            label = as_name(header.strip(), document, place)
            word = "instructions" if event[1] == "Ir" else re.sub(r"[^a-z0-9]+", "-", event[1].lower()).strip("-")
            metric = Metric(name=word, unit="1", better=_DIRECTIONS.get(word))
            yield Reading(name=label, metric=metric, place=place, values=(number(event[2]),))
