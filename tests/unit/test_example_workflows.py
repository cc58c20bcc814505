"""The workflows of the documentation are the files in examples/workflows, and what they ask for is the least."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / "examples" / "workflows").glob("*.yml"))
PAGES = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))


def jobs(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert loaded["permissions"] == {}
    return dict(loaded["jobs"])


def steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of a job; of one that calls the reusable workflow those that it runs."""
    if "uses" not in job:
        return list(job["steps"])
    assert job["uses"] == "OWNER/benchverdict/.github/workflows/benchmark.yml@v1"
    return []


REUSABLE: dict[str, Any] = YAML(typ="safe").load(
    (ROOT / ".github" / "workflows" / "benchmark.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_documentation_shows_this_very_file(path: Path) -> None:
    assert f"```yaml\n# .github/workflows/{path.name}\n{path.read_text(encoding='utf-8')}```" in PAGES


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_it_uses_inputs_that_there_are_and_pins_what_is_not_ours(path: Path) -> None:
    for job in jobs(path).values():
        assert set(job.get("with", {})) <= set(REUSABLE["on"]["workflow_call"]["inputs"])
        for step in steps(job):
            used = step.get("uses", "OWNER/benchverdict@v1")
            if used.startswith("OWNER/"):
                assert set(step.get("with", {})) <= set(ACTION["inputs"]) or "run" in step
            else:
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used)


def test_what_runs_code_on_a_comment_has_nothing_to_misuse() -> None:
    """Such runs are those of the default branch: with its secrets, and with its caches where a step uses them."""
    path = ROOT / "examples" / "workflows" / "benchmarks-on-request.yml"
    assert "secrets" not in path.read_text(encoding="utf-8").replace("no secrets", "")
    running = [job for job in jobs(path).values() if any("run" in step for step in job["steps"])]
    assert len(running) == 1
    for job in running:
        assert set(job["permissions"].values()) == {"read"}
        checkout, *others = job["steps"]
        assert checkout["with"] == {"ref": "${{ needs.request.outputs.head-sha }}", "persist-credentials": False}
        assert not [step for step in others if "cache" in str(step)]
        assert job["if"] == "needs.request.outputs.head-sha"


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, ROOT / ".github" / "workflows" / "benchmark.yml"], ids=lambda path: path.stem
)
def test_no_job_with_the_right_to_write_has_the_code_of_a_pull_request(path: Path) -> None:
    for job in jobs(path).values():
        writes = any(right == "write" for right in job["permissions"].values())
        used = [step.get("uses", "").partition("@")[0] for step in steps(job)]
        assert not (writes and ("actions/checkout" in used or any("run" in step for step in steps(job))))


def test_the_reusable_workflow_asks_for_no_more_than_its_caller_grants() -> None:
    [caller] = jobs(ROOT / "examples" / "workflows" / "benchmarks-called.yml").values()
    for job in REUSABLE["jobs"].values():
        assert job["permissions"].items() <= caller["permissions"].items()
        for step in steps(job):
            assert "inputs." not in str(step.get("run", "")), "an input is no part of a script"
            if step.get("uses", "").startswith("OWNER/"):
                assert set(step["with"]) <= set(ACTION["inputs"])


@pytest.mark.parametrize(
    "path", [*WORKFLOWS, *sorted((ROOT / ".github" / "workflows").glob("*.yml"))], ids=lambda path: path.stem
)
def test_no_job_runs_for_hours(path: Path) -> None:
    loaded: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    for name, job in loaded["jobs"].items():
        assert "uses" in job or 1 <= job["timeout-minutes"] <= 120, name
