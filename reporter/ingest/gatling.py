"""Gatling: ``js/stats.json``, ``js/stats.js``, ``js/global_stats.json`` and the text ``simulation.log`` of version 3.

Times are whole milliseconds of the requests that worked; how many did not is a metric beside it. The log has every
request. In the statistics the percentiles are numbered; they are taken for the 50th, 75th, 95th and 99th, which they
are unless the configuration of Gatling says otherwise. Groups and global statistics sum up the requests in them and are
read only where those are missing; ``assertions.json`` holds no measurement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import load_test
from reporter.ingest.metrics import ROUNDED, root_dict
from reporter.ingest.opening import parse_json
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, as_object, broken, clean, refuse_too_many
from reporter.ingest.table import number, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "gatling"
about = About(
    versions="3.x: `stats.json`, `stats.js`, `global_stats.json`, text `simulation.log`",
    command="gatling.sh -s shop.Visit",
    samples="every working request of the log; else percentiles in steps of 1 ms",
    metrics="`time` (s), `failures` (share); `throughput` (1/s, not of the log)",
    lost=(
        "groups; times of failed requests; the binary log of newer versions; percentiles under other settings"
        " than Gatling's usual ones"
    ),
)

_MS = 1e-3
_STATISTICS = {
    "min": "minResponseTime",
    "max": "maxResponseTime",
    "mean": "meanResponseTime",
    "median": "percentiles1",
    "q75": "percentiles2",
    "p95": "percentiles3",
    "p99": "percentiles4",
}
_ASSERTIONS = {"simulation", "simulationId", "assertions"}
_SCRIPT = re.compile(r"\s*var stats = (?=\{)")
_LOG = re.compile(r"RUN\t[^\t\n]+\t[^\t\n]*\t\d+\t")
_DEEPEST = 100


def score(document: Document) -> float:
    """Recognise numbered percentiles of requests, the script that holds them, or the first line of the log."""
    if document.json is None:
        return 1.0 if _LOG.match(document.text.lstrip()[:5000]) or _is_script(document) else 0.0
    root = root_dict(document)
    stats = root.get("stats", root)
    is_stats = isinstance(stats, dict) and {"numberOfRequests", "percentiles1", "meanResponseTime"} <= stats.keys()
    return 1.0 if is_stats or root.keys() >= _ASSERTIONS else 0.0


def read(document: Document) -> FileReading:
    """Read all requests; raises ``InputError`` as the protocol says."""
    if document.json_error is not None:
        raise document.json_error
    if document.json is None and not _is_script(document):
        return FileReading(path=document.path, format=name, readings=tuple(_log(document)))
    root = _script(document) if document.json is None else document.json
    table = as_object(root, document, "the whole file")
    if table.keys() >= _ASSERTIONS:
        return FileReading(path=document.path, format=name, readings=(), companion=True)
    if "stats" not in table:
        is_beside = document.path.with_name("stats.json").exists()
        readings = () if is_beside else tuple(_request("Global Information", table, document, "the whole file"))
        return FileReading(path=document.path, format=name, readings=readings, companion=is_beside)
    readings = tuple(_node(table, (), document, "stats")) or tuple(_of(table, "Global Information", document, "stats"))
    return FileReading(path=document.path, format=name, readings=readings)


def _is_script(document: Document) -> bool:
    return bool(_SCRIPT.match(document.text[:200])) and "numberOfRequests" in document.text[:5000]


def _script(document: Document) -> Any:
    """Read the object of ``stats.js``, which begins ``var stats = {type: "GROUP", …`` with a few bare keys."""
    text = document.text
    start, end = text.index("{"), text.find("\nfunction ")
    body = text[start : end if end > 0 else len(text)].rstrip().rstrip(";")
    bare = re.compile(r"(?m)(^|[{,]\s*)(type|name|path|pathFormatted|stats|contents)(?=\s*:)")
    return parse_json(bare.sub(r'\1"\2"', body), str(document.path))


def _node(node: Mapping[str, Any], path: tuple[str, ...], document: Document, place: str) -> Iterator[Reading]:
    contents = as_object(node.get("contents") or {}, document, f"{place}.contents")
    if len(path) > _DEEPEST:
        raise broken(document, place[:200], "the groups are nested too deeply")
    for key, value in contents.items():
        at = f"{place}.{clean(key)}"
        child = as_object(value, document, at)
        label = as_name(child.get("name"), document, f"{at}.name")
        if child.get("type") == "GROUP":
            yield from _node(child, (*path, label), document, at)
        else:
            yield from _of(child, " / ".join((*path, label)), document, at)


def _of(node: Mapping[str, Any], label: str, document: Document, place: str) -> Iterator[Reading]:
    yield from _request(label, as_object(node.get("stats"), document, f"{place}.stats"), document, place)


def _request(label: str, stats: Mapping[str, Any], document: Document, place: str) -> Iterator[Reading]:
    made, worked = (_count(stats, key, document, place) for key in ("total", "ok"))
    known = {ours: scaled(_ok(stats, theirs), _MS) for ours, theirs in _STATISTICS.items() if theirs in stats}
    yield from load_test.requests(
        as_name(label, document, place),
        place,
        {"n": worked, **known},
        load_test.Counted(made, made - worked, _ok(stats, "meanNumberOfRequestsPerSecond")),
        details=((ROUNDED, "1 ms"),),
    )


def _ok(stats: Mapping[str, Any], key: str) -> Any:
    """Return the number of the requests that worked; the script has numbers as texts, and ``-`` where there is none."""
    parts = stats.get(key)
    value = parts.get("ok") if isinstance(parts, dict) else None
    return number(value) if isinstance(value, str) else value


def _count(stats: Mapping[str, Any], key: str, document: Document, place: str) -> int:
    parts = as_object(stats.get("numberOfRequests"), document, f"{place}.numberOfRequests")
    value = parts.get(key)
    if value == "-":
        return 0
    return load_test.count(number(value) if isinstance(value, str) else value, document, f"{place}.numberOfRequests")


def _log(document: Document) -> Iterator[Reading]:
    samples: dict[str, load_test.Samples] = {}
    for line_number, line in enumerate(document.lines(), 1):
        cells = line.rstrip("\r\n").split("\t")
        if cells[0] != "REQUEST":
            continue
        place = f"line {line_number}"
        label, begun, ended, worked = _logged(cells, document, place)
        if label not in samples:
            refuse_too_many(2 * len(samples), document.path)
            samples[label] = load_test.Samples(place)
        samples[label].add((ended - begun) * _MS, worked=worked)
    for label, found in samples.items():
        yield from found.readings(label)


def _logged(cells: list[str], document: Document, place: str) -> tuple[str, float, float, bool]:
    """Take a line of the log apart; before version 3.4 the number of the user stands in front."""
    after = cells[2:] if len(cells) > 6 and cells[6] in ("OK", "KO") and cells[5] not in ("OK", "KO") else cells[1:]
    if len(after) < 5 or after[4] not in ("OK", "KO"):
        raise broken(document, place, "a request needs groups, name, start, end and OK or KO; the line is cut")
    begun, ended = number(after[2]), number(after[3])
    if not isinstance(begun, float) or not isinstance(ended, float):
        raise broken(document, place, "the start or the end is not a number")
    label = as_name(" / ".join((*filter(None, after[0].split(",")), after[1])), document, place)
    return label, begun, ended, after[4] == "OK"
