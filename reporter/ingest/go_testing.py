"""Output of ``go test -bench``, after the published benchmark data format (golang.org/design/14313-benchmark-format).

Identity is the package and the name as printed, with its ``-8`` for GOMAXPROCS, because a name of its own may end so
too. Lines repeated by ``-count`` are the rounds of one run: one process printed them. Where the same benchmark appears
under different values of a configuration line (``note: before``), that line belongs to its identity.

``ns/op``, ``B/op``, ``allocs/op`` and ``MB/s`` are known; ``Unit`` lines tell the direction of other units. The time is
the main metric, whatever the order. A name may be parted from its numbers by what the benchmark printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_name, broken, refuse_too_many
from reporter.ingest.table import number, scaled
from reporter.model import Better, Metric
from reporter.shared.model import Fingerprint, Notice
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "go"
about = About(
    versions="the published benchmark format, any Go",
    command="go test -bench=. -benchmem -count=5 ./... > results.txt",
    samples="the repeated lines of `-count`",
    metrics=(
        "`time` (s), `memory` (B) and `allocations` an operation; `throughput` (B/s); other units undeclared "
        "but for `Unit` lines"
    ),
    lost="the number of iterations; what benchmarks print",
)

TIME = Metric(name="time", unit="s", better="lower")
METRICS: dict[str, tuple[Metric, float]] = {
    "ns/op": (TIME, 1e-9),
    "sec/op": (TIME, 1.0),
    "B/op": (Metric(name="memory", unit="B", better="lower"), 1.0),
    "allocs/op": (Metric(name="allocations", unit="1", better="lower"), 1.0),
    "MB/s": (Metric(name="throughput", unit="B/s", better="higher"), 1e6),
    "B/s": (Metric(name="throughput", unit="B/s", better="higher"), 1.0),
}

_VALUE = r"(?:[-+]?[\d.]+(?:[eE][-+]?\d+)?|[-+]?(?i:inf|nan))"
_RESULT = re.compile(rf"^Benchmark\S*[ \t]+\d+[ \t]+{_VALUE}[ \t]+[^\s\d]", re.MULTILINE)
_PARTED = re.compile(rf"^[ \t]*\d+[ \t]+{_VALUE} ns/op", re.MULTILINE)
_GO_LINE = re.compile(r"^(?:goos|pkg): ", re.MULTILINE)
_NAME = re.compile(r"(Benchmark\S*)(?:[ \t]|$)")
_NUMBERS = re.compile(rf"[ \t]*\d+[ \t]+({_VALUE}[ \t]+\S.*)")
_SUFFIX = re.compile(r"-\d+$")
_CONFIGURATION = re.compile(r"([a-z][^\sA-Z:]*):(?:[ \t]+((?:\S.*)?))?")
_FAILED = re.compile(r"[ \t]*--- FAIL: (Benchmark\S*)")
_FAILED_PACKAGE = re.compile(r"FAIL[ \t]+(\S+)")
_KNOWN_KEYS = frozenset(("goos", "goarch", "pkg", "cpu"))
_MOST_KEYS = 100

_Configuration = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """One result line: where, of what, under which configuration, and its pairs of value and unit."""

    place: str
    label: str
    configuration: _Configuration
    pairs: tuple[tuple[Any, str], ...] = ()
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class _Parsed:
    results: list[_Result] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    directions: dict[str, Better] = field(default_factory=dict)
    failed_packages: list[str] = field(default_factory=list)


def score(document: Document) -> float:
    """Recognise a result line, or one whose name was parted from it beside Go's own lines."""
    if document.json is not None:
        return 0.0
    if _RESULT.search(document.text):
        return 0.9
    return 0.8 if _GO_LINE.search(document.text) and _PARTED.search(document.text) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    parsed = _parse(document)
    groups: dict[tuple[str, str], list[_Result]] = {}
    for result in _with_suffix(parsed.results):
        package = dict(result.configuration).get("pkg", "")
        groups.setdefault((package, result.label), []).append(result)
    refuse_too_many(len(groups), document.path)
    readings: list[Reading] = []
    for (package, label), results in groups.items():
        full = as_name(f"{package}.{label}" if package else label, document, results[0].place)
        for params, members in _by_configuration(results).items():
            readings.extend(_benchmark(full, params, members, parsed.directions))
    return FileReading(
        path=document.path,
        format=name,
        readings=tuple(readings),
        fingerprint=_fingerprint(parsed.keys),
        warnings=tuple(_failures(parsed.failed_packages)),
    )


