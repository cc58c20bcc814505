r"""pytest-benchmark JSON, as ``--benchmark-json``, ``--benchmark-save`` and ``--benchmark-autosave`` write it.

Known versions: 3.0 to 5.x. Times are seconds per call of the benchmarked function; iterations of a round are divided
out already. Only ``--benchmark-json`` and ``--benchmark-save-data`` keep the rounds (``stats.data``); without them, or
when somebody cut them to make the file smaller, the statistics are taken over and the percentiles pytest-benchmark does
not compute stay unknown. Of very many rounds measuring keeps some, and beside them the statistics of all
(``reporter.measure.thinning``).

Identity is ``fullname`` alone (``path::Class::test[id]``): pytest makes it unique, and every version writes it. The
parameters are in the id already, some versions leave them out, and some of their texts hold memory addresses, so they
travel as ``details``, which are shown and not compared.

pytest writes characters beyond ASCII in an id as escapes (``\xe9``, ``\u043a``, ``\U0001f600``). They are turned back
where that cannot make two ids equal: in an id that is ASCII, and only escapes in the one spelling pytest uses. Escapes
of control characters and of the backslash itself stay as they are.

Numbers in ``extra_info`` are metrics of their own, one value a run, without unit and direction until the configuration
declares them. Other things in it are ignored.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, clean, commit, root_object, text, whole_number
from reporter.measure.thinning import MEMBER
from reporter.model import STATISTICS, Metric
from reporter.shared.model import Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

name = "pytest-benchmark"
about = About(
    versions="2.5 to 5.x; 3.0 to 5.3 run here",
    command="pytest benchmarks --benchmark-json=results.json",
    samples="rounds of `--benchmark-json` and `--benchmark-save-data`; without them the recorded statistics; where"
    " Benchverdict measured more than 2,000 in a run, 1,001 quantiles of them beside the statistics of all",
    metrics="`time` (s); every number in `extra_info` under its key, undeclared",
    lost="deviations, outliers, rates (they follow from the rounds); percentiles of files without rounds",
)

TIME = Metric(name="time", unit="s", better="lower")

_STATISTICS = {
    "n": "rounds",
    "min": "min",
    "q25": "q1",
    "median": "median",
    "q75": "q3",
    "max": "max",
    "mean": "mean",
}
"""Ours to theirs; their stddev, IQR and outlier counts follow from the rounds or cannot be compared across runs."""

_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(x[89a-f][0-9a-f]|u[0-9a-f]{4}|U[0-9a-f]{8})")
_LEAST = {"x": 0x80, "u": 0x100, "U": 0x10000}

_LOOKED_AT = 5


def score(document: Document) -> float:
    """Recognise ``machine_info``, and ``fullname`` and ``stats`` in ``benchmarks``.

    Files trimmed by hand may lack ``machine_info`` or ``fullname``, not both.
    """
    root = document.json
    if not isinstance(root, dict) or not isinstance(root.get("benchmarks"), list):
        return 0.0
    entries = root["benchmarks"]
    if not entries:
        return 0.9 if {"machine_info", "commit_info", "datetime"} <= root.keys() else 0.0
    named = [found for found in map(_is_named, entries[:_LOOKED_AT]) if found is not None]
    return 0.5 * max(named) + 0.5 * ("machine_info" in root) if named else 0.0


def _is_named(entry: object) -> bool | None:
    """Return whether an entry has a full name; ``None`` when it has no statistics, as one that was broken off."""
    stats = entry.get("stats") if isinstance(entry, dict) else None
    if not isinstance(stats, dict) or not stats.keys() & {"data", "min", "median", "mean"}:
        return None
    return isinstance(entry, dict) and "fullname" in entry


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    readings: list[Reading] = []
    for index, entry in enumerate(as_list(root.get("benchmarks"), document, "benchmarks")):
        readings.extend(_benchmark(entry, document, f"benchmarks[{index}]"))
    return FileReading(
        path=document.path,
        format=name,
        readings=tuple(readings),
        fingerprint=_fingerprint(root),
        commit=commit(root.get("commit_info"), "id"),
        measured_at=_seconds(root.get("datetime")),
        warnings=_cut_rounds(root["benchmarks"]),
    )


def _benchmark(entry: object, document: Document, place: str) -> Iterator[Reading]:
    benchmark = as_object(entry, document, place)
    fullname = _full_name(benchmark, document, place)
    stats = as_object(benchmark.get("stats"), document, f"{place}.stats")
    rounds = as_list(stats.get("data") or [], document, f"{place}.stats.data")
    of_all = _of_all_rounds(stats)
    values = rounds if of_all or not _are_cut(stats) else []
    details = _details(benchmark.get("params"))
    group = text(benchmark, "group")
    yield Reading(
        name=fullname,
        metric=TIME,
        place=place,
        details=details,
        group=group,
        values=values,
        known=of_all if of_all or values else _known(stats, document, f"{place}.stats"),
    )
    extra = benchmark.get("extra_info")
    if isinstance(extra, dict):
        for key, value in extra.items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                at = f"{place}.extra_info"
                yield Reading(
                    name=fullname, metric=_extra_metric(key, document, at), place=at, details=details, group=group,
                    values=(value,),
                )  # fmt: skip


def _full_name(benchmark: dict[str, Any], document: Document, place: str) -> str:
    fullname = as_name(benchmark.get("fullname", benchmark.get("name")), document, f"{place}.fullname")
    if "\\" not in fullname:
        return fullname
    short = benchmark.get("name")
    if not isinstance(short, str) or not fullname.endswith(short):
        return fullname
    before, bracket, parameters = short.partition("[")
    start = fullname[: len(fullname) - len(short)] + before
    return start + bracket + (_ESCAPE.sub(_unescape, parameters) if parameters.isascii() else parameters)


def full_name(identifier: str) -> str:
    """Return the name of a benchmark by pytest's own id of it, as ``read`` does."""
    before, bracket, parameters = identifier.partition("[")
    if "\\" not in parameters or not parameters.isascii():
        return clean(identifier)
    return clean(before + bracket + _ESCAPE.sub(_unescape, parameters))


