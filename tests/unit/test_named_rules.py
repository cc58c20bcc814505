"""Rules that decide by their name: what they call changed, when they cannot tell, and what the report says of them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.cli import main
from reporter.commands.deciding import decide_looks
from reporter.config import Config
from reporter.decide.judge import Pairs
from reporter.decide.judge_rule import judge_by_rule, judge_pairs_by_rule
from reporter.decide.named_rules import KINDS, parse_rule, smallest_p
from reporter.decide.rule_rates import RATES, rates_of
from reporter.shared.errors import UsageError
from reporter.stats.rank_sum import rank_sum
from tests.suites import baseline_of, suite_of

if TYPE_CHECKING:
    from reporter.decide.decision import Decision
    from reporter.model import Assessment

RULES = ("mean > 10%", "median > 10%", "min > 10%", "z > 5", "benchstat", "asv")
GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"
PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def _only(decision: Decision) -> Assessment:
    (row,) = decision.assessments
    return row


def _judge(rule: str, base: list[list[float]], head: list[list[float]], **suite: Any) -> Assessment:
    base_suite, head_suite = (suite_of({"a": runs}, **suite) for runs in (base, head))
    return _only(judge_pairs_by_rule(parse_rule(rule, "here"), base_suite, head_suite))


@pytest.mark.parametrize(
    ("rule", "head", "verdict"),
    [
        ("mean > 10%", [1.0, 1.0, 1.4], "regressed"),
        ("mean > 20%", [1.0, 1.0, 1.4], "unchanged"),
        ("median > 10%", [1.0, 1.0, 1.4], "unchanged"),
        ("median > 10%", [1.0, 1.2, 1.4], "regressed"),
        ("min > 10%", [1.0, 1.2, 1.4], "unchanged"),
        ("min > 10%", [1.2, 1.2, 1.4], "regressed"),
        ("min > 10%", [0.9, 1.2, 1.4], "improved"),
        ("min > 10%", [0.92, 1.2, 1.4], "unchanged"),
    ],
)
def test_rules_of_ratios_look_at_their_statistic_only(rule: str, head: list[float], verdict: str) -> None:
    assert _judge(rule, [[1.0, 1.0, 1.0]], [head]).verdict == verdict


def test_the_change_is_the_one_that_the_rule_looked_at_and_has_no_interval() -> None:
    row = _judge("mean > 10%", [[1.0, 1.0, 1.0]], [[1.0, 1.0, 1.6]])
    change = row.comparison.change
    assert change is not None
    assert change.statistic == "mean"
    assert change.marginal.point == pytest.approx(0.2)
    assert np.isnan([change.marginal.low, change.marginal.high]).all()
    assert row.reason == "20.0% slower in the mean, beyond 10% (rule mean > 10%)"
    assert row.threshold == 0.1


def test_where_higher_is_better_the_best_value_is_the_largest() -> None:
    row = _judge("min > 10%", [[100.0, 50.0]], [[80.0, 50.0]], better="higher", unit="1/s")
    assert row.verdict == "regressed"
    assert row.reason.startswith("20.0% less in the best value")
    assert _judge("mean > 10%", [[100.0]], [[150.0]], better="higher", unit="1/s").verdict == "improved"


def test_zeros_are_differences() -> None:
    row = _judge("mean > 10%", [[0.0]], [[3.0]], unit="1")
    assert row.verdict == "regressed"
    assert row.comparison.change is not None
    assert row.comparison.change.kind == "difference"
    assert _judge("mean > 10%", [[0.0]], [[0.0]], unit="1").verdict == "unchanged"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "z > 5"])
def test_equal_negative_values_are_unchanged_by_every_rule(rule: str) -> None:
    same = [[-5.0, -4.0, -6.0]] * 8
    assert _judge(rule, same, same, unit="1").verdict == "unchanged"


@pytest.mark.parametrize(
    ("head", "verdict"), [(-5.4, "unchanged"), (-4.6, "unchanged"), (-5.6, "improved"), (-4.4, "regressed")]
)
def test_the_share_of_a_negative_value_is_that_of_its_size(head: float, verdict: str) -> None:
    assert _judge("mean > 10%", [[-5.0]], [[head]], unit="1").verdict == verdict


def test_asv_wants_its_factor_of_negative_values_too() -> None:
    base = [[-10.0 - index / 1000 for index in range(30)]] * 2
    for size, verdict in ((0.95, "unchanged"), (0.85, "regressed"), (1.05, "unchanged"), (1.15, "improved")):
        head = [[size * value for value in run] for run in base]
        assert _judge("asv", base, head, unit="1").verdict == verdict, size


def test_benchstat_ranks_one_value_per_run() -> None:
    base = [[value, 100.0, 0.1] for value in (1.0, 1.01, 1.02, 1.03, 1.04)]
    apart = [[value, 0.2, 50.0] for value in (1.05, 1.06, 1.07, 1.08, 1.09)]
    mixed = [[value, 0.2, 50.0] for value in (1.005, 1.06, 1.015, 1.08, 1.09)]
    assert _judge("benchstat", base, apart).verdict == "regressed"
    assert _judge("benchstat", apart, base).verdict == "improved"
    row = _judge("benchstat", base, mixed)
    assert row.verdict == "unchanged"
    assert "in the rank test on 5 and 5 values" in row.reason


@pytest.mark.parametrize(("runs", "verdict"), [(3, "inconclusive"), (4, "regressed")])
def test_benchstat_needs_four_runs_a_side(runs: int, verdict: str) -> None:
    row = _judge("benchstat", [[1.0 + i / 100] for i in range(runs)], [[2.0 + i / 100] for i in range(runs)])
    assert row.verdict == verdict
    assert bool(row.cure) == (verdict == "inconclusive")


def test_asv_pools_rounds_and_wants_the_factor_and_significance() -> None:
    generator = np.random.default_rng(6)
    base = [(1 + 0.05 * generator.random(30)).tolist() for _ in range(2)]
    for factor, verdict in ((1.15, "regressed"), (1.08, "unchanged"), (0.85, "improved")):
        assert _judge("asv", base, [[factor * value for value in run] for run in base]).verdict == verdict
    assert _judge("asv", [[1.0], [1.1]], [[1.3], [1.4]]).verdict == "inconclusive"


def test_z_counts_sds_of_the_saved_sessions() -> None:
    # Mean 2, sd 1 of 1, 3, 2: z = 5 at 7.
    sessions = [suite_of({"a": [[value]]}) for value in (1.0, 3.0, 2.0)]
    rule = parse_rule("z > 5", "here")
    rows = [
        _only(judge_by_rule(rule, suite_of({"a": [[head]]}), baseline_of(sessions))) for head in (6.99, 7.01, -3.01)
    ]
    assert [row.verdict for row in rows] == ["unchanged", "regressed", "improved"]
    assert "5.0 standard deviations above the mean of 3 saved sessions" in rows[1].reason
    few = _only(judge_by_rule(rule, suite_of({"a": [[9.0]]}), baseline_of(sessions[:2])))
    assert few.verdict == "inconclusive"
    assert "needs 3 saved sessions, and there are 2" in few.reason
    pairs = judge_pairs_by_rule(rule, sessions[0], sessions[1])
    assert _only(pairs).verdict == "inconclusive"


def test_another_machine_is_not_comparable_by_any_rule() -> None:
    head = suite_of({"a": [[9.0]]})
    other = replace(head, fingerprint=replace(head.fingerprint, cpu_model="other"))
    for rule in RULES:
        decision = judge_by_rule(parse_rule(rule, "here"), head, baseline_of([other]))
        assert _only(decision).verdict == "not_comparable"


def test_pairs_with_a_changed_benchmark_file_are_not_comparable() -> None:
    pairs = Pairs(base=suite_of({"bench.py::a": [[1.0]] * 8}), head=suite_of({"bench.py::a": [[2.0]] * 8}))
    config = Config(rule="mean > 10%")
    for changed_files, verdict in (((), "regressed"), (("bench.py",), "not_comparable")):
        decision = decide_looks(pairs, config, changed_files=changed_files, stored=())
        assert _only(decision).verdict == verdict


def test_a_benchmark_without_values_on_a_side_is_inconclusive() -> None:
    for rule in RULES:
        assert _judge(rule, [[]], [[1.0]]).verdict == "inconclusive", rule


_ROUNDS = st.lists(st.lists(st.floats(0.1, 10), min_size=4, max_size=4), min_size=5, max_size=5)


@given(st.sampled_from([rule for rule in RULES if rule != "z > 5"]), _ROUNDS, _ROUNDS)
def test_swapped_sides_swap_the_verdict_and_equal_ones_have_none(
    rule: str, base: list[list[float]], head: list[list[float]]
) -> None:
    opposite = {"regressed": "improved", "improved": "regressed", "unchanged": "unchanged"}
    assert _judge(rule, head, base).verdict == opposite[_judge(rule, base, head).verdict]
    assert _judge(rule, base, base).verdict == "unchanged"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("mean > 10", "mean > 10%"),
        ("meen > 12%", "mean > 12%"),
        ("z", "z > 5"),
        ("benchstats", "benchstat"),
        ("mean > 0%", "mean > 10%"),
        ("median < 5%", "median > 5%"),
        ("", "mean > 10%"),
    ],
)
def test_an_unknown_rule_names_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UsageError, match="there is no rule") as caught:
        parse_rule(text, "--rule")
    assert f"did you mean {nearest!r}?" in caught.value.what
    assert all(kind in caught.value.cure for kind in KINDS)


def test_a_rule_is_written_as_it_is_read() -> None:
    for text in ("mean > 10%", "median > 0.5%", "z > 2.5", "benchstat", "asv"):
        assert str(parse_rule(text, "")) == text
    assert parse_rule("MEAN>10%", "") == parse_rule("mean > 10%", "")


@pytest.mark.parametrize("sizes", [(1, 1), (3, 3), (4, 4), (2, 5)])
def test_the_smallest_p_is_that_of_sides_wholly_apart(sizes: tuple[int, int]) -> None:
    first, second = np.arange(sizes[0], dtype=float), np.arange(100, 100 + sizes[1], dtype=float)
    assert smallest_p(*sizes) == pytest.approx(rank_sum(first, second)[0])


def test_a_bound_that_was_not_measured_has_the_figures_of_its_neighbours() -> None:
    def found(text: str) -> list[str]:
        return [rate.rule for rate in rates_of(parse_rule(text, ""))]

    assert found("mean > 10%") == ["mean > 10%"]
    assert found("mean > 7%") == ["mean > 5%", "mean > 10%"]
    assert found("mean > 1%") == ["mean > 2%"]
    assert found("z > 50") == ["z > 10"]
    assert found("asv") == ["asv", "asv"]
    assert all(rates_of(parse_rule(rule, "")) for rule in RULES)


def test_the_page_has_the_figures_that_the_report_states() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for rate in RATES:
        cells = (
            f"`{rate.rule}`", rate.runs, f"{100 * rate.benchmarks:.1f}", f"{100 * rate.pull_requests:.0f}",
            *(f"{100 * share:.0f}" for share in rate.power),
        )  # fmt: skip
        assert f"| {' | '.join(cells)} |" in page


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _results(path: Path, factor: float = 1.0) -> Path:
    document = json.loads(GOOD.read_text(encoding="utf-8"))
    for benchmark in document["benchmarks"]:
        benchmark["stats"]["data"] = [value * factor for value in benchmark["stats"]["data"]]
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_a_folder")
def test_the_gate_follows_the_rule_alone_without_a_second_look(tmp_path: Path) -> None:
    base, slow = _results(tmp_path / "base.json"), _results(tmp_path / "slow.json", 1.3)
    Path("benchverdict.toml").write_text('[gate]\nrule = "mean > 20%"\n', encoding="utf-8")
    assert _call("run", "--save-baseline", "--", "cp", str(base), "{output}")[0] == 0
    code, stdout, _ = _call("run", "--", "cp", str(slow), "{output}")
    assert code == 10
    assert "second look at" not in stdout
    verdict = json.loads(Path(".benchverdict/report/verdict.json").read_text(encoding="utf-8"))
    told = {warning["code"]: warning["text"] for warning in verdict["warnings"]}
    assert "6.3% of unchanged benchmarks, and 54% of harmless pull requests of 12" in told["named-rule"]
    assert all("(rule mean > 20%)" in row["reason"] for row in verdict["benchmarks"] if row["better"])
    assert _call("run", "--rule", "mean > 40%", "--", "cp", str(slow), "{output}")[0] == 0
    sides = ("--baseline", str(base), "--head", str(slow))
    assert _call("compare", *sides)[0] == 10
    assert _call("compare", *sides, "--rule", "min > 40%")[0] == 0
    again = (
        "report",
        "--measure",
        ".benchverdict/measure",
        "--baseline",
        ".benchverdict/baseline",
        "--output",
        "again",
    )
    assert _call(*again)[0] == 10
    assert _call(*again, "--rule", "median > 40%")[0] == 0


@pytest.mark.usefixtures("_in_a_folder")
def test_a_wrong_rule_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    command = ("--", "touch", str(tmp_path / "measured"))
    code, _, stderr = _call("run", "--rule", "maximum > 10%", *command)
    assert code == 2
    assert "unknown-rule" in stderr
    Path("benchverdict.toml").write_text('[gate]\nrule = "mean"\n', encoding="utf-8")
    code, _, stderr = _call("run", *command)
    assert code == 2
    assert "rule in [gate]" in stderr
    assert not (tmp_path / "measured").exists()
