"""Markdown as GitHub renders it, through ``cmark-gfm`` with GitHub's extensions, and what is in the HTML it makes.

``alive`` is the oracle of escaping: it names what a text of a stranger has become other than text, in the rendered HTML
and by what GitHub makes of that afterwards.

Tests that need it are skipped on a machine without it, but not in CI (``CI=true``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_CMARK = shutil.which("cmark-gfm")
_EXTENSIONS = ("table", "autolink", "strikethrough", "tagfilter", "tasklist", "footnotes")

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
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")
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


OUR_TAGS = frozenset(
    ("h2", "h3", "p", "strong", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li")
) | {"a", "blockquote", "hr", "sub", "br", "pre"}
_JOINER = "\u2060"
_ADDED = {
    "a mention": re.compile(r"(?<![\w/`])@[a-z\d]", re.IGNORECASE),
    "a reference": re.compile(r"#\d"),
    "a reference by GH": re.compile(r"\bgh-\d", re.IGNORECASE),
    "a commit of another repository": re.compile(r"[\w-]/[\w.-]+@[0-9a-f]{7}"),
    "a commit": re.compile(r"\b[0-9a-f]{7,40}\b"),
    "an address": re.compile(r"\bwww\.\w|\w://\w|\b(?:mailto|xmpp):[\w.+-]*@\w", re.IGNORECASE),
    "an email": re.compile(r"[\w.+-]@[\w-]+\.\w"),
    "a picture by its name": re.compile(r":[\w+-]*[a-z+-][\w+-]*:|:(?:100|1234):"),
    "a sign that is not seen": re.compile(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2066-\u206f\ufeff]"
    ),
}
"""What GitHub makes something of in a text that is already rendered, unless it stands in code or a link."""
_BEGINNINGS = {"an alert": re.compile(r"\s*\[!\w"), "a task": re.compile(r"\s*\[[ xX]\]")}
_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_IN_SUMMARY = re.compile(r"[\\`*]")
"""Markdown means nothing in there: its escapes and its signs are seen."""
_OUR_BLOCK = re.compile(r"^(`{3,})text\n.*?^\1$", re.DOTALL | re.MULTILINE)
_OF_OUR_BLOCK = [("class", "language-text")]
"""The block of code that shows the last lines of a log; any other is of a stranger."""
_CELL_ENDS = re.compile(r"(?<!\\)\|")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)


class _Walker(HTMLParser):
    """Walks rendered HTML and collects what is alive in it."""

    def __init__(self, links: tuple[str, ...]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._links = links
        self._open: list[str] = []
        self._run = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_run()
        self._open.append(tag)
        if tag not in OUR_TAGS:
            self.found.append(f"the tag {tag}")
        if tag == "pre" or attrs == _OF_OUR_BLOCK:
            return
        self.found += [f"an attribute {name}" for name, _ in attrs if name not in ("href", "align")]
        self.found += [f"a link to {value}" for name, value in attrs if name == "href" and value not in self._links]

    def handle_endtag(self, tag: str) -> None:
        self._end_run()
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._run += data

    def _end_run(self) -> None:
        text, self._run = self._run, ""
        if (self._open and self._open[-1] == "li") or self._open[-2:] in (["blockquote", "p"], ["li", "p"]):
            self.found += [f"{what}: {text[:30]!r}" for what, pattern in _BEGINNINGS.items() if pattern.match(text)]
        if not {"code", "pre", "a"}.intersection(self._open):
            self.found += [f"{what}: {text[:60]!r}" for what, pattern in _ADDED.items() if pattern.search(text)]


def alive(markdown: str, links: tuple[str, ...] = ()) -> list[str]:
    """Return what is more than text in some Markdown, beside tags of our layout and ``links`` of ours."""
    rendered = to_html(markdown)
    walker = _Walker(links)
    walker.feed(rendered)
    walker.close()
    walker.handle_endtag("")
    blocks = rendered.count("<pre>") - rendered.count('<pre><code class="language-text">')
    walker.found += ["a block of code"] * blocks
    return [
        *walker.found,
        *_alive_in_source(_OUR_BLOCK.sub("", markdown)),
        *["a comment or declaration"] * ("<!" in rendered),
    ]


def _alive_in_source(markdown: str) -> Iterator[str]:
    """Find what GitHub reads before it renders, and what rendering drops without a trace."""
    if "$" in _CODE_SPAN.sub("", markdown):
        yield "maths"
    if any(_IN_SUMMARY.search(text) for text in _SUMMARY.findall(markdown)):
        yield "a sign of Markdown that is seen in a summary"
    for is_row, lines in groupby(markdown.split("\n"), key=lambda line: line.startswith("|")):
        if is_row and len({len(_CELL_ENDS.findall(line)) for line in lines}) > 1:
            yield "a cell of its own"


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
    """Return the cells of the first row that has a cell with exactly this text."""
    return next(cells for table in read_tables(markdown) for cells in table.rows if name in cells)
