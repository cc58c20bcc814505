"""What is measured next: ``next-step.json`` (``schemas/next-step-v1.json``), which report leaves for measure.

The benchmark command can write that file too, so it is read as data: it names a number, benchmarks and a reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

FILE_NAME = "next-step.json"
SCHEMA = "next-step/v1"
MOST_PAIRS = 1000


@dataclass(frozen=True)
class Step:
    """What to measure next: ``pairs`` more, and only the ``select``-ed names; none stands for all benchmarks.

    With ``alone`` it is the head by itself in place of pairs, for the reason given; with ``confirm`` it is more runs of
    the head. ``why`` is for the log: what was seen so far.
    """

    pairs: int = 0
    select: tuple[str, ...] = ()
    alone: str | None = None
    confirm: bool = False
    why: str = ""


def dump(step: Step) -> str:
    """Return the content of the file."""
    content: dict[str, Any] = {"schema": SCHEMA, "pairs": step.pairs, "select": list(step.select)}
    if step.alone is not None:
        content["alone"] = step.alone
    if step.confirm:
        content["confirm"] = True
    if step.why:
        content["why"] = step.why
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
    if not isinstance(select, list) or not all(isinstance(name, str) for name in select):
        raise ValueError("'select' is no list of texts")
    why = found.get("why", "")
    has_texts = isinstance(why, str) and (alone is None or (isinstance(alone, str) and alone))
    if not has_texts or confirm not in (None, True, False):
        raise ValueError("'alone' or 'why' is no text, or 'confirm' is neither true nor false")
    if [bool(pairs), alone is not None, confirm is True].count(True) != 1:
        raise ValueError("it asks for none or several of pairs, the head alone and confirming runs")
    return Step(pairs=pairs, select=tuple(select), alone=alone, confirm=confirm is True, why=why)
