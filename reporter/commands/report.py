"""``benchverdict report``: compare what was measured with the baseline and write the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import reporting
from reporter.commands.configured import config_of, gate_of
from reporter.commands.ending import complain
from reporter.commands.outputs import report_line, write_report_folder
from reporter.commands.report_request import ReportRequest
from reporter.commands.settings import add_explaining
from reporter.config import BY_COUNTS
from reporter.ingest import measured
from reporter.ingest.opening import read_bytes
from reporter.model import Override
from reporter.records import json_v1, override
from reporter.records.reading import Origin, decode
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
    group.add_argument("--store", metavar="PLACE", help="folder of baselines, or the address of a store")
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
        write_report_folder(json_v1.read(arguments.verdict), arguments.output_dir, home=arguments.home, links=links)
        stdout.write(report_line(arguments.output_dir))
        return 0
    config = config_of(arguments)
    settings = config.in_mode(arguments.mode)
    request = ReportRequest(
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
    measurement = measured.load(request.measure, request.format)
    if measurement.status == "skipped":
        stdout.write(f"Nothing is reported: {measurement.message or 'nothing was measured, on purpose'}\n")
        return 0
    done = reporting.report_of(measurement, request, config)
    complain(stderr, *done.problems)
    stdout.write(report_line(request.output))
    return done.exit_code


def read_override(path: Path) -> Override:
    """Read ``override.json``, as fetch found it: who accepted the regressions of a commit.

    Raises:
        InputError: it cannot be read, or is not as the action writes it.
    """
    origin = Origin(
        schema=override.SCHEMA,
        where=str(path),
        code="broken-override",
        cure="run the job again; the step that finds the baseline writes this file",
    )
    found = decode(read_bytes(path), override.OverrideFile, origin)
    return Override(label=found.label, by=found.by, at=found.at, commit=found.commit)
