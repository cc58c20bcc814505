"""The README says what is so: inputs, outputs, exit codes, the workflow to copy, the configuration, the commands."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reporter import config
from reporter.cli import EXIT_CODES, build_parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _yaml(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(text)
    return loaded


ACTION = _yaml((ROOT / "action.yml").read_text(encoding="utf-8"))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def _table(heading: str) -> list[str]:
    section = README.split(heading, 1)[1]
    return re.findall(r"^\| (?!---)(.*) \|$", section.split("\n#", 1)[0], flags=re.MULTILINE)[1:]


def test_inputs_are_those_of_the_action() -> None:
    rows = [
        " | ".join((f"`{name}`", f"`{entry['default']}`" if entry.get("default") else "", entry["description"]))
        for name, entry in ACTION["inputs"].items()
    ]
    assert _table("### Inputs") == rows


def test_outputs_are_those_of_the_action() -> None:
    assert _table("### Outputs") == [f"`{name}` | {entry['description']}" for name, entry in ACTION["outputs"].items()]


def test_exit_codes_are_those_of_the_command_line() -> None:
    codes = [row.split(" | ")[0] for row in _table("## Exit codes")]
    assert sorted(codes) == sorted(set(re.findall(r"(?<![\w.])(\d+)(?= )", EXIT_CODES)))


def test_the_workflow_uses_what_our_own_use() -> None:
    workflow = _yaml(_blocks("yaml")[0])
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    ours = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    for step in steps:
        used = step.get("uses", "")
        assert "benchverdict" in used or not used or used.split("#")[0].strip() in ours
    for job in workflow["jobs"].values():
        assert set(job["steps"][-1]["with"]) <= set(ACTION["inputs"])
    assert workflow["permissions"] == {}


def test_the_recommended_job_that_runs_code_may_write_nothing() -> None:
    jobs = _yaml(_blocks("yaml")[0])["jobs"]
    running = [job for job in jobs.values() if any("run" in step or "checkout" in str(step) for step in job["steps"])]
    assert len(running) == 1
    assert set(running[0]["permissions"].values()) == {"read"}
    assert all("timeout-minutes" in job for job in jobs.values())


def test_the_configuration_is_valid() -> None:
    example = config.parse(tomllib.loads(_blocks("toml")[0]), "README.md")
    defaults = config.MeasureSettings()
    assert example.measure.runs == defaults.runs
    assert example.measure.baseline_runs == defaults.baseline_runs
    assert example.measure.confirm_runs == defaults.confirm_runs


@pytest.mark.parametrize("line", [line[2:] for block in _blocks("console") for line in block.splitlines()])
def test_the_commands_are_understood(line: str, tmp_path: Path) -> None:
    program, *arguments = line.split()
    if program == "benchverdict":
        parsed = build_parser().parse_args(arguments)
        assert isinstance(parsed, argparse.Namespace)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
