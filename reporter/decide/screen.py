"""Step one: one look at the head against what earlier jobs saw. It raises suspicion and never fails a gate alone.

The head is held against the newest session alone: older ones may be of another level, by an accepted change or by many
that are too small to see, and their mean is then the level of nothing. What they tell is the noise. A session is as the
median of its runs, so that a burst in one run of the newest makes no head look better than it is.

With enough earlier sessions this is a prediction: how far may one more job be from the newest one, given the noise
between jobs, and the noise between runs where one of the two has fewer of them than the sessions have. With few
sessions, noise between jobs is unknown, so a suspect must be clearly worse in its minimum, lower quartile and median,
or in the value that decides by more than any noise that is known. Two jobs are then taken to differ by as much as two
runs of one job do, on top of what the runs of each job are uncertain by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.align import log_of
from reporter.decide.evidence import Evidence, adjusted_p, as_share
from reporter.decide.levels import noise_between
from reporter.stats.variance import moderate, moderate_inexact, row_centre, row_mean, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.align import Values
    from reporter.decide.policy import Policy
    from reporter.model import BoolArray, FloatArray, IndexArray

    Sides = tuple[FloatArray, FloatArray]
    """All statistics of baseline and head, each rows × runs × ``STATISTICS``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """One look at the head. The noise between jobs is not known of rows with ``few`` sessions."""

    values: Values
    evidence: Evidence
    few: BoolArray


def look(values: Values, sessions: Sequence[FloatArray], policy: Policy) -> Look:
    """Hold the head's runs against the newest session's, the baseline of ``values``.

    ``sessions`` are rows × runs of deciding values each, the newest one among them.
    """
    centres = np.stack([row_centre(session) for session in sessions], axis=1)
    count = np.sum(~np.isnan(centres), axis=1)
    few = count < policy.few_sessions
    between = moderate_inexact(noise_between(np.where(few[:, None], np.nan, centres)), values.kind)
    inside = moderate(within(*sessions, values.head), values.kind)
    variance = np.where(few, inside.variance, between.variance)
    runs = np.sum([np.sum(~np.isnan(session), axis=1) for session in sessions], axis=0)
    lacking, head_runs = _of_few_runs(values, count, runs, few)
    with np.errstate(invalid="ignore"):  # a row that the head lacks
        se = np.sqrt(variance * np.where(few, 1, 2) + np.nan_to_num(inside.variance) * lacking)
    newest = row_centre(values.baseline)
    evidence = Evidence(
        effect=row_mean(values.head) - newest,
        before=newest,
        se=se,
        df=np.where(few, inside.df, between.df),
        sd=np.sqrt(variance),
        looks=head_runs.astype(float),
        source=tuple(
            "runs within the jobs" if is_few else f"{n} saved sessions" for is_few, n in zip(few, count, strict=True)
        ),
    )
    return Look(values=values, evidence=evidence, few=few)


def _of_few_runs(values: Values, count: IndexArray, runs: IndexArray, few: BoolArray) -> tuple[FloatArray, IndexArray]:
    """Return how many runs' worth of variance both sides have beyond that of a session, and the runs of the head.

    The noise between sessions holds that of as many runs as a session has on average. With few sessions it is unknown,
    and each side's own runs count in full.
    """
    head, newest = (np.sum(~np.isnan(side), axis=1) for side in (values.head, values.baseline))
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = np.where(few, 0.0, count / runs)
        return np.maximum(0.0, 1 / head - usual) + np.maximum(0.0, 1 / newest - usual), head


def suspects(seen: Look, sides: Sides, threshold: FloatArray, policy: Policy, direction: int) -> BoolArray:
    """Return which rows look worse (``direction`` +1) or better (−1) than noise explains.

    Nothing below a row's own ``threshold`` is suspect.
    """
    values = seen.values
    way = values.worse * direction
    share = as_share(seen.evidence.effect * way, values.logarithmic, scale_of(values))
    known = ~seen.few & (share > np.maximum(policy.screen_threshold, threshold))
    surprising = adjusted_p(seen.evidence.only(~seen.few), way)[0] < policy.alpha_screen
    apart = clearly_apart(values, sides, way, policy) | _surely_beyond(seen, way, policy)
    return np.asarray((known & surprising) | (seen.few & (share > threshold) & apart))


def clearly_apart(values: Values, sides: Sides, way: FloatArray, policy: Policy) -> BoolArray:
    """Return whether minimum, lower quartile and median are all beyond the bound for few sessions, the way of ``way``.

    Statistics that either side lacks do not vote; where values can be zero the deciding statistic votes alone.
    """
    bound = np.log1p(policy.few_sessions_change)
    mirror = values.worse < 0
    baseline, head = sides
    votes = []
    for low, high in (("min", "max"), ("q25", "q75"), ("median", "median")):
        moved = row_mean(log_of(head, low)) - row_mean(log_of(baseline, low))
        mirrored = row_mean(log_of(head, high)) - row_mean(log_of(baseline, high))
        votes.append(np.where(mirror, mirrored, moved) * way)
    table = np.stack(votes)
    own = row_mean(values.head) - row_mean(values.baseline)
    share = as_share(own * way, values.logarithmic, scale_of(values))
    unanimous = np.all(np.isnan(table) | (table > bound), axis=0)
    return np.asarray(unanimous & (share > policy.few_sessions_change))


def _surely_beyond(seen: Look, way: FloatArray, policy: Policy) -> BoolArray:
    """Return which rows with few sessions are beyond their bound whatever two runs of one job differ by.

    A burst over half of a run's rounds moves its median, and not the minimum that decides.
    """
    bound, values = policy.few_sessions_change, seen.values
    slack = np.where(values.logarithmic, np.log1p(bound), bound * scale_of(values))
    return np.asarray(adjusted_p(seen.evidence.only(seen.few), way, slack)[0] < policy.alpha_screen)


def scale_of(values: Values) -> FloatArray:
    """Return the size of the baseline's deciding value, for rows whose change is a difference."""
    return np.abs(row_mean(values.baseline))
