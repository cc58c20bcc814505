"""Rows of what instruments counted in every benchmark: instructions and memory, outside of the family of timings.

They are made where somebody asks for them, by ``fail-on`` or ``compare``. Counts have their own bounds and no interval:
they are facts of the code, and not samples of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan
from typing import TYPE_CHECKING, Literal

from reporter.counts import ROW_METRICS, word_of
from reporter.decide import reasons
from reporter.decide.counts import bound_of
from reporter.decide.decided import has_both_sides
from reporter.decide.memory import POLICY, is_more
from reporter.model import Assessment, Change, Comparison, Estimate, Metric, SideSummary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from reporter.counts import Instructions
    from reporter.decide.decision import Decision
    from reporter.model import Verdict

METRICS = {word: Metric(name=name, unit=unit, better="lower") for word, (name, unit) in ROW_METRICS.items()}
_KEPT: frozenset[Verdict] = frozenset(("new", "missing", "errored"))
"""What is on one side alone, or failed, stays where counts decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of every benchmark, by its name: instructions, and the peaks of memory of base and head.

    ``missing`` says in words what should have been counted and was not.
    """

    instructions: Mapping[str, Instructions]
    memory: Mapping[str, tuple[int, int]]
    missing: str | None = None

    def value(self, word: str, name: str) -> float | None:
        """Return what the head has; ``None`` where it is not known, or says nothing."""
        if word == "memory":
            return float(self.memory[name][1]) if name in self.memory else None
        found = self.instructions.get(name)
        return found.head if found and found.not_countable is None and found.tool == "callgrind" else None


NOTHING = Counted(instructions={}, memory={})


def with_rows(decision: Decision, counted: Counted, words: Iterable[str], *, alone: bool) -> Decision:
    """Return a decision with a row of each word for each benchmark; ``alone`` they are all that decides."""
    ways = {"memory": _memory_row, "instructions": _instructions_row}
    first = {row.comparison.name: row for row in reversed(decision.assessments) if row.verdict not in _KEPT}
    shown = [
        first[name] for name in dict.fromkeys(row.comparison.name for row in decision.assessments) if name in first
    ]
    made = [ways[word](row.comparison, counted) for word in sorted(words) for row in shown]
    rows = tuple(row for row in made if row)
    if not alone:
        return replace(decision, assessments=(*decision.assessments, *rows))
    kept = tuple(row for row in decision.assessments if row.verdict in _KEPT)
    return replace(
        decision, assessments=(*rows, *kept), shift=None, suspects=0, trends=(), since=None, make_judgings=tuple
    )


def _instructions_row(of: Comparison, counted: Counted) -> Assessment | None:
    found = counted.instructions.get(of.name)
    if found is None:
        return None
    shown = _compared(of, "instructions", found.base, found.head)
    if found.not_countable is not None:
        return Assessment(comparison=shown, verdict="not_comparable", reason=reasons.not_countable(found))
    compared = replace(shown, change=_change("ratio", found.change, found.base))
    return _judged(compared, bound_of(found), moved=found.moved, is_blind=found.tool == "bytecodes")


def _memory_row(of: Comparison, counted: Counted) -> Assessment | None:
    if of.name not in counted.memory:
        return None
    before, after = counted.memory[of.name]
    moved = is_more(before, after) or is_more(after, before)
    shown = _compared(of, "memory", float(before), float(after))
    if not before:
        return _judged(replace(shown, change=_change("difference", after, 0.0)), float(POLICY.bytes), moved=moved)
    bound = max(POLICY.part, POLICY.bytes / before)
    return _judged(replace(shown, change=_change("ratio", after / before - 1, before)), bound, moved=moved)


def _compared(of: Comparison, word: str, before: float, after: float) -> Comparison:
    return Comparison(
        suite=of.suite,
        name=of.name,
        params=of.params,
        category=of.category,
        metric=METRICS[word],
        baseline=_side(before),
        head=_side(after),
    )


def _side(value: float) -> SideSummary:
    return SideSummary(min=value, median=value, max=value, runs=1, rounds=1)


def _change(kind: Literal["ratio", "difference"], point: float, before: float) -> Change:
    after = before * (1 + point) if kind == "ratio" else before + point
    return Change(
        kind=kind,
        statistic="median",
        marginal=Estimate(point=point, low=nan, high=nan),
        simultaneous=None,
        p_adjusted=None,
        before=before,
        after=after,
    )


def _judged(of: Comparison, bound: float, *, moved: bool, is_blind: bool = False) -> Assessment:
    """Return the row: what moved went one way or the other, and bytecodes alone never show that nothing did."""
    assert of.change is not None  # noqa: S101 - asked of rows with a change
    point = of.change.marginal.point
    verdict: Verdict = "inconclusive" if is_blind else "unchanged"
    if moved:
        verdict = "regressed" if point > 0 else "improved"
    return Assessment(
        comparison=of,
        verdict=verdict,
        reason=reasons.by_count(of.change, of.metric, bound, moved=moved) + (reasons.IN_BYTECODES if is_blind else ""),
        cure=reasons.ONLY_BYTECODES_CURE if verdict == "inconclusive" else None,
        threshold=bound,
        margin=bound,
    )


def missing_of(names: Sequence[str], counted: Counted, words: Iterable[str], why: str) -> str | None:
    """Return what was not counted of some benchmarks, and why; ``None`` where everything was.

    What moved in one process, and was not counted in another, may be a regression: it has not been counted.
    """
    sure = {name for name, found in counted.instructions.items() if found.not_countable != "once"}
    return _left_out(names, {"memory": counted.memory, "instructions": sure}, words, why)


def missing_rows(assessments: Iterable[Assessment], words: Iterable[str], why: str) -> str | None:
    """Return what rows do not have of the benchmarks of both sides, and why; ``None`` where they have everything."""
    known: dict[str | None, set[str]] = {word: set() for word in (None, *METRICS)}
    for row in filter(has_both_sides, assessments):
        metric = row.comparison.metric
        known[word_of(metric.name, metric.unit)].add(row.comparison.name)
    return _left_out(sorted(set().union(*known.values())), known, words, why)


def _left_out(
    names: Sequence[str], known: Mapping[str | None, Collection[str]], words: Iterable[str], why: str
) -> str | None:
    left = {word: [name for name in names if name not in known[word]] for word in sorted(words)}
    found = [reasons.not_counted(word, len(each), len(names)) for word, each in left.items() if each]
    return f"{' and '.join(found)}: {why}" if found else None
