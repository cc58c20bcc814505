"""Functions as a profile describes them: by file and name, so that base and head can be laid side by side.

A code object belongs to the function that its text stands in. Comprehensions, generator expressions and lambdas inside
of a function are part of it; ``uses`` are the lines of its file that bind names it uses outside of functions:
constants, patterns, attributes of classes, imports.
"""

from __future__ import annotations

import ast
import dis
import hashlib
import os
import sysconfig
import tokenize
from collections import defaultdict
from functools import cache
from pathlib import PurePath
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_FUNCTIONS, MOST_USES, MOST_CHARACTERS = 1000, 20, 300
ROOT = -1
"""The caller of what the benchmark itself calls."""
_INNER = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"})
_BINDING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def describe(
    counts: Any, seconds: Mapping[CodeType, float], tree: str | None, own: tuple[str, ...], *, bytecodes: bool
) -> dict[str, Any]:
    """Return the functions of a profile, those that do most first, with their callers by index, and their stacks.

    Code of the files ``own`` is ours and left out: it is the caller of all the rest.
    """
    called = [code for code, _ in counts.calls] if counts else []
    codes = [code for code in dict.fromkeys([*called, *seconds]) if code.co_filename not in own]
    groups: dict[tuple[str, str], list[CodeType]] = defaultdict(list)
    for code in codes:
        groups[code.co_filename, function_of(code)].append(code)
    described = [_described(group, counts, seconds, tree, bytecodes=bytecodes) for group in groups.values()]
    order = sorted(range(len(described)), key=lambda i: _weight(described[i]), reverse=True)[:MOST_FUNCTIONS]
    functions = [described[index] for index in order]
    if not counts:
        return {"functions": functions, "stacks": []}
    keys = list(groups)
    places = {keys[index]: place for place, index in enumerate(order)}
    callers = _callers(counts, places, own)
    for place, function in enumerate(functions):
        function["callers"] = sorted(callers[place].items())
        function["calls"] = sum(callers[place].values())
    return {"functions": functions, "stacks": _stacks(counts.stacks, places, bytecodes=bytecodes)}


def _stacks(stacks: Any, places: Mapping[tuple[str, str], int], *, bytecodes: bool) -> list[list[Any]]:
    """Return the tree of calls by functions: the node above, the function, its calls and its bytecodes there.

    A node comes after the one above it. What is no function of the profile has none, and its place is that above it.
    """
    found: list[list[Any]] = []
    nodes: dict[tuple[int, int], int] = {}
    shown = [ROOT]
    for code, parent, calls, count in list(zip(stacks.codes, stacks.parents, stacks.calls, stacks.bytecodes))[1:]:
        above, place = shown[parent], places.get((code.co_filename, function_of(code)))
        if place is None:
            shown.append(above)
            continue
        is_part = above != ROOT and is_inner(code) and found[above][1] == place
        node = above if is_part else nodes.setdefault((above, place), len(found))
        if node == len(found):
            found.append([above, place, 0, 0 if bytecodes else None])
        found[node][2] += 0 if is_part else calls
        if bytecodes:
            found[node][3] += count
        shown.append(node)
    return found


def _weight(entry: Mapping[str, Any]) -> tuple[float, int]:
    return entry["seconds"] or 0.0, entry["bytecodes"] or 0


def _described(
    group: list[CodeType], counts: Any, seconds: Mapping[CodeType, float], tree: str | None, *, bytecodes: bool
) -> dict[str, Any]:
    outer = next((code for code in group if not is_inner(code)), group[0])
    file, place = place_of(outer.co_filename, tree)
    timed = [seconds[code] for code in group if code in seconds]
    return {
        "file": file[-MOST_CHARACTERS:],
        "name": function_of(outer)[:MOST_CHARACTERS],
        "place": place,
        "line": outer.co_firstlineno,
        "last": _last_line(outer),
        "code": digest(outer),
        "calls": None,
        "bytecodes": sum(counts.bytecodes[code] for code in group) if counts and bytecodes else None,
        "native": sum(counts.native[code] for code in group) if counts else None,
        "seconds": sum(timed) if timed else None,
        "callers": [],
        "uses": uses_of(outer) if place == "project" else [],
    }


def _callers(counts: Any, places: Mapping[tuple[str, str], int], own: tuple[str, ...]) -> dict[int, dict[int, int]]:
    """Return how often each function was called from which; what resumes a part of its own function is no call."""
    callers: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (code, caller), number in counts.calls.items():
        key = (code.co_filename, function_of(code))
        from_root = caller is None or caller.co_filename in own
        caller_key = None if from_root else (caller.co_filename, function_of(caller))
        if key in places and not (is_inner(code) and caller_key == key):
            callers[places[key]][ROOT if caller_key is None else places.get(caller_key, ROOT)] += number
    return callers


