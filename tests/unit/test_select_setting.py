"""``select = "affected"`` from the places where it is set to the plan, and how a report tells of what was left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reporter.config.reading import parse
from reporter.decide.merge_shards import merge
from reporter.decide.shards import Shard
from reporter.measure import plan as plans
from reporter.measure.plan import PAIRED, Plan
from reporter.pipeline.plan import in_its_way, of_equal_code, way_of
from reporter.records import json_v1
from reporter.render import console, markdown, view
from reporter.shared.errors import UsageError
from reporter.shared.model import PathRule
from tests.reports import affected, nothing_affected, report, row

RULES = {"path": [{"glob": "src/*.c", "benchmarks": ["*parse*"]}, {"glob": "tools/*", "benchmarks": []}]}
CONFIG = parse({"measure": {"select": "affected", "compare": "paired"}, "select": RULES}, "benchverdict.toml")
PATHS = (PathRule("src/*.c", ("*parse*",)), PathRule("tools/*", ()))


def planned(*, saving: bool) -> Plan:
    way = way_of(CONFIG.measure, saving=saving)
    return in_its_way(Plan("s", script="x"), CONFIG.measure, way, lambda _: "abc", has_budgets=False)


def test_the_configuration_reaches_the_plan_and_its_file(tmp_path: Path) -> None:
    settings = CONFIG.measure
    plan = in_its_way(
        Plan("s", script="x"), settings, way_of(settings, saving=False), lambda _: "abc", has_budgets=False
    )
    assert plan.pairs is not None
    assert (plan.pairs.select, plan.pairs.select_paths) == ("affected", PATHS)
    path = tmp_path / "plan.json"
    path.write_text(plans.dump(plan), encoding="utf-8")
    assert plans.load(path).pairs == replace(plan.pairs, keep_base=False)


def test_with_budgets_everything_is_measured() -> None:
    for way in ("auto", "paired"):
        plan = in_its_way(Plan("s", script="x"), CONFIG.measure, way, lambda _: "abc", has_budgets=True)
        assert plan.pairs is not None
        assert plan.pairs.select == "all"


def test_what_is_saved_or_calibrated_is_measured_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = planned(saving=True)
    assert saved.pairs is not None
    assert saved.pairs.select == "all"
    monkeypatch.chdir(Path(__file__).parent)
    equal = of_equal_code(Plan("s", script="x", plan=PAIRED), CONFIG.measure, 60.0)
    assert equal.pairs is not None
    assert equal.pairs.select == "all"


@pytest.mark.parametrize(
    "table",
    [
        {"measure": {"select": "some"}},
        {"select": {"path": [{"glob": "a"}]}},
        {"select": {"path": [{"benchmarks": ["a"]}]}},
        {"select": {"path": [{"glob": "a", "benchmarks": 1}]}},
        {"select": {"paths": []}},
    ],
)
def test_a_wrong_setting_is_an_error(table: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        parse(table, "benchverdict.toml")


@pytest.mark.parametrize(
    "rules", [1, [1], [{"glob": "a"}], [{"glob": "", "benchmarks": []}], [{"glob": "a", "benchmarks": 1}]]
)
def test_a_wrong_plan_is_an_error(tmp_path: Path, rules: object) -> None:
    path = tmp_path / "plan.json"
    plan: dict[str, object] = {
        "schema": "plan/v1",
        "name": "s",
        "script": "x",
        "command": None,
        "results": [],
        "runs": 1,
        "plan": "paired",
    }
    plan |= {"confirm_runs": 0, "run_time_limit_seconds": None, "head_sha": None, "base_sha": None}
    path.write_text(json.dumps({**plan, "pairs": {"base_sha": "abc", "select_paths": rules}}), encoding="utf-8")
    with pytest.raises(UsageError, match="invalid-plan"):
        plans.load(path)


@pytest.mark.parametrize("make", [affected, nothing_affected])
def test_a_verdict_keeps_what_was_left_out(make: object) -> None:
    found = make()  # type: ignore[operator] # either of two functions
    assert json_v1.load(json_v1.dump(found), "verdict.json").selection == found.selection


def test_every_output_lists_it_and_none_counts_it_as_unchanged() -> None:
    shown = view.build(affected())
    comment, text = markdown.comment(shown), console.render(shown)
    sentence = "26 of 30 benchmarks were not measured: nothing that changed runs in them"
    assert f"<details><summary>{sentence}</summary>" in comment
    assert "<b>" not in comment
    assert "and 6 more" in comment or "6 more" in comment
    assert sentence in " ".join(text.split())
    assert affected().counts()["unchanged"] == 3


def test_shards_are_added_up() -> None:
    reports = {Shard(number=1, count=2): affected(), Shard(number=2, count=2): report(row("test_alone", "unchanged"))}
    whole = merge("unit", {shard: replace(each, suite=shard.suite("unit")) for shard, each in reports.items()})
    assert whole.selection is not None
    assert whole.selection.measured == 4 + 1
    assert len(whole.selection.left_out) == 26
