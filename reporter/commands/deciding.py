"""What the configuration says of a comparison, handed to the stage that decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reporter.decide.align import take_runs
from reporter.decide.in_step import with_clock
from reporter.decide.judge import (
    DEFAULT_POLICY,
    Decision,
    Pairs,
    judge_alone,
    judge_looks,
    judge_pairs,
    judge_screen,
)
from reporter.decide.shards import policy_of
from reporter.model import BaselineSource, Measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.config import Config
    from reporter.decide.policy import Policy
    from reporter.model import Baseline, Session, Suite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sides:
    """What is compared: the head, its second look if there was one, and a baseline or the reason why there is none.

    With ``paired`` run i of the baseline's suite was measured next to run i of the head. Without ``may_confirm`` no
    runs count as a second look, and nothing can be called changed by a screen.
    """

    head: Suite
    second: Suite | None = None
    baseline: Baseline | None = None
    absent: str | None = None
    paired: bool = False
    may_confirm: bool = True


def decide_looks(
    pairs: Pairs,
    config: Config,
    *,
    changed_files: tuple[str, ...],
    stored: tuple[Session, ...],
) -> Decision:
    """Judge pairs that may grow; see ``decide.judge_looks``."""
    if config.rule is not None:
        from reporter.decide.judge_rule import judge_pairs_by_rule
        from reporter.decide.named_rules import parse_rule

        return judge_pairs_by_rule(parse_rule(config.rule, "rule"), pairs.base, pairs.head, changed_files)
    return judge_looks(
        pairs,
        changed_files=changed_files,
        stored=stored,
        policy=policy_for(pairs.head, config),
        bounds_of=_bounds_of(config),
    )


def decide(sides: Sides, config: Config) -> Decision:
    """Judge the head against its baseline, or list it when there is none.

    Several runs in the first look carry their own second look: the first run raises suspicion, the others decide.
    """
    bounds_of, policy = _bounds_of(config), policy_for(sides.head, config)
    if sides.baseline is None:
        return judge_alone(sides.head, sides.absent or "there is no baseline yet")
    if config.rule is not None:
        from reporter.decide.judge_rule import judge_by_rule
        from reporter.decide.named_rules import parse_rule

        return judge_by_rule(parse_rule(config.rule, "rule"), sides.head, sides.baseline, paired=sides.paired)
    if sides.paired:
        return judge_pairs(
            sides.baseline.suite, sides.head, stored=sides.baseline.history, policy=policy, bounds_of=bounds_of
        )
    head, second = sides.head, sides.second
    if second is None and head.runs > 1 and sides.may_confirm:
        head, second = take_runs(head, slice(0, 1)), take_runs(head, slice(1, None))
    return judge_screen(
        head,
        sides.baseline,
        second,
        policy=policy,
        bounds_of=bounds_of,
        pinned=config.pinned,
    )


def policy_for(head: Suite, config: Config) -> Policy:
    """Return the numbers that decide a head: those of its shard, with the clock of the configuration."""
    return policy_of(head.name, with_clock(DEFAULT_POLICY, config.measure.clock))


def _bounds_of(config: Config) -> Callable[[str], tuple[float | None, float | None]]:
    def look_up(name: str) -> tuple[float | None, float | None]:
        rule = config.rule_for(name)
        return (rule.threshold, rule.margin) if rule else (None, None)

    return look_up


def source_of(sides: Sides, decision: Decision, measured: Measured) -> BaselineSource | None:
    """Return where the baseline came from, how old it is and whether its machine is the head's."""
    if sides.baseline is None:
        return None
    used = decision.reference or sides.baseline.suite
    is_newest = used is sides.baseline.suite
    made, now = used.measured_at, measured.finished_at
    return replace(
        sides.baseline.source if is_newest else BaselineSource(commit=used.commit),
        age_seconds=max(0.0, now - made) if made is not None and now is not None else None,
        fingerprint_match=not sides.head.fingerprint.differences(used.fingerprint),
        fingerprint=used.fingerprint,
    )
