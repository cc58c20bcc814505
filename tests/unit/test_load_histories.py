"""The breaking point of recorded load tests whose limit is known: see ``tests/data/locust/load/record_load.py``."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from reporter.commands.suites import suite_from
from reporter.config import Config, LoadLimits
from reporter.decide.stress import LoadAnalysis, analyse
from reporter.ingest import read_file
from tests.recorded import DATA

FOLDER = DATA / "locust" / "load"
TRUTH: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "truth.toml").read_text(encoding="utf-8"))


def found(name: str) -> LoadAnalysis:
    analysis = analyse(read_file(FOLDER / f"{name}_stats_history.csv").load, limits(name))
    assert analysis
    return analysis


def limits(name: str) -> LoadLimits:
    return LoadLimits(p99_seconds=float(TRUTH[name]["p99"]))


def test_there_is_one_history_of_each_kind() -> None:
    assert {path.name.split("_")[0] for path in FOLDER.glob("*.csv")} == TRUTH.keys() == {"errors", "latency", "none"}


@pytest.mark.parametrize(("name", "broken_by"), [("errors", "failures"), ("latency", "latency")])
def test_the_breaking_point_is_within_one_level_of_the_truth(name: str, broken_by: str) -> None:
    analysis = found(name)
    users = [level.users for level in analysis.levels]
    assert len(users) >= 8
    truth = next(index for index, number in enumerate(users) if number > TRUTH[name]["breaks-above"])
    assert 0 < truth < len(users) - 1
    assert analysis.breaking
    assert abs(users.index(analysis.breaking.users) - truth) <= 1
    assert analysis.broken_by == broken_by


def test_it_recovers_from_errors_while_it_is_watched() -> None:
    recovery = found("errors").recovery_seconds
    assert recovery is not None
    assert 0 < recovery < 36


def test_what_did_not_break_is_said_not_to_have() -> None:
    assert found("none").breaking is None
    suite = suite_from([[read_file(FOLDER / "none_stats_history.csv")]], Config(load=limits("none")), "load")
    assert "load-did-not-break" in {notice.code for notice in suite.warnings}
    [load] = [benchmark for benchmark in suite.benchmarks if benchmark.name == "load"]
    names = {metric.name for metric, _ in load.samples}
    assert "highest_sustained_load" in names
    assert "breaking_point" not in names
