"""What is measured after a look at pairs, and why pairs decide nothing where they do not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reporter.commands.same_server import loads_a_server
from reporter.commands.shorter_runs import shorter_run
from reporter.decide.decided import BARRIERS
from reporter.decide.looks import Progress, Step, names_undecided, next_step
from reporter.ingest import pytest_benchmark
from reporter.measure.paired.outlook import spoken_limit, time_limit, too_slow
from reporter.measure.wording import NOT_PAIRED
from reporter.render.words import count_of
from reporter.shared.batch import Batch
from reporter.shared.files import write_atomically
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.decide.judge import Decision
    from reporter.ingest.measured import Measurement


def next_look(measurement: Measurement, decision: Decision) -> Step | None:
    """Return the next pairs; ``None`` when all is decided, the time is up, or pairs are too slow or were cut short."""
    gave_up = any(notice.code == "not-paired" for notice in measurement.warnings)
    if measurement.status != "complete" or measurement.too_slow or gave_up:
        return None
    return next_step(_progress(measurement), decision.assessments)


def why_no_more(measurement: Measurement, decision: Decision) -> Notice | None:
    """Return that a limit which was given ended measuring; ``None`` where it did not, or nothing was left to decide."""
    progress = _progress(measurement)
    undecided = names_undecided(decision.assessments)
    has_time = next_look(measurement, decision) is not None
    if not (measurement.time_limit_given and undecided) or has_time or measurement.too_slow:
        return None
    if measurement.status != "complete" or progress.affordable(len(undecided)) > 0:
        return None
    open_still = f"{count_of(len(undecided), 'benchmark')} {'is' if len(undecided) == 1 else 'are'} undecided"
    text = (
        f"{open_still} after {progress.pairs} pairs: the time limit of {spoken_limit(progress.time_limit)} is used up"
    )
    return Notice(code="time-limit-reached", text=text)


def same_server(measurement: Measurement) -> str | None:
    """Return why the pairs that were measured tell nothing: both sides loaded one server."""
    return loads_a_server(measurement.formats(), has_service=measurement.has_service)


def why_too_slow(measurement: Measurement) -> Notice | None:
    """Return that the time limit leaves no room for as many pairs as decide anything; ``None`` where it does."""
    slow = measurement.too_slow
    if slow is None:
        return None
    shortened = all(notice.code != "runs-not-shortened" for notice in measurement.warnings)
    shorter = shorter_run(measurement.formats(), shortened=shortened)
    text = f"{NOT_PAIRED}{too_slow(slow.run_seconds, slow.limit_seconds, shorter, at_least=slow.at_least)}"
    return Notice(code="time-limit-too-short", text=text)


def why_not_compared(measurement: Measurement, decision: Decision, slow: Notice | None) -> str | None:
    """Return what kept a comparison that was asked for from being made; ``None`` where nothing is known to have.

    ``slow`` is what ``why_too_slow`` returned; what measuring itself met is in its warnings. Pairs that are too few are
    no comparison.
    """
    compared = decision.comparable and not (decision.compare == "paired" and measurement.too_slow)
    said = [notice for notice in measurement.warnings if notice.code in BARRIERS]
    found = None if compared else slow or next(iter(said), None)
    return found.text.removeprefix(NOT_PAIRED) if found else None


def leave_word(step: Step | None, folder: Path) -> None:
    """Write ``next-step.json`` (``schemas/next-step-v1.json``) for what measures in another process, or remove it."""
    path = folder / "next-step.json"
    if step is None:
        path.unlink(missing_ok=True)
        return
    alone = {} if step.alone is None else {"alone": step.alone}
    content = {"schema": "next-step/v1", "pairs": step.pairs, "select": list(step.select), **alone}
    write_atomically(path, json.dumps(content, ensure_ascii=False) + "\n")


def _progress(measurement: Measurement) -> Progress:
    pair_seconds, benchmarks = measurement.latest_pairs(Batch.FIRST)
    can_select = measurement.formats() == {pytest_benchmark.name}
    return Progress(
        pairs=len(measurement.pairs(Batch.FIRST)),
        seconds=measurement.paired_seconds,
        time_limit=measurement.time_limit_seconds or time_limit(None, 0),
        pair_seconds=pair_seconds,
        benchmarks=benchmarks if can_select else 0,
    )
