"""What is measured after a report, and why pairs decide nothing where they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide.decided import BARRIERS
from reporter.decide.looks import Progress, names_undecided, next_step
from reporter.ingest import pytest_benchmark
from reporter.measure.paired.outlook import spoken_limit, time_limit, too_slow
from reporter.measure.tools import TOOLS
from reporter.measure.wording import NOT_PAIRED
from reporter.pipeline.same_server import loads_a_server
from reporter.render.words import count_of, shown_so_far
from reporter.shared.batch import Batch
from reporter.shared.files import write_atomically
from reporter.shared.model import Notice
from reporter.shared.next_step import FILE_NAME, Step, dump

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from reporter.decide.judge import Decision
    from reporter.ingest.measured import Measurement
    from reporter.model import Assessment

_OPTIONS = {tool.name: tool.advice for tool in TOOLS}
_ANY_TOOL = "fewer benchmarks in the command, or shorter ones"


def after_pairs(
    measurement: Measurement, decision: Decision, *, instead: str | None = None, may_grow: bool = True
) -> Step | None:
    """Return the next pairs; or with ``instead`` the head by itself, for that reason.

    ``None`` when all is decided, the time is up, pairs are too slow or were cut short, or a rule takes one look alone.
    Every chain of steps has an end: pairs that came to none leave a record that is out of time.
    """
    gave_up = any(notice.code == "not-paired" for notice in measurement.warnings)
    if measurement.status != "complete":
        return None
    if instead:
        return Step(alone=instead)
    if not may_grow or measurement.too_slow or measurement.out_of_time or gave_up:
        return None
    step = next_step(_progress(measurement), decision.assessments)
    return replace(step, why=seen_so_far(decision.assessments, step.select)) if step else None


def seen_so_far(assessments: Sequence[Assessment], names: Collection[str]) -> str:
    """Return for the log how far these benchmarks seemed to have changed, by their first metric; may be empty."""
    changes: dict[str, float] = {}
    for row in assessments:
        change = row.comparison.change
        if row.comparison.name in names and change is not None and change.kind == "ratio":
            changes.setdefault(row.comparison.name, change.marginal.point)
    return shown_so_far([changes[name] for name in names if name in changes])


def why_no_more(measurement: Measurement, decision: Decision) -> Notice | None:
    """Return that a limit which was given ended measuring; ``None`` where it did not, or nothing was left to decide."""
    progress = _progress(measurement)
    undecided = names_undecided(decision.assessments)
    has_time = after_pairs(measurement, decision) is not None
    if not (measurement.time_limit_given and undecided) or has_time or measurement.too_slow:
        return None
    if measurement.status != "complete":
        return None
    if progress.affordable(len(undecided)) > 0 and not measurement.out_of_time:
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
    barriers = [notice for notice in measurement.warnings if notice.code in BARRIERS]
    found = None if compared else slow or next(iter(barriers), None)
    return found.text.removeprefix(NOT_PAIRED) if found else None


def write_next_step(step: Step | None, folder: Path) -> None:
    """Write the file for what measures in another process, or remove it."""
    path = folder / FILE_NAME
    if step is None:
        path.unlink(missing_ok=True)
    else:
        write_atomically(path, dump(step))


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


def shorter_run(formats: Collection[str], *, shortened: bool = False) -> str:
    """Return what makes a run of these result formats shorter.

    With ``shortened`` the runs of pytest-benchmark are as short as they get, and its option would do nothing.
    """
    known = set(formats) - ({pytest_benchmark.name} if shortened else set())
    return " and ".join(_OPTIONS[name] for name in sorted(known) if name in _OPTIONS) or _ANY_TOOL
