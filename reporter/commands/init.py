"""``benchverdict init``: the workflows and a configuration for the benchmark tools that a project has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.init_tools import TOOLS
from reporter.commands.init_workflows import MEASURE, PERMISSIONS, PUBLISH
from reporter.measure import checkout
from reporter.shared.errors import UsageError
from reporter.shared.files import write_atomically

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.init_tools import Tool
    from reporter.commands.parser import CommandParser

MAIN = "main"
"""The default branch where git does not tell of another."""


def add_arguments(parser: CommandParser) -> None:
    """Add what ``init`` takes."""
    parser.add_argument("project", type=Path, nargs="?", default=Path(), metavar="PROJECT", help="default: here")
    parser.add_examples("benchverdict init", page="docs/tutorials/first-verdict.md")


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Write what is missing; return the exit code."""
    return init(arguments.project, stdout)


def init(root: Path, stdout: TextIO) -> int:
    """Write what is missing and say what each part is for; nothing that is there is changed.

    Raises:
        UsageError: no benchmark tool was found, or a file cannot be written.
    """
    found = [tool for tool in TOOLS if tool.is_used(root)]
    if not found:
        raise UsageError(
            "no-tool-found",
            "no benchmark tool was found: " + ", ".join(tool.name for tool in TOOLS) + " are looked for",
            where=str(root),
            cure="run this in the root of the project; every command works that writes a format of docs/formats.md",
        )
    stdout.write(f"found: {', '.join(tool.name for tool in found)}\n")
    files = {
        "benchverdict.toml": configuration(root, found),
        ".github/workflows/benchmarks.yml": measure_workflow(root, found[0]),
        ".github/workflows/benchmarks-publish.yml": PUBLISH,
    }
    for name, content in files.items():
        if (root / name).exists():
            stdout.write(f"kept: {name} is there already\n")
        else:
            write_atomically(root / name, content)
            stdout.write(f"written: {name}\n")
    stdout.write(PERMISSIONS)
    return 0


def configuration(root: Path, tools: list[Tool]) -> str:
    """Return the configuration: the first tool is what runs, each other one is a mode."""
    lines = ["# Try the command by hand first: benchverdict run -- COMMAND", "[measure]", *_settings(root, tools[0])]
    for tool in tools[1:]:
        lines += ["", f"[modes.{tool.name}]", *_settings(root, tool)]
    return "\n".join(lines) + "\n"


def measure_workflow(root: Path, tool: Tool) -> str:
    """Return the workflow that measures; tools that the runners have need no step to install them."""
    branch = checkout.main_branch(root) or MAIN
    named = branch if re.fullmatch(r"[\w./-]+", branch) else json.dumps(branch)
    steps = _PYTHON.replace("@install@", _install(root, tool)) if tool.packages else ""
    return MEASURE.replace("@steps@", steps).replace("@branch@", named)


_PYTHON = """\
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      - run: @install@
"""


def _install(root: Path, tool: Tool) -> str:
    """Return the command that installs a Python project, as far as it is one, and its tool."""
    is_project = any((root / name).is_file() for name in ("pyproject.toml", "setup.py"))
    listed = (root / "requirements.txt").is_file()
    needed = ("-e ." if is_project else "", "-r requirements.txt" if listed else "", tool.packages)
    return f"pip install {' '.join(filter(None, needed))}"


def _settings(root: Path, tool: Tool) -> list[str]:
    folder = next((name for name in ("benchmarks", "benchmark", "tests") if (root / name).is_dir()), ".")
    command = tool.command.replace("{folder}", folder)
    return [f'command = "{command}"', *([f'results = ["{tool.results}"]'] if tool.results else [])]
