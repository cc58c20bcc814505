"""What names of benchmarks look like in a table: without what all of them begin with, cut, and never two alike."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from reporter.render.plain import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PARTS = re.compile(r"::|/| > |(?<=[A-Za-z_])\.(?=[A-Za-z_])(?!\w{1,10}::)")
"""Where a name may be divided: files, classes and modules, and the levels of JavaScript's suites."""
_PARAMETERS = re.compile(r"[\[({<`|\"'\\]")
"""Parameters begin here, or something that is no name; what divides them divides no name."""


def common_prefix(names: Sequence[str]) -> str:
    """Return what all names begin with, up to the last place at which each of them may be divided; often nothing."""
    first, last = min(names, default=""), max(names, default="")
    shared = "".join(one for one, _ in takewhile(lambda both: both[0] == both[1], zip(first, last, strict=False)))
    parameters = _PARAMETERS.search(shared)
    plain = shared[: parameters.start()] if parameters else shared
    ends = [found.end() for found in _PARTS.finditer(first) if found.end() <= len(plain)]
    longest = next((end for end in reversed(ends) if all(name[end:].strip() for name in names)), 0)
    return shared[:longest]


def without_prefix(names: Sequence[str]) -> tuple[str, list[str]]:
    """Return the common prefix of a table and its names without it."""
    prefix = common_prefix(names)
    return prefix, [name[len(prefix) :] for name in names]


def last_part(name: str) -> str:
    """Return a name without file, classes and modules: ``test_sort[a b]``."""
    return name[len(common_prefix([name])) :]


def cut_apart(names: Iterable[str], columns: int, taken: set[str] | None = None) -> list[str]:
    """Cut visible names to so many columns (8 at least); of those that would look alike all but one get a number.

    ``taken`` are names that are there already; those returned are added to it.
    """
    taken = set() if taken is None else taken
    return [_cut(name, columns, taken) for name in names]


def _cut(name: str, columns: int, taken: set[str]) -> str:
    shown = _fitted(name, columns)
    number = 1
    while _look(shown) in taken:
        number += 1
        end = f" ({number})"
        shown = _fitted(name, max(1, columns - len(end))) + end
    taken.add(_look(shown))
    return shown


def _fitted(name: str, columns: int) -> str:
    return name if len(name) <= columns // 2 else fit(name, columns).rstrip()


def _look(shown: str) -> str:
    """Return what is seen of a name: spaces next to each other, and at its ends, are one or none."""
    return " ".join(shown.split())
