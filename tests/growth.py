"""How the time of a regular expression grows with a hostile text: the texts are made from the pattern itself."""

from __future__ import annotations

import ast
import importlib
import re
import signal
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

parser: Any = importlib.import_module("re._parser")
c: Any = importlib.import_module("re._constants")

SHORT, LONG = 4_000, 64_000
"""Characters of a text that is tried first, and of the longest."""
QUICK = 0.005
"""Seconds of processor time that a growth of the second power is far beyond at ``SHORT`` characters."""
SLOW = 0.06
MOST_GROWTH = 8
"""Of the time for four times the text: 4 is linear, 16 the second power."""
_ENDLESS = 1_000.0
SEARCHING = frozenset(("finditer", "search", "sub", "findall", "split"))
"""Methods that try a pattern at every place of a text."""
_TAILS = ("\x00!", "\n")
_SAMPLES = {
    c.CATEGORY_DIGIT: "1", c.CATEGORY_WORD: "a", c.CATEGORY_SPACE: " ",
    c.CATEGORY_NOT_DIGIT: "a", c.CATEGORY_NOT_WORD: "-", c.CATEGORY_NOT_SPACE: "a",
}  # fmt: skip


def patterns_of(path: Path) -> Iterator[tuple[str, str, Any]]:
    """Find what a file gives ``re`` in a call: the place, the method and the pattern, where it is written out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        of, first = node.func.value, node.args[0]
        if isinstance(of, ast.Name) and of.id == "re" and isinstance(first, ast.Constant):
            yield f"{path.name}:{node.lineno}", node.func.attr, first.value


def uses(path: Path) -> dict[str, set[str]]:
    """Find by which methods a file uses each of its names; a name that is handed on may be used by all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        id(node.func.value): (node.func.value.id, node.func.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    }
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.setdefault(node.id, set()).add(called.get(id(node), ("", "search"))[1])
    return found


def compiled_in(value: Any) -> Iterator[re.Pattern[Any]]:
    """Find the compiled patterns in a value of a module, also inside of collections."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list, set, frozenset)):
        for part in value:
            yield from compiled_in(part)
    elif isinstance(value, dict):
        yield from compiled_in([*value.keys(), *value.values()])


def worst_growth(pattern: re.Pattern[Any], methods: frozenset[str] = SEARCHING) -> tuple[float, str]:
    """Return the largest growth found, as time for four times the text, and the beginning of that text."""
    worst = (0.0, "")
    for prefix, pump, tail in hostile(pattern):
        if _is_quick(pattern, methods, prefix, pump, tail):
            continue
        worst = max(worst, (_growth(pattern, methods, prefix, pump, tail), f"{prefix}{pump * 3}"))
        if worst[0] >= MOST_GROWTH:
            break
    return worst


def _is_quick(pattern: re.Pattern[Any], methods: frozenset[str], prefix: str, pump: str, tail: str) -> bool:
    """Return whether a short text already shows that the longest needs no trial; most do."""
    long = _seconds(pattern, methods, _text(pattern, prefix, pump, tail, SHORT))
    if long < QUICK or long >= _ENDLESS:
        return long < QUICK
    return long < MOST_GROWTH * _seconds(pattern, methods, _text(pattern, prefix, pump, tail, SHORT // 4))


def hostile(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Make what is repeated, what stands before it, and what no pattern ends with."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    yield from dict.fromkeys(text for part in (tree, *_alternatives(tree)) for text in _hostile(part))


def _alternatives(tree: Any) -> list[Any]:
    """Return the alternatives of a pattern that is nothing else: what leads into the last of them is in no other."""
    return list(tree[0][1][1]) if len(tree) == 1 and tree[0][0] is c.BRANCH else []


def _hostile(tree: Any) -> Iterator[tuple[str, str, str]]:
    whole = _example(tree)
    pieces = list(dict.fromkeys(piece for piece in _pieces(tree) if piece))
    pumps = [
        *pieces[:12],
        whole,
        whole[:-1],
        whole[:-2],
        *(a + b for a, b in pairwise(pieces[:7])),
    ]
    prefixes = list(dict.fromkeys(["", whole[:-1]]))
    for pump in dict.fromkeys(filter(None, pumps)):
        yield from ((prefix, pump, tail) for prefix in prefixes for tail in _TAILS)


def _growth(pattern: re.Pattern[Any], methods: frozenset[str], prefix: str, pump: str, tail: str) -> float:
    """Double the text until it takes a while, and compare with a quarter of it; each time is the least of three."""
    size, times = 64, dict[int, float]()
    while size <= LONG:
        text = _text(pattern, prefix, pump, tail, size)
        times[size] = min(_seconds(pattern, methods, text) for _ in range(3))
        if times[size] > SLOW:
            break
        size *= 2
    last = max(times)
    return times[last] / max(times.get(last // 4, times[last]), 1e-6) if last > 256 else float("inf")


def _text(pattern: re.Pattern[Any], prefix: str, pump: str, tail: str, size: int) -> Any:
    text = prefix + pump * (size // len(pump)) + tail
    return text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


class _TooLongError(Exception):
    pass


def _stop(*_: object) -> None:
    raise _TooLongError


def _seconds(pattern: re.Pattern[Any], methods: frozenset[str], text: Any) -> float:
    """Measure the processor time of what the pattern is used for: one place of the text, or all of it."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20 * SLOW)
    began = time.process_time()
    try:
        for method in methods:
            if method in SEARCHING:
                for _ in pattern.finditer(text):
                    pass
            else:
                getattr(pattern, method)(text)
    except _TooLongError:
        return _ENDLESS
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - began


def _pieces(tree: Iterable[Any]) -> Iterator[str]:
    """Return every sign and class of a pattern as a sample, and every word of plain signs."""
    word = ""
    for op, argument in tree:
        if op is c.LITERAL:
            word += chr(argument)
            continue
        yield word
        word = ""
        if op is c.IN:
            yield from _class(argument)
        elif op is c.BRANCH:
            for branch in argument[1]:
                yield _example(branch)
                yield from _pieces(branch)
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT):
            yield _example(argument[2])
            yield from _pieces(argument[2])
        elif op is c.SUBPATTERN:
            yield _example(argument[3])
            yield from _pieces(argument[3])
        elif op in (c.ANY, c.NOT_LITERAL):
            yield _example([(op, argument)])
    yield word


def _class(items: Any) -> list[str]:
    """Return some signs that a class takes."""
    if items[0][0] is c.NEGATE:
        taken = re.compile("[^" + "".join(map(re.escape, _class(items[1:]))) + "]")
        return [sign for sign in "a -1/" if taken.fullmatch(sign)][:2]
    found = []
    for op, argument in items:
        found.append(
            chr(argument) if op is c.LITERAL else chr(argument[0]) if op is c.RANGE else _SAMPLES.get(argument, "a")
        )
    return found


def _example(tree: Iterable[Any]) -> str:
    """Return a short text that a pattern about matches; what it looks around for is left out."""
    text = ""
    for op, argument in tree:
        if op is c.LITERAL:
            text += chr(argument)
        elif op is c.NOT_LITERAL:
            text += "a" if chr(argument) != "a" else "b"
        elif op is c.ANY:
            text += "a"
        elif op is c.IN:
            text += (_class(argument) or [""])[-1]
        elif op is c.BRANCH:
            text += _example(argument[1][0])
        elif op is c.SUBPATTERN:
            text += _example(argument[3])
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT):
            text += _example(argument[2]) * min(max(argument[0], 1), 60)
    return text
