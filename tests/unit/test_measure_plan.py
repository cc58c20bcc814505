from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.plan import Plan, dump, load
from reporter.shared.errors import UsageError
from reporter.shared.model import ServiceRule
from tests.measure_plans import ROOT, plan_json

if TYPE_CHECKING:
    from pathlib import Path

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"schema": "plan/v2"}, "plan/v1"),
    ({"name": ""}, "'name'"),
    ({"name": 3}, "'name'"),
    ({"script": "a\0b"}, "'script'"),
    ({"script": None}, "exactly one"),
    ({"command": ["pytest"]}, "exactly one"),
    ({"script": None, "command": []}, "'command'"),
    ({"script": None, "command": [""]}, "'command'"),
    ({"script": None, "command": ["a", 1]}, "'command'"),
    ({"script": None, "command": "pytest"}, "'command'"),
    ({"script": "\ud800"}, "'script'"),
    ({"results": "*.json"}, "'results'"),
    ({"results": [None]}, "'results'"),
    ({"runs": 0}, "'runs'"),
    ({"runs": True}, "'runs'"),
    ({"runs": 1.0}, "'runs'"),
    ({"confirm_runs": -1}, "'confirm_runs'"),
    ({"run_time_limit_seconds": 0}, "'run_time_limit_seconds'"),
    ({"run_time_limit_seconds": float("nan")}, "'run_time_limit_seconds'"),
    ({"run_time_limit_seconds": True}, "'run_time_limit_seconds'"),
    ({"plan": None}, "'plan'"),
    ({"head_sha": 1}, "'head_sha'"),
    ({"extra": 1}, "'extra'"),
    ({"pairs": []}, "'pairs' of the plan is not an object"),
    ({"pairs": {}}, "'pairs' of the plan lacks 'base_sha'"),
    ({"pairs": {"base_sha": "a", "colour": 1}}, "'colour'"),
    ({"pairs": {"base_sha": ""}}, "'pairs.base_sha' must be a commit"),
    ({"pairs": {"base_sha": "a", "setup": 1}}, "'pairs.setup'"),
    ({"pairs": {"base_sha": "a", "benchmarks_from": "base"}}, "'pairs.benchmarks_from'"),
    ({"pairs": {"base_sha": "a", "benchmark_paths": "*"}}, "'pairs.benchmark_paths'"),
    ({"pairs": {"base_sha": "a", "seconds": 0}}, "'pairs.seconds'"),
    ({"pairs": {"base_sha": "a", "seconds": None}}, "'pairs.seconds'"),
    ({"pairs": {"base_sha": "a", "pin": 1}}, "'pairs.pin'"),
    ({"pairs": {"base_sha": "a", "shorten": "no"}}, "'pairs.shorten'"),
    ({"pairs": {"base_sha": "a", "time_limit_seconds": -1}}, "'pairs.time_limit_seconds'"),
    ({"pairs": {"base_sha": "a", "isolate": None}}, "'pairs.isolate'"),
]


def written(folder: Path, content: object) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps(content))
    return path


def test_a_valid_plan_becomes_values(tmp_path: Path) -> None:
    content = plan_json(script=None, command=["a", "", " "], results=["*.json"], run_time_limit_seconds=1.5)
    jsonschema.validate(content, json.loads((ROOT / "schemas" / "plan-v1.json").read_text()))
    plan = load(written(tmp_path, content))
    assert plan == Plan(
        name="sample",
        command=("a", "", " "),
        results=("*.json",),
        runs=2,
        confirm_runs=1,
        run_time_limit_seconds=1.5,
    )


def test_pairs_of_a_plan_have_defaults(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "plan-v1.json").read_text())
    for given, expected in (
        ({"base_sha": "a"}, PairPlan("a")),
        (None, None),
        (
            {"base_sha": "a", "head_sha": "b", "setup": "make", "benchmarks_from": "head", "benchmark_paths": ["*"]}
            | {"seconds": 0.1, "pin": False, "time_limit_seconds": 60, "isolate": False, "shorten": False},
            PairPlan(
                "a", "b", "make", "head", ("*",), 0.1, pin=False, time_limit_seconds=60, isolate=False, shorten=False
            ),
        ),
    ):
        content = plan_json(pairs=given)
        jsonschema.validate(content, schema)
        assert load(written(tmp_path, content)).pairs == expected


PLANS = [
    Plan(name="sample", command=("a", "é"), results=("*.json",)),
    Plan(name="sample", script="make", plan="auto", pairs=PairPlan("a", setup="make", time_limit_seconds=60.0)),
    Plan(name="sample", script="make", service=ServiceRule(command="serve", ready_url="/"), requires_env=("KEY",)),
]


@pytest.mark.parametrize("plan", PLANS)
def test_what_is_written_is_read_again_and_keeps_to_its_schema(tmp_path: Path, plan: Plan) -> None:
    text = dump(plan)
    jsonschema.validate(json.loads(text), json.loads((ROOT / "schemas" / "plan-v1.json").read_text()))
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    assert load(tmp_path / "plan.json") == plan


def test_no_plan_file_asks_for_a_base_to_be_kept(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(dump(Plan(name="a", script="b", pairs=PairPlan("c", keep_base=True))))
    assert load(tmp_path / "plan.json").pairs == PairPlan("c")


@pytest.mark.parametrize(("changes", "part"), WRONG)
def test_a_wrong_value_is_named_with_its_file(tmp_path: Path, changes: dict[str, Any], part: str) -> None:
    path = written(tmp_path, plan_json(**changes))
    with pytest.raises(UsageError) as caught:
        load(path)
    assert part in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.code == "invalid-plan"


@pytest.mark.parametrize("key", sorted(plan_json()))
def test_every_key_is_needed(tmp_path: Path, key: str) -> None:
    content = plan_json()
    del content[key]
    with pytest.raises(UsageError, match=key):
        load(written(tmp_path, content))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]", b"null"])
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load(path)
    assert caught.value.exit_code == 2


def test_a_missing_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the plan"):
        load(tmp_path / "none.json")


def test_a_plan_built_from_arguments_is_checked_too() -> None:
    with pytest.raises(UsageError, match="'runs'"):
        Plan(name="sample", command=("true",), runs=0)
