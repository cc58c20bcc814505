"""``benchverdict check``: budgets alone, without a baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands.build_report import Context, GateOptions, build_report, exit_code
from reporter.commands.compare import measured_here, read_runs
from reporter.commands.configured import config_of, gate_of
from reporter.commands.ending import complain
from reporter.commands.outputs import Destination, parse_destination, write_outputs
from reporter.commands.suites import suite_from
from reporter.config import BUDGET_WORDS
from reporter.decide.judge import judge_alone
from reporter.shared.errors import InputError, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from reporter.commands.parser import CommandParser
    from reporter.config import Config

ALONE = "budgets alone were asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What ``check`` was called with; every file is one run."""

    files: tuple[Path, ...]
    format: str | None
    suite: str
    gate: GateOptions
    outputs: tuple[Destination, ...]


def add_arguments(parser: CommandParser) -> None:
    """Add what ``check`` takes."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="each file, or folder of files, is one run")
    shared.add_input_format(parser, parser.add_group("input"))
    group = parser.add_group("verdict and exit code")
    group.add_argument(
        "--fail-on", metavar="WORDS", help="budget-critical, budget-warning, budget-not-measured; or never"
    )
    shared.add_no_fail(group)
    parser.set_defaults(strict=False, require_baseline=False)
    shared.add_outputs(parser)
    shared.add_selection(parser)
    shared.add_place(parser, root=False)
    parser.add_examples(
        "benchverdict check results.json",
        "benchverdict check load/ --fail-on budget-critical,budget-warning",
        page="docs/budgets.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Check; return the exit code."""
    request = CheckRequest(
        files=tuple(arguments.files),
        format=arguments.input_format,
        suite=arguments.name,
        gate=gate_of(arguments),
        outputs=tuple(parse_destination(text) for text in arguments.output_format or ["console"]),
    )
    return check(request, config_of(arguments), stdout, stderr)


def check(request: CheckRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Hold the budgets of the configuration against result files; return the exit code.

    A file that cannot be read is reported and the others are still checked; the exit code tells.

    Raises:
        UsageError: the configuration has no budget.
        InputError: a benchmark is twice in one run.
    """
    if not config.budgets:
        raise UsageError(
            "no-budgets",
            "there is no budget to check",
            cure="add [[budget]] with match, metric and warning or critical to benchverdict.toml",
        )
    problems: list[InputError] = []
    runs = [run for run in read_runs(request.files, request.format, problems) if run]
    complain(stderr, *problems)
    if not runs:
        return InputError.exit_code
    head = suite_from(runs, config, request.suite)
    report = build_report(
        judge_alone(head, ALONE),
        head,
        measured_here(None, head),
        Context(
            fail_on=tuple(word for word in request.gate.verdicts(config) if word in BUDGET_WORDS),
            absent=ALONE,
            undecided=str(problems[0].what) if problems else None,
            config=config,
            wanted="nothing",
        ),
    )
    write_outputs(report, request.outputs, stdout)
    return exit_code(report, replace(request.gate, require_baseline=False), problems=bool(problems))
