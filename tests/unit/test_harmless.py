"""Harmless pull requests drawn from pairs of equal code, and what they and their pairs tell."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pytest

from reporter.decide.calibration import Calibration, noise_of
from reporter.decide.harmless import Harmless, pull_requests
from reporter.decide.judge import Pairs, judge_looks
from reporter.decide.policy import Policy
from reporter.render import calibration_text, machine_text
from tests.suites import suite_of

if TYPE_CHECKING:
    from reporter.decide.judge import Decision
    from reporter.model import FloatArray

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "calibration-v1.json").read_text(encoding="utf-8"))
NAMES = ("a", "b", "c", "d")


def _pairs(count: int, *, sd: float = 0.002, seed: int = 1, changed: dict[str, FloatArray] | None = None) -> Pairs:
    """Pairs of equal code; ``changed`` are log-ratios of a benchmark in place of its own noise."""
    generator = np.random.default_rng(seed)
    base, head = {}, {}
    for name in NAMES:
        own = generator.normal(0, sd, (2, count))
        if changed and name in changed:
            own[1] = own[0] + changed[name]
        base[name], head[name] = ([[value] for value in np.exp(side).tolist()] for side in own)
    return Pairs(base=suite_of(base), head=suite_of(head))


def test_each_takes_consecutive_pairs_and_none_shares_one() -> None:
    found = list(pull_requests(_pairs(27), judge_looks, 64))
    assert [each.pairs for each in found] == [8, 8, 8]
    assert all(each.rows == len(NAMES) and not each.undecided for each in found)
    assert not any(each.regressed or each.improved for each in found)


def test_a_wrong_alarm_counts_where_it_was_raised() -> None:
    slower = np.concatenate([np.zeros(8), np.full(8, 0.2), np.zeros(8)]) + np.random.default_rng(2).normal(0, 0.002, 24)
    found = list(pull_requests(_pairs(24, changed={"b": slower}), judge_looks, 64))
    assert [each.regressed for each in found] == [(), ("b",), ()]
    faster = list(pull_requests(_pairs(24, changed={"b": -slower}), judge_looks, 64))
    assert [each.improved for each in faster] == [(), ("b",), ()]


def test_it_grows_while_something_is_undecided_and_only_with_that() -> None:
    noisy = np.random.default_rng(3).normal(0, 0.3, 40)
    asked: list[tuple[int, int]] = []

    def judge(pairs: Pairs) -> Decision:
        known = [~np.isnan(benchmark.samples[0][1].statistics[:, 0]) for benchmark in pairs.head.benchmarks]
        asked.append((pairs.head.runs, int(known[0].sum())))
        return judge_looks(pairs)

    found = list(pull_requests(_pairs(40, changed={"d": noisy}), judge, 40))
    assert [each.pairs for each in found] == [40]
    assert found[0].undecided == 1
    assert asked == [(8, 8), (16, 8), (32, 8), (40, 8)]


def test_the_time_limit_ends_it_as_it_ends_measuring() -> None:
    noisy = np.random.default_rng(3).normal(0, 0.3, 40)
    pairs = _pairs(40, changed={"d": noisy})
    assert [each.pairs for each in pull_requests(pairs, judge_looks, 12)] == [12, 12, 12]
    assert [each.pairs for each in pull_requests(pairs, judge_looks, 5)] == [5] * 8
    assert [each.pairs for each in pull_requests(pairs, judge_looks, 20, grows=False)] == [8] * 5
    assert list(pull_requests(_pairs(7), judge_looks, 64)) == []


def test_noise_is_that_inside_of_sessions() -> None:
    one, two = np.array([0.01, -0.01] * 6), np.array([0.03, -0.03] * 6)
    first = _pairs(12, changed={"a": one, "b": two})
    second = _pairs(12, changed={"a": one + 0.5, "b": two + 0.5})
    noise = {each.name: each for each in noise_of([first, second], Policy())}
    assert noise["a"].sd == pytest.approx(np.sqrt(24 * 0.01**2 / 22))
    assert noise["b"].sd == pytest.approx(3 * noise["a"].sd)
    assert noise["a"].pairs == 24


def test_what_never_varies_and_what_is_no_timing_has_no_noise_of_pairs() -> None:
    exact = _pairs(8, changed={"a": np.zeros(8)})
    assert "a" not in {each.name for each in noise_of([exact], Policy())}
    sizes = suite_of({"a": [[float(number)] for number in range(1, 9)]}, unit="B")
    assert noise_of([Pairs(base=sizes, head=sizes)], Policy()) == ()


def _calibration(requests: int, alarmed: int = 0) -> Calibration:
    wrong = [Harmless(pairs=8, rows=4, undecided=0, regressed=("b",))] * alarmed
    right = [Harmless(pairs=8, rows=4, undecided=0)] * (requests - alarmed)
    pairs = max(8, 8 * requests)
    return Calibration(
        suite="mine",
        sessions=1,
        pairs=pairs,
        seconds=3.0 * pairs,
        harmless=(*wrong, *right),
        noise=noise_of([_pairs(16, sd=0.01)], Policy()),
    )


def _text(found: Calibration) -> str:
    return " ".join(calibration_text.render(found, width=80).split())


def test_few_pull_requests_bound_little_and_that_is_said() -> None:
    text = _text(_calibration(6))
    assert "0 of 6 harmless pull requests raised an alarm; the true rate is below 39% with 95% confidence" in text
    # 53 more of 8 pairs, 3 s each
    assert "59 pull requests without a further alarm would show a rate below 5%" in text
    assert "measure longer to know more: `benchverdict calibrate --minutes 22`" in text


def test_a_change_that_is_called_an_improvement_is_counted() -> None:
    found = _calibration(6)
    better = replace(found, harmless=(replace(found.harmless[0], improved=("a",)), *found.harmless[1:]))
    assert "a change was called an improvement in 1 of them" in _text(better)
    assert "improvement" not in _text(found)
    content = json.loads(calibration_text.as_json(better))
    jsonschema.validate(content, SCHEMA)
    assert content["pull_requests"]["improved"] == 1


def test_many_pull_requests_need_no_more() -> None:
    text = _text(_calibration(200, alarmed=1))
    assert "1 of 200 harmless pull requests raised an alarm; the true rate is below 2.3% with 95% confidence" in text
    assert "called regressed: b" in text
    assert "--minutes" not in text


def test_nothing_is_claimed_without_a_pull_request_or_where_all_alarmed() -> None:
    assert "unknown: these pairs are too few for one pull request" in _text(_calibration(0))
    assert "2 of 2 harmless pull requests raised an alarm; so few" in _text(_calibration(2, alarmed=2))


def test_what_is_found_in_each_time_is_said() -> None:
    found = _calibration(3)
    text = _text(found)
    for each in found.foreseen():
        assert each.median is not None
        assert f"{100 * each.median:.1f}% in {each.seconds / 60:g} min" in text
    assert [each.pairs for each in found.foreseen()] == [20, 40, 100]
    slow = replace(found, seconds=found.pairs * 100.0)
    assert [each.median is None for each in slow.foreseen()] == [True, True, False]
    assert "nothing in 5 min" in _text(replace(found, seconds=found.pairs * 200.0))


@pytest.mark.parametrize("found", [_calibration(6), _calibration(0), replace(_calibration(3, 1), noise=())])
def test_json_is_as_its_schema_says(found: Calibration) -> None:
    content = json.loads(calibration_text.as_json(found))
    jsonschema.validate(content, SCHEMA)
    assert content["pull_requests"]["count"] == len(found.harmless)
    assert content["pull_requests"]["alarm_rate_below"] == found.bound


def test_doctor_says_the_same_of_a_projects_own_benchmarks() -> None:
    found = _calibration(3)
    text = " ".join(machine_text.of_project(found, width=80).split())
    assert text.startswith("Your benchmarks, in 24 pairs of this commit and itself (1 min 12 s):")
    for label, fact in calibration_text.noise_facts(found):
        assert f"{label} {fact}".strip() in text
    assert "raised an alarm" not in text
