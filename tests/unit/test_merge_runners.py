"""Runners that measured pairs of the same benchmarks: one verdict, reached again from its own file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from msgspec import structs

from reporter.commands.build_report import Context, build_report
from reporter.commands.compare import measured_here
from reporter.commands.deciding import decide_looks
from reporter.config import Config
from reporter.decide import merge_runners as merging
from reporter.decide.foreign_report import Reader, rebuild
from reporter.decide.judge import Pairs
from reporter.decide.merge_runners import lost_runners, merge_runners
from reporter.decide.recompute import judge_again
from reporter.decide.shards import Shard, parse_shard, split_name
from reporter.model import Gate, PairValues, RowLook
from reporter.records import json_v1
from reporter.render import view
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint
from tests.reports import report, row
from tests.suites import noisy_runs, suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment, Change, Report, Verdict

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report-v1.json").read_text(encoding="utf-8"))
COMMIT = "0123456789abcdef0123456789abcdef01234567"
SEVEN = dict.fromkeys("bcdefgh", 1.0)


def runner(number: int, count: int = 3) -> Shard:
    return Shard(number=number, count=count, kind="runner")


def measured_by(
    number: int, slower: float = 1.0, pairs: int = 8, sd: float = 0.01, others: dict[str, float] = SEVEN
) -> Report:
    """Return what one runner reports whose machine has its own speed and noise."""
    random = np.random.default_rng(number)
    machine = Fingerprint(cpu_model=f"Model {number}", cores=4)
    sides = [
        replace(
            suite_of(
                {
                    name: noisy_runs(random, level=1e-3 * number * (factor if head else 1), sd=sd * number, runs=pairs)
                    for name, factor in {"a": slower, **others}.items()
                }
            ),
            name=runner(number).suite("api"),
            fingerprint=machine,
            commit=COMMIT,
        )
        for head in (False, True)
    ]
    both = Pairs(base=sides[0], head=sides[1], began="bh" * (pairs // 2))
    decision = decide_looks(both, Config(), changed_files=(), stored=())
    measured = measured_here(both.base, both.head)
    return build_report(decision, both.head, measured, Context(config=Config(), fail_on=("regressed",)))


def together(*reports: Report) -> Report:
    found = {shard: each for each in reports if (shard := split_name(each.suite)[1])}
    result = merge_runners("api", found)
    text = json_v1.dump(result)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert json_v1.load(text, "v") == result
    view.build(result)
    return result


def of(name: str, found: Report) -> Assessment:
    return next(each for each in found.assessments if each.comparison.name == name)


def change_of(name: str, found: Report) -> Change:
    change = of(name, found).comparison.change
    assert change is not None
    return change


def width(name: str, found: Report) -> float:
    marginal = change_of(name, found).marginal
    return marginal.high - marginal.low


def test_a_runner_has_a_name_of_its_own() -> None:
    assert runner(2).suite("api") == "api~r2of3"
    assert split_name("api~r2of3") == ("api", runner(2))
    assert split_name("api~2of3") == ("api", Shard(number=2, count=3))
    assert str(parse_shard("2/3", "runner")) == "runner 2 of 3"


def test_a_runner_decides_nothing_by_itself() -> None:
    alone = measured_by(1, slower=1.3)
    assert of("a", alone).verdict == "regressed"
    assert (alone.gate.status, alone.gate.cause) == ("undecided", "not-compared")
    assert "runner 1 of 3 decides nothing by itself" in alone.gate.reasons[0]


def test_runners_of_different_models_come_to_one_verdict() -> None:
    """No runner is sure by itself of what all of them together are."""
    parts = [measured_by(number, slower=1.05, sd=0.02) for number in (1, 2, 3)]
    assert {of("a", part).verdict for part in parts} == {"inconclusive"}
    found = together(*parts)
    assert of("a", found).verdict == "regressed"
    assert {each.verdict for each in found.assessments if each.comparison.name != "a"} <= {"unchanged", "inconclusive"}
    (judging,) = found.judgings
    assert judging.runners == (8, 8, 8)
    assert {look.level for each in judging.rows for look in each.looks} == {0.02}, "the level of 24 pairs, spent once"


def test_what_each_runner_contributed_is_kept() -> None:
    found = together(*(measured_by(number, pairs=8 * number) for number in (1, 2)))
    first, second = found.runners
    assert (first.number, first.of, first.pairs, first.cpu_model) == (1, 3, 8, "Model 1")
    assert (second.pairs, second.cpu_model) == (16, "Model 2")
    assert first.weight + second.weight == pytest.approx(1)
    assert first.weight > second.weight, "half as many pairs, of a quarter of the variance"
    assert of("b", found).comparison.head is not None
    assert found.measured.fingerprint.cpu_model is None
    assert found.measured.runs == 24


def test_every_verdict_is_reached_again_from_the_file() -> None:
    found = together(*(measured_by(number, slower=1.06) for number in (1, 2, 3)))
    again = judge_again(json_v1.load(json_v1.dump(found), "v"))
    assert len(again) == len(found.assessments)
    assert [each.differences for each in again.values()] == [()] * len(again)
    (judging,) = found.judgings
    moved = replace(found, judgings=(replace(judging, runners=(4, 10, 10)),))
    assert any(each.differences for each in judge_again(moved).values()), "which pair is whose decides, too"


def test_a_lost_runner_is_named_and_widens_the_intervals() -> None:
    parts = [measured_by(number) for number in (1, 2, 3)]
    whole, rest = together(*parts), together(*parts[:2])
    wider, before = ([width(name, each) for name in SEVEN] for each in (rest, whole))
    assert np.mean(wider) > np.mean(before)
    assert lost_runners("api", {runner(number): parts[number - 1] for number in (1, 2, 3)}) == ()
    [notice] = lost_runners("api", {runner(number): parts[number - 1] for number in (1, 2)})
    assert notice.code == "runner-missing"
    assert notice.text.startswith("runner 3 of 3 left no report")
    assert "the verdict is that of the other 2" in notice.text


def test_a_runner_without_pairs_is_named_and_has_no_weight() -> None:
    alone = report(row("a", "unchanged", 0.001), suite=runner(3).suite("api"))
    parts = {runner(1): measured_by(1), runner(2): measured_by(2), runner(3): alone}
    [notice] = lost_runners("api", parts)
    assert notice.code == "runner-without-pairs"
    assert [each.pairs for each in merge_runners("api", parts).runners] == [8, 8, 0]


def test_a_runner_that_is_the_only_one_left_is_less_sure_than_alone() -> None:
    """Of one machine nobody knows how it differs from others: what runners usually differ by counts."""
    part = measured_by(1)
    assert width("a", together(part)) > width("a", part)


def test_a_benchmark_that_one_runner_lacks_is_judged_by_the_others() -> None:
    found = together(measured_by(1), measured_by(2, others=SEVEN | {"late": 1.3}))
    assert of("late", found).verdict in ("regressed", "inconclusive")
    noise = of("late", found).comparison.noise
    assert noise is not None
    assert noise.source == "1 runner"


def test_runners_that_were_compared_with_different_commits_are_refused() -> None:
    one, two = measured_by(1), measured_by(2)
    other = replace(two, measured=replace(two.measured, base_sha="f" * 40))
    with pytest.raises(InputError, match="different commits") as caught:
        together(one, other)
    assert caught.value.code == "runners-disagree"


def test_runners_that_disagree_on_bounds_are_refused() -> None:
    one, two = measured_by(1), measured_by(2)
    (judging,) = two.judgings
    rows = tuple(structs.replace(each, threshold=0.5) for each in judging.rows)
    with pytest.raises(InputError, match="metric or the bounds"):
        together(one, replace(two, judgings=(replace(judging, rows=rows),)))


def test_runners_of_different_counts_are_refused() -> None:
    with pytest.raises(InputError, match="split in two ways"):
        merge_runners("api", {runner(1, 2): measured_by(1), runner(2, 3): measured_by(2)})


def test_one_runner_that_is_much_slower_alone_is_no_regression() -> None:
    """A change on one machine of three is what a random effect is for."""
    parts = [measured_by(1, slower=1.09), measured_by(2), measured_by(3)]
    assert of("a", parts[0]).verdict == "regressed"
    assert of("a", together(*parts)).verdict == "inconclusive"


READER = Reader(fail_on=("regressed",), today=date(2026, 11, 30))
NOT_MEASURED = Gate(status="undecided", reasons=("a worker was lost",), cause="not-measured")


def read(*reports: Report) -> Report:
    """Return what the last job makes of reports, each in the words of their reader."""
    received = [rebuild(each, READER, "a report") for each in reports]
    return rebuild(together(*received), READER, "the runners")


def clear(number: int, slower: float = 1.0) -> Report:
    """Return a report in which the difference between slower and not is beyond doubt."""
    return measured_by(number, slower=slower, pairs=16, sd=0.003)


def without(name: str, found: Report) -> Report:
    (judging,) = found.judgings
    return replace(found, judgings=(replace(judging, rows=tuple(row for row in judging.rows if row.name != name)),))


def called(verdict: Verdict, found: Report) -> Report:
    """Return the report of a runner on which ``a`` has no change, for the reason that the verdict says."""
    nothing: dict[str, Any] = dict.fromkeys(ABSENT[verdict])
    rows = tuple(
        replace(
            each,
            verdict=verdict,
            comparison=replace(each.comparison, change=None, noise=None, **nothing),
        )
        if each.comparison.name == "a"
        else each
        for each in found.assessments
    )
    return replace(without("a", found), assessments=rows)


ABSENT: dict[Verdict, tuple[str, ...]] = {"new": ("baseline",), "missing": ("head",), "errored": ("head",)}


def test_clear_reports_are_passed_or_failed() -> None:
    assert read(*map(clear, (1, 2, 3))).gate.status == "passed"
    assert read(*(clear(number, 1.3) for number in (1, 2, 3))).gate.status == "failed"


def test_runners_that_could_not_measure_everything_do_not_pass() -> None:
    found = read(*(replace(clear(number), gate=NOT_MEASURED) for number in (1, 2, 3)))
    assert (found.gate.status, found.gate.cause) == ("undecided", "not-measured")


def test_pairs_of_a_runner_that_could_not_measure_everything_do_not_count() -> None:
    parts = [clear(1), clear(2), replace(clear(3), gate=NOT_MEASURED)]
    found = read(*parts)
    assert [each.pairs for each in found.runners] == [16, 16, 0]
    assert found.gate.status == "passed"
    [notice] = lost_runners("api", {runner(number): parts[number - 1] for number in (1, 2, 3)})
    assert notice.text.startswith("runner 3 of 3")


@pytest.mark.parametrize("verdict", ["new", "missing", "errored"])
def test_a_regression_that_the_others_prove_is_not_hidden_by_one_runner(verdict: Verdict) -> None:
    found = read(clear(1, 1.3), clear(2, 1.3), called(verdict, clear(3)))
    assert of("a", found).verdict == "regressed"
    assert found.gate.status == "failed"


def test_a_benchmark_that_failed_on_one_runner_is_not_called_unchanged() -> None:
    assert of("a", together(clear(1), clear(2), called("errored", clear(3)))).verdict == "errored"
    assert of("a", together(clear(1), clear(2), called("new", clear(3)))).verdict == "unchanged"


def test_without_values_no_runner_decides_and_every_regression_is_shown() -> None:
    parts = [replace(each, judgings=()) for each in (clear(1), clear(2, 1.3), clear(3))]
    found = read(*parts)
    assert (found.gate.status, found.gate.cause) == ("undecided", "not-measured")
    assert of("a", found).verdict == "regressed"
    assert found.suite == of("a", found).comparison.suite == "api"
    assert any("1 " in reason and "regressed" in reason for reason in found.gate.reasons), found.gate.reasons


def test_screens_have_the_worst_gate_and_the_worst_of_each_row() -> None:
    second = row("b", "unchanged", 0.001)
    quiet = report(row("a", "unchanged", 0.001), second, compare="screen")
    slower = report(row("a", "regressed", 0.3), second, compare="screen")
    parts = [replace(each, suite=runner(number).suite("api")) for number, each in enumerate((quiet, slower, quiet), 1)]
    found = read(*parts)
    assert of("a", found).verdict == "regressed"
    assert found.gate.status == "failed"
    assert read(parts[0], parts[2]).gate.status == "passed"


def test_a_row_that_was_judged_without_pairs_is_as_its_worst_runner_has_it() -> None:
    parts = [without("a", clear(number, slower)) for number, slower in ((1, 1.0), (2, 1.3), (3, 1.0))]
    found = read(*parts)
    assert of("a", found).verdict == "regressed"
    assert found.gate.status == "failed"


def with_rows(number: int, rows: int, look: int) -> Report:
    """Return a report whose rows have three values and say that they were judged at a later look."""
    found = clear(number)
    (judging,) = found.judgings
    like = judging.rows[0]
    values = PairValues(clock=None, looks=(look,), base=(1.0, 1.1, 1.2), head=(1.0, 1.1, 1.2))
    made = tuple(
        structs.replace(
            like, name=f"{number}-{index}", looks=(RowLook(look=look, pairs=3, level=0.02),), values=(values,)
        )
        for index in range(rows)
    )
    return replace(found, judgings=(replace(judging, began="", rows=made),))


def test_a_late_look_of_few_values_takes_no_room() -> None:
    found = together(with_rows(1, 5, 10_000), with_rows(2, 5, 10_000))
    assert [each.pairs for each in found.runners] == [3, 3]


def test_values_of_runners_that_are_too_many_together_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MOST_JUDGED", 100)
    monkeypatch.setattr(merging, "judged_as_one", None)
    found = read(with_rows(1, 5, 10), with_rows(2, 5, 10))
    assert (found.gate.status, found.gate.cause) == ("undecided", "not-measured")
    assert "values-left-out" in {each.code for each in found.warnings}
