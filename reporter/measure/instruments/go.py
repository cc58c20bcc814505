"""Profiles of Go benchmarks: the user's ``go test`` runs again as ``go_pprof`` calls it, with Go's own profiler."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.instruments.go_pprof import flags_of
from reporter.measure.instruments.instrument import PROFILE, Instrument
from reporter.measure.paired.shorter import first_of, is_assignment, tool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.measure.plan import Plan

HIDDEN = "`go test` has to be the first command to be profiled, behind variables at most, and its options without a `$`"
_PROGRAM = Path(__file__).with_name("go_pprof.py")


def profile_of(plan: Plan) -> Instrument:
    """Return the instrument that profiles the benchmarks of a plan: Go's where its command shows ``go test``."""
    return GO_PROFILE if _is_go(_command(plan)) else PROFILE


def profiled(plan: Plan) -> Plan:
    """Return the plan whose command profiles benchmarks instead of measuring them."""
    words = _whole(_command(plan)) or ()
    return replace(plan, command=(sys.executable, str(_PROGRAM), *words), script=None, results=())


def hidden(plan: Plan) -> str | None:
    """Return why the ``go test`` of a plan cannot be run again, in words; ``None`` where it can."""
    return None if _whole(_command(plan)) else HIDDEN


def shows_go(displayed: str) -> bool:
    """Return whether a command, as a reader would type it, shows ``go test``."""
    return any(map(_is_go, _read(displayed)))


def why_hidden(displayed: str) -> str | None:
    """Return why the ``go test`` that such a command shows cannot be run again, in words; ``None`` where it can."""
    return None if any(map(_whole, _read(displayed))) else HIDDEN


def _read(displayed: str) -> tuple[str | tuple[str, ...], ...]:
    """Return what a displayed command may be: a script, or a list of arguments."""
    try:
        return displayed, tuple(shlex.split(displayed))
    except ValueError:
        return ()


def _command(plan: Plan) -> str | tuple[str, ...]:
    return plan.command or plan.script or ""


def _is_go(command: str | tuple[str, ...]) -> bool:
    found = tool_of(command)
    return found is not None and found[0].name == "go"


def _whole(command: str | tuple[str, ...]) -> Sequence[str] | None:
    """Return the words of a ``go test`` with all that decides what it builds; ``None`` where some are lost."""
    found = tool_of(command)
    if found is None or found[0].name != "go" or list(first_of(command)) != list(found[1]):
        return None
    given = list(takewhile(is_assignment, found[1]))
    starts_go = found[1][len(given)].rpartition("/")[2].startswith("go")
    known = not any("$" in word for word in (*given, *flags_of(found[1])))
    return found[1] if starts_go and known else None


GO_PROFILE = replace(
    PROFILE,
    seconds_each=3.5,
    settings={"BENCHVERDICT_PROFILE_SECONDS": "2"},
    shared="BENCHVERDICT_BLOCK_CALLS",
    command=profiled,
    hidden=hidden,
)
