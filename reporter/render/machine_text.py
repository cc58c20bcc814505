"""The noise of a machine, for a terminal: its figures, what they mean, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide.foreseen import MINUTES
from reporter.render import words
from reporter.render.calibration_text import fact, noise_facts
from reporter.render.console import wrap
from reporter.units import format_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.decide.calibration import Calibration
    from reporter.decide.machine_noise import MachineNoise
    from reporter.shared.model import Notice

UNKNOWN = "unknown"
QUIET = 0.03
"""Noise of a pair below which nobody asks for a cause."""
_LABELS = 14


def render(noise: MachineNoise, facts: Sequence[tuple[str, str]], advice: Sequence[Notice], *, width: int) -> str:
    """Lay it out; ``facts`` are properties of the machine as (label, text), empty where unknown."""
    found = [f"{format_percent(noise.detectable(60.0 * minutes))} in {minutes} min of pairs" for minutes in MINUTES]
    rows = (
        (
            "Run to run",
            (
                f"{format_percent(noise.run_to_run)}, sd of {noise.runs} runs; their middle half lies within"
                f" {format_percent(noise.middle_half)}"
            ),
        ),
        ("Of a pair", f"{format_percent(noise.pair)}, sd of the ratio of neighbours"),
        *facts,
        ("Detectable", ", ".join(found)),
    )
    blocks = [
        [line for label, text in rows for line in _fact(label, text or UNKNOWN, width)],
        wrap(words.MACHINE_DETECTABLE, width),
        [line for notice in advice for line in wrap(f"! {words.sentence(notice.text)} [{notice.code}]", width)]
        or wrap(words.MACHINE_QUIET if noise.pair < QUIET else words.MACHINE_UNEXPLAINED, width),
    ]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def of_project(found: Calibration, *, width: int) -> str:
    """Lay out what pairs of equal code tell of a project's own benchmarks on this machine."""
    lines = wrap(words.own_benchmarks(found.pairs, found.seconds), width)
    lines += (line for label, text in noise_facts(found) for line in fact(label, text, width))
    lines += ["", *wrap(words.OWN_DETECTABLE, width)]
    return "".join(f"{line}\n" for line in lines)


def _fact(label: str, text: str, width: int) -> list[str]:
    return wrap(f"{label:<{_LABELS}}{text}", width, later=" " * _LABELS)
