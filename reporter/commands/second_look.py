"""Which pairs are measured after a screen, and whether they can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reporter.commands.same_server import CURE, loads_a_server
from reporter.commands.shorter_runs import shorter_run
from reporter.decide.decided import BARRIERS
from reporter.decide.looks import SHORT_LOOKS, Progress, Step, next_look_after_screen
from reporter.files import write_atomically
from reporter.ingest import pytest_benchmark
from reporter.ingest.measured import TooSlow
from reporter.measure.paired.outlook import FEWEST_PAIRS, FIRST_LOOK, Outlook, too_slow
from reporter.measure.wording import NOT_PAIRED
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
    step = _wanted(decision, progress, same_files=same_files)
    return None if not measurement.can_pair or _obstacle(measurement, progress) else step


def why_not_paired(
    measurement: Measurement, decision: Decision, progress: Progress, *, same_files: bool = False
) -> Notice | None:
    """Return why pairs do not settle what the stored baseline could not; ``None`` where nobody wants them."""
    if measurement.too_slow:
        return _too_slow(measurement, measurement.too_slow)
    if not measurement.can_pair or _wanted(decision, progress, same_files=same_files) is None:
        return None
    return _obstacle(measurement, progress)


def why_not_compared(measurement: Measurement, decision: Decision, not_paired: Notice | None) -> str | None:
    """Return what kept a comparison that was asked for from being made; ``None`` where nothing is known to have.

    ``not_paired`` is what ``why_not_paired`` returned; what measuring itself met is in its warnings. Pairs that are too
    few are no comparison.
    """
    compared = decision.comparable and not (decision.compare == "paired" and measurement.too_slow)
    said = [notice for notice in measurement.warnings if notice.code in BARRIERS]
    found = None if compared else not_paired or next(iter(said), None)
    return found.text.removeprefix(NOT_PAIRED) if found else None


def _wanted(decision: Decision, progress: Progress, *, same_files: bool) -> Step | None:
    """Return the pairs that would settle what is open."""
    if decision.recoded and same_files and not progress.pairs:
        return Step(batch=0, pairs=SHORT_LOOKS[0])
    if decision.unsettled or progress.pairs:
        return next_look_after_screen(progress, decision.unsettled)
    if decision.comparable or not decision.overlap:
        return None
    return Step(batch=0, pairs=SHORT_LOOKS[0])


def _obstacle(measurement: Measurement, progress: Progress) -> Notice | None:
    """Return why pairs cannot be had, or cannot be had in time."""
    refused = loads_a_server(measurement.formats(), has_service=measurement.has_service)
    if refused:
        return Notice(code="not-paired", text=f"{NOT_PAIRED}{refused}: {CURE}")
    slow = None if progress.pairs else _expected_too_slow(measurement, progress.time_limit)
    return _too_slow(measurement, slow) if slow else None


def _expected_too_slow(measurement: Measurement, time_limit: float) -> TooSlow | None:
    """Return how slow the runs are where too few pairs of them fit; those of pytest-benchmark are shortened."""
    if measurement.formats() == {pytest_benchmark.name}:
        return None
    alone = (measurement.seconds or 0.0) - measurement.paired_seconds
    run = alone / max(1, len(measurement.batch("head", 0)))
    fitting = Outlook(2 * run, 2 * run).fitting(time_limit, FIRST_LOOK)
    return None if fitting >= FEWEST_PAIRS else TooSlow(run_seconds=run, limit_seconds=time_limit)


def _too_slow(measurement: Measurement, slow: TooSlow) -> Notice:
    shortened = all(notice.code != "runs-not-shortened" for notice in measurement.warnings)
    shorter = shorter_run(measurement.formats(), shortened=shortened)
    text = f"{NOT_PAIRED}{too_slow(slow.run_seconds, slow.limit_seconds, shorter)}"
    return Notice(code="time-limit-too-short", text=text)


def leave_word(step: Step | None, folder: Path) -> None:
    """Write ``next-step.json`` (``schemas/next-step-v1.json``) for who measures in another process, or remove it."""
    path = folder / "next-step.json"
    if step is None:
        path.unlink(missing_ok=True)
        return
    content = {"schema": "next-step/v1", "batch": step.batch, "pairs": step.pairs, "select": list(step.select)}
    write_atomically(path, json.dumps(content, ensure_ascii=False) + "\n")
