"""``benchverdict report``: compare what was measured with the baseline and write the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import reporting
from reporter.commands.configured import config_of, gate_of
from reporter.commands.overriding import read_override
from reporter.commands.settings import add_explaining
from reporter.config import BY_COUNTS
from reporter.render.links import Links

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser


def add_arguments(parser: CommandParser) -> None:
    """Add what ``report`` takes."""
    group = parser.add_group("input and output")
    source = group.add_mutually_exclusive_group(required=True)
    source.add_argument("--measure", type=Path, metavar="DIR", help="folder of measure.json")
    source.add_argument("--from", dest="verdict", type=Path, metavar="FILE", help="render this verdict.json again")
    group.add_argument("--output-dir", type=Path, required=True, metavar="DIR", help="folder to write the report to")
    group.add_argument("--store", type=Path, metavar="DIR", help="folder of baselines")
    parser.add_renamed("--output", "--output-dir")
    parser.add_renamed("--baseline", "--store")
    shared.add_input_format(parser, group)
    shared.add_compare(group)
    add_explaining(group)
    group.add_argument("--override", type=Path, metavar="FILE", help="who lets the regressions of this commit pass")
    group.add_argument("--saving", action="store_true", help="what was measured becomes the next baseline")
    group.add_argument("--home", metavar="URL", help="repository of Benchverdict on GitHub, to which messages lead")
    links = parser.add_group("links")
    links.add_argument("--repository", default="", metavar="URL", help="page of the project, to which commits lead")
    links.add_argument("--pull-request", default="", metavar="URL", help="page of the pull request")
    links.add_argument("--workflow-run", default="", metavar="URL", help="page of the run that measured")
    shared.add_selection(parser)
    shared.add_gate(parser)
    shared.add_place(parser, root=False, name=False)
    parser.add_examples(
        "benchverdict report --measure .benchverdict/measure --output-dir report",
        "benchverdict report --from verdict.json --output-dir report",
        page="docs/reference/command-line.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Report; return the exit code."""
    links = Links(repository=arguments.repository, pull_request=arguments.pull_request, run=arguments.workflow_run)
    if arguments.verdict is not None:
        return reporting.render_again(arguments.verdict, arguments.output_dir, stdout, home=arguments.home, links=links)
    config = config_of(arguments)
    settings = config.in_mode(arguments.mode)
    request = reporting.ReportRequest(
        measure=arguments.measure,
        baseline=arguments.store,
        output=arguments.output_dir,
        format=arguments.input_format or settings.format,
        gate=gate_of(arguments),
        may_confirm=settings.confirm,
        compare=(arguments.compare or settings.compare) != "none",
        needs_pairs=(arguments.compare or settings.compare) in ("paired", BY_COUNTS),
        by_counts=(arguments.compare or settings.compare) == BY_COUNTS,
        workspace=Path.cwd(),
        override=read_override(arguments.override) if arguments.override else None,
        saving=arguments.saving,
        home=arguments.home,
        links=links,
    )
    return reporting.run(request, config, stdout, stderr)
