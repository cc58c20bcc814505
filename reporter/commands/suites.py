"""Result files as suites: runs of a side, complete pairs, and what is saved as the next baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.decide.judge import Pairs
from reporter.ingest.assemble import UNKNOWN, Provenance, assemble
from reporter.ingest.slices import with_slices
from reporter.measure.plan import PAIRED, WHOLE
from reporter.model import Baseline, BaselineSource
from reporter.shared.batch import Batch
from reporter.store import history
from reporter.store.short_runs import way_of, with_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.config import Config
    from reporter.ingest import FileReading
    from reporter.ingest.measured import Measurement
    from reporter.model import Session, Suite


def suite_from(runs: Sequence[Sequence[FileReading]], config: Config, name: str, known: Provenance = UNKNOWN) -> Suite:
    """Assemble runs with what the configuration says of metrics and categories; see ``ingest.assemble``."""

    def categorise(benchmark: str) -> str | None:
        rule = config.rule_for(benchmark)
        return rule.category if rule else None

    if any(file.load for files in runs for file in files):
        from reporter.decide.load_metrics import with_load_metrics

        runs = [with_load_metrics(files, config.load) for files in runs]
    if any(file.used for files in runs for file in files):
        from reporter.decide.resource_metrics import asked_by, with_resource_metrics

        asked = asked_by(config.budgets)
        runs = [with_resource_metrics(files, asked) for files in runs]
    return assemble(
        runs,
        suite=name,
        known=known,
        declare=config.declared if config.metrics else None,
        categorise=categorise if config.benchmarks else None,
    )


def is_usable(head: Suite) -> bool:
    """Return whether anything was measured at all; a suite without a value is no baseline either."""
    return any(benchmark.samples for benchmark in head.benchmarks)


def can_be_saved(measurement: Measurement, head: Suite) -> bool:
    """Return whether a head was measured whole and unpaired, so that it can be the next baseline."""
    whole = measurement.status == "complete" and measurement.plan != PAIRED
    return whole and not measurement.problems and not measurement.not_as_asked() and is_usable(head)


def snapshot_of(measurement: Measurement, head: Suite, earlier: Baseline | None, config: Config) -> Baseline:
    """Return what a measured head is saved as, on top of the history of an earlier baseline."""
    sessions = history.extend(earlier, head, _against_itself(measurement, config), pinned=config.pinned)
    return Baseline(suite=head, history=sessions, source=BaselineSource(commit=head.commit))


def _against_itself(measurement: Measurement, config: Config) -> Session | None:
    """Return the pairs of this commit and itself as a session: a base run and a head run in turn, and their levels."""
    runs = [run for pair in measurement.pairs(Batch.AGAINST_ITSELF) for run in pair]
    if not runs:
        return None
    session = replace(history.session_of(suite_of(runs, measurement, config)), plan=history.AGAINST_ITSELF)
    sides = pairs_of(measurement, config, Batch.AGAINST_ITSELF)
    return with_levels(session, sides.base, sides.head, way_of(measurement, Batch.AGAINST_ITSELF))


def whole_runs(measurement: Measurement, config: Config) -> Suite | None:
    """Return the runs of the head that came before the pairs, for the budgets."""
    runs = measurement.batch("head", Batch.FIRST)
    return replace(suite_of(runs, measurement, config), plan=WHOLE) if runs else None


def pairs_of(measurement: Measurement, config: Config, batch: Batch = Batch.FIRST) -> Pairs:
    """Return the complete pairs of a batch, with what their slices say."""
    pairs = measurement.pairs(batch)
    base, head = (suite_of([pair[side] for pair in pairs], measurement, config) for side in (0, 1))
    base, head = with_slices(base, head, measurement.slices(batch))
    return Pairs(base=replace(base, commit=measurement.base_sha), head=head, began=measurement.began(batch))


def suite_of(runs: Sequence[Sequence[FileReading]], measurement: Measurement, config: Config) -> Suite:
    """Return runs of a measuring as a suite."""
    known = Provenance(
        commit=measurement.head_sha,
        fingerprint=measurement.fingerprint,
        measured_at=measurement.finished_at,
        plan=measurement.plan,
    )
    return suite_from(runs, config, measurement.name, known)
