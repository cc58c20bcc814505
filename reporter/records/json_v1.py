"""``verdict.json``: a ``Report`` as ``report/v1``, and back.

``dump`` writes one benchmark per line, so that two verdicts can be compared with ``diff``; ``load`` takes nothing on
trust.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from reporter.model import BudgetResult, Trend
from reporter.records import report as wire
from reporter.records.judging import JudgedRow, Judging
from reporter.records.load_tests import Course
from reporter.records.machine import Notice
from reporter.records.reading import Origin, decode
from reporter.records.report_model import document_of, report_of
from reporter.records.writing import to_json
from reporter.shared.errors import InputError
from reporter.shared.files import FILE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from msgspec import Struct

    from reporter.model import Report

_MEMORY_LIMIT = 200 * 2**20
_COSTS = (("{", 240), ("[", 72), (",", 40), ('"', 30))
"""Bytes that Python takes for what such a sign begins: a small file of millions of empty lists fills a machine."""
_LINED: dict[str, type[Struct]] = {
    "benchmarks": wire.Row,
    "budgets": BudgetResult,
    "trends": Trend,
    "categories": wire.Category,
    "load": Course,
    "warnings": Notice,
    "rows": JudgedRow,
}
"""Lists that are written one entry per line, each before the next is made: then nothing is kept that costs memory."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def load(text: str, where: str) -> Report:
    """Read a verdict; ``where`` is the file's name in messages.

    Raises:
        reporter.shared.errors.InputError: it is too large (``verdict-too-large``), not JSON (``verdict-not-json``),
            made by a newer version (``verdict-newer``) or anything but a valid ``report/v1`` (``verdict-invalid``).
    """
    if len(text) > FILE_LIMIT:
        raise _too_large(f"the verdict is larger than {FILE_LIMIT} characters", where)
    if sum(text.count(sign) * cost for sign, cost in _COSTS) > _MEMORY_LIMIT:
        raise _too_large(f"the verdict would take more than {_MEMORY_LIMIT // 2**20} MiB of memory", where)
    origin = Origin(
        schema=wire.SCHEMA,
        where=where,
        code="verdict-invalid",
        not_json="verdict-not-json",
        newer="verdict-newer",
        cure="use verdict.json as `benchverdict report` wrote it; do not edit it",
    )
    return report_of(decode(text, wire.Report, origin))


def read(path: Path) -> Report:
    """Read a ``verdict.json``; see ``load``.

    Raises:
        reporter.shared.errors.InputError: the file cannot be read or is not a report.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what, cure = f"the report cannot be read: {error}", "name the verdict.json in the report folder of a run"
        raise InputError("verdict-unreadable", what, where=str(path), cure=cure) from error
    return load(text, str(path))


def _too_large(what: str, where: str) -> InputError:
    return InputError("verdict-too-large", what, where=where, cure="split the suite into several jobs")


def dump(report: Report) -> str:
    """Write the report as ``report/v1``. What ``load`` would refuse is made valid here: nan, overlong text, surrogates.

    The same report always gives the same text; it ends with a line break.
    """
    text = "{\n" + ",\n".join(_members(document_of(report), wire.Report)) + "\n}\n"
    return text if text.isascii() else "\n".join(map(_printable, text.split("\n")))


_NOT_ASCII = re.compile(r"[^\x00-\x7e]+")


def _printable(line: str) -> str:
    """Write what cannot be printed (line ends, directions) as its escape: a verdict is shown in logs, too."""
    if line.isprintable():
        return line
    return _NOT_ASCII.sub(_escaped, line.encode("utf-8", "replace").decode("utf-8"))


def _escaped(match: re.Match[str]) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in match[0])


def _members(document: dict[str, Any], kind: type[Struct]) -> Iterator[str]:
    """Yield the members of a record in their order."""
    apart = {name: document[name] for name in kind.__struct_fields__ if name in _LINED or name == "judgings"}
    written = to_json(document | dict.fromkeys(apart, ()), kind)
    for name in kind.__struct_fields__:
        if name in apart and (apart[name] or name in written):
            yield f"{_encode(name)}:{_lines(name, apart[name])}"
        elif name in written:
            yield f"{_encode(name)}:{_encode(written[name])}"


def _lines(name: str, items: Iterable[Any]) -> str:
    if name == "judgings":
        return "[" + ",\n".join("{" + ",".join(_members(item, Judging)) + "}" for item in items) + "]"
    return "[" + ",".join("\n" + _encode(to_json(item, _LINED[name])) for item in items) + "]"
