"""Every input of the action with a value that it does not take: refused before anything is measured, and told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from entrypoint import untrusted
from entrypoint.comments_github import WORKFLOW_BOT
from tests.edge.job import pull_request, sha
from tests.edge.test_publish import MARKER

if TYPE_CHECKING:
    from tests.github_api import GitHubApi

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
FREE = {"command", "results", "setup", "accept-label", "token"}
"""Inputs that take any text."""
BY_SETUP = {"runtime", "stage"}
"""Inputs that ``steps/setup.sh`` refuses; see ``tests/programs/test_setup_step.py``."""
ELSEWHERE = {"config": "[config-missing]", "mode": "there is no mode 'quik' (quick); did you mean 'quick'?"}

REFUSED = [
    ("format", "golang", "there is no format 'golang'; did you mean 'go'?"),
    ("format", "pytest_benchmark", "did you mean 'pytest-benchmark'?"),
    ("compare", "pair", "'pair' is not known; did you mean 'paired'?"),
    ("time-limit", "3", "'3' has no unit: write '3m' or '3s'"),
    ("time-limit", "soon", "'soon' is not a duration: write it like '90s', '2m' or '1h30m'"),
    ("save-baseline", "perhaps", "'perhaps' is not known"),
    ("working-directory", "../elsewhere", "../elsewhere"),
    ("working-directory", "/etc", "/etc"),
    ("explain", "alwais", "'alwais' is not known; did you mean 'always'?"),
    ("save-baseline", "ture", "did you mean 'true'?"),
    ("select", "affcted", "'affcted' is not known; did you mean 'affected'?"),
    ("mention", "authors", "'authors' is not known; did you mean 'author'?"),
    ("store", "s4://bucket", "there is no kind of store 's4'; did you mean 's3'?"),
    ("baseline-workflow", ".github/workflows/a.yml", "is not the name of a file in .github/workflows, like"),
    ("baseline-workflow", "../evil.yml", "is not the name of a file"),
    ("baseline-workflow", "a.yml@main", "is not the name of a file"),
    ("baseline-workflow", "benchmarks", "like 'benchmarks.yml'"),
    ("fail-on", "regresed", "fail-on does not know 'regresed'; did you mean 'regressed'?"),
    ("fail-on", "regressed, budget-critcal", "did you mean 'budget-critical'?"),
    ("fail-on", ",", "fail-on names no verdict"),
    ("comment", "on-change", "'on-change' is not known; did you mean 'changes'?"),
    ("check", "flase", "did you mean 'false'?"),
    ("name", "a b", "the input 'name' is wrong: 'a b'"),
    ("shard", "5/4", "'5/4' is no shard such as 2/4"),
    ("runner", "5/4", "'5/4' is no runner such as 2/4"),
    ("head-sha", "main", "the input 'head-sha' is 'main'"),
    ("suites", "one\na b", "'a b'"),
    ("retention-days", "ten", "'ten' is not a whole number of days up to 400"),
    ("retention-days", "401", "'401' is not a whole number of days"),
    ("retention-days", "-1", "'-1' is not a whole number of days"),
    ("config", "benchverdict.tml", ELSEWHERE["config"]),
    ("mode", "quik", ELSEWHERE["mode"]),
]


@pytest.mark.parametrize(("name", "value", "reason"), REFUSED)
def test_a_bad_value_of_any_input_is_refused_before_measuring(
    api: GitHubApi, tmp_path: Path, name: str, value: str, reason: str
) -> None:
    variable = f"BENCHVERDICT_INPUT_{name.upper().replace('-', '_')}"
    this = pull_request(api, tmp_path, fork=False, **{variable: value})
    (tmp_path / "workspace" / "benchverdict.toml").write_text("[modes.quick]\n")
    assert this.run("fetch") == 2
    assert reason in this.log
    assert "what to do: " in this.log
    assert name in ELSEWHERE or f"[input-{name}]" in this.log
    assert not (this.work / "plan.json").exists()
    assert api.world.log == []
    assert reason in untrusted.reason(this.work, "fetch")


def test_no_input_is_left_out() -> None:
    assert {name for name, _, _ in REFUSED} | FREE | BY_SETUP == set(ACTION["inputs"])


GOOD = [
    ("format", "AUTO"),
    ("format", "Go"),
    ("fail-on", "never"),
    ("fail-on", " regressed , errored "),
    ("time-limit", "90s"),
    ("retention-days", "0"),
    ("retention-days", "90"),
    ("baseline-workflow", "benchmarks.yaml"),
    ("check", "True"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_value_is_measured(api: GitHubApi, tmp_path: Path, name: str, value: str) -> None:
    variable = f"BENCHVERDICT_INPUT_{name.upper().replace('-', '_')}"
    this = pull_request(api, tmp_path, fork=False, **{variable: value})
    assert this.run("fetch") == 0, this.log


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[measure]\nformat = "golang"\n', "did you mean 'go'?"),
        ('[gate]\nrule = "median > 10%"\n[measure]\nformat = "go"\n', ""),
        ('[gate]\nrule = "meen > 10%"\n', "rule in [gate]"),
    ],
)
def test_what_report_would_refuse_of_the_configuration_is_refused_before(
    api: GitHubApi, tmp_path: Path, text: str, reason: str
) -> None:
    this = pull_request(api, tmp_path)
    (tmp_path / "workspace" / "benchverdict.toml").write_text(text)
    assert this.run("fetch") == (2 if reason else 0), this.log
    assert reason in this.log
    assert (this.work / "plan.json").exists() is not bool(reason)


@pytest.mark.parametrize("name", ["comment", "check", "fail-on"])
def test_reviewers_learn_why_an_input_was_refused(api: GitHubApi, tmp_path: Path, name: str) -> None:
    """Publish, too, has the bad input, and an earlier comment must not stand as if it were of this run."""
    earlier = api.world.add_comment(7, WORKFLOW_BOT, f"{MARKER}\nAll is well.")
    variable = f"BENCHVERDICT_INPUT_{name.upper().replace('-', '_')}"
    this = pull_request(api, tmp_path, fork=False, **{variable: "sometimes"})
    assert this.run("fetch") == 2
    assert this.run("publish") == 0, this.log
    [check] = api.world.checks.values()
    assert (check.conclusion, check.title, check.head_sha) == ("failure", "No verdict", sha("t1"))
    for text in (earlier.body, str(check.summary)):
        assert "fetch ended with exit code 2: " in text
        assert "sometimes" in text
        assert f"&#91;input-{name}&#93;" in text


def test_publish_alone_refuses_a_bad_input(api: GitHubApi, tmp_path: Path) -> None:
    this = pull_request(api, tmp_path, BENCHVERDICT_INPUT_COMMENT="sometimes")
    assert this.run("publish") == 2
    assert api.world.log == []
