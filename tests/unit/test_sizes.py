"""No function of the product is longer than 40 lines, docstring included, and none takes more than six parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_imports import ROOT, SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_LINES = 40
MOST_PARAMETERS = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: Function) -> list[str]:
    """Return the names of the parameters without the object of a method, and without what collects the rest."""
    named = [given.arg for given in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return [name for name in named if name not in ("self", "cls")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_small(path: Path) -> None:
    for function in functions(path.read_text(encoding="utf-8")):
        assert lines(function) <= MOST_LINES, f"{function.name} has {lines(function)} lines"
        assert len(parameters(function)) <= MOST_PARAMETERS, f"{function.name} takes {parameters(function)}"


def test_what_is_counted() -> None:
    method, inner = functions("class A:\n    def f(self, a, /, b, *, c):\n        def g(): ...\n\n        return g")
    assert (method.name, lines(method), parameters(method)) == ("f", 4, ["a", "b", "c"])
    assert (inner.name, lines(inner), parameters(inner)) == ("g", 1, [])