def _parse(document: Document) -> _Parsed:
    parsed = _Parsed()
    pending: str | None = None
    for index, raw in enumerate(document.text.split("\n"), 1):
        line = raw.rstrip("\r")
        place = f"line {index}"
        named = _NAME.match(line)
        label = named[1] if named else pending
        numbers = _NUMBERS.fullmatch(line[named.end(1) :] if named else line) if label else None
        if label and numbers:
            pairs = _pairs(numbers[1], document, place)
            configuration = tuple(sorted(parsed.keys.items()))
            parsed.results.append(_Result(place=place, label=label, configuration=configuration, pairs=pairs))
            pending = None
        elif named:
            pending = named[1]
        else:
            _other_line(line, parsed, place)
    return parsed


def _with_suffix(results: list[_Result]) -> list[_Result]:
    """Return failed benchmarks the ``-8`` that Go leaves away there, when all others end alike."""
    ends = {found[0] if (found := _SUFFIX.search(result.label)) else "" for result in results if not result.error}
    end = ends.pop() if len(ends) == 1 else ""
    return [replace(result, label=result.label + end) if result.error else result for result in results]


def _other_line(line: str, parsed: _Parsed, place: str) -> None:
    if found := _FAILED.match(line):
        configuration = tuple(sorted(parsed.keys.items()))
        failed = _Result(place=place, label=found[1], configuration=configuration, error="the benchmark failed")
        parsed.results.append(failed)
    elif found := _FAILED_PACKAGE.match(line):
        parsed.failed_packages.append(found[1])
    elif line.startswith("Unit "):
        _direction(line.split(), parsed.directions)
    elif (found := _CONFIGURATION.fullmatch(line)) and (found[1] in parsed.keys or len(parsed.keys) < _MOST_KEYS):
        parsed.keys[found[1]] = (found[2] or "").strip()


def _direction(words: list[str], directions: dict[str, Better]) -> None:
    for word in words[2:]:
        if word == "better=higher":
            directions[words[1]] = "higher"
        elif word == "better=lower":
            directions[words[1]] = "lower"


def _pairs(text: str, document: Document, place: str) -> tuple[tuple[Any, str], ...]:
    words = text.split()
    if len(words) % 2:
        raise broken(document, place, "a value has no unit; the line is cut, or something else was printed into it")
    return tuple((number(value), unit) for value, unit in zip(words[::2], words[1::2], strict=True))


def _by_configuration(results: list[_Result]) -> dict[_Configuration, list[_Result]]:
    different = {key for result in results for key, _ in result.configuration} - _KNOWN_KEYS
    tables = [dict(result.configuration) for result in results]
    telling = sorted(key for key in different if len({table.get(key) for table in tables}) > 1)
    groups: dict[_Configuration, list[_Result]] = {}
    for table, result in zip(tables, results, strict=True):
        groups.setdefault(tuple((key, table[key]) for key in telling if key in table), []).append(result)
    return groups


def _benchmark(
    label: str, params: _Configuration, results: list[_Result], directions: Mapping[str, Better]
) -> Iterator[Reading]:
    place = results[0].place
    values: dict[Metric, list[Any]] = {}
    for result in results:
        for value, unit in result.pairs:
            metric, factor = _metric(unit, directions)
            values.setdefault(metric, []).append(scaled(value, factor))
    error = next((result.error for result in results if result.error), None)
    if error or not values:
        yield Reading(name=label, metric=TIME, place=place, params=params, error=error or "it has no value")
        return
    for metric in sorted(values, key=lambda metric: metric != TIME):
        yield Reading(name=label, metric=metric, place=place, params=params, values=values[metric])


def _metric(unit: str, directions: Mapping[str, Better]) -> tuple[Metric, float]:
    if unit in METRICS:
        return METRICS[unit]
    factor, base = to_base(unit)
    return Metric(name=unit, unit=base, better=directions.get(unit)), factor


def _fingerprint(keys: Mapping[str, str]) -> Fingerprint:
    return Fingerprint(
        cpu_model=keys.get("cpu") or None, architecture=keys.get("goarch") or None, os=keys.get("goos") or None
    )


def _failures(packages: list[str]) -> Iterator[Notice]:
    if packages:
        more = f" and {len(packages) - 3} more" if len(packages) > 3 else ""
        text = f"Go reports failed packages: {', '.join(packages[:3])[:500]}{more}; what they lack is missing here."
        yield Notice(code="failed-packages", text=text)
