"""Markdown as GitHub renders it, through ``cmark-gfm`` with GitHub's extensions, and what is in the HTML it makes.

Tests that need it are skipped on a machine without it, but not in CI (``CI=true``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

_CMARK = shutil.which("cmark-gfm")
_EXTENSIONS = ("table", "autolink", "strikethrough", "tagfilter", "tasklist")

needs_cmark = pytest.mark.skipif(
    _CMARK is None and os.environ.get("CI") != "true", reason="cmark-gfm is not installed (apt-get install cmark-gfm)"
)


@dataclass
class Table:
    """The texts of a table's cells."""

    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, title: str) -> list[str]:
        index = self.head.index(title)
        return [cells[index] for cells in self.rows]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.tables: list[Table] = []
        self.text: list[tuple[str, bool]] = []
        self._cell: list[str] | None = None
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr" and self.tables[-1].head:
            self.tables[-1].rows.append([])
        elif tag in ("td", "th"):
            self._cell = []
        elif tag == "code":
            self._in_code = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            table = self.tables[-1]
            (table.head if tag == "th" else table.rows[-1]).append("".join(self._cell))
            self._cell = None
        elif tag == "code":
            self._in_code = False

    def handle_data(self, data: str) -> None:
        self.text.append((data, self._in_code))
        if self._cell is not None:
            self._cell.append(data)


def to_html(markdown: str) -> str:
    """Render as GitHub does; raw HTML is let through so that tests see it."""
    assert _CMARK, "cmark-gfm is needed: apt-get install cmark-gfm"
    extensions = [part for name in _EXTENSIONS for part in ("--extension", name)]
    command = [_CMARK, "--unsafe", *extensions]
    return subprocess.run(command, input=markdown, capture_output=True, check=True, encoding="utf-8").stdout


def _read(markdown: str) -> _Reader:
    reader = _Reader()
    reader.feed(to_html(markdown))
    reader.close()
    return reader


def read_tables(markdown: str) -> list[Table]:
    return _read(markdown).tables


def tags_of(markdown: str) -> set[str]:
    return _read(markdown).tags


def links_of(markdown: str) -> list[str]:
    return _read(markdown).links


def text_of(markdown: str, *, without_code: bool) -> str:
    return "".join(text for text, in_code in _read(markdown).text if not (without_code and in_code))


def cells_of(markdown: str, name: str) -> list[str]:
    """Give the cells of the first row that has a cell with exactly this text."""
    return next(cells for table in read_tables(markdown) for cells in table.rows if name in cells)
