"""What values in a plan are usable: one predicate each."""

from __future__ import annotations

import math
from typing import Any, Callable

from reporter.shared.errors import UsageError
from reporter.shared.model import MOST_PORT, READY_SCHEMES

Wanted = dict[str, tuple[Callable[[Any], bool], str]]
"""For each attribute: what accepts a value, and how a message describes it."""


def is_text(value: object) -> bool:
    """Accept what can be an argument of a process: no NUL, no lone surrogate, not blank."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_text_or_none(value: object) -> bool:
    """Accept a text as above, or nothing."""
    return value is None or is_text(value)


def is_argument(value: object) -> bool:
    """Accept one argument of a command: any such text, also blank."""
    return value == "" or (isinstance(value, str) and value.isspace()) or is_text(value)


def is_command(value: object) -> bool:
    """Accept an argument list that names a program, or nothing."""
    return value is None or (
        isinstance(value, tuple) and bool(value) and is_text(value[0]) and all(is_argument(item) for item in value)
    )


def is_patterns(value: object) -> bool:
    """Accept a list of texts."""
    return isinstance(value, tuple) and all(is_text(item) for item in value)


def is_addresses(value: object) -> bool:
    """Accept a list of web addresses."""
    return is_patterns(value) and all(item.startswith(("http://", "https://")) for item in value)  # type: ignore[attr-defined] # a tuple of texts by now


def is_count_from(least: int) -> Callable[[object], bool]:
    """Accept whole numbers of at least ``least``."""
    return lambda value: type(value) is int and value >= least


def is_limit(value: object) -> bool:
    """Accept a positive number, or nothing."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value is None or (number and math.isfinite(value) and value > 0)  # type: ignore[arg-type, operator] # a number by now


def is_flag(value: object) -> bool:
    """Accept true and false."""
    return isinstance(value, bool)


def is_seconds(value: object) -> bool:
    """Accept a positive number."""
    return value is not None and is_limit(value)


def is_side_or_none(value: object) -> bool:
    """Accept the one side whose benchmark files can serve both, or nothing."""
    return value is None or value == "head"


def is_port_or_none(value: object) -> bool:
    """Accept the number of a port, or nothing."""
    return value is None or (type(value) is int and 1 <= value <= MOST_PORT)


def is_ready_url_or_none(value: object) -> bool:
    """Accept a web address, a path on this machine, or nothing."""
    return value is None or (isinstance(value, str) and is_text(value) and value.startswith(READY_SCHEMES))


def check(owner: object, wanted: Wanted, prefix: str = "") -> None:
    """Hold the attributes of ``owner`` against what is wanted; ``prefix`` leads to them in the plan file.

    Raises:
        UsageError: one of them is unusable.
    """
    for key, (accepts, what) in wanted.items():
        if not accepts(getattr(owner, key)):
            raise plan_error(f"{prefix + key!r} must be {what}")


def check_keys(given: object, needed: set[str], known: set[str], name: str) -> dict[str, Any]:
    """Make sure that ``given``, which is called ``name``, is an object with the right keys; lists become tuples.

    Raises:
        UsageError: it is none, or a key is missing or unknown.
    """
    if not isinstance(given, dict):
        raise plan_error(f"{name} is not an object")
    if needed - set(given):
        raise plan_error(f"{name} lacks {_quoted(needed - set(given))}")
    if set(given) - known:
        raise plan_error(f"{name} has the unknown keys {_quoted(set(given) - known)}")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


def plan_error(what: str, where: str = "") -> UsageError:
    """Make the error that every flaw of a plan becomes."""
    cure = "correct the plan (schemas/plan-v1.json describes it) and measure again"
    return UsageError("invalid-plan", what, where=where, cure=cure)


def _quoted(names: set[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
