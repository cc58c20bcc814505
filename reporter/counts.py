"""What instructions a benchmark executes on both sides, as ``verdict.json`` has it."""

from __future__ import annotations

from typing import Literal

from reporter.record import Amount, Record, added

Tool = Literal["callgrind", "bytecodes"]
Word = Literal["memory", "instructions"]
"""What ``fail-on`` and budgets call it (``shared.next_step.COUNTED``)."""
ROW_METRICS: dict[str, tuple[str, str]] = {
    "memory": ("allocated memory", "B"),
    "instructions": ("counted instructions", "1"),
}
"""Name and unit of the metric of a row by its word: no tool has a metric of that name."""
NotCountable = Literal["too-long", "threads", "children", "waiting", "kernel", "spread", "empty", "once"]


class Instructions(Record, frozen=True, kw_only=True):
    """The instructions of one call on both sides, ``change`` as a part of the base and ``spread`` as its noise.

    ``moved`` says that the change is beyond noise, ``not_countable`` why a count says nothing. Where ``tool`` is
    "bytecodes", they are those of Python, and what C code does is not in them. ``spread`` is ``None`` where nothing was
    counted twice.
    """

    tool: Tool
    base: Amount
    head: Amount
    change: float
    spread: Amount | None
    moved: bool
    not_countable: NotCountable | None = added()

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for a change that moved and cannot be counted."""
        if self.moved and self.not_countable is not None:
            raise ValueError("moved is true of what is not countable")


def word_of(metric: str, unit: str) -> str | None:
    """Return the word of a row's metric; ``None`` where it is none of what instruments count."""
    return next((word for word, known in ROW_METRICS.items() if known == (metric, unit)), None)
