"""What change pairs could find in so much time, foreseen from the noise of one pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reporter.decide.evidence import Criteria, Evidence, detectable
from reporter.decide.policy import DEFAULT_POLICY

if TYPE_CHECKING:
    from reporter.decide.policy import Policy
    from reporter.model import FloatArray

MINUTES = (1, 2, 5)
"""Minutes of pairs for which it is foreseen."""


def smallest_changes(noise: FloatArray, pairs: int, policy: Policy = DEFAULT_POLICY) -> FloatArray:
    """Return the smallest change of each benchmark of a suite that so many pairs find with the power of the policy.

    ``noise`` is the standard deviation of the log-ratio of one pair, one value per benchmark; changes are shares. They
    are those of pairs that grow, at the look with so many pairs, of a head whose code moves timings as usual. nan
    below the fewest pairs that decide anything.
    """
    zeros, count = np.zeros(noise.shape), np.full(noise.shape, float(pairs))
    if pairs < policy.fewest_pairs:
        return np.full(noise.shape, np.nan)
    evidence = Evidence(
        effect=zeros,
        before=zeros,
        se=np.hypot(noise / np.sqrt(pairs), policy.alignment),
        df=count - 1,
        sd=noise,
        looks=count,
        source=("this job",) * noise.size,
    )
    criteria = Criteria(
        alpha=policy.alpha_of(count, grows=True),
        threshold=np.full(noise.shape, policy.threshold),
    )
    return detectable(evidence, criteria, np.ones(noise.shape, dtype=bool), np.ones(noise.shape), policy)
