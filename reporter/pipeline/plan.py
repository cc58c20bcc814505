"""The plan of measuring: runs of the head, pairs of base and head, or runs that pairs of equal code follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reporter.config import BY_COUNTS
from reporter.decide.shards import runners_of
from reporter.measure import checkout
from reporter.measure.paired.pair_plan import ALL, PairPlan
from reporter.measure.plan import AUTO, PAIRED, Plan
from reporter.measure.wording import displayed
from reporter.pipeline.same_server import CURE, same_server
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from reporter.config import MeasureSettings

Way = Literal["head", "noise", "auto", "paired"]
"""How to measure: the head alone, the head and pairs of it and itself, pairs if they can be had, or pairs alone."""


def with_given(settings: MeasureSettings, **given: Any) -> MeasureSettings:
    """Return settings with what was given in place of the configuration's; empty is not given."""
    return replace(settings, **{name: value for name, value in given.items() if value})


def whole_plan(suite: str, settings: MeasureSettings, command: tuple[str, ...] = (), *, saving: bool = False) -> Plan:
    """Return the plan of runs of the head; the arguments of a ``command`` go before the script of the settings.

    Raises:
        UsageError: a value is unusable.
    """
    return Plan(
        name=suite,
        script=None if command else settings.command,
        command=command or None,
        results=settings.results,
        runs=settings.baseline_runs if saving else settings.runs,
        confirm_runs=settings.second_look_runs,
        run_time_limit_seconds=settings.run_time_limit_seconds,
        service=settings.service,
        load=settings.load,
        requires_env=settings.requires_env,
        requires_url=settings.requires_url,
    )


def way_of(settings: MeasureSettings, *, saving: bool) -> Way:
    """Return how to measure; what is saved as a baseline is held against the one before, without pairs."""
    if saving:
        return "noise" if settings.confirm and settings.compare in ("auto", "paired") else "head"
    if settings.compare in ("paired", BY_COUNTS):
        return "paired"
    return "auto" if settings.compare == "auto" and settings.confirm else "head"


def refuse_same_server(plan: Plan, settings: MeasureSettings) -> None:
    """Refuse pairs that were asked for where they tell nothing.

    Raises:
        UsageError: both sides would measure the same server.
    """
    refused = same_server(settings, displayed(plan))
    if refused:
        raise UsageError("same-server", f"pairs were asked for, and {refused}", cure=CURE)


def in_its_way(
    plan: Plan, settings: MeasureSettings, way: Way, base_of: Callable[[Way], str | None], *, has_budgets: bool
) -> Plan:
    """Return a plan of runs of the head turned into one of its way, as far as there is a base.

    ``base_of`` finds the commit that pairs compare with. Budgets want runs of the head that are not cut short, and
    every benchmark measured.

    Raises:
        UsageError: both sides would measure the same server, and nothing but pairs will do. More in ``base_of``.
    """
    if way == "paired":
        refuse_same_server(plan, settings)
    base = None if way == "head" else base_of(way)
    if base is None:
        return plan
    refused = same_server(settings, displayed(plan))
    if refused:
        return replace(plan, not_paired=f"{refused}: {CURE}") if way == "auto" else plan
    pairs = replace(_pairs(base, settings), runners=runners_of(plan.name))
    pairs = replace(pairs, select=ALL) if has_budgets else pairs
    plan = replace(plan, pairs=pairs)
    if way == "noise":
        return replace(plan, pairs=replace(pairs, select=ALL), noise_pairs=settings.noise_pairs)
    return replace(plan, plan=AUTO, whole_too=has_budgets) if way == "auto" else replace(plan, plan=PAIRED)


def of_equal_code(plan: Plan, settings: MeasureSettings, seconds: float) -> Plan:
    """Turn a plan into one of pairs of the checked-out commit and itself, as many as take so many seconds.

    Raises:
        UsageError: there is no commit, or both sides would measure the same server.
    """
    refuse_same_server(plan, settings)
    commit = checkout.read(Path.cwd()).sha
    if commit is None:
        what = "pairs of equal code need a git repository with a commit"
        raise UsageError("no-repository", what, where=str(Path.cwd()), cure="commit the project, then repeat the call")
    pairs = _pairs(commit, with_given(settings, time_limit_seconds=seconds))
    pairs = replace(pairs, head_sha=commit, benchmarks_from=None, keep_base=False, select=ALL)
    return replace(plan, plan=PAIRED, pairs=pairs, noise_pairs=1)


def _pairs(base: str, settings: MeasureSettings) -> PairPlan:
    return PairPlan(
        base_sha=base,
        setup=settings.setup,
        benchmarks_from=settings.benchmarks_from,
        pin=not settings.threads,
        lock_step=settings.lock_step,
        keep_base=settings.keep_base,
        shorten=settings.shorten,
        time_limit_seconds=settings.time_limit_seconds,
        select=settings.select,
        select_paths=settings.select_paths,
    )
