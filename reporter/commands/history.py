"""``benchverdict history``: the saved sessions of a suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import baselines, histories
from reporter.commands.configured import config_of

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``history`` takes."""
    parser.add_argument("action", nargs="?", choices=("show", "import", "export"), default="show")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="import: data.js, Bencher, asv folder, CSV")
    group = parser.add_group("import and export")
    group.add_argument("--entry", metavar="NAME", help="import: which history of a file that holds several")
    group.add_argument("--as", dest="kind", choices=("csv", "jsonl", "openmetrics"), default="csv", help="export")
    group.add_argument("--output", type=Path, metavar="FILE", help="export: a file instead of standard output")
    shared.add_place(parser)
    parser.add_examples(
        "benchverdict history",
        "benchverdict history import data.js --name api",
        "benchverdict history export --as jsonl --output history.jsonl",
        page="docs/migrating.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Show, import or export; return the exit code."""
    name, store = arguments.name, arguments.root / "baseline"
    if arguments.action == "import":
        files, entry = tuple(arguments.files), arguments.entry
        return histories.import_history(name, files, entry, store, config_of(arguments), stdout, stderr)
    if arguments.action == "export":
        return histories.export_history(name, store, arguments.kind, arguments.output, stdout)
    return baselines.show_history(name, store, stdout)
