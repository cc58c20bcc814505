"""What is measured next: ``next-step.json`` (``schemas/next-step-v1.json``), which report leaves for measure.

The benchmark command can write that file too, so it is read as data: it names a number, benchmarks and a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

FILE_NAME = "next-step.json"
SCHEMA = "next-step/v1"
MOST_PAIRS = 1000
MOST_EXPLAINED, LONGEST_SECONDS = 10, 3600.0


@dataclass(frozen=True)
class Step:
    """What to measure next: ``pairs`` more, and only the ``select``-ed names; none stands for all benchmarks.

    With ``alone`` it is the head by itself in place of pairs, for the reason given; with ``confirm`` it is more runs of
    the head. What is to ``explain`` is not measured, but looked at by instruments for so many ``seconds``, the first
    one first.
    """

    pairs: int = 0
    select: tuple[str, ...] = ()
    alone: str | None = None
    confirm: bool = False
    explain: tuple[str, ...] = ()
    seconds: float = 0.0


def dump(step: Step) -> str:
    """Return the content of the file."""
    content: dict[str, Any] = {"schema": SCHEMA, "pairs": step.pairs, "select": list(step.select)}
    if step.alone is not None:
        content["alone"] = step.alone
    if step.confirm:
        content["confirm"] = True
    if step.explain:
        content |= {"explain": list(step.explain), "seconds": step.seconds}
    return json.dumps(content, ensure_ascii=False) + "\n"


def load(found: object) -> Step:
    """Return the step that the JSON value of the file is.

    Raises:
        ValueError: it is none, or more than one.
    """
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ValueError(f"it is not an object with the schema {SCHEMA!r}")
    pairs, select, alone, confirm = (found.get(key) for key in ("pairs", "select", "alone", "confirm"))
    explain, seconds = found.get("explain", []), found.get("seconds", 0.0)
    if not isinstance(pairs, int) or isinstance(pairs, bool) or not 0 <= pairs <= MOST_PAIRS:
        raise ValueError(f"'pairs' is no whole number from 0 to {MOST_PAIRS}")
    if not _are_texts(select) or not _are_texts(explain) or len(explain) > MOST_EXPLAINED:
        raise ValueError(f"'select' or 'explain' is no list of texts, or 'explain' names more than {MOST_EXPLAINED}")
    if not (alone is None or (isinstance(alone, str) and alone)) or confirm not in (None, True, False):
        raise ValueError("'alone' is no text, or 'confirm' is neither true nor false")
    if explain and not _is_limit(seconds):
        raise ValueError(f"'seconds' is no number above 0, up to {LONGEST_SECONDS:.0f}")
    if [bool(pairs), alone is not None, confirm is True, bool(explain)].count(True) != 1:
        raise ValueError("it asks for none or several of pairs, the head alone, confirming runs and causes")
    kept = float(seconds) if explain else 0.0
    return Step(pairs, tuple(select), alone, confirm is True, explain=tuple(explain), seconds=kept)


def _are_texts(found: object) -> TypeGuard[list[str]]:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)


def _is_limit(found: object) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool) and 0 < found <= LONGEST_SECONDS
