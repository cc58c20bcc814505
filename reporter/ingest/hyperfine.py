"""hyperfine JSON (``--export-json``). Times are seconds, one for every time the command was run.

Identity is the command, or the name given with ``--command-name``, and the parameters of a parameter scan. A command
that failed every time, which hyperfine goes on with under ``--ignore-failure``, has no usable time: failing is often
quicker than working. User and system time are kept by hyperfine as means only and are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, clean, kind, root_object
from reporter.model import Metric
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

name = "hyperfine"
about = About(
    versions="1.x JSON",
    command="hyperfine --export-json results.json 'sleep 0.1'",
    samples="every time",
    metrics="`time` (s), `memory` (B) where written",
    lost="user and system time, of which hyperfine keeps means alone",
)

TIME = Metric(name="time", unit="s", better="lower")
MEMORY = Metric(name="memory", unit="B", better="lower")

_STATISTICS = ("min", "median", "max", "mean")


def score(document: Document) -> float:
    """Recognise ``command`` and ``mean`` in ``results``."""
    results = document.json.get("results") if isinstance(document.json, dict) else None
    if not isinstance(results, list):
        return 0.0
    if not results:
        return 0.5 if document.json.keys() == {"results"} else 0.0
    first = results[0]
    return 1.0 if isinstance(first, dict) and {"command", "mean"} <= first.keys() else 0.0


def read(document: Document) -> FileReading:
    """Read all commands; raises ``InputError`` as the protocol says."""
    entries = as_list(root_object(document).get("results"), document, "results")
    readings: list[Reading] = []
    warnings: list[Notice] = []
    for index, value in enumerate(entries):
        place = f"results[{index}]"
        entry = as_object(value, document, place)
        readings.extend(_command(entry, document, place))
        warnings.extend(_some_failed(entry, readings[-1].name))
    return FileReading(path=document.path, format=name, readings=tuple(readings), warnings=tuple(warnings))


def _command(entry: Mapping[str, Any], document: Document, place: str) -> Iterator[Reading]:
    label = as_name(entry.get("command"), document, f"{place}.command")
    params = _params(entry.get("parameters"), document, f"{place}.parameters")
    times = as_list(entry.get("times") or [], document, f"{place}.times")
    codes = _exit_codes(entry)
    known = {} if times else {key: entry[key] for key in _STATISTICS if entry.get(key) is not None}
    if not times and not known:
        raise broken(document, place, "there are neither times nor statistics")
    error = None
    if codes and 0 not in codes:
        error = f"the command failed all {len(codes)} times (exit code {_shown(codes[0])})"
    yield Reading(name=label, metric=TIME, place=place, params=params, values=times, known=known, error=error)
    memory = entry.get("memory_usage_byte")
    if isinstance(memory, list) and memory:
        yield Reading(name=label, metric=MEMORY, place=place, params=params, values=memory)


def _params(value: object, document: Document, place: str) -> tuple[tuple[str, str], ...]:
    table = {} if value is None else as_object(value, document, place)
    return tuple(sorted((clean(key), _text(part, document, f"{place}.{clean(key)}")) for key, part in table.items()))


def _text(value: object, document: Document, place: str) -> str:
    if not isinstance(value, (str, int, float)):
        raise broken(document, place, f"expected a text, found {kind(value)}")
    return clean(str(value))


def _exit_codes(entry: Mapping[str, Any]) -> Sequence[object]:
    codes = entry.get("exit_codes")
    return codes if isinstance(codes, list) else ()


def _some_failed(entry: Mapping[str, Any], label: str) -> Iterator[Notice]:
    codes = _exit_codes(entry)
    failed = [code for code in codes if code != 0]
    if 0 < len(failed) < len(codes):
        text = f"{label} failed {len(failed)} of {len(codes)} times; those times are among its values."
        yield Notice(code="failed-commands", text=text)


def _shown(code: object) -> str:
    return str(code) if isinstance(code, int) and abs(code) < 10**6 else "unknown"
