"""What must hold of action.yml, so that nobody's input runs as code and the token stays where it is needed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from entrypoint.gate import COUNTED

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
SCRIPTS = {name: step for name, step in STEPS.items() if "run" in step}


PREFIX = "BENCHVERDICT_INPUT_"


def passed(name: str) -> set[str]:
    """The inputs that a step passes to its script, as the variables are called."""
    return {key.removeprefix(PREFIX) for key in SCRIPTS[name]["env"] if key.startswith(PREFIX)}


@pytest.mark.parametrize(
    ("name", "script"),
    [("Set up", "setup.sh"), ("Make the environment", "environment.sh"), ("Report", "report.sh")],
)
def test_a_step_passes_what_its_script_reads_and_nothing_else(name: str, script: str) -> None:
    text = (ROOT / "entrypoint" / "steps" / script).read_text(encoding="utf-8")
    assert passed(name) == set(re.findall(rf"\b{PREFIX}([A-Z_]+)", text))


@pytest.mark.parametrize("name", ["Find the baseline", "Collect", "Store", "Publish"])
def test_a_step_passes_what_python_reads(name: str) -> None:
    text = (ROOT / "entrypoint" / "inputs.py").read_text(encoding="utf-8")
    assert passed(name)
    assert [known for known in passed(name) if not re.search(rf'"({PREFIX})?{known}"', text)] == []


def test_every_step_that_asks_what_the_event_means_has_what_decides_it() -> None:
    for name in ("Find the baseline", "Collect", "Publish"):
        assert {"HEAD_SHA", "ACCEPT_LABEL", "NAME"} <= passed(name), name


PYTHON_OF = {"ask": "may_ask.py", "fetch": "fetch.py", "gate": "gate.py"}
"""What writes the outputs of a step whose script does not name them."""

USED = {"actions/upload-artifact": {"artifact-url"}}
"""The outputs that are read of the actions that are used."""


def written_by(step: dict[str, Any], name: str) -> bool:
    """Whether a step writes an output: its script, the Python of that, or the action that it uses."""
    if "uses" in step:
        return name in USED.get(step["uses"].partition("@")[0], ())
    text = (ROOT / "entrypoint" / "steps" / step["run"].rstrip('"').rpartition("/")[2]).read_text(encoding="utf-8")
    if step["id"] in PYTHON_OF:
        text += (ROOT / "entrypoint" / PYTHON_OF[step["id"]]).read_text(encoding="utf-8")
    counts = step["id"] == "gate" and name.replace("-", "_") in COUNTED
    return counts or re.search(rf'("|echo |\]=){re.escape(name)}=|"{re.escape(name)}":', text) is not None


def test_every_output_that_is_read_is_written_by_its_step() -> None:
    """One that is not is empty where it is read, and nothing else says so."""
    by_id = {step["id"]: step for step in STEPS.values() if "id" in step}
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    read = set(re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text))
    assert len(read) > 40
    assert sorted((step, name) for step, name in read if not written_by(by_id[step], name)) == []
    assert not written_by(by_id["setup"], "python")


def test_every_step_that_is_read_comes_before() -> None:
    seen: set[str] = set()
    for name, step in STEPS.items():
        assert set(re.findall(r"steps\.([\w-]+)\.", str(step))) <= seen, name
        seen.add(step.get("id", ""))


def test_every_step_that_runs_our_python_gets_where_it_is() -> None:
    place = {
        "BENCHVERDICT_RUNTIME": "${{ steps.setup.outputs.runtime }}",
        "BENCHVERDICT_IMAGE": "${{ steps.setup.outputs.image }}",
        "BENCHVERDICT_PYTHON": "${{ steps.environment.outputs.python }}",
    }
    for name in ("Find the baseline", "Report", "Collect", "Store", "Publish"):
        assert SCRIPTS[name]["env"].items() >= place.items(), name


def runs(name: str, stage: str, event: str = "push", **outputs: str) -> bool:
    """Whether a step runs where nothing fails: its condition, read as Python; other outputs than these are empty."""
    text = str(STEPS[name].get("if", "true")).removeprefix("${{").removesuffix("}}")
    values = {
        "inputs.stage": stage,
        "github.event_name": event,
        "github.ref": "refs/heads/main",
        "github.event.repository.default_branch": "main",
    }
    text = re.sub(r"steps\.[\w-]+\.outputs\.([\w-]+)", lambda found: repr(outputs.get(found[1], "")), text)
    text = re.sub(r"steps\.[\w-]+\.outcome", "'success'", text)
    for known, value in values.items():
        text = re.sub(rf"{re.escape(known)}(?![\w.])", repr(value), text)
    text = text.replace("!cancelled()", "True").replace("always()", "True").replace("true", "True", text == "true")
    text = text.replace("&&", "and").replace("||", "or")
    calls = {"contains": lambda items, item: item in items, "format": str.format, "fromJSON": json.loads}
    return bool(eval(text.strip(), calls))


OF_STAGE = {
    "all": ["Look at the checkout", "Find the baseline", "Measure", "Report", "Publish"],
    "request": ["Who asks", "Publish"],
    "publish": ["Publish"],
    "aggregate": ["Collect", "Publish"],
    "store": ["Store"],
    "watch": ["Publish"],
}


@pytest.mark.parametrize("stage", OF_STAGE)
def test_every_stage_runs_the_steps_that_it_needs(stage: str) -> None:
    ran = [name for name in SCRIPTS if runs(name, stage, may="true", packages="/packages", work="/work")]
    ours = {"Set up", "Make the environment", "Gate"}
    assert ours <= set(ran)
    assert [name for name in ran if name not in ours] == OF_STAGE[stage]


def test_a_stage_for_somebody_who_may_not_ask_runs_nothing_but_the_question() -> None:
    assert [name for name in SCRIPTS if runs(name, "request", may="false")][:2] == ["Who asks", "Publish"]
    assert "steps.setup.outcome == 'success'" in STEPS["Publish"]["if"]


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


MEASURES = ("pull_request", "push", "merge_group", "schedule", "workflow_dispatch")


def test_packages_are_restored_and_saved_for_known_events_alone() -> None:
    """A kept archive can write any file of the runner, and on a comment a job runs beside the branch's own cache."""
    found = {"packages": "/packages", "uploads": "true", "fetched": "true"}
    for event in (*MEASURES, "issue_comment", "workflow_run", "pull_request_target", "repository_dispatch", "new"):
        assert runs("Restore packages", "all", event, **found) is (event in MEASURES), event
        assert runs("Save packages", "all", event, **found) is (event in MEASURES[1:] and event != "merge_group"), event
    for stage in set(OF_STAGE) - {"all"}:
        assert not runs("Restore packages", stage, **found)
        assert not runs("Save packages", stage, **found)


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
