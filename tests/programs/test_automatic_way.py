"""The way that ``run`` takes by itself: base and head in pairs where that is possible, else the head and a baseline."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reporter.cli import main
from reporter.measure.paired.pair_plan import PairPlan
from reporter.measure.paired.pairs import paired_sides
from reporter.measure.plan import Plan
from reporter.model import Baseline, Session
from reporter.store.directory import DirectoryStore
from reporter.store.history import AGAINST_ITSELF

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"
COMMAND = ("--", "bash", "bench.sh", "{output}")
COPY = 'cp result.json "$1"\n'
FAILS_ON_THE_BASE = f'test "$BENCHVERDICT_SIDE" = head || {{ echo cannot build; exit 7; }}\n{COPY}'


class Repository:
    """A git repository in the working directory whose benchmark command prints recorded results, made slower."""

    def __init__(self) -> None:
        self.git("init", "--quiet", "--initial-branch", "main")
        Path(".gitignore").write_text(".benchverdict/\n", encoding="utf-8")
        self.commit(1.0, "base")

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, env=environ)

    def commit(self, factor: float, message: str, script: str = COPY) -> None:
        document = json.loads(GOOD.read_text(encoding="utf-8"))
        for benchmark in document["benchmarks"]:
            data = benchmark["stats"]["data"]
            benchmark["stats"]["data"] = [value * factor * (1 + 1e-3 * (i % 7)) for i, value in enumerate(data)]
        Path("result.json").write_text(json.dumps(document), encoding="utf-8")
        Path("bench.sh").write_text(script, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository()


def _run(*options: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(("run", *options, *COMMAND), stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _report() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))
    return loaded


def _batches() -> list[tuple[int, int | None]]:
    record = json.loads(Path(".benchverdict/measure/measure.json").read_text(encoding="utf-8"))
    return [(run["batch"], run["pair"]) for run in record["runs"]]


EIGHT_PAIRS = [(0, index // 2) for index in range(16)]


def test_by_itself_everything_is_measured_in_pairs_and_the_baseline_is_not_asked(repository: Repository) -> None:
    assert _run("--runs", "1", "--save-baseline")[0] == 0
    repository.commit(1.03, "a little slower")
    code, _, stderr = _run()
    assert (code, stderr) == (10, "")
    report = _report()
    assert (report["compare"], report["confirm"]) == ("paired", False)
    assert report["counts"]["regressed"]
    assert not report["counts"]["inconclusive"]
    assert _batches() == EIGHT_PAIRS


def test_on_the_main_branch_the_base_is_the_saved_commit(repository: Repository) -> None:
    assert _run("--runs", "3", "--save-baseline")[0] == 0
    repository.commit(1.0, "harmless")
    repository.commit(1.5, "slower")
    code, _, stderr = _run()
    assert (code, stderr) == (10, "")
    report = _report()
    regressed = [row for row in report["benchmarks"] if row["verdict"] == "regressed"]
    assert len(regressed) == report["counts"]["regressed"] > 0
    assert all("8 pairs" in row["reason"] for row in regressed)
    assert report["measured"]["base_sha"] == _stored()[-1].commit


def test_without_a_baseline_the_base_is_where_the_branch_left(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "feature")
    repository.commit(1.5, "slower")
    code, _, _ = _run()
    report = _report()
    assert code == 10
    assert report["compare"] == "paired"
    assert report["measured"]["base_sha"] == report["baseline"]["commit"]
    assert report["counts"]["regressed"] > 0


def test_the_saved_commit_itself_is_held_against_its_baseline(repository: Repository) -> None:
    assert _run("--runs", "3", "--save-baseline")[0] == 0
    code, _, _ = _run()
    assert (code, _report()["compare"]) == (0, "screen")
    assert _batches() == [(0, None)]


def test_the_baseline_alone_is_used_when_asked_for(repository: Repository) -> None:
    repository.commit(1.5, "slower")
    code, stdout, _ = _run("--compare", "baseline")
    assert code == 0
    assert "second look" not in stdout
    assert _report()["baseline"] is None
    assert _batches() == [(0, None)]


@pytest.mark.parametrize("has_baseline", [True, False])
def test_a_base_that_cannot_be_run_is_said_and_fails_nothing_by_itself(
    repository: Repository, *, has_baseline: bool
) -> None:
    repository.commit(1.0, "the benchmark fails where it is the base", FAILS_ON_THE_BASE)
    if has_baseline:
        assert _run("--runs", "3", "--save-baseline")[0] == 0
    repository.commit(1.5, "slower", FAILS_ON_THE_BASE)
    code, stdout, _ = _run()
    report = _report()
    assert code == (10 if has_baseline else 0)
    assert report["gate"]["status"] == ("failed" if has_baseline else "undecided")
    told = "nothing was compared: the base run of pair 1 failed: the command ended with exit code 7"
    assert (told in report["gate"]["reasons"]) is not has_baseline
    assert "not-paired" in [warning["code"] for warning in report["warnings"]]
    assert ("2 more runs" in stdout) is has_baseline
    assert _batches() == [(0, None), *([(1, None)] * 2 if has_baseline else [])]


def test_a_base_that_cannot_be_run_leaves_explicit_pairs_undecided(repository: Repository) -> None:
    repository.commit(1.0, "the benchmark fails where it is the base", FAILS_ON_THE_BASE)
    repository.commit(1.5, "slower", FAILS_ON_THE_BASE)
    code, _, stderr = _run("--compare", "paired")
    assert code == 4
    assert "base" in stderr
    assert "cannot build" in stderr


UNSTEADY = """python3 - "$1" <<'END'
import json, random, sys
document = json.load(open("result.json"))
for benchmark in document["benchmarks"]:
    factor = random.lognormvariate(0, 1)
    benchmark["stats"]["data"] = [value * factor for value in benchmark["stats"]["data"]]
