"""What of the environment the user's command gets to see: everything of the user's own, nothing of ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WITHHELD_PREFIXES = (
    "BENCHVERDICT_",  # our inputs and our token
    "ACTIONS_RUNTIME_",  # the job's artifact and cache credentials
    "ACTIONS_ID_TOKEN_",  # would let the command ask for the job's cloud identity
)
SIDE = "BENCHVERDICT_SIDE"
"""Which side a command measures: ``base`` or ``head``."""
PASSED_ON = frozenset({"BENCHVERDICT_MODE", "BENCHVERDICT_CATEGORY", "BENCHVERDICT_SHARE"})
"""What was asked for, so that the command can select."""

WITHHELD_NAMES = frozenset(
    {
        "ACTIONS_CACHE_URL",
        "ACTIONS_RESULTS_URL",
        # Command files of our own step: writing to them would change the steps that come after it.
        "GITHUB_ENV",
        "GITHUB_OUTPUT",
        "GITHUB_PATH",
        "GITHUB_STATE",
        "GITHUB_STEP_SUMMARY",
        # Some workflow runners hand the inputs of an action to its steps under these names.
        "INPUT_TOKEN",
    }
)


def for_command(environ: Mapping[str, str], side: str) -> dict[str, str]:
    """Return the environment of the benchmark command. ``BENCHVERDICT_SIDE`` is all that is added."""
    kept = {name: value for name, value in as_inherited(environ).items() if not _is_withheld(name)}
    kept[SIDE] = side
    return kept


def as_inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what this interpreter put there."""
    put_there = ("LC_CTYPE",) if _put_there_by_this_interpreter("LC_CTYPE") else ()
    return {name: value for name, value in environ.items() if name not in put_there}


def _is_withheld(name: str) -> bool:
    return name not in PASSED_ON and (name.startswith(WITHHELD_PREFIXES) or name in WITHHELD_NAMES)


def _put_there_by_this_interpreter(name: str) -> bool:
    """Where no locale is set Python sets LC_CTYPE for its children (PEP 538), which changes what sort or grep cost.

    Linux keeps the environment a process was started with; elsewhere the difference cannot be seen.
    """
    if sys.platform != "linux" or name not in os.environ:
        return False
    try:
        initial = Path("/proc/self/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return bool(initial) and not any(entry.startswith(f"{name}=".encode()) for entry in initial)
