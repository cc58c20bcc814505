"""Taurus' final statistics, as XML (``dump-xml``) or table (``dump-csv``).

Times are seconds over all requests, failed ones too, in steps of a millisecond; a label is a benchmark. The group
without label sums up the others and is read only when there is no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test, table, xml_tree
from reporter.ingest.metrics import ROUNDED
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "taurus"
about = About(
    versions="1.x: `dump-xml` and `dump-csv` of `final-stats`",
    command="bzt test.yml -o modules.final-stats.dump-xml=results.xml",
    samples="none: percentiles in steps of 1 ms",
    metrics="`time` (s), `failures` (share)",
    lost="latency and connect time, sizes, which errors; the sum over labels",
)

_PERCENTILES = {
    "0.0": "min",
    "50.0": "median",
    "75.0": "q75",
    "90.0": "q90",
    "95.0": "p95",
    "99.0": "p99",
    "100.0": "max",
}
_HEADER = {"label", "avg_rt", "succ", "fail", "throughput"}
_TOTAL = "all labels"
_Group = tuple[str, str, dict[str, str]]
"""Place, label, and the values by name; percentiles as ``perc_95.0``."""


def score(document: Document) -> float:
    """Recognise the root of the XML, or the head of the table."""
    if document.json is not None:
        return 0.0
    if xml_tree.root_tag(document):
        return 1.0 if xml_tree.root_tag(document) == "FinalStatus" else 0.0
    return 1.0 if set(table.header(document)) >= _HEADER else 0.0


def read(document: Document) -> FileReading:
    """Read all labels; raises ``InputError`` as the protocol says."""
    groups = list(_xml(document) if xml_tree.root_tag(document) else _table(document))
    parts = [group for group in groups if group[1]] or groups
    readings = tuple(reading for group in parts for reading in _group(*group, document))
    return FileReading(path=document.path, format=name, readings=readings)


def _xml(document: Document) -> Iterator[_Group]:
    for group in xml_tree.parse(document).children:
        if group.tag != "Group":
            continue
        values: dict[str, str] = {}
        twice: set[str] = set()
        for part in group.children:
            param = part.attributes.get("param")
            key = part.tag if param is None else f"{part.tag}_{param}"
            if key in values and values[key] != part.attributes.get("value", ""):
                twice.add(key)
            values[key] = part.attributes.get("value", "")
        known = {key: value for key, value in values.items() if key not in twice}
        yield f"line {group.line}", group.attributes.get("label", ""), known


def _table(document: Document) -> Iterator[_Group]:
    for place, row in table.records(document):
        yield place, row["label"], row


def _group(place: str, label: str, values: Mapping[str, str], document: Document) -> Iterator[Reading]:
    worked, failed = (_count(values, key, document, place) for key in ("succ", "fail"))
    known: dict[str, Any] = {"n": worked + failed}
    if "avg_rt" in values:
        known["mean"] = table.number(values["avg_rt"])
    for share, statistic in _PERCENTILES.items():
        word = values.get(f"perc_{share}")
        if word:
            known[statistic] = table.number(word)
    name_of = as_name(load_test.address(label) or _TOTAL, document, place)
    details = ((ROUNDED, "1 ms"),)
    yield from load_test.requests(name_of, place, known, load_test.Counted(worked + failed, failed), details)


def _count(values: Mapping[str, str], key: str, document: Document, place: str) -> int:
    if key not in values:
        raise broken(document, place, f"the number of requests ({key}) is missing")
    return load_test.count(table.number(values[key]), document, f"{place}, {key}")
