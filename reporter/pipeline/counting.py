"""What instruments are to count of every benchmark, because the gate, a budget or the comparison asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reporter.decide.counted_rows import NOTHING, Counted, missing_of, with_rows
from reporter.decide.counts import settled
from reporter.pipeline.explaining import why_not_counted
from reporter.shared.markdown import one_line
from reporter.shared.masking import masked
from reporter.shared.model import Notice
from reporter.shared.next_step import COUNTED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reporter.config import Config
    from reporter.decide.decision import Decision
    from reporter.ingest.explained import Profiles
    from reporter.ingest.measured import Measurement

NOT_COUNTED = "not-counted"
NOT_YET = "they are counted once the pairs are measured"
BY_COUNTS = Notice(
    code="decided-by-counts",
    text="instructions decide; the pairs were measured only to have both sides, and are not shown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is counted: as rows for the gate, and besides for budgets. ``alone`` instructions are all that decides."""

    rows: frozenset[str]
    budgets: frozenset[str]
    alone: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Return all that is counted, in the order in which it is."""
        return tuple(word for word in COUNTED if word in self.rows | self.budgets)


NOT_WANTED = Wanted(rows=frozenset(), budgets=frozenset(), alone=False)


def wanted(fail_on: Collection[str], config: Config, *, alone: bool) -> Wanted:
    """Return what a configuration and a call want counted."""
    asked = {name for rule in config.budgets for name in rule.metrics}
    rows = {word for word in COUNTED if word in fail_on} | ({"instructions"} if alone else set())
    return Wanted(rows=frozenset(rows), budgets=frozenset(asked.intersection(COUNTED)), alone=alone)


def counted_of(found: Profiles | None, names: Sequence[str], measurement: Measurement, asked: Wanted) -> Counted:
    """Return what was counted of some benchmarks, and what was not although the gate is to look at it."""
    if not asked.words:
        return NOTHING
    counted = NOTHING
    if found:
        pairs = {name: found.memory_of(name) for name in names} if "memory" in asked.words else {}
        counted = Counted(
            instructions=settled(found.counts) if found.counts else {},
            memory={name: (base.peak, head.peak) for name, both in pairs.items() if both for base, head in (both,)},
        )
    missing = missing_of(names, counted, asked.rows, _why(found, measurement))
    return replace(counted, missing=missing)


def _why(found: Profiles | None, measurement: Measurement) -> str:
    missing = why_not_counted(measurement)
    if missing or not found:
        return missing or NOT_YET
    return masked(one_line("; ".join(found.problems))) or "the command did not run them, or the time was used up"


def decided_with(decision: Decision, counted: Counted, asked: Wanted) -> Decision:
    """Return a decision with the rows of what was counted."""
    if not asked.rows:
        return decision
    notices = [BY_COUNTS] if asked.alone else []
    if counted.missing:
        notices.append(Notice(code=NOT_COUNTED, text=counted.missing))
    made = with_rows(decision, counted, asked.rows, alone=asked.alone)
    return replace(made, notices=(*made.notices, *notices))
