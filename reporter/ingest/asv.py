"""asv (airspeed velocity) results: ``results/MACHINE/COMMIT-ENVIRONMENT.json``, layouts 1 and 2.

Kind and unit of a benchmark stand in ``benchmarks.json`` of the results folder, looked for beside the file and one
folder up. Without it they follow, as in asv itself, from how the function's name begins. Identity is the name, the
parameters, the environment, and the version asv gives the benchmark's code, because asv calls results of different
versions not comparable. An environment whose name is the path of its interpreter is no part of it.

``null`` is a failure; NaN means skipped, and what was skipped is left out. Samples are read where ``--record-samples``
kept them, else asv's own median and quartiles. Tracked values have no direction until the configuration declares it.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING, Any

from reporter.ingest import machine
from reporter.ingest.opening import open_document
from reporter.ingest.reading import About, Document, FileReading, Reading
from reporter.ingest.shape import as_list, as_name, as_object, broken, clean, commit, root_object, text
from reporter.ingest.table import scaled
from reporter.model import Metric
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "asv"
about = About(
    versions="results of layout 1 and 2 (asv 0.1 to 0.6)",
    command="asv run --record-samples",
    samples="with `--record-samples`; else asv's median and quartiles",
    metrics="`time` (s), `memory`, `peak_memory` (B); `value` of `track_…` undeclared",
    lost="profiles; what was skipped; results without `benchmarks.json` have their kind from the name",
)

TIME = Metric(name="time", unit="s", better="lower")
MEMORY = Metric(name="memory", unit="B", better="lower")
PEAK = Metric(name="peak_memory", unit="B", better="lower")

_BY_TYPE = {"time": TIME, "memory": MEMORY, "peakmemory": PEAK}
_BY_PREFIX = (("time_", TIME), ("timeraw_", TIME), ("mem_", MEMORY), ("peakmem_", PEAK))
_DESCRIPTION = frozenset(("code", "param_names", "type", "unit"))
_MACHINE = frozenset(("arch", "cpu", "machine", "os", "ram", "version"))
_MOST_COMBINATIONS = 1_000_000
_VERSION_SHOWN = 12
_PATH_IN_NAME = re.compile(r"existing(?:-|$)|\w+-py(?:_|[A-Za-z]_)")

_Params = tuple[tuple[str, str], ...]


def score(document: Document) -> float:
    """Recognise a result, the list of benchmarks, or the machine."""
    root = document.json
    if not isinstance(root, dict) or type(root.get("version")) is not int:
        return 0.0
    if isinstance(root.get("results"), dict) and "commit_hash" in root and root.keys() & {"env_name", "requirements"}:
        return 1.0
    return 1.0 if _is_companion(root) else 0.0


def read(document: Document) -> FileReading:
    """Read all benchmarks; raises ``InputError`` as the protocol says."""
    root = root_object(document)
    if _is_companion(root):
        return FileReading(path=document.path, format=name, readings=(), companion=True)
    descriptions = _descriptions(document)
    readings: list[Reading] = []
    for key, value in as_object(root.get("results"), document, "results").items():
        label = as_name(key, document, "results")
        row = _row(value, root, label, document)
        readings.extend(_benchmark(label, row, descriptions.get(key), text(root, "env_name"), document))
    return FileReading(
        path=document.path,
        format=name,
        readings=tuple(readings),
        fingerprint=_fingerprint(root),
        commit=commit(root, "commit_hash"),
    )


def _is_companion(root: Mapping[str, Any]) -> bool:
    if "results" in root:
        return False
    others = [value for key, value in root.items() if key != "version"]
    are_described = bool(others) and all(isinstance(value, dict) and value.keys() >= _DESCRIPTION for value in others)
    return are_described or ("machine" in root and root.keys() <= _MACHINE | {"num_cpu"} and len(root) > 3)


def _descriptions(document: Document) -> dict[str, Any]:
    for folder in (document.path.parent, document.path.parent.parent):
        path = folder / "benchmarks.json"
        if path.is_file():
            try:
                found = open_document(path).json
            except InputError:
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def _row(value: object, root: Mapping[str, Any], label: str, document: Document) -> dict[str, Any]:
    place = f"results.{label}"
    versions = root.get("benchmark_version")
    version = versions.get(label) if isinstance(versions, dict) else None
    if isinstance(value, list):
        columns = as_list(root.get("result_columns"), document, "result_columns")
        return {key: cell for key, cell in zip(columns, value, strict=False) if isinstance(key, str)}
    if isinstance(value, dict):
        return {"version": version, **value, **_first_statistics(value.get("stats"))}
    if value is None or isinstance(value, (int, float)):
        return {"version": version, "result": None if value is None else [value], "params": []}
    raise broken(document, place, "this is no result of asv")


def _first_statistics(value: object) -> dict[str, Any]:
    """Turn the statistics of layout 1, a table for each parameter, into the columns of layout 2."""
    tables = value if isinstance(value, list) else []
    return {
        f"stats_{key}": [table.get(key) if isinstance(table, dict) else None for table in tables]
        for key in ("q_25", "q_75")
    }


def _benchmark(
    label: str, row: Mapping[str, Any], description: object, environment: str | None, document: Document
) -> Iterator[Reading]:
    place = f"results.{label}"
    metric, factor = _metric(label, description)
    fixed = _fixed(row.get("version"), environment)
    if row.get("result") is None:
        yield Reading(name=label, metric=metric, place=place, params=fixed, error="the benchmark failed")
        return
    result = row["result"] if isinstance(row["result"], list) else [row["result"]]
    combinations = _combinations(row.get("params"), description, document, place)
    if len(combinations) != len(result):
        raise broken(document, place, f"there are {len(result)} results of {len(combinations)} parameter combinations")
    for index, (params, value) in enumerate(zip(combinations, result, strict=True)):
        if isinstance(value, float) and math.isnan(value):
            continue
        values = _values(value, row, index, factor)
        yield Reading(
            name=label,
            metric=metric,
            place=f"{place}[{index}]",
            params=(*params, *fixed),
            values=values,
            known={} if values or value is None else _known(value, row, index, factor),
            error="the benchmark failed" if value is None else None,
        )


def _values(value: Any, row: Mapping[str, Any], index: int, factor: float) -> list[Any]:
    """Return the samples; what was measured once, and has no quartiles, is its own only sample."""
    samples = _at(row.get("samples"), index)
    if isinstance(samples, list) and samples:
        return [scaled(sample, factor) for sample in samples]
    return [] if value is None or _has_quartiles(row, index) else [scaled(value, factor)]


def _has_quartiles(row: Mapping[str, Any], index: int) -> bool:
    return _at(row.get("stats_q_25"), index) is not None and _at(row.get("stats_q_75"), index) is not None


def _known(value: Any, row: Mapping[str, Any], index: int, factor: float) -> dict[str, Any]:
    low, high = _at(row.get("stats_q_25"), index), _at(row.get("stats_q_75"), index)
    return {key: scaled(entry, factor) for key, entry in (("q25", low), ("median", value), ("q75", high))}


def _at(values: object, index: int) -> Any:
    return values[index] if isinstance(values, list) and index < len(values) else None


def _combinations(value: object, description: object, document: Document, place: str) -> list[_Params]:
    axes = [as_list(axis, document, f"{place}.params") for axis in as_list(value or [], document, f"{place}.params")]
    if math.prod(map(len, axes)) > _MOST_COMBINATIONS:
        raise broken(document, f"{place}.params", "there are too many combinations of parameters")
    names = description.get("param_names") if isinstance(description, dict) else None
    known = (
        names if isinstance(names, list) and len(names) == len(axes) and len(set(map(str, names))) == len(axes) else []
    )
    labels = [clean(str(label)) for label in known] or [f"param{number}" for number in range(1, len(axes) + 1)]
    return [
        tuple((label, clean(str(part))) for label, part in zip(labels, parts, strict=True))
        for parts in itertools.product(*axes)
    ]


def _fixed(version: object, environment: str | None) -> _Params:
    pairs = (
        ("environment", _named(environment)),
        ("version", clean(str(version))[:_VERSION_SHOWN] if version else None),
    )
    return tuple((key, value) for key, value in pairs if value)


def _named(environment: str | None) -> str | None:
    """Return the environment unless its name is the path of an interpreter, which differs from tree to tree."""
    return None if environment is None or _PATH_IN_NAME.match(environment) else environment


def _metric(label: str, description: object) -> tuple[Metric, float]:
    kind = text(description, "type")
    if kind in _BY_TYPE:
        return _BY_TYPE[kind], 1.0
    if kind is None:
        function = label.rpartition(".")[2]
        for prefix, metric in _BY_PREFIX:
            if function.startswith(prefix):
                return metric, 1.0
    factor, unit = to_base(text(description, "unit") or "1")
    return Metric(name="value", unit=unit, better=None), factor


def _fingerprint(root: Mapping[str, Any]) -> Fingerprint:
    table = root.get("params")
    system = (text(table, "os") or "").partition(" ")[0]
    cores = re.fullmatch(r"\d{1,5}", text(table, "num_cpu") or "")
    return Fingerprint(
        cpu_model=text(table, "cpu"),
        cores=int(cores[0]) or None if cores else None,
        architecture=text(table, "arch"),
        os=system or None,
        language=machine.language("Python", text(root, "python")),
    )
