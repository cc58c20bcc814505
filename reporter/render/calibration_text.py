"""What pairs of equal code told, for a terminal, and as JSON (``schemas/calibration-v1.json``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reporter.decide.calibration import CONFIDENCE
from reporter.render import words
from reporter.render.console import wrap
from reporter.shared.masking import masked_json
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.decide.calibration import Calibration, Foreseen, PairNoise

SCHEMA = "calibration/v1"
LABELS = 14
_NOISIEST = 3
_LONGEST_NAME = 60


def render(found: Calibration, *, width: int) -> str:
    """Lay it out in lines of at most ``width`` columns."""
    lines = wrap(words.calibrated(found.pairs, found.sessions, found.seconds, found.pair_seconds), width)
    lines += (line for label, text in _facts(found) for line in fact(label, text, width))
    return "".join(f"{line}\n" for line in lines)


def fact(label: str, text: str, width: int) -> list[str]:
    """Return the lines of a text with a label; without one it goes on below the text before it."""
    return wrap(text, width, first=f"{label:<{LABELS - 1}}" if label else " " * LABELS, later=" " * LABELS)


def _facts(found: Calibration) -> Iterator[tuple[str, str]]:
    yield "False alarms", words.false_alarms(found.alarmed, len(found.harmless), found.bound, CONFIDENCE)
    wrong = sorted({name for each in found.harmless for name in each.regressed})
    if wrong:
        yield "", words.alarmed_by([_name(name) for name in wrong[:_NOISIEST]], len(wrong))
    improved = sum(bool(each.improved) for each in found.harmless)
    if improved:
        yield "", words.false_improvements(improved)
    lacking = found.lacking()
    if lacking:
        yield "", words.more_to_show(*lacking)
    yield from noise_facts(found)


def noise_facts(found: Calibration) -> Iterator[tuple[str, str]]:
    """Yield the noise of a pair and what can be found, as (label, text)."""
    spread = found.spread()
    if spread is None:
        yield "Noise", words.NOISE_UNKNOWN
        return
    yield "Noise", words.noise_of_pairs(*spread, len(found.noise))
    if len(found.noise) > 1:
        noisiest = sorted(found.noise, key=lambda each: -each.sd)[:_NOISIEST]
        yield "", words.noisiest([(_name(each.name), each.sd) for each in noisiest])
    foreseen = found.foreseen()
    yield "Detectable", words.found_in([(each.seconds, each.median) for each in foreseen], words.HALF)
    yield "", words.found_in([(each.seconds, each.quartile) for each in foreseen], words.THREE_QUARTERS)


def _name(name: str) -> str:
    return shorten(visible(name), _LONGEST_NAME)


def as_json(found: Calibration) -> str:
    """Write it as JSON, without secrets."""
    spread = found.spread()
    content = {
        "schema": SCHEMA,
        "suite": found.suite,
        "sessions": found.sessions,
        "pairs": found.pairs,
        "seconds": found.seconds,
        "pull_requests": {
            "count": len(found.harmless),
            "alarmed": found.alarmed,
            "improved": sum(bool(each.improved) for each in found.harmless),
            "alarm_rate": found.alarmed / len(found.harmless) if found.harmless else None,
            "alarm_rate_below": found.bound,
            "confidence": CONFIDENCE,
            "each": [
                {
                    "pairs": each.pairs,
                    "rows": each.rows,
                    "undecided": each.undecided,
                    "regressed": list(each.regressed),
                    "improved": list(each.improved),
                }
                for each in found.harmless
            ],
        },
        "noise": {
            "median": spread and spread[0],
            "percentile_75": spread and spread[1],
            "benchmarks": [_noise(each) for each in found.noise],
        },
        "detectable": [_foreseen(each) for each in found.foreseen()],
    }
    return json.dumps(masked_json(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _noise(each: PairNoise) -> dict[str, Any]:
    return {"name": each.name, "metric": each.metric, "sd": each.sd, "pairs": each.pairs}


def _foreseen(each: Foreseen) -> dict[str, Any]:
    return {"seconds": each.seconds, "pairs": each.pairs, "median": each.median, "percentile_75": each.quartile}