def _unescape(found: re.Match[str]) -> str:
    code = int(found[2][1:], 16)
    if not _LEAST[found[2][0]] <= code <= 0x10FFFF or not chr(code).isprintable():
        return found[0]
    return found[1] + chr(code)


def _of_all_rounds(stats: dict[str, Any]) -> dict[str, float]:
    """Return the statistics of all rounds, where measuring left some of them; empty where it did not.

    The rounds that are left go from the fastest to the slowest of all. Anything else is no work of ours.
    """
    found, kept = stats.get(MEMBER), stats.get("data")
    if not isinstance(found, dict) or found.keys() != set(STATISTICS) or not kept:
        return {}
    is_ours = (found["n"], found["min"], found["max"]) == (stats.get("rounds"), kept[0], kept[-1])
    return found if is_ours else {}


def _are_cut(stats: dict[str, Any]) -> bool:
    rounds = stats.get("data") or []
    return bool(rounds) and len(rounds) != stats.get("rounds", len(rounds)) and not _of_all_rounds(stats)


def _cut_rounds(entries: Sequence[dict[str, Any]]) -> tuple[Notice, ...]:
    cut = sum(_are_cut(entry["stats"]) for entry in entries)
    if not cut:
        return ()
    what = f"For {cut} of {len(entries)} benchmarks the file holds fewer rounds than were run; "
    return (Notice(code="rounds-cut", text=what + "their recorded statistics are used, without rounds."),)


def _known(stats: dict[str, Any], document: Document, place: str) -> dict[str, float]:
    known = {ours: stats[theirs] for ours, theirs in _STATISTICS.items() if stats.get(theirs) is not None}
    if not known.keys() - {"n"}:
        raise broken(document, place, "there are neither rounds nor statistics")
    return known


def _details(params: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(params, dict):
        return ()
    shown = []
    for key, value in params.items():
        if isinstance(value, (str, int, float)) or value is None:
            words = clean(str(value))
            if not words.startswith("UNSERIALIZABLE["):
                shown.append((clean(key), words if len(words) <= 200 else words[:199] + "…"))
    return tuple(shown)


def _extra_metric(key: str, document: Document, place: str) -> Metric:
    label = as_name(key, document, place)
    return Metric(name="extra_info.time" if label == TIME.name else label, unit="1", better=None)


def _fingerprint(root: dict[str, Any]) -> Fingerprint:
    info = root.get("machine_info")
    cpu = info.get("cpu") if isinstance(info, dict) else None
    details = {
        "kernel": text(info, "release"),
        "python": text(info, "python_version"),
        "pytest-benchmark": text(root, "version"),
    }
    return Fingerprint(
        cpu_model=_cpu_model(cpu),
        cores=whole_number(cpu, "count", 100_000),
        architecture=text(info, "machine"),
        os=text(info, "system"),
        language=machine.language(text(info, "python_implementation"), text(info, "python_version")),
        details=tuple((key, value) for key, value in details.items() if value),
    )


def _cpu_model(cpu: object) -> str | None:
    """Version 3 calls it ``brand``, and writes ``unknown`` beside a newer py-cpuinfo."""
    model = text(cpu, "brand_raw") or text(cpu, "brand")
    return None if model == "unknown" else model


def _seconds(stamp: object) -> float | None:
    """Read the time of the file; version 2 and 3 write it in UTC without saying so."""
    if not isinstance(stamp, str):
        return None
    try:
        moment = datetime.fromisoformat(stamp)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
