"""Globs over benchmark names, as the configuration uses them: the most specific match wins.

``*`` and ``?`` are wild; square brackets are literal, because pytest puts parameters in them. A glob is the more
specific the more literal characters it has; of equals the last one wins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WILD = re.compile(r"[*?]")


class Matching(Protocol):
    """A rule of the configuration that holds for the names its glob matches."""

    @property
    def match(self) -> str:
        """Return the glob."""


Rule = TypeVar("Rule", bound=Matching)


@dataclass(frozen=True, slots=True)
class Glob:
    """One glob, split at its stars, which spares compiling thousands of expressions."""

    pattern: str
    literals: int
    pieces: tuple[str, ...]
    expression: re.Pattern[str] | None

    def matches(self, name: str) -> bool:
        """Return whether the whole name is of this kind; a glob always matches its own text."""
        if name == self.pattern:
            return True
        if self.expression is not None:
            return self.expression.match(name) is not None
        return len(self.pieces) > 1 and _in_order(name, self.pieces)


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Glob:
    """Read a glob."""
    expression = re.compile(translate(pattern.replace("[", "[[]"))) if "?" in pattern else None
    return Glob(pattern, len(_WILD.sub("", pattern)), tuple(pattern.split("*")), expression)


def _in_order(name: str, pieces: tuple[str, ...]) -> bool:
    first, *middle, last = pieces
    end = len(name) - len(last)
    if not name.startswith(first) or not name.endswith(last):
        return False
    place = len(first)
    for piece in middle:
        found = name.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= end


def most_specific(rules: Iterable[Rule], name: str) -> Rule | None:
    """Choose among the rules whose glob matches the most specific one."""
    matching = [rule for rule in rules if glob(rule.match).matches(name)]
    return max(reversed(matching), key=lambda rule: glob(rule.match).literals, default=None)


class Names:
    """Many names for many globs: a glob is tried only on names that have the rarest of its literal parts."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._text = "\n".join(names)
        self._starts = [0, *accumulate(len(name) + 1 for name in names)]

    def matching(self, pattern: str) -> Iterator[int]:
        """Return the places of the names that a glob matches."""
        wanted = glob(pattern)
        return (index for index in self._candidates(pattern) if wanted.matches(self._names[index]))

    def _candidates(self, pattern: str) -> Iterator[int]:
        literals = [piece for piece in _WILD.split(pattern) if piece]
        if not literals:
            yield from range(len(self._names))
            return
        rarest = min(literals, key=self._text.count) if len(literals) > 1 else literals[0]
        place = self._text.find(rarest)
        while place >= 0:
            index = bisect_right(self._starts, place) - 1
            yield index
            place = self._text.find(rarest, self._starts[index + 1])

    def most_specific(self, rules: Iterable[Rule]) -> list[Rule | None]:
        """Return for each name what ``most_specific`` gives."""
        best: list[Rule | None] = [None] * len(self._names)
        for rule in sorted(rules, key=lambda rule: glob(rule.match).literals):
            for index in self.matching(rule.match):
                best[index] = rule
        return best
