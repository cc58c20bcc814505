"""Text of ``cargo bench`` with Rust's own benchmarks (libtest), the bencher crate, or Criterion's bencher output.

The one value printed is the median of the time of an iteration (of Criterion: its estimate); what follows in brackets,
how far the fastest and slowest are apart, is not read. The throughput is one of bytes. A failed benchmark is errored;
an ignored one, which is how tests appear here, is left out. Other units than times are kept as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reporter.ingest.metrics import SECONDS, TIME
from reporter.ingest.printed import Lines, printed
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name
from reporter.ingest.table import number, scaled
from reporter.model import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

name = "cargo-bench"
about = About(
    versions="libtest of any Rust, the bencher crate, Criterion's `--output-format bencher`",
    command="cargo +nightly bench > results.txt",
    samples="none: the printed median",
    metrics="`time` (s) or `cycles` an iteration; `throughput` (B/s); other units undeclared",
    lost="the spread in brackets, a difference of extremes",
)

RATE = Metric(name="throughput", unit="B/s", better="higher")
CYCLES = Metric(name="cycles", unit="1", better="lower")

_BENCH = re.compile(
    r"^test (\S.{0,500}?) {1,200}\.\.\. bench:\s{1,200}([\d,]+(?:\.\d+)?) ([^\s/\d]+)/(\w+) \(\+/- [\d,.]+\)"
    r"(?: = (\d+) MB/s)?[ \t\r]*$",
    re.MULTILINE,
)
_FAILED = re.compile(r"^test (\S.{0,500}?) {1,200}\.\.\. FAILED[ \t\r]*$", re.MULTILINE)


def score(document: Document) -> float:
    """Recognise one line of a benchmark."""
    may_be = document.json is None and " ... bench: " in document.text
    return 0.95 if may_be and _BENCH.search(printed(document)) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    text = printed(document)
    lines = Lines(text)
    readings = [reading for found in _BENCH.finditer(text) for reading in _benchmark(found, document, lines)]
    failed = {found[1]: found.start() for found in _FAILED.finditer(text)}
    for word, start in failed.items():
        place = lines.of(start)
        label = as_name(word, document, place)
        readings.append(Reading(name=label, metric=TIME, place=place, error="the benchmark failed"))
    return FileReading(path=document.path, format=name, readings=tuple(readings))


def _benchmark(found: re.Match[str], document: Document, lines: Lines) -> Iterator[Reading]:
    place = lines.of(found.start())
    label = as_name(found[1].strip(), document, place)
    metric, factor = _metric(found[3], found[4])
    value = scaled(number(found[2].replace(",", "")), factor)
    yield Reading(name=label, metric=metric, place=place, values=(value,))
    if found[5]:
        yield Reading(name=label, metric=RATE, place=place, values=(float(found[5]) * 1e6,))


def _metric(unit: str, per: str) -> tuple[Metric, float]:
    if per == "iter" and unit in SECONDS:
        return TIME, SECONDS[unit]
    if per == "iter" and unit == "cycles":
        return CYCLES, 1.0
    return Metric(name="value", unit=f"{unit}/{per}", better=None), 1.0
