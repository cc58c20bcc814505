"""Baselines go both ways between this version and the one before: a job of either reads what the other saved."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from reporter.commands.deciding import Sides, decide, decide_looks
from reporter.config import Config
from reporter.decide.judge import Pairs
from reporter.decide.policy import DEFAULT_POLICY
from reporter.decide.since import with_since
from reporter.ingest import assemble, read_file
from reporter.ingest.assemble import Provenance
from reporter.ingest.slices import SlicedRun, with_slices
from reporter.model import Baseline, Suite
from reporter.store import history, snapshot
from reporter.store.short_runs import with_levels
from tests.unit.test_snapshot import DATA, ROOT, document, generated, rich

SNAPSHOTS = ROOT / "tests" / "snapshots"
BEFORE = SNAPSHOTS / "0.1.0-lock-step.json.gz"
SCHEMA_BEFORE = json.loads((SNAPSHOTS / "0.1.0-lock-step.schema.json").read_text("utf-8"))


def before() -> Baseline:
    return snapshot.load(BEFORE.read_bytes(), BEFORE.name)


def measured(count: int) -> Suite:
    """Return as many runs of the same benchmarks on the same machine."""
    runs = [[read_file(DATA / "pytest-benchmark" / "5.3.1.json")] for _ in range(count)]
    known = Provenance(commit="c" * 40, measured_at=3e9, fingerprint=before().suite.fingerprint)
    return assemble(runs, suite="unit", known=known)


def test_a_baseline_of_the_version_before_is_read_whole() -> None:
    found = before()
    assert [(session.commit, session.plan) for session in found.history] == [
        ("a" * 40, "whole"),
        ("b" * 40, history.AGAINST_ITSELF),
        ("b" * 40, "whole"),
    ]
    assert found.suite.benchmarks[0].code == f"{0:016x}"
    plain = read_file(DATA / "pytest-benchmark" / "5.3.1.json").readings[0]
    (_, sample), *_ = found.suite.benchmarks[0].samples
    assert sample.statistics[0, 1] == pytest.approx(min(plain.values), rel=1e-6)
    assert np.isfinite(sample.statistics[:, 1]).all()


def test_a_head_is_compared_with_a_baseline_of_the_version_before() -> None:
    """Both by its sessions and, for what is known of the noise, in pairs."""
    by_sessions = decide(Sides(head=measured(1), baseline=before()), Config())
    assert by_sessions.comparable
    judged = [row for row in by_sessions.assessments if row.comparison.metric.better]
    assert {row.verdict for row in judged} <= {"unchanged", "inconclusive"}
    assert all(row.comparison.change for row in judged)
    pairs = Pairs(base=measured(4), head=measured(4))
    in_pairs = decide_looks(pairs, Config(), changed_files=(), stored=before().history)
    assert {row.comparison.noise.source for row in in_pairs.assessments if row.comparison.noise} == {
        "this job and stored pairs"
    }


def test_the_version_before_reads_what_this_one_saves() -> None:
    """It refuses members that it does not know, as its schema does, and misses those that it needs."""
    again = history.extend(before(), replace(measured(2), warnings=()))
    grown = Baseline(suite=measured(2), history=again, source=before().source)
    for saved in (rich(), generated(3, 40), grown):
        jsonschema.validate(document(snapshot.dump(saved)), SCHEMA_BEFORE, cls=jsonschema.Draft202012Validator)


def with_short_runs(commit: str) -> Baseline:
    """Return the baseline grown by a session with the level of its short runs in lock-step."""
    side = _in_step(measured(4))
    own = replace(measured(2), warnings=(), commit=commit, measured_at=4e9)
    noise = replace(history.session_of(replace(measured(8), commit=commit, measured_at=4e9)), plan="against itself")
    sessions = history.extend(before(), own, with_levels(noise, side, side, "in lock-step"))
    return Baseline(suite=own, history=sessions, source=before().source)


def _in_step(suite: Suite) -> Suite:
    run = SlicedRun(share=1.0, fastest=np.full((5, 2), 1e-3), alone=np.zeros(5, dtype=bool))
    names = {benchmark.name: run for benchmark in suite.benchmarks}
    return with_slices(suite, suite, [(names, names)] * suite.runs)[0]


def test_the_version_before_reads_the_level_of_short_runs() -> None:
    """For it they are further metrics, which it never looks up: the noise of pairs is what it was."""
    grown = with_short_runs("d" * 40)
    written = snapshot.dump(grown)
    jsonschema.validate(document(written), SCHEMA_BEFORE, cls=jsonschema.Draft202012Validator)
    *_, stored, _ = snapshot.load(written, "grown").history
    assert {metric for _, _, metric in stored.statistics} >= {"time", "time by wall clock", "time by cpu clock"}
    pairs = Pairs(base=measured(4), head=measured(4))
    plain = [
        replace(one, statistics={key: one.statistics[key] for key in one.statistics if " by " not in key[2]})
        for one in grown.history
    ]
    both = [decide_looks(pairs, Config(), changed_files=(), stored=tuple(each)) for each in (grown.history, plain)]
    assert both[0].assessments == both[1].assessments


def test_a_head_in_pairs_is_compared_with_what_this_version_saved_and_not_with_the_version_before() -> None:
    head = _in_step(measured(8))
    pairs = Pairs(base=head, head=head)
    judged = decide_looks(pairs, Config(), changed_files=(), stored=())
    again = snapshot.load(snapshot.dump(with_short_runs("d" * 40)), "grown")
    old, new = (with_since(judged, pairs, "in lock-step", each, DEFAULT_POLICY) for each in (before(), again))
    assert (old.since and old.since.absent, new.since and new.since.absent) == ("not-saved", None)
    assert new.since is not None
    assert new.since.left_out == 2, "the sessions of the version before"
    changed = [row.comparison.since.point for row in new.assessments if row.comparison.since]
    assert changed == pytest.approx([0.0] * len(changed), abs=1e-6)
    assert changed


def test_the_schema_of_the_version_before_allows_nothing_more() -> None:
    saved = document(snapshot.dump(rich()))
    for change in ({"clock": "cpu"}, {"history": None}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(saved | change, SCHEMA_BEFORE, cls=jsonschema.Draft202012Validator)
