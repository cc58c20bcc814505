"""``benchverdict baseline save|show|list``, and ``benchverdict history``: what the local store knows."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from reporter.commands.benchmark_code import with_code
from reporter.commands.build_report import NOTHING_USABLE
from reporter.commands.suites import is_usable, snapshot_of, suite_of
from reporter.config.store_rules import shown_place
from reporter.ingest import measured
from reporter.model import COLUMN, Baseline, benchmark_label
from reporter.render.words import count_of
from reporter.shared.batch import Batch
from reporter.shared.errors import InputError
from reporter.shared.printable import no_command, visible
from reporter.store.protocol import Missing
from reporter.store.registry import open_store
from reporter.units import format_duration, format_value

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.model import FloatArray


def save(
    suite: str, measure_folder: Path, store: str, config: Config, stdout: TextIO, *, format_name: str | None = None
) -> int:
    """Make the last complete measuring the baseline.

    Raises:
        InputError: nothing was measured, or the measuring was not complete.
    """
    measurement = replace(measured.load(measure_folder, format_name or config.measure.format), name=suite)
    if measurement.status != "complete" or measurement.problems:
        raise InputError(
            "measuring-incomplete",
            "a run failed or was interrupted, and only complete runs become a baseline",
            where=str(measure_folder),
            cure="repeat benchverdict measure until every run succeeds, then save",
        )
    head = with_code(suite_of(measurement.batch("head", Batch.FIRST), measurement, config), Path.cwd())
    if not is_usable(head):
        raise InputError(
            "nothing-measured",
            NOTHING_USABLE,
            where=str(measure_folder),
            cure="see the logs in runs/ there, then measure again",
        )
    kept_in = open_store(store)
    path = kept_in.save(snapshot_of(measurement, head, kept_in.known(suite), config))
    stdout.write(f"baseline saved: {path}\n")
    return 0


def list_baselines(store: str, stdout: TextIO) -> int:
    """List the suites that have a baseline, with commit and age."""
    kept = open_store(store).kept()
    for place, found in kept:
        if isinstance(found, Missing):
            line = f"{Path(place).name}: {found.reason}"
        else:
            line = f"{found.suite.name}: {_line(found)}"
        stdout.write(f"{_shown(line)}\n")
    if not kept:
        stdout.write(f"no baseline in {shown_place(store)}\n")
    return 0


def show(suite: str, store: str, stdout: TextIO) -> int:
    """Show what the baseline of one suite holds."""
    baseline = _existing(suite, store)
    stdout.write(f"{_shown(suite)}: {_line(baseline)}\n")
    for benchmark in baseline.suite.benchmarks:
        for metric, sample in benchmark.samples:
            medians = sample.statistics[:, COLUMN["median"]]
            value = format_value(float(medians.mean()), metric.unit)
            stdout.write(
                f"  {_shown(benchmark.name)}  {_shown(metric.name)} {value}  ({count_of(len(medians), 'run')})\n"
            )
    return 0


def show_history(suite: str, store: str, stdout: TextIO, benchmark: str | None = None) -> int:
    """List the saved sessions of one suite, oldest first; with a name the values of that benchmark.

    Raises:
        InputError: there is no history, or none of that benchmark.
    """
    sessions = open_store(store).history(suite, benchmark)
    if not sessions and benchmark is not None:
        what = f"no saved session of {suite!r} has the benchmark {benchmark!r}"
        cure = "give its whole name, as benchverdict baseline show lists it"
        raise InputError("unknown-benchmark", what, where=shown_place(store), cure=cure)
    for session in sessions or _existing(suite, store).history:
        runs = max((len(statistics) for statistics in session.statistics.values()), default=0)
        machine = _shown(session.fingerprint.cpu_model or "unknown machine")
        commit, when = (session.commit or "no commit")[:10], _age(session.measured_at)
        stdout.write(f"{_shown(commit)}  {when}  {count_of(runs, 'run')}  {_shown(session.plan)}  {machine}\n")
        for (_, params, metric), table in session.statistics.items() if benchmark else ():
            value = _shown(f"{benchmark_label(metric, params)} {_median(table)}")
            stdout.write(f"    {value}\n")
    return 0


def _median(table: FloatArray) -> str:
    """Return the median of the runs' medians, or means where nothing else is known.

    It is in the base unit: a session does not know its unit.
    """
    for statistic in ("median", "mean"):
        values = table[:, COLUMN[statistic]]
        if not np.isnan(values).all():
            return f"{np.nanmedian(values):.6g}"
    return "unknown"


def _existing(suite: str, store: str) -> Baseline:
    found = open_store(store).find(suite)
    if isinstance(found, Missing):
        raise InputError(
            "no-baseline", found.reason, where=shown_place(store), cure="save one: benchverdict run --save-baseline"
        )
    return found


def _line(baseline: Baseline) -> str:
    suite = baseline.suite
    commit = (suite.commit or "no commit")[:10]
    size = f"{count_of(len(suite.benchmarks), 'benchmark')} × {count_of(suite.runs, 'run')}"
    sessions = sum(session.plan == suite.plan for session in baseline.history)
    return f"{commit}, {_age(suite.measured_at)}, {size}, {count_of(sessions, 'saved session')}"


def _age(measured_at: float | None) -> str:
    return "age unknown" if measured_at is None else f"{format_duration(time.time() - measured_at)} old"


def _shown(text: str) -> str:
    return no_command(visible(text))
