"""The rules by which a finding becomes a verdict, each with its reason and, where something helps, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from reporter.decide import reasons
from reporter.decide.findings import Finding
from reporter.decide.needed import is_beyond_pairs
from reporter.model import CHANGED, JUDGED, Seen, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from reporter.decide.family import Family
    from reporter.decide.policy import Policy
    from reporter.model import Change, Metric

Judged = tuple[Finding, "Ruling"]
"""A row with the numbers that decided it, and what was decided."""


class Ruling(Struct, frozen=True, kw_only=True):
    """A verdict in words: one sentence for why, one for what would settle or fix it."""

    verdict: Verdict
    reason: str
    cure: str | None = None
    suspect: bool = False
    seen: Seen | None = None


def by_tests(found: Finding, family: Family) -> Ruling:
    """Return what the tests of a row say, in words."""
    paired = family.design.unit == "pairs"
    if paired and found.looks < family.policy.fewest_pairs:
        cure = reasons.FEW_PAIRS_CURE.format(fewest=family.policy.fewest_pairs)
        return Ruling(verdict=found.verdict, reason=reasons.few_pairs(found.looks), cure=cure)
    change, noise, metric, margin = found.change, found.noise, found.row.metric, found.margin
    if change is None or noise is None or margin is None:
        return Ruling(verdict=found.verdict, reason=reasons.NO_NOISE, cure=reasons.NO_NOISE_CURE)
    seen = Seen(agreeing=found.agreeing, total=found.looks, unit=family.design.unit)
    if found.verdict in CHANGED:
        return Ruling(
            verdict=found.verdict, reason=reasons.changed(change, metric, noise, reasons.seen(seen)), seen=seen
        )
    reason = reasons.settled(found.verdict, change, metric, noise, margin)
    if found.verdict == "unchanged":
        return Ruling(verdict=found.verdict, reason=reason)
    hopeless = is_beyond_pairs(noise, change, margin)
    return Ruling(
        verdict=found.verdict,
        reason=reason,
        cure=reasons.undecided_cure(family.design.unit, hopeless=hopeless),
        seen=seen,
    )


def by_first_look(found: Finding, family: Family, *, suspect: bool) -> Ruling:
    """Return what a screen says of a row: a suspect waits, and what it could not have found is left to pairs."""
    if suspect:
        return waiting(found.change, found.row.metric)
    ruling = by_tests(found, family)
    return _left_to_pairs(found, ruling) if _is_unjudged(found, family.policy) else ruling


def by_second_look(first: Finding, again: Finding, family: Family) -> Judged:
    """Return what the second look makes of a suspect; where it could not tell, the numbers of the first are kept."""
    if again.verdict in CHANGED:
        return again, by_tests(again, family)
    change, metric = again.change, again.row.metric
    kept = again if change else first
    if again.is_absent and first.change:
        reason = reasons.NOT_SEEN_AGAIN.format(change=reasons.spoken(first.change, metric))
        return kept, _suspect(reason, reasons.NOT_SEEN_AGAIN_CURE)
    return kept, not_confirmed(reasons.spoken(change, metric) if change else by_tests(again, family).reason)


def not_confirmed(spoken: str) -> Ruling:
    """Return that the second look did not show what the first did."""
    return _suspect(reasons.NOT_CONFIRMED.format(change=spoken), reasons.NOT_CONFIRMED_CURE)


def waiting(change: Change | None, metric: Metric) -> Ruling:
    """Return that a second look has to come."""
    spoken = reasons.spoken(change, metric) if change else "changed"
    return _suspect(reasons.SUSPECT_WAITS.format(change=spoken), reasons.SUSPECT_WAITS_CURE)


def _suspect(reason: str, cure: str) -> Ruling:
    return Ruling(verdict="inconclusive", reason=reason, cure=cure, suspect=True)


def by_files(judged: Judged, changed_files: Collection[str]) -> Judged:
    """Return a row as not comparable when its file changed; names begin with the file as pytest's root folder sees it.

    Both sides stay, and no change between them: they did not do the same.

    A benchmark that only one side has stays what it is: its file changed, of course.
    """
    found, ruling = judged
    file = found.row.benchmark.name.partition("::")[0]
    if ruling.verdict not in JUDGED or not any(
        changed == file or changed.endswith(f"/{file}") for changed in changed_files
    ):
        return judged
    reason = reasons.CHANGED_BENCHMARK.format(file=file)
    ruling = Ruling(verdict="not_comparable", reason=reason, cure=reasons.CHANGED_BENCHMARK_CURE)
    return Finding(row=found.row, verdict=ruling.verdict, baseline=found.baseline, head=found.head), ruling


def _is_unjudged(found: Finding, policy: Policy) -> bool:
    least = found.detectable
    return found.verdict == "inconclusive" and (least is None or least > policy.judges_within)


def _left_to_pairs(found: Finding, ruling: Ruling) -> Ruling:
    if found.change is None or found.detectable is None:
        return Ruling(verdict=ruling.verdict, reason=f"{reasons.NOT_JUDGED}: {ruling.reason}", cure=ruling.cure)
    reason = reasons.not_judged(found.change, found.row.metric, found.detectable)
    return Ruling(verdict=ruling.verdict, reason=reason, cure=reasons.NOT_JUDGED_CURE)
