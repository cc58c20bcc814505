"""The plan: what to run and how often (``schemas/plan-v1.json``), validated before anything runs."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Callable

from reporter.measure.errors import MeasureUsageError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "plan/v1"


@dataclass(frozen=True)
class Plan:
    """What measure is asked to do. Exactly one of ``script`` (run by bash) and ``command`` (no shell) is given.

    In both, ``{output}`` stands for the result path of the run. ``results`` are globs, relative to the working
    directory, of files that the command writes where it likes. Raises ``MeasureUsageError`` when a value is unusable.
    """

    name: str
    script: str | None = None
    command: tuple[str, ...] | None = None
    results: tuple[str, ...] = ()
    runs: int = 1
    confirm_runs: int = 0
    run_time_limit_seconds: float | None = None
    plan: str = "whole"
    head_sha: str | None = None
    base_sha: str | None = None

    def __post_init__(self) -> None:
        for key, (accepts, wanted) in _WANTED.items():
            if not accepts(getattr(self, key)):
                raise _plan_error(f"{key!r} must be {wanted}")
        if (self.script is None) == (self.command is None):
            raise _plan_error("exactly one of 'script' and 'command' must be set")


def load(path: Path) -> Plan:
    """Read a plan file.

    Raises:
        MeasureUsageError: it cannot be read, or is not a valid plan/v1; names the file and the key.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise _plan_error(f"cannot read the plan: {error.strerror or error}", path) from None
    except ValueError as error:
        raise _plan_error(f"the plan is not JSON: {error}", path) from None
    try:
        return _from_json(content)
    except MeasureUsageError as error:
        raise _plan_error(error.what, path) from None


def _from_json(content: object) -> Plan:
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise _plan_error(f"the plan is not an object with the schema {SCHEMA!r}")
    known = {field.name for field in fields(Plan)}
    given = set(content) - {"schema"}
    if known - given:
        raise _plan_error(f"the plan lacks {_quoted(known - given)}")
    if given - known:
        raise _plan_error(f"the plan has the unknown keys {_quoted(given - known)}")
    return Plan(**{key: _frozen(content[key]) for key in known})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _quoted(names: set[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


def _plan_error(what: str, path: Path | None = None) -> MeasureUsageError:
    cure = "correct the plan (schemas/plan-v1.json describes it) and measure again"
    return MeasureUsageError("invalid-plan", what, where="" if path is None else str(path), cure=cure)


def _is_text(value: object) -> bool:
    """Accept what can be an argument of a process: no NUL, no lone surrogate, not blank."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_text_or_none(value: object) -> bool:
    return value is None or _is_text(value)


def _is_argument(value: object) -> bool:
    return value == "" or (isinstance(value, str) and value.isspace()) or _is_text(value)


def _is_command(value: object) -> bool:
    return value is None or (
        isinstance(value, tuple) and bool(value) and _is_text(value[0]) and all(_is_argument(item) for item in value)
    )


def _is_patterns(value: object) -> bool:
    return isinstance(value, tuple) and all(_is_text(item) for item in value)


def _is_count_from(least: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and value >= least


def _is_limit(value: object) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value is None or (number and math.isfinite(value) and value > 0)  # type: ignore[arg-type, operator] # a number by now


_WANTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_is_text, "a text that is not empty"),
    "script": (_is_text_or_none, "a text that is not empty, or null"),
    "command": (_is_command, "a list of texts of which the first is not empty, or null"),
    "results": (_is_patterns, "a list of glob patterns"),
    "runs": (_is_count_from(1), "a whole number, 1 or more"),
    "confirm_runs": (_is_count_from(0), "a whole number, 0 or more"),
    "run_time_limit_seconds": (_is_limit, "a number of seconds above 0, or null"),
    "plan": (_is_text, "a text that is not empty"),
    "head_sha": (_is_text_or_none, "a text that is not empty, or null"),
    "base_sha": (_is_text_or_none, "a text that is not empty, or null"),
}
