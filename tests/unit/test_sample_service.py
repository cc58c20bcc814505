"""The sample service as a project of its own: its configuration, its workflow and its requirements hold together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reporter.config.globs import glob
from reporter.config.reading import load

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "examples" / "service"
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORKFLOW = (SERVICE / ".github" / "workflows" / "performance.yml").read_text(encoding="utf-8")
LOADED: dict[str, Any] = YAML(typ="safe").load(WORKFLOW)
CONFIG = load(None, SERVICE)
TESTS = sorted(
    f"suite/{path.name}::{name}"
    for path in (SERVICE / "suite").glob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
)


def test_its_modes_start_the_service() -> None:
    assert dict(CONFIG.modes).keys() == {"quick", "full", "load", "stress"}
    for _, settings in CONFIG.modes:
        assert settings.service
        assert settings.service.reset


@pytest.mark.parametrize("name", TESTS)
def test_every_benchmark_has_the_category_of_its_file(name: str) -> None:
    rule = CONFIG.rule_for(name)
    assert rule
    assert rule.category == name.partition("::")[0].removeprefix("suite/test_").removesuffix(".py")


@pytest.mark.parametrize("match", sorted({rule.match for rule in CONFIG.budgets if rule.match.startswith("suite/")}))
def test_every_budget_is_for_a_benchmark_that_there_is(match: str) -> None:
    of_a_function = match.partition("[")[0]
    assert any(glob(of_a_function).matches(name) for name in TESTS)


def test_every_budget_of_an_own_number_is_for_a_benchmark_that_leaves_it() -> None:
    statistics = {"p95", "p99"}
    for rule in CONFIG.budgets:
        if rule.match.startswith("suite/") and rule.metric not in statistics:
            source = (SERVICE / rule.match.partition("::")[0]).read_text(encoding="utf-8")
            assert f'extra_info["{rule.metric}"]' in source, rule.match


def test_its_workflow_uses_inputs_that_there_are_and_pins_what_is_not_ours() -> None:
    (job,) = LOADED["jobs"].values()
    assert LOADED["permissions"] == {}
    for step in job["steps"]:
        used = step.get("uses", "")
        if used.startswith("OWNER/"):
            assert set(step["with"]) <= set(ACTION["inputs"])
        elif used:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used)
        assert "${{" not in step.get("run", "")


def test_its_workflow_knows_the_modes() -> None:
    assert LOADED["on"]["workflow_dispatch"]["inputs"]["mode"]["options"] == list(dict(CONFIG.modes))
    assert {schedule["cron"] for schedule in LOADED["on"]["schedule"]} == set(
        re.findall(r"event\.schedule == '([^']+)'", WORKFLOW)
    )


def test_its_requirements_are_pinned_by_hash_without_addresses() -> None:
    text = (SERVICE / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.MULTILINE)
    assert len(pinned) > 20
    assert len(re.findall(r"==[^\n]*\\\n    --hash=sha256:", text)) == len(pinned)
    assert "://" not in text
