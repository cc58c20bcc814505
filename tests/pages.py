"""The pages of the documentation, their blocks of code and their prose, for the tests of all of them."""

from __future__ import annotations

import re
import runpy
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SITE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_site.py"))
PAGES: list[Path] = [path for path in SITE["collect"]() if path.suffix == ".md"]
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """One fenced block: where it stands, its language and its text."""

    page: str
    language: str
    text: str


def blocks(language: str | None = None) -> list[Block]:
    """Return the fenced blocks of all pages, or those of one language."""
    return [
        Block(str(page.relative_to(ROOT)), found["language"], found["text"])
        for page in PAGES
        for found in _FENCE.finditer(page.read_text(encoding="utf-8"))
        if language in (None, found["language"])
    ]


def navigation() -> list[str]:
    """Return the pages in the navigation of the site."""
    project = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    return list(_leaves(project["nav"]))


def _leaves(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        yield from _leaves(list(entry.values()))
    else:
        for part in entry:
            yield from _leaves(part)


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence of the prose: headings, tables, code, pictures and footnotes are left out."""
    prose = _FENCE.sub("", text).partition("[^sources]:")[0]
    prose = re.sub(r"!\[[^\]]*\]\([^)]*\)|<!--.*?-->", "", prose, flags=re.DOTALL)
    prose = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", prose)
    lines = [line for line in prose.splitlines() if not re.match(r"\s*(\||#)", line)]
    joined = re.sub(r"\n\s*(?:[-*]|\d+\.)\s+", "\n\n", "\n".join(lines))
    found = []
    for paragraph in re.split(r"\n\s*\n", joined):
        plain = re.sub(r"`[^`]*`", "code", paragraph).replace("*", "").replace("\n", " ")
        for sentence in re.split(r"(?<=[.?!])\s+", plain):
            words = re.findall(r"[A-Za-z][A-Za-z'’-]*", sentence)
            if len(words) > 2:
                found.append(words)
    return found


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, less a silent e."""
    plain = word.lower().replace("'", "")
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent = re.search(r"([^aeioul]e|[^aeiousxzctd]e[sd])$", plain)
    return max(1, groups - (1 if silent else 0))


def grade(text: str) -> float:
    """Return the reading grade by Flesch and Kincaid."""
    found = sentences(text)
    words = [word for sentence in found for word in sentence]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
