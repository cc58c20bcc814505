"""How two texts of a Python file differ: in which functions, and whether outside of them.

They are compared by their syntax trees, so comments, blank lines and functions that only move are no difference.
"""

from __future__ import annotations

import ast
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Union

MOST_BYTES = 4 * 2**20
_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class CodeChange:
    """What differs between two texts of a file.

    ``functions`` are qualified names. ``outside`` says that something differs which runs when the file is imported.
    """

    functions: frozenset[str] = frozenset()
    outside: bool = False


EVERYWHERE = CodeChange(outside=True)


def compare(base: bytes, head: bytes) -> CodeChange:
    """Return how two texts differ; what cannot be parsed differs everywhere."""
    try:
        texts = [_Text(content) for content in (base, head)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return EVERYWHERE
    first, second = texts
    names = {*first.functions, *second.functions}
    changed = {name for name in names if first.functions.get(name) != second.functions.get(name)}
    return CodeChange(frozenset(changed), first.outside != second.outside)


class _Text:
    """A text as what is outside of its functions, and the functions by their qualified names.

    One name may have several functions: a property and its setter, or both branches of a condition.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) > MOST_BYTES:
            raise ValueError("it is too large")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        self.named = _named_outside(tree)
        found: dict[str, list[str]] = defaultdict(list)
        self._take_out(tree, "", found, inside=False)
        self.outside = ast.dump(tree)
        self.functions = {name: tuple(texts) for name, texts in found.items()}

    def _take_out(self, node: ast.AST, prefix: str, found: dict[str, list[str]], *, inside: bool) -> None:
        """Take the functions below a node out of the tree.

        Nothing is left of one that is plain: that it is there does nothing before it is called.
        """
        for name, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(
                    node, name, [kept for each in value if (kept := self._kept(each, prefix, found, inside=inside))]
                )
            elif isinstance(value, ast.AST):
                self._take_out(value, prefix, found, inside=inside)

    def _kept(self, each: object, prefix: str, found: dict[str, list[str]], *, inside: bool) -> object:
        if isinstance(each, _FUNCTIONS):
            is_plain = not inside and _is_plain(each) and self._is_named_once(prefix, each.name)
            self._take_out(each, f"{prefix}{each.name}.<locals>.", found, inside=True)
            found[prefix + each.name].append(ast.dump(each))
            each.body = []
            return None if is_plain else each
        if isinstance(each, ast.AST):
            below = f"{prefix}{each.name}." if isinstance(each, ast.ClassDef) else prefix
            self._take_out(each, below, found, inside=inside)
        return each if each is not None else _NONE

    def _is_named_once(self, prefix: str, name: str) -> bool:
        """Return whether nothing else outside of functions binds or reads a name, so that the order means nothing."""
        return self.named[prefix, name] == 1 and not self.named[prefix, "*"]


def _named_outside(tree: ast.AST) -> Counter[tuple[str, str]]:
    """Count the names that are bound or read outside of functions, by the class that they are in."""
    found: Counter[tuple[str, str]] = Counter()
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, node = waiting.pop()
        name = _name_of(node)
        if name:
            found[prefix, name] += 1
        if isinstance(node, _FUNCTIONS):
            waiting += [(prefix, each) for each in (*node.decorator_list, node.args)]
            continue
        below = f"{prefix}{node.name}." if isinstance(node, ast.ClassDef) else prefix
        waiting += [(below, each) for each in ast.iter_child_nodes(node)]
    return found


def _name_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.alias):
        return node.asname or node.name.partition(".")[0]
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.ExceptHandler)):
        return node.name
    return None


_NONE = ast.Pass()
"""Stands where a list of a tree has ``None``, such as a key of ``{**other}``."""


def _is_plain(function: _Function) -> bool:
    """Return whether a function does nothing where it is defined, and has no name with a meaning of its own."""
    if function.decorator_list or (function.name.startswith("__") and function.name.endswith("__")):
        return False
    defaults = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    return not any(isinstance(node, ast.Call) for default in defaults for node in ast.walk(default))
