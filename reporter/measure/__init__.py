"""Run the benchmark command as fresh processes and write down what happened: ``measure.json`` beside the result files.

Standard library only, Python 3.9 and later, because it runs in the user's own environment on the user's machine.
"""

from __future__ import annotations

from reporter.measure.errors import MeasureUsageError
from reporter.measure.lock import held
from reporter.measure.noise import measure_with_noise
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import PairedSides, clean, measure_pairs, paired_sides
from reporter.measure.plan import Plan
from reporter.measure.series import Outcome, measure
from reporter.measure.service.service_plan import ServicePlan

__all__ = [
    "MeasureUsageError",
    "Outcome",
    "PairPlan",
    "PairedSides",
    "Plan",
    "ServicePlan",
    "clean",
    "held",
    "measure",
    "measure_pairs",
    "measure_with_noise",
    "paired_sides",
]
