"""Docstrings begin with the words of the field for what a function does: Return, Write, Parse."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("reporter", "entrypoint", "benchmarks", "tests", "docs")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
UNWANTED = {"Give", "Gives", "Say", "Says", "Tell", "Tells"}


def first_words(source: str) -> list[str]:
    """Return the first word of every docstring of a function or class."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    texts = (ast.get_docstring(node) for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
    return [text.split()[0] for text in texts if text]


@pytest.mark.parametrize("folder", FOLDERS)
def test_docstrings_say_what_is_done_in_the_words_of_the_field(folder: str) -> None:
    paths = [path for path in SOURCES if path.relative_to(ROOT).parts[0] == folder]
    assert paths
    found = [path.name for path in paths if UNWANTED.intersection(first_words(path.read_text(encoding="utf-8")))]
    assert found == []


def test_such_a_docstring_is_found() -> None:
    assert first_words('def f():\n    """Give it."""\n\nclass C:\n    """A thing."""\n') == ["Give", "A"]
