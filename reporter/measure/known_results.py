"""Where a benchmark tool writes its results by itself: looked at where a command names no result file."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from reporter.measure import asv_configuration
from reporter.measure.paired.shorter import tool_of
from reporter.measure.tools import TOOLS
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.measure.plan import Plan
    from reporter.measure.tools import Tool

_PLACEHOLDER = "{output}"
_MOST_BYTES = 2**20
_CARGO_FILES = ("Cargo.toml", "*/Cargo.toml", "*/*/Cargo.toml")
_MOST_CARGO_FILES = 200
_CRITERION = next(tool for tool in TOOLS if tool.name == "criterion")


def results_of(plan: Plan, folder: Path) -> tuple[str, ...]:
    """Return the patterns of the result files of a plan: its own, or those of its one tool where it names none."""
    command = _command(plan)
    if plan.results or command is None or _names_its_results(command):
        return plan.results
    cargo = _CRITERION.files if _uses_criterion(folder) else ()
    found = tool_of(command, cargo, partial(source, folder))
    return _files(*found, folder) if found else ()


def asv_words(plan: Plan) -> Sequence[str] | None:
    """Return the words of the command that runs asv; ``None`` where it is not asv that is run."""
    command = _command(plan)
    found = tool_of(command) if command is not None else None
    return found[1] if found and found[0].name == "asv" else None


def source(folder: Path, name: str) -> str:
    """Return what is in the Python file or the module of that name; nothing where it cannot be read."""
    parts = name.split(".")
    module = folder.joinpath(*parts)
    places = [folder / name] if name.endswith(".py") else [module.with_suffix(".py"), module / "__main__.py"]
    return next((text for text in map(_text, places) if text), "")


def _command(plan: Plan) -> str | tuple[str, ...] | None:
    return plan.script if plan.command is None else plan.command


def _names_its_results(command: str | Sequence[str]) -> bool:
    return any(_PLACEHOLDER in word for word in ([command] if isinstance(command, str) else command))


def _files(tool: Tool, words: Sequence[str], folder: Path) -> tuple[str, ...]:
    return asv_configuration.results(folder, words) if tool.name == "asv" else tool.files


def _uses_criterion(folder: Path) -> bool:
    """Return whether a package of Cargo, or one of its workspace, needs Criterion."""
    found = [path for place in _CARGO_FILES for path in sorted(folder.glob(place))]
    pattern = re.compile(r"^\s*(?:\[.*\b)?(?:codspeed-)?criterion2?\b", re.MULTILINE)
    return any(pattern.search(_text(path)) for path in found[:_MOST_CARGO_FILES])


def _text(path: Path) -> str:
    try:
        return read_regular(path, _MOST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
