"""The states of a row: one line each, from which words, signs, colours and gates of every output follow.

A new verdict is a word in ``Verdict``, its line in ``STATES``, its rule in ``reporter.decide.findings`` and its
sentence in ``reporter.decide.rulings``. Files keep the words of ``Verdict``; people read the word of
``display_key``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Verdict = Literal["regressed", "improved", "unchanged", "inconclusive", "not_comparable", "new", "missing", "errored"]
"""In the order in which files count them."""
GroupKey = Literal[Verdict, "possible", "report_only"]
"""Groups of rows in outputs: one for each display word. ``unchanged`` is "no change detected", which holds those
inconclusive rows too that would have shown a change of ``TELLS_WITHIN``, and whose interval lies within it."""

GREY = "#808890"

TELLS_WITHIN = 0.10
"""The largest smallest detectable change, and the furthest end of an interval, with which an inconclusive row still
tells something: no change detected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What follows from a state.

    ``symbol`` is one column wide and told apart without colour, ``emoji`` the sign in comments. ``word`` is what people
    read, ``several`` its plural where it has one, and ``gated`` what a reason of the gate calls it. ``colour`` is that
    of terminals, ``drawn`` that of charts. ``place`` is the place of its count in headlines, if it has one. ``gates``
    are states that may fail the gate, and ``strict`` ones do in a strict run; ``junit`` is what a row is there that
    does not pass. A row ``calls`` for attention, or is ``quiet``; ``summed`` rows are counted on terminals. ``lacks``
    says of a state without a verdict what it lacks.
    """

    word: str
    symbol: str
    emoji: str = ""
    several: str = ""
    gated: str = ""
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

    @property
    def title(self) -> str:
        """Return the heading above rows of this state."""
        word = self.several or self.word
        return f"{word[:1].upper()}{word[1:]}"


STATES: dict[GroupKey, State] = {
    "regressed": State(
        word="regressed", symbol="✗", emoji="❌", colour="red", drawn="#d55e00", place=0, calls=True,
        gates=True, junit="failure",
    ),
    "errored": State(
        word="errored", symbol="!", emoji="💥", colour="red", place=1, calls=True,
        gates=True, strict=True, junit="error", lacks="no usable value",
    ),
    "missing": State(
        word="missing", symbol="−", emoji="➖", colour="yellow", place=2, calls=True,
        gates=True, strict=True, junit="skipped", lacks="in the baseline, and not measured this time",
    ),
    "improved": State(
        word="improved", symbol="✓", emoji="🚀", colour="green", drawn="#0072b2", place=3, calls=True, gates=True,
    ),
    "possible": State(
        word="possible change", several="possible changes", symbol="~", emoji="⚠️", colour="yellow", place=4, calls=True,
    ),
    "new": State(
        word="new", symbol="+", place=8,
        gates=True, junit="skipped", lacks="measured now, and not in the baseline",
    ),
    "not_comparable": State(
        word="not comparable", symbol="≠", place=7,
        gates=True, strict=True, junit="skipped",
        lacks="measured on both sides in ways that cannot be compared",
    ),
    "inconclusive": State(
        word="too noisy to tell", gated="not decided", symbol="?", place=6, quiet=True,
        gates=True, strict=True, junit="skipped",
    ),
    "unchanged": State(word="no change detected", symbol="=", place=5, quiet=True, summed=True),
    "report_only": State(
        word="informational", symbol="·", quiet=True, summed=True,
        lacks="no direction is declared as the good one",
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


def display_key(
    verdict: Verdict,
    interval: tuple[float, float] | None,
    detectable: float | None,
    *,
    suspect: bool = False,
    has_direction: bool = True,
) -> GroupKey:
    """Return under which display word a row stands.

    ``interval`` are the ends of the change's marginal interval, as shares, and ``detectable`` is the smallest
    detectable change; ``None`` or nan is what is not known. A ``suspect`` waits for a second look. Without a good
    direction a row is informational. Only inconclusive rows differ from their verdict: a change is possible where the
    interval excludes zero; none was detected where the smallest detectable change is at most ``TELLS_WITHIN`` and the
    interval lies within as much on both sides of zero; else noise hides it.
    """
    if verdict == "not_comparable" and not has_direction:
        return "report_only"
    if verdict != "inconclusive":
        return verdict
    if suspect or (interval is not None and (interval[0] > 0 or interval[1] < 0)):
        return "possible"
    within = interval is not None and all(-TELLS_WITHIN <= end <= TELLS_WITHIN for end in interval)
    return "unchanged" if within and detectable is not None and 0 <= detectable <= TELLS_WITHIN else "inconclusive"