json.dump(document, open(sys.argv[1], "w"))
END
"""
"""Values that differ from run to run, whatever the code."""


@pytest.mark.parametrize(("limit", "named"), [(60.0, ["the time limit of 1 min is used up"]), (None, [])])
def test_a_limit_that_was_given_and_ended_measuring_is_named(
    repository: Repository, tmp_path: Path, limit: float | None, named: list[str]
) -> None:
    repository.commit(1.0, "unsteady", UNSTEADY)
    repository.commit(1.0, "unsteady still", UNSTEADY + "# more\n")
    pairs = PairPlan(base_sha="HEAD~1", time_limit_seconds=limit)
    plan = Plan(name="default", plan="auto", script="bash bench.sh {output}", pairs=pairs)
    measured, output = tmp_path / "measured", tmp_path / "report"
    with paired_sides(plan, measured, stream=io.StringIO()) as sides:
        sides.measure(3)
    record = json.loads((measured / "measure.json").read_text())
    (measured / "measure.json").write_text(json.dumps({**record, "paired_seconds": record["time_limit_seconds"]}))
    main(("report", "--measure", str(measured), "--output", str(output)), io.StringIO(), io.StringIO())
    warnings = json.loads((output / "verdict.json").read_text())["warnings"]
    texts = [warning["text"] for warning in warnings if warning["code"] == "time-limit-reached"]
    assert [text.partition(" undecided after 3 pairs: ")[2] for text in texts] == named
    assert not _pairs_planned_next(output)


@pytest.mark.parametrize("out_of_time", [True, False])
def test_after_a_look_that_time_cut_short_there_is_no_other(
    repository: Repository, tmp_path: Path, *, out_of_time: bool
) -> None:
    """Also where no pair was begun, so that their number does not tell."""
    repository.commit(1.0, "unsteady", UNSTEADY)
    repository.commit(1.0, "unsteady still", UNSTEADY + "# more\n")
    pairs = PairPlan(base_sha="HEAD~1", time_limit_seconds=60.0)
    plan = Plan(name="default", plan="auto", script="bash bench.sh {output}", pairs=pairs)
    measured, output = tmp_path / "measured", tmp_path / "report"
    with paired_sides(plan, measured, stream=io.StringIO()) as sides:
        sides.measure(8)
    record = json.loads((measured / "measure.json").read_text())
    assert record["out_of_time"] is None
    (measured / "measure.json").write_text(json.dumps({**record, "out_of_time": out_of_time}))
    main(("report", "--measure", str(measured), "--output", str(output)), io.StringIO(), io.StringIO())
    assert bool(_pairs_planned_next(output)) is not out_of_time


def _pairs_planned_next(report: Path) -> int:
    """Return how many pairs come next; a step that only explains, for what by chance looks slower, has none."""
    step = report / "next-step.json"
    return int(json.loads(step.read_text(encoding="utf-8"))["pairs"]) if step.exists() else 0


BUDGET = """[[budget]]
match = "*"
metric = "max"
warning = "1 ns"
critical = "10 min"
"""


def test_a_budget_is_held_against_whole_runs_beside_the_pairs(repository: Repository) -> None:
    """Of runs that were cut short, the longest round is not known."""
    Path("benchverdict.toml").write_text(BUDGET, encoding="utf-8")
    repository.commit(1.0, "a budget")
    repository.commit(1.5, "slower")
    code, _, _ = _run("--base", "HEAD~1")
    report = _report()
    assert (code, report["compare"]) == (10, "paired")
    assert {budget["status"] for budget in report["budgets"]} == {"warning"}
    assert _batches() == [(0, None), *EIGHT_PAIRS]


def _warned() -> set[str]:
    return {warning["code"] for warning in _report()["warnings"]} & {"same-code", "history-not-comparable"}


def _stored() -> list[Session]:
    found = DirectoryStore(Path(".benchverdict/baseline")).find("default")
    assert isinstance(found, Baseline)
    return list(found.history)


def test_a_baseline_knows_the_noise_of_pairs_of_its_commit_and_itself(repository: Repository) -> None:
    code, stdout, _ = _run("--runs", "3", "--save-baseline")
    assert code == 0
    assert "4 pairs of this commit and itself, for its noise and its level in short runs: at most about " in stdout
    noise, session = _stored()
    assert (noise.plan, session.plan) == (AGAINST_ITSELF, "whole")
    assert {len(runs) for runs in noise.statistics.values()} == {8}
    assert {len(runs) for runs in session.statistics.values()} == {3}
    assert _report()["measured"]["runs"] == 3
    assert _warned() == set()  # these pairs are meant to be the same code
    repository.commit(1.0, "harmless", COPY + "# harmless\n")
    code, _, _ = _run("--time-limit", "60")
    assert (code, _report()["compare"]) == (0, "paired")
    assert _warned() == set()  # nor are they sessions that were lost


def test_suspects_of_what_is_saved_are_confirmed_and_its_noise_is_kept(repository: Repository) -> None:
    assert _run("--runs", "3", "--save-baseline")[0] == 0
    repository.commit(1.5, "slower")
    code, stdout, _ = _run("--runs", "1", "--save-baseline")
    assert (code, "2 more runs" in stdout) == (10, True)
    assert _batches() == [(0, None), *((2, index // 2) for index in range(8)), (1, None), (1, None)]
    assert [session.plan for session in _stored()].count(AGAINST_ITSELF) == 2


@pytest.mark.parametrize("reason", ["uncommitted", "configured", "no repository", "other way"])
def test_without_need_or_a_clean_checkout_there_are_no_such_pairs(repository: Repository, reason: str) -> None:
    options = []
    if reason == "uncommitted":
        Path("bench.sh").write_text(COPY + "# more\n", encoding="utf-8")
    elif reason == "configured":
        Path("benchverdict.toml").write_text("[measure]\nnoise-pairs = 0\n", encoding="utf-8")
    elif reason == "no repository":
        shutil.rmtree(".git")
    else:
        options = ["--compare", "baseline"]
    code, stdout, _ = _run("--runs", "3", "--save-baseline", *options)
    assert code == 0
    assert ("for its noise: files are changed and not committed" in stdout) is (reason == "uncommitted")
    assert [session.plan for session in _stored()] == ["whole"]
    assert _batches() == [(0, None)] * 3


def test_noise_that_takes_too_long_is_said_in_the_log(repository: Repository) -> None:
    code, stdout, _ = _run("--save-baseline", "--time-limit", "0.001")
    assert (code, _report()["gate"]["status"]) == (0, "passed")
    assert "no pairs of this commit and itself, for its noise: one run takes " in stdout
    assert "4 pairs need 5 s, and the time limit is 0.001 s" in stdout
    assert _batches() == [(0, None)] * 5


def test_noise_that_cannot_be_measured_does_not_look_like_a_missing_comparison(repository: Repository) -> None:
    repository.commit(1.0, "the benchmark fails where it is the base", FAILS_ON_THE_BASE)
    code, _, _ = _run("--save-baseline")
    report = _report()
    assert (code, report["gate"]["status"]) == (0, "passed")
    codes = {warning["code"] for warning in report["warnings"]}
    assert "no-noise-pairs" in codes
    assert "not-paired" not in codes


def test_a_rule_by_name_takes_one_look_at_pairs(repository: Repository) -> None:
    repository.commit(1.5, "slower")
    assert _run("--compare", "paired", "--rule", "mean > 10%")[0] == 10
    assert _batches() == EIGHT_PAIRS
    code, _, stderr = _run("--compare", "paired", "--rule", "z > 5")
    assert (code, stderr) == (0, "")
    assert _report()["counts"]["inconclusive"] > 0
    assert _batches() == EIGHT_PAIRS
    assert _run("--runs", "3", "--save-baseline")[0] == 0
    repository.commit(3.0, "slower again")
    assert _run("--rule", "mean > 10%")[0] == 10
    assert _batches() == EIGHT_PAIRS
