"""Tables of comma (semicolon, tab) separated values as load-test tools write them, and numbers written as text.

Lines may end in LF, CR LF, or CR CR LF (a table written in text mode on Windows); blank lines are no rows.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

from reporter.ingest.opening import LONGEST_PIECE
from reporter.ingest.shape import broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.ingest.reading import Document

LONGEST_HEADER = 20_000

_NUMBER = re.compile(r"\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,4})?\s*")
_NO_NUMBER = {"nan": float("nan"), "inf": float("inf"), "infinity": float("inf")}


def header(document: Document, delimiter: str = ",") -> tuple[str, ...]:
    """Return the cells of the first line that is not blank; never raises."""
    line = document.text[:LONGEST_HEADER].lstrip().partition("\n")[0].strip("\r")
    try:
        return _names(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return ()


def _names(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip().strip('"') for cell in cells)


def rows(document: Document, delimiter: str = ",") -> Iterator[tuple[str, list[str]]]:
    """Yield the place (``line 3``) and the cells of every row, the header included.

    Raises:
        InputError: a quote is never closed, or a cell is far too long.
    """
    reader = csv.reader(_lines(document), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            if any(cells):
                yield f"line {before + 1}", cells
            before = reader.line_num
    except csv.Error as error:
        raise broken(document, f"line {before + 1}", f"this row of the table is broken: {error}") from error


def records(document: Document, delimiter: str = ",") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the place and the cells by column name of every row below the header.

    Raises:
        InputError: the header is not what it was recognised by, or a row has fewer or more cells; the last one is then
            usually cut.
    """
    table = rows(document, delimiter)
    place, cells = next(table, ("line 1", []))
    names = _names(cells)
    if names != header(document, delimiter):
        raise broken(document, place, "the header of the table is broken")
    for place, cells in table:
        if len(cells) != len(names):
            raise broken(document, place, f"the row has {len(cells)} cells, the header {len(names)}")
        yield place, dict(zip(names, cells, strict=True))


def number(word: str) -> Any:
    """Return the number that is written there, or the text itself: then it is judged as not being a number."""
    if _NUMBER.fullmatch(word):
        return float(word)
    sign = -1.0 if word.startswith("-") else 1.0
    return sign * _NO_NUMBER[bare] if (bare := word.strip().lstrip("+-").lower()) in _NO_NUMBER else word


def scaled(value: Any, factor: float) -> Any:
    """Multiply what is a number; anything else stays as it is and is judged later, as is an integer beyond floats."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        return value * factor
    except OverflowError:
        return value


def _lines(document: Document) -> Iterator[str]:
    for number, line in enumerate(document.lines(), 1):
        if len(line) >= LONGEST_PIECE and not line.endswith("\n"):
            raise broken(document, f"line {number}", "the line is far too long for a row of a table")
        yield line.rstrip("\r\n") + "\n" if line.endswith("\r\n") else line