def is_inner(code: CodeType) -> bool:
    """Return whether a code object is a part of the function around it."""
    name = qualified(code)
    return code.co_name in _INNER and "." in name


def function_of(code: CodeType) -> str:
    """Return the qualified name of the function that a code object belongs to."""
    parts = qualified(code).split(".")
    while len(parts) > 1 and parts[-1] in _INNER:
        parts = parts[:-2] if parts[-2] == "<locals>" else parts[:-1]
    return ".".join(parts) or code.co_name


def qualified(code: CodeType) -> str:
    """Return the qualified name, also before Python 3.11, where a code object does not know it."""
    known = getattr(code, "co_qualname", None)
    return known or _source(code.co_filename)[0].get((code.co_name, code.co_firstlineno), code.co_name)


def digest(code: CodeType) -> str:
    """Return what stays the same while a function only moves to other lines."""
    found = hashlib.sha256(code.co_code + repr(code.co_names).encode())
    for constant in code.co_consts:
        text = digest(constant) if isinstance(constant, CodeType) else repr(constant)
        found.update(text.encode("utf-8", "surrogatepass"))
    return found.hexdigest()[:16]


def _last_line(code: CodeType) -> int:
    lines = [line for _, line in dis.findlinestarts(code) if line]
    inner = [_last_line(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return max([code.co_firstlineno, *lines, *inner])


def place_of(path: str, tree: str | None) -> tuple[str, str]:
    """Return a file's path from where its kind lies, and that kind: project, dependency, standard, generated."""
    if path.startswith("<frozen"):
        return path, "standard"
    if path.startswith("<"):
        return path, "generated"
    real = os.path.realpath(path)
    for folder in ("site-packages", "dist-packages"):
        _, found, inside = real.rpartition(f"{os.sep}{folder}{os.sep}")
        if found:
            return PurePath(inside).as_posix(), "dependency"
    for root, kind in ((tree, "project"), (sysconfig.get_path("stdlib"), "standard")):
        if root and real.startswith(os.path.realpath(root) + os.sep):
            return PurePath(os.path.relpath(real, os.path.realpath(root))).as_posix(), kind
    return os.path.basename(real), "dependency"  # noqa: PTH119 - a string is needed


def uses_of(code: CodeType) -> list[list[int]]:
    """Return the first and last lines of what binds the names that a function uses, outside of functions."""
    bound = _source(code.co_filename)[1]
    lines = {span for name in sorted(_names(code)) for span in bound.get(name, ())}
    return [list(span) for span in sorted(lines)[:MOST_USES]]


def _names(code: CodeType) -> set[str]:
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)


@cache
def _source(path: str) -> tuple[dict[tuple[str, int], str], dict[str, list[tuple[int, int]]]]:
    """Return the qualified names of a file's functions, and the lines that bind each name outside of functions."""
    try:
        with tokenize.open(path) as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}, {}
    names: dict[tuple[str, int], str] = {}
    _name_functions(tree, "", names)
    bound: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for statement in _outside_of_functions(tree):
        if isinstance(statement, _BINDING):
            for name in _bound_names(statement):
                bound[name].append((statement.lineno, statement.end_lineno or statement.lineno))
    return names, bound


def _name_functions(node: ast.AST, prefix: str, names: dict[tuple[str, int], str]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _FUNCTIONS):
            first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
            names[child.name, first] = prefix + child.name
            _name_functions(child, f"{prefix}{child.name}.<locals>.", names)
        elif isinstance(child, ast.ClassDef):
            _name_functions(child, f"{prefix}{child.name}.", names)
        else:
            inner = _inner_name(child)
            if inner:
                names[inner, child.lineno] = prefix + inner  # type: ignore[attr-defined]
            _name_functions(child, f"{prefix}{inner}.<locals>." if inner else prefix, names)


def _inner_name(node: ast.AST) -> str | None:
    kinds = {ast.ListComp: "<listcomp>", ast.SetComp: "<setcomp>", ast.DictComp: "<dictcomp>"}
    kinds.update({ast.GeneratorExp: "<genexpr>", ast.Lambda: "<lambda>"})
    return kinds.get(type(node))


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*_FUNCTIONS, ast.Lambda)):
            yield child
            yield from _outside_of_functions(child)


def _bound_names(statement: Any) -> Iterator[str]:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                yield node.id
