"""The configuration: what it says, and how it says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.config import Config
from reporter.config.reading import load, parse_fail_on
from reporter.shared.errors import UsageError
from reporter.shared.model import ServiceRule

if TYPE_CHECKING:
    from pathlib import Path

FULL = """
[gate]
fail-on = ["regressed", "errored"]
[measure]
command = "pytest --benchmark-json={output}"
runs = 2
baseline-runs = 7
run-time-limit = "5 min"
shorten = false
[modes.quick]
command = "pytest -k quick"
[modes.load]
confirm = false
[[metric]]
match = "*:hit_rate"
unit = "%"
better = "higher"
[[benchmark]]
match = "test_api_*"
category = "api"
threshold = "5 %"
[[benchmark]]
match = "test_api_search[*"
category = "search"
[[budget]]
match = "test_api_*"
metric = "p95"
warning = "80 ms"
critical = "0.1 s"
[[accept]]
match = "test_api_search*"
until = 2027-01-31
reason = "new ranking"
"""


def _load(folder: Path, text: str, name: str = "benchverdict.toml") -> Config:
    (folder / name).write_text(text, encoding="utf-8")
    return load(None, folder)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (f"[measure]\nrun-time-limit = {'9' * 400}", "config-value", "too large"),
        (f"[measure]\nrun-time-limit = {'9' * 5_000}", "config-unreadable", ""),
        ("[measure]\nrun-time-limit = true", "config-value", "'true' is not a number"),
        ("[measure]\ntime-limit = nan", "config-value", "is not a duration"),
        ("[measure]\ntime-limit = 3", "config-value", "measure.time-limit: 3 has no unit: write '3m' or '3s'"),
        ("[modes.a]\nrun-time-limit = '3'", "config-value", "modes.a.run-time-limit: '3' has no unit"),
        ("[service]\ncommand = 'x'\nready-within = 10", "config-value", "service.ready-within: 10 has no unit"),
        ("[load]\np99 = 2.5", "config-value", "load.p99: 2.5 has no unit: write '2.5m' or '2.5s'"),
        ("[measure]\ntime-limit = [1]", "config-value", "not a number"),
        ('[[benchmark]]\nmatch = "a"\nthreshold = true', "config-value", "'true' is not a number"),
        (f'[[benchmark]]\nmatch = "a"\nthreshold = {"9" * 400}', "config-value", "too large"),
        (f"a = {'[' * 100_000}", "config-unreadable", ""),
        ('[history]\npinned = "v1.2"', "config-value", "'v1.2' is not a commit"),
    ],
    ids=range(13),
)
def test_what_is_no_number_is_said_and_no_defect(tmp_path: Path, text: str, code: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        _load(tmp_path, text)
    assert caught.value.code == code
    assert words in caught.value.what
    assert len(caught.value.what) < 300


def test_a_pinned_commit_may_be_short(tmp_path: Path) -> None:
    assert _load(tmp_path, '[history]\npinned = "4f6c9d2b1a"').pinned == "4f6c9d2b1a"


def test_everything_is_read(tmp_path: Path) -> None:
    config = _load(tmp_path, FULL)
    assert config.fail_on == ("regressed", "errored")
    quick, load_mode = config.in_mode("quick"), config.in_mode("load")
    assert (quick.command, quick.runs, quick.baseline_runs) == ("pytest -k quick", 2, 7)
    assert (quick.run_time_limit_seconds, quick.shorten) == (300, False)
    assert (quick.second_look_runs, load_mode.second_look_runs) == (2, 0)
    hit_rate = config.declared("test_cache", "hit_rate")
    assert hit_rate is not None
    assert (hit_rate.factor, hit_rate.unit, hit_rate.better) == (0.01, "1", "higher")
    assert config.declared("test_cache", "misses") is None
    (accepted,) = config.accepts
    assert (accepted.match, str(accepted.until), accepted.reason) == ("test_api_search*", "2027-01-31", "new ranking")
    (budget,) = config.budgets
    assert (budget.match, budget.metric, budget.unit) == ("test_api_*", "p95", "s")
    assert (budget.target, budget.warning, budget.critical) == (None, 0.08, 0.1)


def test_a_mode_has_the_service_of_all_its_own_or_none(tmp_path: Path) -> None:
    text = """
    [service]
    command = "serve"
    ready-url = "/ready"
    [modes.same]
    [modes.none]
    service = false
    [modes.own.service]
    command = "other"
    ready-command = "true"
    ready-within = "2 min"
    reset = "seed"
    port = 80
    """
    config = _load(tmp_path, text)
    assert config.measure.service == ServiceRule(command="serve", ready_url="/ready")
    assert config.in_mode("same").service == config.measure.service
    assert config.in_mode("none").service is None
    assert config.in_mode("own").service == ServiceRule(
        command="other", ready_command="true", ready_within_seconds=120.0, reset="seed", port=80
    )


def test_the_most_specific_match_wins_and_brackets_are_literal(tmp_path: Path) -> None:
    config = _load(tmp_path, FULL)
    api, search = config.rule_for("test_api_list"), config.rule_for("test_api_search[3]")
    assert api is not None
    assert search is not None
    assert api.category == "api"
    assert api.threshold == pytest.approx(0.05)
    assert search.category == "search"
    assert config.rule_for("test_db") is None


def test_defaults_and_pyproject(tmp_path: Path) -> None:
    assert load(None, tmp_path) == Config()
    (tmp_path / "pyproject.toml").write_text("[tool.benchverdict.measure]\nruns = 4\n", encoding="utf-8")
    assert load(None, tmp_path).measure.runs == 4
    assert load(tmp_path / "pyproject.toml", tmp_path).measure.runs == 4


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("[gat]\n", "config-unknown-key", "did you mean 'gate'"),
        ("[measure]\nrun = 3\n", "config-unknown-key", "did you mean 'runs'"),
        ("[modes.quick]\ncomand = 'x'\n", "config-unknown-key", "modes.quick.comand"),
        ("[gate]\nfail-on = ['regresed']\n", "unknown-fail-on", "did you mean 'regressed'"),
        ("[measure]\nruns = 0\n", "config-value", "measure.runs = 0"),
        ("[measure]\nruns = true\n", "config-value", "measure.runs = True"),
        ("[measure]\nrun-time-limit = '5 MB'\n", "config-value", "not a duration"),
        ("[measure]\ncommand = 3\n", "config-value", "not a text"),
        ("[measure]\nconfirm = 'perhaps'\n", "config-value", "neither true nor false"),
        ("[[benchmark]]\ncategory = 'x'\n", "config-value", "match is missing"),
        ("[[benchmark]]\nmatch = 'x'\nthreshold = -1\n", "config-value", "not a share"),
        ("[[metric]]\nmatch = 'x'\nbetter = 'more'\n", "config-value", "not known"),
        ("[[budget]]\nmatch = 'x'\ncritical = 1\n", "config-value", "budget[0].metric is missing"),
        ("[[budget]]\nmetric = 'p95'\ncritical = 1\n", "config-value", "match is missing"),
        ("[[budget]]\nmatch = 'x'\nmetric = 'p95'\n", "config-value", "budget[0]: a budget needs"),
        ("[[budget]]\nmatch = 'x'\nmetric = 'p95'\ncritcal = 1\n", "config-unknown-key", "did you mean 'critical'"),
        (
            "[[budget]]\nmatch = 'x'\nmetric = 'p95'\ncritical = 1\nmodes = ['quik']\n[modes.quick]\n",
            "config-value",
            "no mode 'quik'; did you mean 'quick'",
        ),
        ("[measure]\nrequires-url = 'file:///etc'\n", "config-value", "not a web address"),
        ("[[accept]]\nmatch = 'x'\nreason = 'y'\n", "config-value", "accept[0] needs until and reason"),
        ("[[accept]]\nmatch = 'x'\nreason = 'y'\nuntil = 'soon'\n", "config-value", "not a date"),
        ("[service]\ncommand = 'x'\n", "config-value", "service: it needs ready-url or ready-command, one of the two"),
        ("[service]\nready-url = '/'\n", "config-value", "service: it needs a command"),
        ("[service]\ncommand = 'x'\nready-url = 'x'\n", "config-value", "is not a web address"),
        ("[service]\ncommand = 'x'\nready-url = '/'\nport = 70000\n", "config-value", "port = 70000 is not a whole"),
        ("[service]\ncommand = 'x'\nready-url = '/'\nport = true\n", "config-value", "port = True is not a whole"),
        ("[service]\nready-urls = '/'\n", "config-unknown-key", "service.ready-urls; did you mean 'ready-url'"),
        ("[service]\ncommand = 'x'\nready-within = 'soon'\n", "config-value", "service.ready-within"),
        ("[modes.a.service]\ncommand = 'x'\n", "config-value", "modes.a.service: it needs"),
        ("[modes.a]\nservice = true\n", "config-value", "modes.a.service is not a table"),
        ("service = false\n", "config-value", "service is not a table"),
        ("[measure.service]\ncommand = 'x'\n", "config-unknown-key", "measure.service"),
        ("measure = 3\n", "config-value", "not a table"),
        ("benchmark = 3\n", "config-value", "not a list of tables"),
        ("[gate\n", "config-unreadable", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, code: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        _load(tmp_path, text)
    assert caught.value.code == code
    assert says in str(caught.value)
    assert "benchverdict.toml" in caught.value.where
    assert caught.value.cure


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such configuration file"):
        load(tmp_path / "none.toml", tmp_path)
    with pytest.raises(UsageError, match="there is no mode 'quik'"):
        _load(tmp_path, FULL).in_mode("quik")


def test_never_fails_on_nothing() -> None:
    assert parse_fail_on(["never"], "here") == ()
    assert parse_fail_on(["regressed", " missing "], "here") == ("regressed", "missing")
