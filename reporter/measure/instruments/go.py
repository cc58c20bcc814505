"""Profiles of Go benchmarks: the user's ``go test`` runs again as ``go_pprof`` calls it, with Go's own profiler."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.instruments.instrument import PROFILE, Instrument
from reporter.measure.paired.shorter import tool_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.measure.plan import Plan

_PROGRAM = Path(__file__).with_name("go_pprof.py")


def profile_of(plan: Plan) -> Instrument:
    """Return the instrument that profiles the benchmarks of a plan: Go's where its command shows ``go test``."""
    return PROFILE if _words(plan) is None else GO_PROFILE


def profiled(plan: Plan) -> Plan:
    """Return the plan whose command profiles benchmarks instead of measuring them."""
    return replace(plan, command=(sys.executable, str(_PROGRAM), *(_words(plan) or ())), script=None, results=())


def shows_go(displayed: str) -> bool:
    """Return whether a command, as a reader would type it, shows ``go test``."""
    try:
        words = tuple(shlex.split(displayed))
    except ValueError:
        return False
    return any(found and found[0].name == "go" for found in (tool_of(displayed), tool_of(words)))


def _words(plan: Plan) -> Sequence[str] | None:
    command = plan.script if plan.command is None else plan.command
    found = tool_of(command) if command is not None else None
    return found[1] if found and found[0].name == "go" else None


GO_PROFILE = replace(
    PROFILE,
    seconds_each=3.5,
    settings={"BENCHVERDICT_PROFILE_SECONDS": "2"},
    shared="BENCHVERDICT_BLOCK_CALLS",
    command=profiled,
)
