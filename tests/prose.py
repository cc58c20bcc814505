"""The prose of the project, piece by piece: sentences of the product, docstrings, documents and what users see."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PRODUCT = ("reporter", "entrypoint")
DIALECT = re.compile(
    r"\b(?:whoever|anew|mend(?:s|ed)?|repair(?:s|ed)?|of the house|nobody could|cure[sd]?|heard|"
    r"(?:is|are|was|be|been) (?:told|said)|(?:told|said) (?:of|by|so))\b",
    re.IGNORECASE,
)
"""Words of the old dialect: plain ones are known, and mean the same."""
_CODE = re.compile(r"```.*?```|``[^`]*``|`[^`]*`", re.DOTALL)


class Piece(NamedTuple):
    """A piece of prose and where it stands."""

    place: str
    text: str


def docstrings(folder: str) -> Iterator[Piece]:
    """Yield every docstring of a folder's modules, with the strings that stand alone below a name."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield _piece(path, node.lineno, node.value.value)


def strings(folder: str) -> Iterator[Piece]:
    """Yield every string of a folder's modules that reads like a part of a sentence: it has a space in it."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in alone and " " in _text(node).strip():
                yield _piece(path, node.lineno, _text(node))


def files(*patterns: str) -> Iterator[Piece]:
    """Yield the lines of files, code left out."""
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            for number, line in enumerate(_CODE.sub("", path.read_text(encoding="utf-8")).splitlines(), 1):
                yield _piece(path, number, line)


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _piece(path: Path, line: int, text: str) -> Piece:
    return Piece(place=f"{path.relative_to(ROOT)}:{line}", text=_CODE.sub("", text))
