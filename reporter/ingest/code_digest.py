"""What a benchmark's code is, as a digest: as long as it stays the same, measurings of it belong together.

Of a Python file only what can run for the benchmark counts: the module without its other tests and benchmarks, unless
those are called from there. So a benchmark that is added beside it, a comment or a new format change nothing. Of any
other file all bytes count. What the file imports does not count: that is what the benchmark measures.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Member = tuple[str, ...]
    """Names down to a function: its classes and its own."""

_FUNCTIONS = ("test", "bench")
_CLASSES = ("Test", "Bench")
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_DIGITS = 16


@dataclass(slots=True)
class _Part:
    """A piece of a module: what it says, and the names it uses."""

    texts: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def add(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.texts.append(digest_of("".join(_spelled(node)).encode("utf-8", "surrogatepass")))
            self.names.update(_names(node))


class PythonFile:
    """The parts of one Python file; ``digest`` puts together those of one benchmark."""

    def __init__(self, tree: ast.Module) -> None:
        """Take the parsed file to pieces."""
        self._parts: dict[Member, _Part] = {(): _Part()}
        self._lines = dict(_definitions(tree.body, ()))
        self._take(tree.body, ())
        self._called: dict[str, list[Member]] = {}
        for member in self._parts:
            if member:
                self._called.setdefault(member[-1], []).append(member)

    def digest(self, member: Sequence[str]) -> str:
        """Return the digest of a function named with its classes; that of the whole file where it has none such."""
        wanted = self._reached(tuple(member)) if tuple(member) in self._parts else self._parts.keys()
        pieces = [(part, self._parts[part].texts) for part in sorted(wanted)]
        return digest_of(repr(pieces).encode("utf-8", "surrogatepass"))

    def line(self, member: Sequence[str]) -> int | None:
        """Return where a function named with its classes is defined, or the class that inherits it."""
        names = (tuple(member[:length]) for length in range(len(member), 0, -1))
        return next((self._lines[name] for name in names if name in self._lines), None)

    def _take(self, body: Sequence[ast.stmt], around: Member) -> None:
        shell = self._parts[around]
        for statement in body:
            if isinstance(statement, _Function) and statement.name.startswith(_FUNCTIONS):
                self._parts.setdefault((*around, statement.name), _Part()).add(statement)
            elif isinstance(statement, ast.ClassDef) and statement.name.startswith(_CLASSES):
                inner = self._parts.setdefault((*around, statement.name), _Part())
                inner.add(*statement.bases, *statement.keywords, *statement.decorator_list)
                self._take(statement.body, (*around, statement.name))
            else:
                shell.add(statement)

    def _reached(self, member: Member) -> set[Member]:
        """Return the parts that can run for a function: the module, its classes, and what any of these calls."""
        waiting = [member[:length] for length in range(len(member) + 1)]
        reached: set[Member] = set()
        while waiting:
            part = waiting.pop()
            if part not in reached:
                reached.add(part)
                waiting.extend(other for name in self._parts[part].names for other in self._called.get(name, ()))
        return reached


def _definitions(body: Sequence[ast.stmt], around: Member) -> Iterator[tuple[Member, int]]:
    """Yield the lines of functions and classes, those of a class after it; of two with one name the last counts."""
    for statement in body:
        if isinstance(statement, (*_Function, ast.ClassDef)):
            yield (*around, statement.name), statement.lineno
        if isinstance(statement, ast.ClassDef):
            yield from _definitions(statement.body, (*around, statement.name))


def python_file(source: bytes) -> PythonFile | None:
    """Take a file to pieces; ``None`` when it is no Python that this interpreter knows."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the parser has to say of the file is not our business
            return PythonFile(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def digest_of(content: bytes) -> str:
    """Return the digest of bytes."""
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def _spelled(node: object) -> Iterator[str]:
    """Spell a piece of syntax in one way, whatever the version of Python: what is absent or empty is left out."""
    if isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if value is not None and value != [] and name != "type_comment":
                yield f" {name}="
                yield from _spelled(value)
        yield ")"
    elif isinstance(node, list):
        yield "["
        for entry in node:
            yield from _spelled(entry)
        yield "]"
    else:
        yield repr(node)


def _names(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.arg):  # a fixture may be called as a test is
            yield inner.arg
