"""``benchverdict history``: the saved sessions of a suite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import baselines, copying, histories
from reporter.commands.configured import config_of, place_of
from reporter.config.store_rules import check_place

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``history`` takes."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("show", "import", "export", "prune"),
        default="show",
        help="what to do (default: show)",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="import: data.js, Bencher, asv folder, CSV, a saved baseline, or the address of another store",
    )
    parser.add_group("show").add_argument("--benchmark", metavar="NAME", help="show the values of one benchmark")
    group = parser.add_group("import and export")
    group.add_argument("--to", metavar="PLACE", help="export: another store or folder, which gets what it lacks")
    group.add_argument("--entry", metavar="NAME", help="import: which history of a file that holds several")
    group.add_argument(
        "--output-format",
        choices=("csv", "jsonl", "openmetrics"),
        default="csv",
        help="export: the format (default: csv)",
    )
    parser.add_renamed("--as", "--output-format")
    group.add_argument("--output-file", type=Path, metavar="FILE", help="export: a file instead of standard output")
    parser.add_renamed("--output", "--output-file")
    prune = parser.add_group("prune")
    prune.add_argument("--keep", metavar="TIME", help="remove what is older than '400 days', '2 years' …")
    prune.add_argument("--dry-run", action="store_true", help="list what would be removed")
    shared.add_place(parser, store=True)
    parser.add_examples(
        "benchverdict history",
        "benchverdict history --benchmark test_search --store s3://benchmarks/api",
        "benchverdict history import data.js --name api",
        "benchverdict history export --output-format jsonl --output-file history.jsonl",
        page="docs/migrating.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Show, import, export or prune; return the exit code."""
    config = config_of(arguments)
    name, place = arguments.name, place_of(arguments, config)
    if arguments.action == "import":
        files, entry = tuple(arguments.files), arguments.entry
        request = histories.ImportRequest(suite=name, sources=files, entry=entry, store=place)
        return histories.import_history(request, config, stdout, stderr)
    if arguments.action == "export" and arguments.to is not None:
        return copying.export_to(name, place, check_place(arguments.to), stdout, stderr)
    if arguments.action == "export":
        return histories.export_history(name, place, arguments.output_format, arguments.output_file, stdout)
    if arguments.action == "prune":
        return copying.prune(name, place, config, stdout, keep=arguments.keep, dry_run=arguments.dry_run)
    return baselines.show_history(name, place, stdout, arguments.benchmark)
