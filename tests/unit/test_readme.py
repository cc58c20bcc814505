"""The workflow in the README is one to copy: least rights, pinned, with inputs that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _yaml(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(text)
    return loaded


ACTION = _yaml((ROOT / "action.yml").read_text(encoding="utf-8"))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


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
