from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from reporter.model import Change, Estimate
from reporter.render import json_v1
from reporter.shared.errors import InputError
from tests.reports import SITUATIONS, mixed, one_regression, report, row

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report-v1.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_verdict_follows_the_frozen_schema(situation: str) -> None:
    document = json.loads(json_v1.dump(SITUATIONS[situation]()))
    jsonschema.validate(document, SCHEMA)


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "hostile"])
def test_load_gives_back_what_was_dumped(situation: str) -> None:
    original = SITUATIONS[situation]()
    assert json_v1.load(json_v1.dump(original), "verdict.json") == original


def test_hostile_report_survives_the_file() -> None:
    text = json_v1.dump(SITUATIONS["hostile"]())
    assert json_v1.dump(json_v1.load(text, "verdict.json")) == text


def test_each_benchmark_has_a_line_of_its_own() -> None:
    text = json_v1.dump(one_regression())
    assert sum(line.startswith('{"suite":') for line in text.splitlines()) == 11


def test_unknown_numbers_are_null_and_come_back_as_unknown() -> None:
    unknown = Estimate(point=float("nan"), low=float("-inf"), high=float("inf"))
    item = row("a", "inconclusive", 0.1)
    change = Change(kind="ratio", statistic="min", marginal=unknown, simultaneous=None, p_adjusted=float("nan"))
    text = json_v1.dump(report(replace(item, comparison=replace(item.comparison, change=change))))
    written = json.loads(text, parse_constant=_no_constant)["benchmarks"][0]["change"]
    assert (written["point"], written["low"], written["high"], written["p_adjusted"]) == (None, None, None, None)
    loaded = json_v1.load(text, "v").assessments[0].comparison.change
    assert loaded
    assert loaded.marginal.point != loaded.marginal.point


def test_params_are_an_object_of_texts() -> None:
    first = json.loads(json_v1.dump(mixed()))["benchmarks"][0]
    assert first["params"] == {"size": "1000", "kind": "random"}


def test_older_verdicts_without_a_threshold_stay_readable() -> None:
    document = json.loads(json_v1.dump(one_regression()))
    for item in document["benchmarks"]:
        del item["threshold"]
    assert json_v1.load(json.dumps(document), "v").assessments[0].threshold is None


def test_overlong_and_broken_text_is_mended_when_written() -> None:
    text = json_v1.dump(report(row("n" * 30_000, "new"), row("half \ud800", "new"), suite="a\nb"))
    loaded = json_v1.load(text, "v")
    assert [len(item.comparison.name) for item in loaded.assessments] == [20_000, 6]
    assert loaded.suite == "a\\nb"


