"""A call of a command that looks at benchmarks of both sides with an instrument, and times nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import running
from reporter.commands.configured import config_of
from reporter.measure.lock import held

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from reporter.commands.parser import CommandParser
    from reporter.config import MeasureSettings
    from reporter.measure.plan import Plan

    Look = Callable[["InstrumentedRequest", TextIO, TextIO], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentedRequest:
    """What such a command was called with; the ``plan`` has no pairs yet."""

    names: Sequence[str]
    plan: Plan
    settings: MeasureSettings
    base: str | None
    root: Path
    environ: Mapping[str, str]


def add_sides(parser: CommandParser) -> None:
    """Add where both sides come from: the command, the base, the mode and the folder."""
    parser.takes_command = True
    group = shared.add_selection(parser, category=False)
    group.add_argument("--base", metavar="REF", help="the commit to compare with (default: where this branch began)")
    shared.add_place(parser, name=False)


def run_on_sides(arguments: Namespace, names: Sequence[str], look: Look, stdout: TextIO, stderr: TextIO) -> int:
    """Carry a call out, unless its mode needs something that is missing; return the exit code."""
    config = config_of(arguments)
    if running.is_skipped(arguments.mode, config, stdout):
        return 0
    settings = config.in_mode(arguments.mode)
    request = InstrumentedRequest(
        names=names,
        plan=running.plan_for(tuple(arguments.command), "default", settings),
        settings=settings,
        base=arguments.base,
        root=arguments.root,
        environ=running.environment_of(arguments.mode),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return look(request, stdout, stderr)
