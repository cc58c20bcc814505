"""Text of benchmark.js: ``String(event.target)``, one line a benchmark.

The value is the rate of operations, computed by benchmark.js from the mean time of its samples; the samples and their
spread in per cent are not in the text, or not read. A line that ends at the name is a benchmark that failed.
"""

from __future__ import annotations

import re

from reporter.ingest.metrics import THROUGHPUT
from reporter.ingest.printed import Lines, printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name
from reporter.ingest.table import number

name = "benchmark-js"
about = About(
    versions="1.x and 2.x, the printed line of a target",
    command="node benchmark.js > results.txt",
    samples="none: the rate of the mean time",
    metrics="`throughput` (1/s)",
    lost="the margin of error",
)

_LINE = re.compile(r"^(\S.*) x ([\d,]+(?:\.\d+)?) ops/sec (?:±|\+/-)\S+% \((\d+) runs? sampled\)\s*$", re.MULTILINE)
_FAILED = re.compile(r"^(\S[^:\n]*): ?$", re.MULTILINE)


def score(document: Document) -> float:
    """Recognise one line of a benchmark."""
    may_be = document.json is None and " ops/sec " in document.text
    return 0.95 if may_be and _LINE.search(printed(document)) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    text = printed(document)
    lines = Lines(text)
    readings = []
    for found in _LINE.finditer(text):
        place = lines.of(found.start())
        label = as_name(found[1].strip(), document, place)
        known = {"n": float(found[3]), "mean": number(found[2].replace(",", ""))}
        readings.append(Reading(name=label, metric=THROUGHPUT, place=place, known=known))
    failed = {found[1]: found.start() for found in _FAILED.finditer(text)}
    for word, start in failed.items():
        place = lines.of(start)
        label = as_name(word, document, place)
        readings.append(Reading(name=label, metric=THROUGHPUT, place=place, error="the benchmark failed"))
    return FileReading(path=document.path, format=name, readings=tuple(readings))
