"""The parser of one command: a short usage, options in groups, examples, and the benchmark command behind ``--``."""

from __future__ import annotations

import argparse
import os
import shutil
from typing import TYPE_CHECKING, NoReturn

from reporter.shared.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDEST = 100
"""Columns of the help, on a terminal that has them."""


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help that is the same with every Python: the metavar of an option once, and the usage in one line."""

    def __init__(self, prog: str) -> None:
        width = int(os.environ.get("COLUMNS") or 0) or shutil.get_terminal_size().columns
        super().__init__(prog, max_help_position=28, width=min(width, WIDEST) - 2)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings:
            return super()._format_action_invocation(action)
        value = "" if action.nargs == 0 else f" {self._format_args(action, action.dest.upper())}"
        return ", ".join(action.option_strings) + value


class CommandParser(argparse.ArgumentParser):
    """Reads the arguments of a command; with ``takes_command`` what stands behind ``--`` is the benchmark command.

    argparse by itself takes a command for empty where options stand between a name and ``--``.
    """

    takes_command = False
    tail = ""
    examples: Sequence[str] = ()

    def __init__(self, **settings: object) -> None:
        settings = {"formatter_class": HelpFormatter, "allow_abbrev": False, **settings}
        super().__init__(**settings)  # type: ignore[arg-type]  # argparse's own twelve, handed on

    def add_group(self, title: str) -> argparse._ArgumentGroup:
        """Return a new group of options."""
        return self.add_argument_group(title)

    def add_examples(self, *examples: str, page: str) -> None:
        """Set what stands below the options: calls that work, and the page with more."""
        self.examples = examples
        calls = "".join(f"  {example}\n" for example in examples)
        self.epilog = f"examples:\n{calls}\nmore: {page}\n"

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str], namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Read the arguments; see the class for ``--``."""
        own, behind = list(args), []
        if self.takes_command and "--" in own:
            at = own.index("--")
            own, behind = own[:at], own[at + 1 :]
        found, unknown = super().parse_known_args(own, namespace)
        if self.takes_command:
            found.command = [*(getattr(found, "command", None) or ()), *behind]
        return found, unknown

    def format_usage(self) -> str:
        """Return the usage in one line: what has to be given."""
        return f"usage: {self.prog} {' '.join(self._needed())}\n"

    def format_help(self) -> str:
        """Return the whole help."""
        self.usage = f"{self.prog} {' '.join(self._needed())}"
        return super().format_help()

    def _needed(self) -> Iterable[str]:
        """Yield the parts of the usage."""
        yield "[options]"
        for action in self._actions:
            if action.option_strings and action.required:
                yield f"{action.option_strings[0]} {action.metavar}"
        for action in self._actions:
            if not action.option_strings:
                yield _positional(action)
        if self.takes_command and not any(action.dest == "command" for action in self._actions):
            yield "[-- COMMAND]"
        if self.tail:
            yield self.tail

    def error(self, message: str) -> NoReturn:
        """Refuse a call.

        Raises:
            UsageError: always.
        """
        raise UsageError("wrong-call", message, cure=f"see {self.prog} --help")

    def refuse_unknown(self, arguments: Sequence[str]) -> NoReturn:
        """Refuse arguments that the command does not have; names the option that may be meant.

        Raises:
            UsageError: always.
        """
        first = arguments[0].partition("=")[0]
        known = [option for action in self._actions for option in action.option_strings if option.startswith("--")]
        near = did_you_mean(first, known) if first.startswith("-") else ""
        self.error(f"unknown {'option' if first.startswith('-') else 'argument'} {first!r}{near}")


def _positional(action: argparse.Action) -> str:
    name = str(action.metavar or ("{" + ",".join(map(str, action.choices or ())) + "}"))
    if action.nargs == "+":
        return f"{name}..."
    return f"[{name}]" if action.nargs in ("?", "*") else name
