"""``benchverdict calibrate``: pairs of equal code in the user's own place, and what they say of verdicts there.

Each call adds a session to ``ROOT/calibrate``; the report covers all sessions of the same suite and command.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TextIO

import numpy as np
from msgspec import structs

from reporter.commands.deciding import decide_looks
from reporter.commands.ending import complain
from reporter.commands.outputs import terminal
from reporter.commands.running import environment_of, is_skipped
from reporter.commands.suites import pairs_of
from reporter.decide.calibration import Calibration, noise_of
from reporter.decide.harmless import pull_requests
from reporter.decide.judge import DEFAULT_POLICY
from reporter.ingest import measured, pytest_benchmark
from reporter.measure.console import Console
from reporter.measure.noise import measure_equal_code
from reporter.measure.paired.outlook import time_limit
from reporter.measure.wording import displayed
from reporter.pipeline.plan import of_equal_code
from reporter.render import calibration_text, words
from reporter.shared.batch import Batch
from reporter.shared.errors import InputError
from reporter.shared.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from reporter.commands.outputs import Destination
    from reporter.config import Config, MeasureSettings
    from reporter.decide.harmless import Harmless
    from reporter.decide.judge import Pairs
    from reporter.ingest.measured import Measurement
    from reporter.measure.plan import Plan
    from reporter.model import Suite

FOLDER = "calibrate"
FORMATS = ("console", "json")
_SESSION = re.compile(r"\d{3,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateRequest:
    """What ``calibrate`` was called with. With no ``seconds`` nothing is measured: the earlier sessions are shown."""

    plan: Plan
    settings: MeasureSettings
    mode: str | None
    seconds: float
    root: Path
    format: str | None
    outputs: tuple[Destination, ...]

    @property
    def folder(self) -> Path:
        """Where the sessions are kept."""
        return self.root / FOLDER


def calibrate(request: CalibrateRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Measure a session, and say what all sessions tell; return the exit code.

    Raises:
        UsageError: pairs cannot be measured here.
        InputError: there is not one complete pair.
    """
    if request.seconds and is_skipped(request.mode, config, stdout):
        return 0
    code = _measure(request, config, stdout, stderr) if request.seconds else 0
    try:
        measurements = _measurements(request, stderr)
        found = calibration_of(request.plan.name, measurements, request.settings, config, request.folder)
    except InputError:
        if code:
            return code
        raise
    for destination in request.outputs:
        text = _rendered(found, destination, stdout)
        if destination.path is None:
            stdout.write(text)
        else:
            write_atomically(destination.path, text)
    return code


def _rendered(found: Calibration, destination: Destination, stdout: TextIO) -> str:
    if destination.format == "json":
        return calibration_text.as_json(found)
    return calibration_text.render(found, width=terminal(stdout).width)


def _measure(request: CalibrateRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    plan = of_equal_code(request.plan, request.settings, request.seconds)
    console = Console(stdout, os.environ)
    console.say(words.calibrating(request.seconds))
    outcome = measure_equal_code(
        plan,
        _next_session(request.folder),
        on_pairs=lambda pairs, spent: console.say(words.pairs_so_far(pairs, spent, request.seconds)),
        keep_rounds=config.rule is not None,
        stream=stdout,
        environ=environment_of(request.mode),
    )
    if outcome.message:
        complain(stderr, outcome.message)
    return outcome.exit_code


def _sessions(folder: Path) -> list[Path]:
    """Return the folders of all sessions, oldest first."""
    with suppress(OSError):
        found = [path for path in folder.iterdir() if _SESSION.fullmatch(path.name) and path.is_dir()]
        return sorted(found, key=lambda path: int(path.name))
    return []


def _next_session(folder: Path) -> Path:
    earlier = _sessions(folder)
    return folder / f"{int(earlier[-1].name) + 1 if earlier else 1:03d}"


def calibration_of(
    suite: str, measurements: Iterable[Measurement], settings: MeasureSettings, config: Config, where: Path
) -> Calibration:
    """Return what sessions of pairs of equal code tell; ``where`` they are kept.

    Raises:
        InputError: none of them has a complete pair.
    """
    sessions: list[Pairs] = []
    harmless: list[Harmless] = []
    seconds = 0.0
    for measurement in measurements:
        if measurement.pairs(Batch.FIRST):
            pairs = _pairs(measurement, config)
            sessions.append(pairs)
            seconds += measurement.paired_seconds
            harmless += _harmless(pairs, measurement, settings, config)
    if not sessions:
        what = "there is no complete pair of equal code of this suite and command"
        cure = "measure some: benchverdict calibrate --duration 10m"
        raise InputError("nothing-measured", what, where=str(where), cure=cure)
    return Calibration(
        suite=suite,
        sessions=len(sessions),
        pairs=sum(pairs.head.runs for pairs in sessions),
        seconds=seconds,
        harmless=tuple(harmless),
        noise=noise_of(sessions, DEFAULT_POLICY),
    )


def _measurements(request: CalibrateRequest, stderr: TextIO) -> Iterator[Measurement]:
    """Yield the sessions of this suite and command, one at a time; what is left out is named."""
    for folder in _sessions(request.folder):
        try:
            measurement = measured.load(folder, request.format)
        except InputError as error:
            stderr.write(f"warning: a session of pairs was left out: {error}\n")
            continue
        if (measurement.name, measurement.command) != (request.plan.name, displayed(request.plan)):
            stderr.write(f"note: {folder} is left out: it measured another suite or command\n")
        else:
            yield measurement


def _pairs(measurement: Measurement, config: Config) -> Pairs:
    """Return the pairs of a session, without rounds where no rule looks at them: hours of pairs have very many."""
    pairs = pairs_of(measurement, config)
    if config.rule is not None:
        return pairs
    return replace(pairs, base=_without_rounds(pairs.base), head=_without_rounds(pairs.head))


def _without_rounds(suite: Suite) -> Suite:
    nothing = (np.empty(0),) * suite.runs
    benchmarks = (
        replace(
            benchmark,
            samples=tuple((metric, structs.replace(sample, rounds=nothing)) for metric, sample in benchmark.samples),
        )
        for benchmark in suite.benchmarks
    )
    return replace(suite, benchmarks=tuple(benchmarks))


def _harmless(pairs: Pairs, measurement: Measurement, settings: MeasureSettings, config: Config) -> Iterator[Harmless]:
    """Yield pull requests as measuring would make them; a named rule is asked once, and looks at the first pairs."""
    shortened = measurement.formats() == {pytest_benchmark.name}
    limit = time_limit(settings.time_limit_seconds, len(pairs.head.benchmarks) if shortened else 0)
    seconds = measurement.paired_seconds
    affordable = int(limit / (seconds / pairs.head.runs)) if seconds else pairs.head.runs
    judge = partial(decide_looks, config=config, changed_files=(), stored=())
    if affordable >= DEFAULT_POLICY.fewest_pairs:
        yield from pull_requests(pairs, judge, affordable, grows=config.rule is None)
