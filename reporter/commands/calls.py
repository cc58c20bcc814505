"""A call of the command line read: which command it names, and what that command is given."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TextIO, cast

from reporter import __version__
from reporter.commands import AT_THE_EDGE, COMMANDS, SUMMARIES
from reporter.commands.arguments import add_general
from reporter.commands.parser import CommandParser
from reporter.shared.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from pathlib import Path

EXIT_CODES = {
    0: "passed, or undecided (no baseline yet, too noisy to tell)",
    1: "a defect of Benchverdict",
    2: "the call, the configuration or the installation is wrong",
    3: "input unreadable, nothing measured, nothing in common, ends of a search or a suspicion undecided",
    4: "the benchmark command failed",
    5: "--require-baseline, and there is no baseline",
    10: "the gate failed",
    130: "interrupted",
}


_WITH_VALUE = ("--color", "-C", "--directory")


class Command(Protocol):
    """The module of a command."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what the command takes."""

    def run(self, arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
        """Do it; return the exit code."""


def read_call(argv: Sequence[str]) -> tuple[Command, Namespace]:
    """Return the command of a call and its arguments.

    Raises:
        UsageError: there is no such command, or an argument is wrong.
        SystemExit: help or the version was printed.
    """
    at = next((index for index, argument in enumerate(argv) if argument in SUMMARIES), len(argv))
    before, after = argv[:at], argv[at + 1 :]
    program = program_parser()
    if not argv:
        program.print_help(sys.stderr)
        raise SystemExit(UsageError.exit_code)
    given = _before(program, before, is_all=at == len(argv))
    command = command_of(argv[at])
    parser = parser_of(argv[at])
    arguments, unknown = parser.parse_known_args(after, given)
    if unknown:
        parser.refuse_unknown(unknown)
    return command, arguments


def enter(folder: Path) -> None:
    """Do everything that follows in a folder.

    Raises:
        UsageError: it cannot be entered.
    """
    try:
        os.chdir(folder)
    except OSError as error:
        what = f"cannot be entered: {error.strerror or error}"
        raise UsageError("no-directory", what, where=str(folder), cure="name a folder with -C") from error


def _before(program: CommandParser, arguments: Sequence[str], *, is_all: bool) -> Namespace:
    """Return what stands in front of the command."""
    words = [
        argument
        for before, argument in zip(("", *arguments), arguments, strict=False)
        if not argument.startswith("-") and before not in _WITH_VALUE
    ]
    if words:
        word = words[0]
        near = did_you_mean(word, SUMMARIES)
        raise UsageError("wrong-call", f"there is no command {word!r}{near}", cure="see benchverdict --help")
    given, unknown = program.parse_known_args(arguments)
    if unknown:
        program.refuse_unknown(unknown)
    if is_all:
        program.error("the command is missing")
    return given


def command_of(name: str) -> Command:
    """Return the module of a command."""
    return cast("Command", import_module(AT_THE_EDGE.get(name, f"reporter.commands.{name}")))


def parser_of(name: str) -> CommandParser:
    """Return the parser of a command."""
    summary = SUMMARIES[name]
    parser = CommandParser(prog=f"benchverdict {name}", description=f"{summary[0].upper()}{summary[1:]}.")
    command_of(name).add_arguments(parser)
    add_general(parser)
    return parser


def program_parser() -> CommandParser:
    """Return the parser of what stands in front of a command; its help lists the commands."""
    listed = "".join(
        f"\n{title}:\n" + "".join(f"  {name:<11} {what}\n" for name, what in group.items())
        for title, group in COMMANDS.items()
    )
    codes = "".join(f"  {code:<4} {meaning}\n" for code, meaning in EXIT_CODES.items())
    parser = CommandParser(
        prog="benchverdict",
        description=f"Performance verdicts that people can trust.\n{listed}",
        epilog=f"exit codes:\n{codes}\nbenchverdict COMMAND --help: its options and examples\n",
    )
    add_general(parser)
    parser.add_argument("--version", action="version", version=f"benchverdict {__version__}", help="print it and end")
    parser.set_defaults(quiet=False, verbose=False, color="auto", directory=None)
    parser.tail = "COMMAND ..."
    return parser
