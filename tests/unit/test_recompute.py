"""``explain --recompute``: the verdicts of pairs once more, from ``verdict.json`` alone."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.cli import main
from reporter.commands.build_report import Context, build_report
from reporter.commands.compare import measured_here
from reporter.commands.deciding import Sides, decide, decide_looks
from reporter.config import Config
from reporter.config.reading import parse
from reporter.decide.foreign_report import Reader, rebuild
from reporter.decide.judge import Pairs
from reporter.decide.kept_values import fitting
from reporter.decide.merge_shards import merge
from reporter.decide.recompute import judge_again
from reporter.decide.shards import Shard
from reporter.masking import without_secrets
from reporter.model import JudgedRow, Judging, Metric, PairValues, RowLook
from reporter.records import json_v1
from reporter.records.judging import MOST_VALUES
from reporter.render import recomputed
from reporter.shared.errors import InputError
from tests.suites import baseline_of, noisy_runs, suite_of

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Report

SLOWER = {"a": 1.1, "b": 1.0, "c": 1.0, "d": 0.8}
SECRET = "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz"


def pairs_of(names: dict[str, float], count: int = 8, name: str = "suite") -> Pairs:
    """Return pairs of benchmarks whose head takes so much longer than the base."""
    random = np.random.default_rng(7)
    base, head = (
        suite_of(
            {
                each: noisy_runs(random, level=1e-3 * (factor if is_head else 1), sd=0.005, runs=count)
                for each, factor in names.items()
            }
        )
        for is_head in (False, True)
    )
    return Pairs(base=replace(base, name=name), head=replace(head, name=name), began="bhhb" * (count // 4))


def reported(pairs: Pairs, config: Config = Config(), changed_files: tuple[str, ...] = ()) -> Report:  # noqa: B008
    decision = decide_looks(pairs, config, changed_files=changed_files, stored=())
    return build_report(decision, pairs.head, measured_here(pairs.base, pairs.head), Context(config=config))


PAIRED = reported(pairs_of(SLOWER))


@pytest.fixture(name="verdict")
def _verdict(tmp_path: Path) -> Path:
    path = tmp_path / "verdict.json"
    path.write_text(json_v1.dump(PAIRED), encoding="utf-8")
    return path


def called(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(("explain", "--recompute", *arguments), stdout, stderr), stdout.getvalue(), stderr.getvalue()


def test_one_benchmark_is_told_from_its_values_to_its_verdict(verdict: Path) -> None:
    code, told, errors = called("a", "--from", str(verdict))
    assert (code, errors) == (0, "")
    labels = [line.split()[0] for line in told.splitlines() if line[:1].isalpha()]
    steps = ["value", "looks", "estimate", "noise", "interval", "p", "level", "bounds", "verdict", "report"]
    assert labels == ["a", "pair", *steps]
    (series,) = PAIRED.judgings[0].rows[0].values
    assert all(f"{value!r} s" in told for value in (*series.base, *series.head))
    assert [line.split()[-1] for line in told.splitlines()[2:10]] == ["base", "head", "head", "base"] * 2
    assert "verdict    ✗ regressed" in told
    assert "report     says the same" in told


def test_a_whole_report_is_judged_again_without_a_name(verdict: Path) -> None:
    assert called("--from", str(verdict)) == (
        0,
        "4 of 4 verdicts were reached again from verdict.json alone\n",
        "",
    )


def test_files_that_were_compared_in_pairs_are_judged_again(tmp_path: Path) -> None:
    for side, slower in (("base", 1.0), ("head", 1.2)):
        for pair in range(5):
            times = {"a": 1e-3 * (1 + 0.01 * pair) * slower, "b": 2e-3 * (1 + 0.02 * pair)}
            rows = [{"name": name, "unit": "s", "value": value} for name, value in times.items()]
            (tmp_path / f"{side}-{pair}.json").write_text(json.dumps(rows), encoding="utf-8")
    files = {side: [str(tmp_path / f"{side}-{pair}.json") for pair in range(5)] for side in ("base", "head")}
    verdict = tmp_path / "verdict.json"
    main(
        ("compare", "--baseline", *files["base"], "--head", *files["head"], "--paired", "--output", f"json:{verdict}"),
        io.StringIO(),
        io.StringIO(),
    )
    assert called("--from", str(verdict)) == (0, "2 of 2 verdicts were reached again from verdict.json alone\n", "")


def tampered(path: Path, change: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def _says_unchanged(document: dict[str, Any]) -> None:
    document["benchmarks"][0]["verdict"] = "unchanged"
    document["counts"]["regressed"] -= 1
    document["counts"]["unchanged"] += 1


def _has_a_value(document: dict[str, Any]) -> None:
    document["judgings"][0]["rows"][0]["values"][0]["head"][3] *= 0.99


def _has_a_level(document: dict[str, Any]) -> None:
    document["judgings"][0]["rows"][0]["looks"][0][2] = 0.5


def _has_an_interval(document: dict[str, Any]) -> None:
    document["benchmarks"][0]["change"]["low"] -= 0.001


def _had_one_look(document: dict[str, Any]) -> None:
    document["judgings"][0]["grows"] = False


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_says_unchanged, "the verdict is regressed here and unchanged in the report"),
        (_has_a_value, "the values are not those that were judged"),
        (_has_a_level, "the values are not those that were judged"),
        (_has_an_interval, "the lower end of the interval is"),
        (_had_one_look, "the level is "),
    ],
)
def test_a_file_that_was_changed_is_found_and_ends_with_an_error(verdict: Path, change: Any, says: str) -> None:
    tampered(verdict, change)
    for arguments in (("a",), ()):
        code, told, errors = called(*arguments, "--from", str(verdict))
        assert code == InputError.exit_code
        assert "[recomputed-differs]" in errors
        assert says in errors
        assert says in told.replace("\n           ", " ").replace("\n  ", " ")


def test_what_no_pairs_decided_is_named_with_the_reason(tmp_path: Path) -> None:
    pairs = pairs_of(SLOWER)
    screened = decide(Sides(head=pairs.head, baseline=baseline_of([pairs.base])), Config())
    rule = parse({"gate": {"rule": "mean > 10%"}}, "here")
    older = replace(PAIRED, judgings=())
    reports = {
        "saved sessions": build_report(screened, pairs.head, measured_here(None, pairs.head)),
        "a named rule": reported(pairs, rule),
        "an older version wrote it": older,
        "nothing was judged": reported(pairs, changed_files=tuple(SLOWER)),
    }
    for says, report in reports.items():
        path = tmp_path / "verdict.json"
        path.write_text(json_v1.dump(report), encoding="utf-8")
        code, told, errors = called("a", "--from", str(path))
        assert code == InputError.exit_code, says
        assert "It cannot be judged again" in told
        assert says in told.replace("\n  ", " ")
        assert "[cannot-recompute]" in errors
        assert says in errors


def test_rows_that_were_judged_are_enough_where_others_were_not(verdict: Path) -> None:
    report = json_v1.load(verdict.read_text(encoding="utf-8"), "x")
    new = replace(report.assessments[1], verdict="new", reason="only the head has it")
    verdict.write_text(json_v1.dump(replace(report, assessments=(report.assessments[0], new))), encoding="utf-8")
    code, told, _ = called("--from", str(verdict))
    assert code == InputError.exit_code, "the row that is called new was judged"
    lone = replace(new, comparison=replace(new.comparison, name="lone"))
    verdict.write_text(json_v1.dump(replace(report, assessments=(report.assessments[0], lone))), encoding="utf-8")
    code, told, _ = called("--from", str(verdict))
    assert code == 0
    assert told.splitlines()[0].startswith("1 of 1 verdict ")
    assert told.endswith(
        "Rows that cannot be judged again: 1\nlone: nothing was judged from its values: only the head has it\n"
    )


def test_explain_needs_a_name_or_all_to_be_judged_again(verdict: Path) -> None:
    stderr = io.StringIO()
    assert main(("explain", "--from", str(verdict)), io.StringIO(), stderr) == 2
    assert "[no-name]" in stderr.getvalue()


def test_rows_that_a_report_leaves_out_are_judged_with_the_others() -> None:
    config = parse({"benchmark": [{"match": "a", "category": "x"}]}, "here").only(None, ("x",))
    pairs = pairs_of(SLOWER)
    head = replace(
        pairs.head,
        benchmarks=tuple(replace(one, category="x" if one.name == "a" else None) for one in pairs.head.benchmarks),
    )
    report = reported(replace(pairs, head=head), config)
    assert [row.comparison.name for row in report.assessments] == ["a"]
    (again,) = judge_again(report).values()
    assert (again.together, again.differences) == (4, ())


def test_shards_put_together_are_judged_apart() -> None:
    parts = {
        Shard(number=number, count=2): reported(pairs_of(dict.fromkeys(names, 1.1), name=f"api~{number}of2"))
        for number, names in ((1, "ab"), (2, "cde"))
    }
    report = json_v1.load(json_v1.dump(merge("api", parts)), "x")
    again = judge_again(report)
    assert sorted(row.together for row in again.values()) == [2, 2, 3, 3, 3]
    assert [row.differences for row in again.values()] == [()] * 5


def test_a_report_that_was_told_again_keeps_what_it_was_judged_from() -> None:
    report = rebuild(PAIRED, Reader(fail_on=(), today=date(2026, 1, 1)), "verdict.json")
    assert [row.differences for row in judge_again(report).values()] == [()] * 4


def test_secrets_in_names_are_masked_and_rows_are_still_known_apart() -> None:
    names = {f"token={SECRET}{end}": factor for end, factor in (("", 1.1), ("x", 1.0), ("y", 0.8))}
    text = json_v1.dump(without_secrets(reported(pairs_of(names))))
    assert SECRET not in text
    report = json_v1.load(text, "x")
    assert len({row.comparison.name for row in report.assessments}) == 1
    assert [row.differences for row in judge_again(report).values()] == [()] * 3


def judged(count: int, pairs: int) -> Judging:
    values = PairValues(clock=None, looks=(pairs,), base=(0.1,) * pairs, head=(0.1,) * pairs)
    row = JudgedRow(
        name="a",
        params=(),
        metric=Metric(name="time", unit="s", better="lower"),
        statistic="min",
        kind="ratio",
        threshold=0.02,
        margin=0.03,
        stored=None,
        looks=(RowLook(look=pairs, pairs=pairs, level=0.01),),
        values=(values,),
    )
    return Judging(suite="s", grows=True, began="", digest="", rows=(row,) * count)


def test_more_values_than_a_report_holds_are_left_out_and_named() -> None:
    most = judged(MOST_VALUES // 128, 64)
    assert fitting((most,)) == ((most,), ())
    kept, (notice,) = fitting((most, judged(1, 64)))
    assert kept == ()
    assert notice.code == "values-left-out"
    assert "1,500,032" in notice.text


DOCUMENT = json.loads(json_v1.dump(PAIRED))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("began",), "bx", "began: expected `str` matching regex"),
        (("rows", 0, "looks"), [], "looks: expected `array` of length >= 1"),
        (("rows", 0, "looks"), [[8, 8]], "expected `array` of at least length 3, got 2"),
        (("rows", 0, "looks"), [[8, 8, 0.1], [8, 8, 0.1]], "do not grow"),
        (("rows", 0, "looks"), [[0, 0, 0.1]], "expected `int` >= 1"),
        (("rows", 0, "looks"), [[10**9, 8, 0.1]], "expected `int` <= 10000"),
        (("rows", 0, "looks"), [[9, 8, 0.1]], "lacks a look"),
        (("rows", 0, "values"), [], "lacks a look"),
        (("rows", 0, "values", 0, "looks"), [8.5], "expected `int`, got `float`"),
        (("rows", 0, "values", 0, "base"), [0.1], "as many values as the head"),
        (("rows", 0, "values", 0, "base"), [0.0] * 8, "not all values are above zero"),
        (("rows", 0, "values", 0, "clock"), "sun", "is not one of"),
        (("rows", 0, "statistic"), "n", "is not one of"),
        (("rows", 0, "better"), None, "expected `str`, got `null`"),
        (("rows", 0, "stored"), {"variance": -1.0, "df": 1.0}, "variance: expected `float` >= 0.0"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_place(path: tuple[Any, ...], value: Any, says: str) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    place = document["judgings"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InputError, match=r"judgings\[0\].*" + says.replace("[", r"\[")):
        json_v1.load(json.dumps(document), "verdict.json")


def test_more_looks_than_a_comparison_has_are_refused() -> None:
    """All rows are judged at each: as many looks as rows take a time of the second power."""
    for rows, many in ((6, True), (5, False)):
        document = json.loads(json.dumps(DOCUMENT))
        judging = document["judgings"][0]
        values = judging["rows"][0]["values"][0]
        values["looks"] = [8, 9, 10, 11, 12] if not many else [8, 9, 10, 11, 12, 13]
        own = [
            {**judging["rows"][0], "looks": [[8 + row, 8, 0.01]], "values": [{**values, "looks": [8 + row]}]}
            for row in range(rows)
        ]
        assert (
            "judgings[0].rows have more than 5 looks" in _refusal({**document, "judgings": [{**judging, "rows": own}]})
        ) is many


def _refusal(document: Any) -> str:
    try:
        json_v1.load(json.dumps(document), "verdict.json")
    except InputError as error:
        return error.what
    return ""


@pytest.mark.parametrize("kind", ["ratio", "difference"])
@pytest.mark.parametrize(
    "given",
    [
        {"threshold": 1e308, "margin": 1e308},
        {"stored": {"variance": 1e308, "df": 1e308}},
        {"stored": {"variance": 1e-308, "df": 1e-308}},
        {"base": [1e308, 1e-308] * 4, "head": [1e-308, 1e308] * 4},
        {"base": [1e308] * 8, "head": [1e-308] * 8},
        {"base": [-1e308] * 8, "head": [1e308] * 8},
    ],
)
def test_numbers_at_the_end_of_what_a_machine_knows_are_judged_in_silence(kind: str, given: dict[str, Any]) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    for row in document["judgings"][0]["rows"]:
        row["kind"] = kind
        for key, value in given.items():
            (row if key in row or key == "stored" else row["values"][0])[key] = value
    if _refusal(document):
        assert (kind, given["base"][0]) == ("ratio", -1e308)
        return
    report = json_v1.load(json.dumps(document), "verdict.json")
    found = judge_again(report)
    recomputed.rows(report, range(4), found, width=80)
    assert all(row.differences for row in found.values())


ANY = st.none() | st.booleans() | st.integers(-3, 70) | st.floats(allow_nan=False, allow_infinity=False) | st.just("b")


@settings(max_examples=300, deadline=None)
@given(st.data(), ANY)
def test_whatever_is_in_the_values_they_are_judged_or_refused(data: st.DataObject, value: Any) -> None:
    document = json.loads(json.dumps(DOCUMENT))
    place: Any = document["judgings"][0]
    while True:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = value
    try:
        report = json_v1.load(json.dumps(document), "verdict.json")
    except InputError:
        return
    recomputed.rows(report, range(4), judge_again(report), width=80)
    recomputed.summary(report, judge_again(report), width=80)
