"""``benchverdict completion SHELL``: what lets a shell complete commands, options and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from reporter.commands import SUMMARIES
from reporter.commands.arguments import add_general
from reporter.commands.calls import command_of, program_parser
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from types import ModuleType

    from reporter.commands.parser import CommandParser

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
_PLACES = {"FILE": "FILE", "DIR": "DIRECTORY", "PROJECT": "DIRECTORY"}
"""What stands for a place in the help, and what shtab calls it."""


def add_arguments(parser: CommandParser) -> None:
    """Add what ``completion`` takes."""
    parser.add_argument("shell", choices=SHELLS, help="write the output to where this shell keeps completions")
    parser.add_examples(
        "benchverdict completion bash",
        "benchverdict completion fish",
        page="docs/reference/command-line.md",
    )


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Write the script of a shell; return the exit code.

    Raises:
        UsageError: the package that writes such scripts is not installed.
    """
    try:
        import shtab
    except ModuleNotFoundError:
        what, cure = "the package shtab is not installed", "install it beside Benchverdict: pip install shtab"
        raise UsageError("no-shtab", what, cure=cure) from None
    stdout.write(shtab.complete(_whole_parser(shtab), shell=arguments.shell))
    return 0


def _whole_parser(shtab: ModuleType) -> CommandParser:
    """Return the parser of all commands at once, with word of where a file or a folder is wanted."""
    program = program_parser()
    commands = program.add_subparsers(metavar="COMMAND")
    for name, summary in SUMMARIES.items():
        parser = commands.add_parser(name, help=summary)
        command_of(name).add_arguments(parser)
        add_general(parser)
        for action in parser._actions:  # noqa: SLF001 - argparse has no public list of what a parser takes
            if action.metavar in _PLACES:
                action.complete = getattr(shtab, _PLACES[action.metavar])  # type: ignore[attr-defined]
    return program
