"""What is measured next: ``next-step.json`` (``schemas/next-step-v1.json``), which report leaves for measure.

The benchmark command can write that file too, so it is read as data: it names a number, benchmarks and a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeGuard

FILE_NAME = "next-step.json"
SCHEMA = "next-step/v1"
MOST_PAIRS = 1000
MOST_EXPLAINED, LONGEST_SECONDS = 10, 3600.0
COUNTED = ("memory", "instructions")
"""What every benchmark can be looked at for, by the instruments of these names; people write it as metric."""


@dataclass(frozen=True)
class Step:
    """What to measure next: ``pairs`` more, and only the ``select``-ed names; none stands for all benchmarks.

    With ``alone`` it is the head by itself in place of pairs, for the reason given; with ``confirm`` it is more runs of
    the head. ``why`` is for the log: what was seen so far. What is to ``explain`` is not measured, but looked at by
    instruments for so many ``seconds``, the first one first. What is to ``count`` (of ``COUNTED``) is looked at in
    every benchmark, for ``count_seconds``.
    """

    pairs: int = 0
    select: tuple[str, ...] = ()
    alone: str | None = None
    confirm: bool = False
    why: str = ""
    explain: tuple[str, ...] = ()
    seconds: float = 0.0
    count: tuple[str, ...] = ()
    count_seconds: float = 0.0

    @property
    def looks(self) -> bool:
        """Return whether instruments are to look, and nothing is timed."""
        return bool(self.explain or self.count)


def dump(step: Step) -> str:
    """Return the content of the file."""
    content: dict[str, Any] = {"schema": SCHEMA, "pairs": step.pairs, "select": list(step.select)}
    if step.alone is not None:
        content["alone"] = step.alone
    if step.confirm:
        content["confirm"] = True
    if step.why:
        content["why"] = step.why
    if step.explain:
        content |= {"explain": list(step.explain), "seconds": step.seconds}
    if step.count:
        content |= {"count": list(step.count), "count_seconds": step.count_seconds}
    return json.dumps(content, ensure_ascii=False) + "\n"


def load(found: object) -> Step:
    """Return the step that the JSON value of the file is.

    Raises:
        ValueError: it is none, or more than one.
    """
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ValueError(f"it is not an object with the schema {SCHEMA!r}")
    pairs, select, alone, confirm = (found.get(key) for key in ("pairs", "select", "alone", "confirm"))
    if not isinstance(pairs, int) or isinstance(pairs, bool) or not 0 <= pairs <= MOST_PAIRS:
        raise ValueError(f"'pairs' is no whole number from 0 to {MOST_PAIRS}")
    why = found.get("why", "")
    if not _are_texts(select):
        raise ValueError("'select' is no list of texts")
    has_texts = isinstance(why, str) and (alone is None or (isinstance(alone, str) and alone))
    if not has_texts or confirm not in (None, True, False):
        raise ValueError("'alone' or 'why' is no text, or 'confirm' is neither true nor false")
    looks = _looks(found)
    if [bool(pairs), alone is not None, confirm is True, bool(looks)].count(True) != 1:
        raise ValueError("it asks for none or several of pairs, the head alone, confirming runs and causes")
    return Step(pairs, tuple(select), alone, confirm is True, why, **looks)


def _looks(found: dict[str, Any]) -> dict[str, Any]:
    """Return what instruments are to look at, and for how long; nothing where they are not to."""
    explain, count = found.get("explain", []), found.get("count", [])
    if not _are_texts(explain) or len(explain) > MOST_EXPLAINED:
        raise ValueError(f"'explain' is no list of texts, or names more than {MOST_EXPLAINED}")
    if not _are_texts(count) or not set(count) <= set(COUNTED):
        raise ValueError(f"'count' is no list of {' and '.join(COUNTED)}")
    looks: dict[str, Any] = {}
    for key, names, limit in (("explain", explain, "seconds"), ("count", count, "count_seconds")):
        seconds = found.get(limit, 0.0)
        if names and not _is_limit(seconds):
            raise ValueError(f"{limit!r} is no number above 0, up to {LONGEST_SECONDS:.0f}")
        if names:
            looks |= {key: tuple(names), limit: float(seconds)}
    return looks


def _are_texts(found: object) -> TypeGuard[list[str]]:
    return isinstance(found, list) and all(isinstance(each, str) for each in found)


def _is_limit(found: object) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool) and 0 < found <= LONGEST_SECONDS
