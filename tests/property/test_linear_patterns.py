"""No regular expression of the project takes longer for a hostile text than in proportion to its length."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.growth import MOST_GROWTH, SEARCHING, compiled_in, patterns_of, uses, worst_growth

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
RUN_BY_OTHERS = ("pytest_plugin", "inside", "steps")
SOURCES = sorted(path for folder in ("reporter", "entrypoint") for path in (ROOT / folder).rglob("*.py"))


class Found(NamedTuple):
    """A pattern of the project, and the methods by which it is used."""

    pattern: re.Pattern[Any]
    methods: frozenset[str]


def collected() -> Iterator[tuple[str, Found]]:
    """Find every pattern: of every module as it is compiled, and of every call of ``re`` inside of functions."""
    for path in SOURCES:
        for place, method, pattern in patterns_of(path):
            if method != "compile":
                yield f"{place} {pattern!r:.60}", Found(re.compile(pattern), frozenset((method,)))
        if path.name == "__main__.py" or path.parent.name in RUN_BY_OTHERS:
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        used = uses(path)
        for name, value in vars(module).items():
            for number, compiled in enumerate(compiled_in(value)):
                methods = used.get(name, SEARCHING) if isinstance(value, re.Pattern) else SEARCHING
                yield f"{path.name}:{name}:{number} {compiled.pattern!r:.60}", Found(compiled, frozenset(methods))


PATTERNS = dict(collected())


def test_the_patterns_of_the_project_are_found() -> None:
    assert len(PATTERNS) > 100
    for known in ("masking.py:_NAMED", "markdown.py:_SPECIAL", "printable.py:_COMMAND", "log.py:"):
        assert any(name.startswith(known) for name in PATTERNS), known


@pytest.mark.skipif(sys.platform == "win32", reason="a search that never ends is interrupted by a signal")
@pytest.mark.parametrize("name", PATTERNS)
def test_growth_is_at_most_linear(name: str) -> None:
    growth, text = worst_growth(*PATTERNS[name])
    assert growth < MOST_GROWTH, f"four times {text[:80]!r} takes {growth:.1f} times as long"


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad",
    [
        r"(a+)+$",
        r"[\w-]*token=",
        r"(?i)(--[\w-]*(?:token|secret)(?:[-_\d][\w-]*)?\s+)(?!-)[^\s]+",
        r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}",
        r"\s+$",
        r"<!--.*?-->x",
        rb"(\d+\.?)+;",
        r"^(?:\s|x)*\s*::y",
        r"\w+|'[^']*'|\"(?:[^\"$]|\$[A-Za-z]+)*\"",
    ],
)
def test_growth_beyond_that_is_seen(bad: Any) -> None:
    assert worst_growth(re.compile(bad))[0] >= MOST_GROWTH
