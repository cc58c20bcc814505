"""What must hold of action.yml, so that nobody's input runs as code and the token stays where it is needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
SCRIPTS = {name: step for name, step in STEPS.items() if "run" in step}


PREFIX = "BENCHVERDICT_INPUT_"


def passed(name: str) -> set[str]:
    """The inputs that a step passes to its script, as the variables are called."""
    return {key.removeprefix(PREFIX) for key in SCRIPTS[name]["env"] if key.startswith(PREFIX)}


@pytest.mark.parametrize(("name", "script"), [("Set up", "setup.sh"), ("Report", "report.sh")])
def test_a_step_passes_what_its_script_reads_and_nothing_else(name: str, script: str) -> None:
    text = (ROOT / "entrypoint" / "steps" / script).read_text(encoding="utf-8")
    assert passed(name) == set(re.findall(rf"\b{PREFIX}([A-Z_]+)", text))


@pytest.mark.parametrize("name", ["Find the baseline", "Collect", "Publish"])
def test_a_step_passes_what_python_reads(name: str) -> None:
    text = (ROOT / "entrypoint" / "inputs.py").read_text(encoding="utf-8")
    assert passed(name)
    assert [known for known in passed(name) if not re.search(rf'"({PREFIX})?{known}"', text)] == []


def test_every_step_that_asks_what_the_event_means_has_what_decides_it() -> None:
    for name in ("Find the baseline", "Collect", "Publish"):
        assert {"HEAD_SHA", "ACCEPT_LABEL", "NAME"} <= passed(name), name


def test_no_step_holds_a_script_of_its_own() -> None:
    line = re.compile(r'bash "\$GITHUB_ACTION_PATH/entrypoint/steps/([a-z-]+\.sh)"')
    scripts = [line.fullmatch(step["run"]) for step in SCRIPTS.values()]
    assert [found[1] if found else found for found in scripts] == [
        *("ask.sh", "setup.sh", "environment.sh", "look.sh", "fetch.sh", "base-lacks.sh", "base-fetch.sh"),
        *("base-bring.sh", "measure.sh", "report.sh", "collect.sh", "store.sh", "publish.sh", "gate.sh"),
    ]


def test_every_input_reaches_a_step_under_its_name() -> None:
    of_steps = [step.get("env", {}) for step in SCRIPTS.values()]
    values = {key: value for each in of_steps for key, value in each.items() if key.startswith(PREFIX)}
    names = {key: key.removeprefix(PREFIX).lower().replace("_", "-") for key in values}
    assert values == {key: f"${{{{ inputs.{name} }}}}" for key, name in names.items()}
    assert set(ACTION["inputs"]) == set(names.values()) | {"token"}


def test_the_token_is_in_the_steps_that_speak_to_github() -> None:
    holding = [name for name, step in STEPS.items() if "inputs.token" in str(step)]
    assert holding == ["Who asks", "Find the baseline", "Fetch the base", "Collect", "Store", "Publish"]
    assert not [name for name, step in STEPS.items() if "github.token" in str(step)]


def test_no_step_with_the_token_runs_git_in_the_checkout() -> None:
    """Its configuration names programs that git runs, and these read the environment of the step's own shell."""
    for step in STEPS.values():
        if "inputs.token" in str(step):
            script = (ROOT / "entrypoint" / "steps" / step["run"].rstrip('"').rpartition("/")[2]).read_text()
            assert "of_checkout" not in script
            assert "GITHUB_WORKSPACE" not in script
    for name in ("Look at the checkout", "Look for the base", "Bring the base"):
        assert "token" not in str(STEPS[name]).lower()


def test_only_the_steps_with_an_output_file_of_their_own_write_outputs() -> None:
    values = {name: output["value"] for name, output in ACTION["outputs"].items()}
    others = {
        "artifact-url": "${{ steps.upload-report.outputs.artifact-url }}",
        "baseline-path": "${{ steps.report.outputs.baseline-path }}",
    }
    assert values == {name: f"${{{{ steps.gate.outputs.{name} }}}}" for name in values} | others


def test_the_page_is_uploaded_without_an_archive_and_links_lead_to_the_archive_where_that_fails() -> None:
    page, archive = STEPS["Upload the page"], STEPS["Upload the report"]
    assert page["with"]["archive"] is False
    assert "name" not in page["with"]  # the action takes that of the file
    assert page["continue-on-error"] is True
    assert page["uses"] == archive["uses"]
    assert STEPS["Publish"]["env"]["BENCHVERDICT_ARTIFACT_URL"] == (
        "${{ steps.upload-page.outputs.artifact-url || steps.upload-report.outputs.artifact-url }}"
    )


def test_the_gate_is_last_and_always() -> None:
    *_, last = STEPS.items()
    assert last[0] == "Gate"
    assert last[1]["if"].startswith("${{ always()")


def test_packages_are_kept_before_anything_of_the_project_runs_and_never_where_only_is_published() -> None:
    names = list(STEPS)
    restore, save = STEPS["Restore packages"], STEPS["Save packages"]
    assert names.index("Restore packages") < names.index("Make the environment") < names.index("Save packages")
    assert names.index("Save packages") < names.index("Measure")
    for step in (restore, save):
        assert "inputs.stage == 'all'" in step["if"]
        assert step["continue-on-error"] is True
        assert step["with"] == {
            "path": "${{ steps.setup.outputs.packages }}",
            "key": "${{ steps.setup.outputs.packages-key }}",
        }
    assert "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)" in save["if"]
    assert "github.event_name != 'pull_request'" in save["if"]


def test_nothing_is_published_without_the_environment() -> None:
    assert "steps.environment.outcome != 'failure'" in STEPS["Publish"]["if"]


def test_every_action_is_pinned_by_its_commit() -> None:
    places = [ROOT / "action.yml", *(ROOT / ".github" / "workflows").glob("*.yml")]
    used = [
        line.strip() for path in places for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line
    ]
    pinned = re.compile(r"(- )?uses: (\./ .*|OWNER/benchverdict@v1 # zizmor.*|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")
    assert len(used) > 5
    assert [line for line in used if not pinned.fullmatch(line)] == []
