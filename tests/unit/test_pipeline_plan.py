"""The plan of ``run`` and of the action: which way it measures, and what stands in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.config import MeasureSettings
from reporter.pipeline.plan import Way, in_its_way, way_of, whole_plan, with_given
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from reporter.measure.plan import Plan

SETTINGS = MeasureSettings(command="make bench")
LOADS = replace(SETTINGS, command="locust -f load.py")


@pytest.mark.parametrize(
    ("compare", "saving", "confirm", "way"),
    [
        ("auto", False, True, "auto"),
        ("auto", False, False, "head"),
        ("auto", True, True, "noise"),
        ("auto", True, False, "head"),
        ("paired", False, True, "paired"),
        ("paired", False, False, "paired"),
        ("paired", True, True, "noise"),
        ("baseline", False, True, "head"),
        ("baseline", True, True, "head"),
        ("none", False, True, "head"),
        ("none", True, True, "head"),
    ],
)
def test_the_way_follows_from_what_is_compared_and_saved(
    compare: str, *, saving: bool, confirm: bool, way: Way
) -> None:
    assert way_of(MeasureSettings(compare=compare, confirm=confirm), saving=saving) == way


def planned(settings: MeasureSettings, way: Way, base: str | None = "a" * 40) -> Plan:
    return in_its_way(whole_plan("bench", settings), settings, way, lambda _: base, has_budgets=True)


@pytest.mark.parametrize(
    ("way", "plan", "whole_too", "noise_pairs"),
    [
        ("head", "whole", False, 0),
        ("noise", "whole", False, 4),
        ("auto", "auto", True, 0),
        ("paired", "paired", False, 0),
    ],
)
def test_each_way_is_a_plan(way: Way, plan: str, *, whole_too: bool, noise_pairs: int) -> None:
    found = planned(SETTINGS, way)
    assert (found.plan, found.whole_too, found.noise_pairs) == (plan, whole_too, noise_pairs)
    assert (found.pairs is None) is (way == "head")


@pytest.mark.parametrize("way", ["head", "noise", "auto"])
def test_without_a_base_it_is_runs_of_the_head(way: Way) -> None:
    assert planned(SETTINGS, way, None) == whole_plan("bench", SETTINGS)


@pytest.mark.parametrize("way", ["head", "noise", "auto"])
def test_one_server_is_not_paired_and_said_where_pairs_would_have_been_wanted(way: Way) -> None:
    found = planned(LOADS, way)
    assert (found.pairs, found.noise_pairs, found.not_paired is not None) == (None, 0, way == "auto")


def test_one_server_is_refused_where_pairs_were_asked_for() -> None:
    with pytest.raises(UsageError, match="locust loads one and the same server"):
        planned(LOADS, "paired")


def test_what_is_given_goes_before_the_settings_and_arguments_before_a_script() -> None:
    settings = with_given(SETTINGS, runs=3, command="", compare=None, time_limit_seconds=60.0)
    assert settings == replace(SETTINGS, runs=3, time_limit_seconds=60.0)
    plan = whole_plan("bench", settings, ("pytest", "a b"))
    assert (plan.script, plan.command, plan.runs) == (None, ("pytest", "a b"), 3)
    assert whole_plan("bench", settings, saving=True).runs == settings.baseline_runs


def test_what_cannot_be_a_plan_is_a_wrong_call() -> None:
    with pytest.raises(UsageError):
        whole_plan("bench", replace(SETTINGS, command=None))
