"""Tables with a time in every row: ``history export``'s own, one value a row, or a column for each benchmark.

A column ``benchmark`` makes rows of one value each (``value``, or statistics under our names); else every column of
numbers is a benchmark. A commit is optional; rows of the same time and commit are one run of the history. Times may be
ISO dates, with or without zone, or Unix seconds or milliseconds.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reporter.ingest import table
from reporter.ingest.lengths import LONGEST_SHOWN
from reporter.ingest.past.run import Past, choose_entry, in_order, past_run
from reporter.ingest.reading import Document, Reading
from reporter.ingest.shape import as_name, broken, clean
from reporter.ingest.table import scaled
from reporter.model import STATISTICS, Better, Metric
from reporter.units import to_base

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

name = "table"

_VALUE = Metric(name="value", unit="1", better=None)
_DELIMITERS = (",", ";", "\t")
_TIMES = ("measured_at", "time", "date", "timestamp", "date_ms")
_NAMES = ("benchmark", "bench", "name")
_COMMITS = ("commit", "sha")
_NO_VALUES = frozenset((*_TIMES, *_COMMITS, "branch", "run", "plan", "commit_timestamp"))
_BETTER: dict[str, Better | None] = {"lower": "lower", "higher": "higher", "": None}
_DATE = re.compile(r"(\d{4})[-./](\d\d)[-./](\d\d)(?:[T ](\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?))? ?(Z|[+-]\d\d:?\d\d)?")
_MILLISECONDS_FROM = 1e11
FORMULA_SIGNS = "=+-@"
"""What a text that begins so is to a spreadsheet; our tables put a quote before it."""


def is_known(document: Document) -> bool:
    """Recognise a column of times."""
    return document.json is None and _delimiter(document) is not None


def _delimiter(document: Document) -> str | None:
    for delimiter in _DELIMITERS:
        columns = table.header(document, delimiter)
        if len(columns) > 1 and set(_TIMES) & set(columns):
            return delimiter
    return None


def read(document: Document, wanted: str | None) -> Past:
    """Read all rows; of a table with several branches those of the wanted one. See ``read_past``."""
    columns = set(table.header(document, _delimiter(document) or ","))
    if set(_NAMES) & columns and not {"value", *STATISTICS} & columns:
        raise broken(document, "line 1", "there is a column of benchmarks and none of values (value, or min, median …)")
    branches: set[str] = set()
    runs: dict[tuple[float, str | None, str], dict[str, list[Reading]]] = {}
    for place, row in table.records(document, _delimiter(document) or ","):
        branches.add(row.get("branch", ""))
        if wanted is not None and row.get("branch") != wanted:
            continue
        commit = next((clean(row[key])[:64] for key in _COMMITS if row.get(key)), None)
        moment = _moment(next(row[key] for key in _TIMES if key in row), document, place)
        plan = clean(row.get("plan") or "whole")[:LONGEST_SHOWN]
        parts = runs.setdefault((moment, commit, plan), {})
        parts.setdefault(row.get("run", ""), []).extend(_readings(row, document, place))
    if (wanted is None and len(branches) > 1) or (wanted is not None and not runs):
        raise choose_entry(sorted(branches), wanted, document.path)
    return in_order(
        past_run(document.path, name, parts.values(), commit=commit, measured_at=moment, plan=plan)
        for (moment, commit, plan), parts in runs.items()
    )


def _readings(row: Mapping[str, str], document: Document, place: str) -> Iterator[Reading]:
    column = next((key for key in _NAMES if key in row), None)
    if column is None:
        for key, word in row.items():
            if key not in _NO_VALUES and word != "":
                metric = Metric(name="value", unit="1", better=None)
                yield Reading(
                    name=as_name(key, document, place), metric=metric, place=place, values=(table.number(word),)
                )
        return
    if row.get("better", "") not in _BETTER:
        raise broken(document, place, "better is neither lower nor higher")
    factor, unit = to_base(row.get("unit", ""))
    better = _BETTER[row.get("better", "")]
    label = as_name(_text(row[column]), document, place)
    metric = Metric(name=as_name(_text(row.get("metric") or "value"), document, place), unit=unit, better=better)
    known = {key: table.number(row[key]) for key in STATISTICS if row.get(key)}
    if row.get("value"):
        known = {"mean": table.number(row["value"])}
    yield Reading(
        name=label,
        metric=metric,
        place=place,
        params=_params(row.get("params", ""), document, place),
        known={key: value if key == "n" else scaled(value, factor) for key, value in known.items()},
    )


def _text(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in FORMULA_SIGNS else cell


def _params(text: str, document: Document, place: str) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise broken(document, place, "params is not a JSON object of texts")
    return tuple((clean(key), clean(value)) for key, value in found.items())


def _moment(word: str, document: Document, place: str) -> float:
    value = table.number(word)
    if isinstance(value, float) and 0 < value < 1e14:
        return value / 1000 if value >= _MILLISECONDS_FROM else value
    found = _DATE.fullmatch(word.strip())
    try:
        if found:
            clock = (found[4] or "00:00").zfill(5 if (found[4] or "00:00").count(":") == 1 else 8)
            moment = datetime.fromisoformat(f"{found[1]}-{found[2]}-{found[3]}T{clock}{found[5] or ''}")
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        pass
    raise broken(document, place, "the time is neither a date nor Unix seconds or milliseconds")
