"""Every code a user can meet has its row in docs/messages.md, and every row a code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reporter.render import html, markdown, view, words
from reporter.shared import errors
from reporter.shared.model import Notice
from tests.reports import HOME, report, row, unchanged_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reporter.render.view_types import ReportView

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
ROWS = re.findall(r'^\| <a id="([^"]+)"></a>`([^`]+)` \| ([^|]+\.) \| ([^|]+) \|$', PAGE, flags=re.MULTILINE)
SOURCES = sorted(path for folder in ("reporter", "entrypoint") for path in (ROOT / folder).rglob("*.py"))

_IN_TEXT = re.compile(r"\[([a-z]+(?:-[a-z]+)*)\]$")
_SPEAKERS = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.BenchverdictError)
) | {"Notice", "Origin", "Trouble"}
_OF_AN_ORIGIN = ("not_json", "newer", "foreign")
"""An origin also names the codes of a file that is no JSON, newer, or something else."""


def _codes(path: Path) -> Iterator[str]:
    """Yield the codes of one module: first arguments of errors and notices, and those that measure puts into a text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in _SPEAKERS:
            yield from _of_call(node, tree)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and path.parent.name == "measure":
            yield from _IN_TEXT.findall(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "_code":
            constants = (part.value for part in ast.walk(node.body[0]) if isinstance(part, ast.Constant))
            yield from (value for value in constants if isinstance(value, str))


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _of_call(node: ast.Call, tree: ast.Module) -> Iterator[str]:
    named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    others = [keyword.value for keyword in node.keywords if keyword.arg in _OF_AN_ORIGIN]
    for argument in [*(named or node.args)[:1], *others]:
        yield from _values(argument, tree)


def _values(argument: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Yield what an expression can be: a text, a constant of the module, or a text with a part that varies."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in argument.values)
    elif isinstance(argument, ast.Dict):
        for value in argument.values:
            yield from _values(value, tree)
    elif isinstance(argument, ast.Subscript):
        yield from _values(argument.value, tree)
    elif isinstance(argument, ast.Name):
        for node in tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == argument.id:
                yield from _values(node.value, tree)


def _all_codes() -> dict[str, Path]:
    return {code: path for path in SOURCES for code in _codes(path)}


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    rows = [code for _, code, _, _ in ROWS]
    assert len(rows) == len(set(rows)) == PAGE.count("\n| <a ")
    assert set(rows) == set(_all_codes())


def test_the_collector_sees_every_way_to_name_a_code() -> None:
    found = _all_codes()
    for code in (
        "config-value",
        "verdict-invalid",
        "input-*",
        "cpu-quota",
        "older-baseline",
        "no-result",
        "run-time-limit",
        "service-ended",
    ):
        assert code in found


def test_anchors_are_what_reports_link_to() -> None:
    for anchor, code, _, _ in ROWS:
        assert anchor == code.removesuffix("-*")
    assert words.MESSAGES_PAGE.endswith("/" + "docs/messages.md")


@pytest.mark.parametrize("render", [markdown.comment, markdown.summary, lambda shown: html.render(shown, {})])
def test_reports_link_to_the_row(render: Callable[[ReportView], str]) -> None:
    noticed = report(
        *unchanged_rows(), row("slow", "regressed", 0.5), warnings=(Notice(code="cpu-quota", text="noisy"),)
    )
    assert f"{HOME}/{words.MESSAGES_PAGE}#cpu-quota" in render(view.build(noticed, home=HOME))
    assert words.MESSAGES_PAGE not in render(view.build(noticed))


def test_a_code_from_outside_that_is_none_is_no_link() -> None:
    evil = report(warnings=(Notice(code='x"><script>', text="evil"),))
    assert words.MESSAGES_PAGE not in html.render(view.build(evil, home=HOME), {})
    assert words.MESSAGES_PAGE not in markdown.summary(view.build(evil, home=HOME))
