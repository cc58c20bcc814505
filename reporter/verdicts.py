"""The states of a row: one line each, from which words, signs, colours and gates of every output follow.

A new verdict is a word in ``Verdict``, its line in ``STATES``, its rule in ``reporter.decide.findings`` and its
sentence in ``reporter.decide.rulings``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Verdict = Literal["regressed", "improved", "unchanged", "inconclusive", "not_comparable", "new", "missing", "errored"]
"""In the order in which files count them."""
GroupKey = Literal[Verdict, "suspect", "possible", "report_only"]
"""Groups of rows in outputs: the verdicts, and parts of them that stand apart."""

GREY = "#808890"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What follows from a state.

    ``symbol`` is one column wide and told apart without colour; ``alone`` is what a single row is called, where that is
    not the ``word``. ``colour`` is that of terminals, ``drawn`` that of charts. ``place`` is the place of its count in
    headlines, if it has one. ``gates`` are states that may fail the gate, and ``strict`` ones do in a strict run;
    ``junit`` is what a row is there that does not pass. A row ``calls`` for attention, or is ``quiet``; ``summed`` rows
    are counted on terminals. ``lacks`` says of a state without a verdict what it lacks.
    """

    word: str
    symbol: str
    title: str
    alone: str = ""
    colour: Literal["red", "green", "yellow", ""] = ""
    drawn: str = GREY
    place: int | None = None
    gates: bool = False
    strict: bool = False
    junit: Literal["failure", "error", "skipped", ""] = ""
    calls: bool = False
    quiet: bool = False
    summed: bool = False
    lacks: str = ""


STATES: dict[GroupKey, State] = {
    "regressed": State(
        word="regressed", symbol="✗", title="Regressed", colour="red", drawn="#d55e00", place=0, calls=True,
        gates=True, junit="failure",
    ),
    "errored": State(
        word="errored", symbol="!", title="Errored", colour="red", place=1, calls=True,
        gates=True, strict=True, junit="error", lacks="no usable value",
    ),
    "missing": State(
        word="missing", symbol="−", title="Missing", colour="yellow", place=2, calls=True,
        gates=True, strict=True, junit="skipped", lacks="in the baseline, and not measured this time",
    ),
    "improved": State(
        word="improved", symbol="✓", title="Improved", colour="green", drawn="#0072b2", place=3, calls=True, gates=True,
    ),
    "suspect": State(
        word="not confirmed", symbol="?", title="Suspects, not confirmed", colour="yellow", place=5, calls=True,
    ),
    "possible": State(
        word="possibly changed", alone="possible change", symbol="~", title="Possible changes, not certain",
        colour="yellow", place=6, calls=True,
    ),
    "new": State(
        word="new", symbol="+", title="New", place=9,
        gates=True, junit="skipped", lacks="measured now, and not in the baseline",
    ),
    "not_comparable": State(
        word="not comparable", symbol="≠", title="Not comparable", place=8,
        gates=True, strict=True, junit="skipped",
        lacks="measured on both sides in ways that cannot be compared",
    ),
    "inconclusive": State(
        word="inconclusive", symbol="?", title="Inconclusive", place=7, quiet=True,
        gates=True, strict=True, junit="skipped",
    ),
    "unchanged": State(word="unchanged", symbol="=", title="Unchanged", place=4, quiet=True, summed=True),
    "report_only": State(
        word="shown only", symbol="·", title="Shown only, no good direction declared", quiet=True, summed=True,
        lacks="nobody declared which direction is good",
    ),
}  # fmt: skip
"""Most important first. Vermilion and blue differ for any colour vision, and are visible on white as on black."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
CHANGED: frozenset[Verdict] = frozenset(("regressed", "improved"))
DECIDED: frozenset[Verdict] = CHANGED | {"unchanged"}
"""The verdicts that answer the question."""
JUDGED: frozenset[Verdict] = DECIDED | {"inconclusive"}
"""The verdicts of rows that both sides have and that were held against each other."""
HEADLINE: tuple[GroupKey, ...] = tuple(
    sorted((key for key, state in STATES.items() if state.place is not None), key=lambda key: STATES[key].place or 0)
)
GATING: tuple[Verdict, ...] = tuple(verdict for verdict in VERDICTS if STATES[verdict].gates)
STRICT_VERDICTS: tuple[Verdict, ...] = tuple(verdict for verdict in VERDICTS if STATES[verdict].strict)
