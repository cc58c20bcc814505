"""Shards of one suite become one report: what each decided stays, and only what the whole can know is decided."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import jsonschema
import pytest
from msgspec import structs

from reporter.decide.merge_shards import merge
from reporter.decide.shards import Shard, parse_shard, split_name
from reporter.model import (
    BudgetResult,
    ChangeSince,
    Failure,
    Failures,
    Gate,
    LevelChange,
    LoadCourse,
    Override,
    Since,
    StatusCount,
    Trend,
)
from reporter.records import json_v1
from reporter.render import view
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint, Notice
from tests.reports import BASE_SHA, MEASURED, QUIET_SHIFT, SOURCE, estimate, report, row

if TYPE_CHECKING:
    from reporter.model import Assessment, BudgetStatus, Report

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report-v1.json").read_text(encoding="utf-8"))


def shard(number: int, count: int = 3) -> Shard:
    return Shard(number=number, count=count)


def part(number: int, *rows: Assessment, **facts: object) -> Report:
    return report(*rows, suite=shard(number).suite("api"), **facts)  # type: ignore[arg-type]  # as given


ONE = part(1, row("test_a", "unchanged", 0.001), row("test_b", "regressed", 0.25))
TWO = part(2, row("test_c", "improved", -0.2))
SINCE = ChangeSince(point=0.1, low=None, high=None, confidence=0.95)
THREE = part(3, row("test_d", "unchanged", 0.002))


def merged(*parts: Report) -> Report:
    found = {}
    for each in parts:
        name, place = split_name(each.suite)
        assert place is not None
        assert name == "api"
        found[place] = each
    result = merge("api", found)
    text = json_v1.dump(result)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert json_v1.load(text, "v") == result
    view.build(result)
    return result


def test_a_shard_that_is_held_open_keeps_the_whole_open() -> None:
    """What keeps it open is no lack of decided rows, so those of other shards do not make up for it."""
    held = Gate(status="undecided", reasons=("1 benchmark looks worse",), cause="too-noisy")
    open_ = replace(part(1, row("test_a", "unchanged", 0.001), row("test_b", "inconclusive", 0.4)), gate=held)
    whole = merged(open_, part(2, row("test_c", "unchanged", 0.001)), THREE)
    assert (whole.gate.status, whole.gate.cause) == ("undecided", "too-noisy")
    assert whole.gate.reasons == ("shard 1 of 3: 1 benchmark looks worse",)


def test_three_shards_are_one_report() -> None:
    whole = merged(THREE, ONE, TWO)
    assert whole.suite == "api"
    assert [item.comparison.name for item in whole.assessments] == ["test_a", "test_b", "test_c", "test_d"]
    assert {item.comparison.suite for item in whole.assessments} == {"api"}
    assert (whole.gate.status, whole.gate.reasons) == ("failed", ("shard 1 of 3: 1 benchmark regressed",))
    assert whole.measured.runs == 15
    assert whole.measured.seconds == pytest.approx(3 * 92.4)
    assert whole.baseline == SOURCE
    assert whole.compare == "confirmed"
    assert whole.warnings == ()


def test_the_order_in_which_they_came_makes_no_difference() -> None:
    parts = [ONE, TWO, THREE]
    expected = merged(*parts)
    for seed in range(5):
        Random(seed).shuffle(parts)
        assert merged(*parts) == expected


def test_all_that_passed_is_passed() -> None:
    assert merged(part(1, row("test_a", "unchanged", 0.0)), TWO, THREE).gate.status == "passed"


def test_a_missing_shard_is_said_and_is_not_passed() -> None:
    whole = merged(TWO, THREE)
    assert whole.gate.status == "undecided"
    assert whole.gate.reasons[0].startswith("shard 1 of 3 left no report")
    assert [notice.code for notice in whole.warnings] == ["shard-missing"]
    assert "shard 1 of 3 left no report" in " ".join(view.build(whole).reasons)


def test_what_failed_fails_beside_a_missing_shard() -> None:
    whole = merged(ONE, THREE)
    assert whole.gate.status == "failed"
    assert any("shard 2 of 3 left no report" in reason for reason in whole.gate.reasons)


def test_an_undecided_shard_is_not_passed() -> None:
    undecided = part(1, row("test_a", "errored"), status="undecided", reasons=("the command failed",))
    whole = merged(undecided, TWO, THREE)
    assert (whole.gate.status, whole.gate.reasons) == ("undecided", ("shard 1 of 3: the command failed",))


@pytest.mark.parametrize("verdict", ["unchanged", "errored", "new"])
def test_one_benchmark_in_two_shards_is_an_error_that_names_both(verdict: str) -> None:
    twice = part(3, row("test_a", verdict, 0.0 if verdict == "unchanged" else None))  # type: ignore[arg-type]  # pytest gives strings
    with pytest.raises(InputError, match=r"'test_a' was measured in shard 1 of 3 and in shard 3 of 3") as caught:
        merged(ONE, TWO, twice)
    assert caught.value.code == "benchmark-in-two-shards"


def test_the_same_name_with_other_parameters_is_another_benchmark() -> None:
    other = part(3, row("test_a", "unchanged", 0.0, params=(("size", "2"),)))
    assert len(merged(ONE, TWO, other).assessments) == 4


def test_what_moved_to_another_shard_is_new_there_and_not_missing() -> None:
    whole = merged(ONE, part(2, row("test_d", "missing"), row("test_gone", "missing")), part(3, row("test_d", "new")))
    rows = {item.comparison.name: item for item in whole.assessments}
    assert {name: item.verdict for name, item in rows.items() if item.verdict in ("new", "missing")} == {
        "test_d": "new",
        "test_gone": "missing",
    }
    assert "measured in shard 2 of 3 before" in rows["test_d"].reason


def test_what_no_shard_has_measured_is_missing_once() -> None:
    gone = [part(number, row("test_gone", "missing")) for number in (1, 2)]
    assert [item.verdict for item in merged(*gone, THREE).assessments] == ["missing", "unchanged"]


def test_shards_of_two_ways_to_split_are_refused() -> None:
    with pytest.raises(InputError, match="split in two ways") as caught:
        merge("api", {shard(1): ONE, shard(2, 4): TWO})
    assert caught.value.code == "shards-disagree"


def test_who_let_regressions_pass_stays_known() -> None:
    label = Override(label="accept", by="maintainer", at=1.0, commit="c" * 40)
    accepted = [replace(each, override=label) for each in (ONE, TWO)]
    assert merged(*accepted, THREE).override == label
    assert merged(ONE, TWO, THREE).override is None
    with pytest.raises(InputError, match="name 2 who let") as caught:
        merged(accepted[0], replace(TWO, override=structs.replace(label, by="stranger")), THREE)
    assert caught.value.code == "shards-disagree"


def budget(status: BudgetStatus, benchmark: str, value: float | None) -> BudgetResult:
    return BudgetResult(
        benchmark=benchmark,
        metric="p95",
        unit="s",
        value=value,
        target=None,
        warning=0.1,
        critical=0.2,
        status=status,
        rule="GET *",
    )


def test_a_budget_whose_benchmarks_are_in_another_shard_is_not_unmeasured() -> None:
    nothing = budget("not_measured", "GET *", None)
    found = budget("met", "GET /health", 0.05)
    whole = merged(replace(ONE, budgets=(nothing,)), replace(TWO, budgets=(found,)), replace(THREE, budgets=(nothing,)))
    assert whole.budgets == (found,)
    nowhere = merged(*(replace(each, budgets=(nothing,)) for each in (ONE, TWO, THREE)))
    assert nowhere.budgets == (nothing,)


def test_shards_that_were_compared_with_different_commits_say_so() -> None:
    older = replace(TWO, baseline=replace(SOURCE, commit="1" * 40, distance=4))
    without = part(3, row("test_d", "new"), baseline=None, baseline_reason="none was saved yet", compare="none")
    whole = merged(ONE, older, without)
    assert whole.baseline == older.baseline
    [notice] = whole.warnings
    assert notice.code == "shards-compared-apart"
    assert f"shard 1 of 3 with {BASE_SHA[:10]}" in notice.text
    assert "shard 2 of 3 with 1111111111" in notice.text
    assert "shard 3 of 3 with no baseline" in notice.text


def test_without_any_baseline_there_is_none() -> None:
    alone = [
        part(number, row(f"test_{number}", "new"), baseline=None, baseline_reason="none", compare="none")
        for number in (1, 2, 3)
    ]
    whole = merged(*alone)
    assert (whole.baseline, whole.baseline_reason, whole.compare) == (None, "none", "none")
    assert view.build(whole).outcome == "no_baseline"


def test_what_differs_between_the_machines_is_not_known_of_the_whole() -> None:
    other = replace(TWO, measured=replace(MEASURED, fingerprint=Fingerprint(cpu_model="B", cores=4), command="other"))
    whole = merged(ONE, other, THREE)
    assert (whole.measured.fingerprint.cpu_model, whole.measured.fingerprint.cores) == (None, 4)
    assert whole.measured.command is None
    assert whole.measured.head_sha == MEASURED.head_sha


def test_the_largest_change_of_a_whole_shard_is_told() -> None:
    moved = replace(QUIET_SHIFT, change=estimate(-0.1, 0.01), verdict="improved", reason="all of it became better")
    parts = [replace(each, shift=QUIET_SHIFT) for each in (ONE, TWO, THREE)]
    assert merged(*parts).shift is None
    whole = merged(parts[0], replace(parts[1], shift=moved), parts[2])
    assert whole.shift is not None
    assert whole.shift.reason == "shard 2 of 3: all of it became better"


def test_the_past_is_shown_where_it_is_that_of_all() -> None:
    trend = Trend(
        benchmark="test_a", metric="time", unit="s", values=(1.0,) * 7, changes=(LevelChange(session=3, ratio=0.1),)
    )
    parts = [
        part(1, row("test_a", "regressed", 0.3, past=6), sessions=6),
        part(2, row("test_c", "improved", -0.3, past=6), sessions=6),
        part(3, row("test_d", "unchanged", 0.0), sessions=6),
    ]
    parts[0] = replace(parts[0], trends=(trend,))
    whole = merged(*parts)
    assert (len(whole.sessions), whole.trends) == (6, (trend,))
    assert [len(item.comparison.history) for item in whole.assessments] == [6, 6, 0]
    apart = merged(*parts[:2], replace(parts[2], sessions=parts[2].sessions[1:]))
    assert (apart.sessions, apart.trends) == ((), ())
    assert {item.comparison.history for item in apart.assessments} == {()}


def test_the_change_since_the_baseline_is_kept_with_the_past() -> None:
    slower = row("test_a", "unchanged", 0.0)
    slower = replace(slower, comparison=replace(slower.comparison, since=SINCE))
    parts = [part(1, slower, sessions=6), part(2, row("test_c", "unchanged", 0.0), sessions=6)]
    parts = [
        replace(each, since=Since(absent=None, left_out=2))
        for each in (*parts, part(3, row("test_d", "unchanged", 0.0), sessions=6))
    ]
    whole = merged(*parts)
    assert whole.since == Since(absent=None, left_out=2)
    assert [item.comparison.since for item in whole.assessments] == [SINCE, None, None]
    elsewhere = replace(parts[2], sessions=(), since=Since(absent="other-machine", left_out=0))
    partly = merged(*parts[:2], elsewhere)
    assert partly.since == elsewhere.since
    assert len(partly.sessions) == 6
    apart = merged(*parts[:2], replace(parts[2], sessions=parts[2].sessions[1:]))
    assert apart.since is None
    assert {item.comparison.since for item in apart.assessments} == {None}


def test_a_baseline_that_one_shard_could_not_compare_with_is_not_named() -> None:
    parts = [part(1, row("test_a", "unchanged", 0.0), sessions=6), part(2, row("test_c", "unchanged", 0.0), sessions=6)]
    for first, second in ((False, True), (True, False)):
        found = zip(parts, (first, second), strict=True)
        whole = merged(
            *(replace(each, since=Since(absent=None, left_out=2, is_older=is_older)) for each, is_older in found), THREE
        )
        assert whole.since == Since(absent=None, left_out=2, is_older=True)


def test_what_looking_for_causes_took_is_added_up() -> None:
    first, second = (
        replace(each, measured=replace(each.measured, explained_seconds=seconds))
        for each, seconds in ((ONE, 2.0), (TWO, 3.0))
    )
    assert merged(first, second, THREE).measured.explained_seconds == 5.0
    assert merged(ONE, TWO, THREE).measured.explained_seconds is None


def test_load_tests_of_all_shards_are_shown() -> None:
    refused = Failure(message="refused", request="GET /", count=2)
    loaded = replace(ONE, failures=Failures(statuses=(StatusCount(code="503", count=2),), kinds=(refused,), left_out=1))
    course = LoadCourse(moments=())
    first = replace(loaded, courses=(course,) * 5)
    whole = merged(first, TWO, replace(THREE, failures=loaded.failures, courses=first.courses))
    assert whole.failures.statuses == (StatusCount(code="503", count=4),)
    assert whole.failures.kinds == (replace(refused, count=4),)
    assert whole.failures.left_out == 2
    assert len(whole.courses) == 8


def test_what_all_say_is_said_once() -> None:
    quota = Notice(code="cpu-quota", text="noisy")
    assert merged(*(replace(each, warnings=(quota,)) for each in (ONE, TWO, THREE))).warnings == (quota,)


@pytest.mark.parametrize("text", ["1/1", "2/4", "256/256"])
def test_a_shard_is_read_and_named(text: str) -> None:
    found = parse_shard(text)
    assert split_name(found.suite("api")) == ("api", found)


@pytest.mark.parametrize(
    "text", ["", "1", "0/4", "5/4", "1/257", "1/1000", "-1/2", "01/2", "1/2/3", "1 / 2", "a/b", "²/3"]
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no shard"):
        parse_shard(text)


@pytest.mark.parametrize(
    "name", ["api", "api~", "api~0of2", "api~3of2", "api~1of257", "~1of2", "a~1of2~1of2", "api~1of2 "]
)
def test_other_names_are_no_shards(name: str) -> None:
    assert split_name(name) == (name, None)
