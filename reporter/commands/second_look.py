"""Which pairs are measured after a screen, and whether they can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reporter.commands.same_server import CURE, loads_a_server
from reporter.decide.looks import FEWEST_TO_CONFIRM, SHORT_LOOKS, Progress, Step, next_look_after_screen
from reporter.files import write_atomically
from reporter.ingest import pytest_benchmark
from reporter.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.decide.judge import Decision
    from reporter.ingest.measured import Measurement


def progress_of(measurement: Measurement, batch: int, time_limit: float) -> Progress:
    """Return how far the pairs of a batch have come; ``time_limit`` is in seconds."""
    pair_seconds, benchmarks = measurement.latest_pairs(batch)
    can_select = measurement.formats() == {pytest_benchmark.name}
    return Progress(
        pairs=len(measurement.pairs(batch)),
        seconds=measurement.paired_seconds,
        time_limit=time_limit,
        pair_seconds=pair_seconds,
        benchmarks=benchmarks if can_select else 0,
    )


def after_screen(
    measurement: Measurement, decision: Decision, progress: Progress, *, same_files: bool = False
) -> Step | None:
    """Return the pairs for what the stored baseline left: suspects and what it could not judge, or everything.

    With ``same_files`` both sides of pairs run the head's benchmarks, so that pairs can judge those whose code is new.
    ``progress`` is that of the second look. ``None`` when everything is settled, or when pairs cannot be had: then
    suspects are confirmed by further runs of the head.
    """
    if not _can_pair(measurement, progress.time_limit):
        return None
    if decision.recoded and same_files and not progress.pairs:
        return Step(batch=0, pairs=SHORT_LOOKS[0])
    if decision.unsettled or progress.pairs:
        return next_look_after_screen(progress, decision.unsettled)
    if decision.comparable or not decision.overlap:
        return None
    return Step(batch=0, pairs=SHORT_LOOKS[0])


def why_not_paired(measurement: Measurement, decision: Decision) -> Notice | None:
    """Say why pairs do not settle what the stored baseline could not, where that is worth saying."""
    refused = _refused(measurement) if measurement.can_pair else None
    if refused is None or not (decision.unsettled or (decision.overlap and not decision.comparable)):
        return None
    return Notice(code="not-paired", text=f"base and head cannot be measured side by side: {refused}: {CURE}")


def leave_word(step: Step | None, folder: Path) -> None:
    """Write ``next-step.json`` (``schemas/next-step-v1.json``) for who measures in another process, or remove it."""
    path = folder / "next-step.json"
    if step is None:
        path.unlink(missing_ok=True)
        return
    content = {"schema": "next-step/v1", "batch": step.batch, "pairs": step.pairs, "select": list(step.select)}
    write_atomically(path, json.dumps(content, ensure_ascii=False) + "\n")


def _refused(measurement: Measurement) -> str | None:
    return loads_a_server(measurement.formats(), has_service=measurement.has_service)


def _can_pair(measurement: Measurement, time_limit: float) -> bool:
    """Whether pairs can be had, and in time."""
    if not measurement.can_pair or _refused(measurement):
        return False
    alone = (measurement.seconds or 0.0) - measurement.paired_seconds
    pair = 2 * alone / max(1, len(measurement.batch("head", 0)))
    return measurement.formats() == {pytest_benchmark.name} or pair * FEWEST_TO_CONFIRM < time_limit