def _set(*path: str | int, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


def _remove(key: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        del document[key]

    return change


INVALID: list[tuple[str, Callable[[Any], None]]] = [
    ("gate is missing", _remove("gate")),
    ("the file has an unknown member 'extra'", _set("extra", value=1)),
    ("gate is not an object", _set("gate", value=[])),
    ("gate.status is not one of passed, failed, undecided", _set("gate", "status", value="fine")),
    ("gate.status is not one of", _set("gate", "status", value=["passed"])),
    ("gate.reasons is not a list of texts", _set("gate", "reasons", value=[1])),
    ("confirm is not true or false", _set("confirm", value=0)),
    ("suite is longer than 200 characters", _set("suite", value="x" * 201)),
    ("suite holds control characters", _set("suite", value="a\x1bb")),
    ("suite is not a text", _set("suite", value=None)),
    ("measured.head_sha holds control characters", _set("measured", "head_sha", value="abc\n::error::")),
    ("measured.runs is not a whole number", _set("measured", "runs", value=-1)),
    ("measured.runs is not a whole number", _set("measured", "runs", value=True)),
    ("measured.runs is not a whole number", _set("measured", "runs", value=10**30)),
    ("measured.seconds is not a number", _set("measured", "seconds", value="1")),
    (
        "measured.fingerprint.details is not an object of texts",
        _set("measured", "fingerprint", "details", value={"a": 1}),
    ),
    ("baseline.fingerprint_match is not true or false", _set("baseline", "fingerprint_match", value=1)),
    ("shift.confidence is not a number", _set("shift", "confidence", value=None)),
    ("counts.regressed is not a whole number from 1 to 1", _set("counts", "regressed", value=0)),
    ("benchmarks is not a list", _set("benchmarks", value={})),
    ("benchmarks[1] is not an object", _set("benchmarks", 1, value=3)),
    ("benchmarks[1].verdict is not one of", _set("benchmarks", 1, "verdict", value="great")),
    ("benchmarks[1].name is longer than 20000 characters", _set("benchmarks", 1, "name", value="x" * 20_001)),
    ("benchmarks[1].name holds half a character", _set("benchmarks", 1, "name", value="\ud800")),
    ("benchmarks[1].params is not an object of texts", _set("benchmarks", 1, "params", value={"a": 1})),
    ("benchmarks[1].better is not one of lower, higher", _set("benchmarks", 1, "better", value="")),
    ("benchmarks[1].head.min is not a number", _set("benchmarks", 1, "head", "min", value=True)),
    ("benchmarks[1].head.min is not a finite number", _set("benchmarks", 1, "head", "min", value=10**400)),
    ("benchmarks[1].change.low is not a number", _set("benchmarks", 1, "change", "low", value=[])),
    ("benchmarks[1].change.kind is not one of", _set("benchmarks", 1, "change", "kind", value="log")),
    (
        "benchmarks[1].distribution.head is not a list of lists",
        _set("benchmarks", 1, "distribution", "head", value=[1]),
    ),
    ("benchmarks[1].distribution.head is not a number", _set("benchmarks", 1, "distribution", "head", value=[[None]])),
    ("warnings[0] has an unknown member", _set("warnings", value=[{"code": "a", "text": "b", "html": "c"}])),
    ("warnings[0].code holds control characters", _set("warnings", value=[{"code": "a\x00", "text": "b"}])),
]


@pytest.mark.parametrize(("message", "spoil"), INVALID, ids=[f"{i}-{m}" for i, (m, _) in enumerate(INVALID)])
def test_a_spoiled_verdict_is_refused_with_its_place(message: str, spoil: Callable[[Any], None]) -> None:
    document = json.loads(json_v1.dump(one_regression()))
    spoil(document)
    with pytest.raises(InputError) as error:
        json_v1.load(json.dumps(document), "artifact/verdict.json")
    assert (error.value.code, error.value.where) == ("verdict-invalid", "artifact/verdict.json")
    assert error.value.what.startswith(message)


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        ("", "verdict-not-json", "not a JSON file"),
        ('{"schema": "report/v1"', "verdict-not-json", "not a JSON file"),
        ('{"schema": NaN}', "verdict-not-json", "NaN is not a JSON number"),
        ('{"schema": "\x01"}', "verdict-not-json", "not a JSON file"),
        ("[" * 100_000, "verdict-not-json", "not a JSON file"),
        ("1" * 5_000, "verdict-not-json", "not a JSON file"),
        ("[]", "verdict-invalid", "not a verdict of Benchverdict"),
        ("{}", "verdict-invalid", "not a verdict of Benchverdict"),
        ('{"schema": "snapshot/v1"}', "verdict-invalid", "not a verdict of Benchverdict"),
        ('{"schema": ["report/v1"]}', "verdict-invalid", "not a verdict of Benchverdict"),
        ('{"schema": "report/v2"}', "verdict-newer", "made by a newer version of Benchverdict"),
        ('{"schema": "report/v1"}', "verdict-invalid", "baseline is missing"),
    ],
)
def test_what_is_no_verdict_is_refused(text: str, code: str, what: str) -> None:
    with pytest.raises(InputError) as error:
        json_v1.load(text, "verdict.json")
    assert error.value.code == code
    assert what in error.value.what
    assert error.value.cure


def test_too_large_a_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporter.render.json_v1_read.FILE_LIMIT", 1_000)
    with pytest.raises(InputError) as error:
        json_v1.load(json_v1.dump(one_regression()), "verdict.json")
    assert error.value.code == "verdict-too-large"


def _no_constant(name: str) -> None:
    raise AssertionError(name)
