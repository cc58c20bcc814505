"""One benchmark explained: which one is meant, what is drawn of it, and the sentence that every output has."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from msgspec import structs

from reporter.cli import main
from reporter.commands.explain import find
from reporter.decide.judge import judge_pairs
from reporter.model import Estimate
from reporter.records import json_v1
from reporter.render import charts, html, view
from reporter.render.explanation import explain
from reporter.render.plain import display_width
from reporter.render.text_picture import picture
from reporter.shared.errors import UsageError
from tests.reports import SITUATIONS, errors_row, many_rows, mixed, report, row
from tests.suites import suite_of

if TYPE_CHECKING:
    from reporter.model import Assessment

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def _line(assessment: Assessment, label: str) -> str:
    return next(line for line in picture(assessment, 80) if line.startswith(label))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("serve", [2]),
        ("test_sort", [0, 1]),
        ("test_sort (size=1000, kind=random)", [0, 1]),
        ("test_sort (size=1000, kind=random) · time", [0]),
        ("SERV", [2]),
        ("*_load_config", [5]),
        ("test_s?rt*", [0, 1]),
        ("test_search[simple]", [15]),
        ("[complex]", None),
    ],
)
def test_a_name_a_glob_or_a_part_is_enough(name: str, rows: list[int] | None) -> None:
    if rows is None:
        with pytest.raises(UsageError, match="no benchmark"):
            find(mixed(), name)
    else:
        assert find(mixed(), name) == rows


def test_an_ambiguous_name_names_the_candidates() -> None:
    with pytest.raises(UsageError, match=r"2 benchmarks match 'test_parse'.*test_parse_small, test_parse_large"):
        find(mixed(), "test_parse")
    with pytest.raises(UsageError, match="and 490 more"):
        find(many_rows(500, 0), "test_")


def test_a_name_that_is_none_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="no benchmark 'test_lod_config'") as caught:
        find(mixed(), "test_lod_config")
    assert "test_load_config" in caught.value.cure
    with pytest.raises(UsageError, match="no benchmark"):
        find(report(), "x")


def test_the_interval_stands_over_threshold_and_margin() -> None:
    shown = row("a", "inconclusive", 0.01, half_width=0.02)
    interval, margin, threshold = (_line(shown, label) for label in ("change", "margin", "minimum"))
    left, right = interval.index("├"), interval.index("┤")
    assert left < interval.index("●") < right
    # −1% to +3% beside ±3% and ±2%.
    assert margin.index("░") < threshold.index("▏") < left
    assert threshold.rindex("▏") < right == margin.rindex("░")
    assert abs(threshold.index("┆") - (threshold.index("▏") + threshold.rindex("▏")) / 2) <= 1


def test_every_run_is_a_dot_and_the_head_lies_where_its_change_is() -> None:
    shown = row("a", "regressed", 0.25, drawn=True)
    base, head, interval = (_line(shown, label) for label in ("base runs", "head runs", "change"))
    weight = {"·": 1, "•": 2, "●": 3}
    for line in (base, head):
        assert 3 <= sum(weight.get(mark, 0) for mark in line) <= 5
    left, right = interval.index("├"), interval.index("┤")
    dots = [column for column, mark in enumerate(head) if mark in weight]
    assert left - 3 <= min(dots) <= max(dots) <= right + 3
    assert max(column for column, mark in enumerate(base) if mark in weight) < left


def test_without_an_interval_the_point_alone_is_drawn() -> None:
    shown = row("a", "regressed", 0.25)
    assert shown.comparison.change is not None
    nan = float("nan")
    change = structs.replace(shown.comparison.change, marginal=Estimate(point=0.25, low=nan, high=nan))
    line = _line(replace(shown, comparison=replace(shown.comparison, change=change)), "change")
    assert "●" in line
    assert "├" not in line
    assert picture(row("b", "new"), 80) == []
    facts = explain(report(replace(shown, comparison=replace(shown.comparison, change=change))), [0])
    assert "Change                      0.25\n" in facts


def test_a_difference_is_drawn_in_its_own_unit() -> None:
    lines = picture(errors_row(), 80)
    assert "2.00" in lines[0]
    assert "%" not in "".join(lines)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("width", [20, 60, 80, 133])
def test_no_line_is_wider_than_asked_for_and_nothing_is_unprintable(situation: str, width: int) -> None:
    shown = SITUATIONS[situation]()
    text = explain(shown, range(min(40, len(shown.assessments))), width=width)
    for line in text.splitlines():
        assert display_width(line) <= max(width, 60)
        assert line.isprintable()


def test_absurd_numbers_are_not_drawn() -> None:
    shown = row("a", "regressed", 0.25, drawn=True)
    huge = replace(shown.comparison, distribution=(((1e-308,),), ((1e308,),)))
    negative = replace(shown.comparison, distribution=(((-1.0,), (0.0,)), ((1.0,),)))
    empty = replace(shown.comparison, distribution=(((),), ((1.0,),)))
    assert picture(replace(shown, comparison=huge), 80) == []
    for comparison in (negative, empty):
        lines = picture(replace(shown, comparison=comparison), 80)
        assert lines
        assert not any(line.startswith("base runs") for line in lines)


def test_one_pair_that_went_the_other_way_is_counted() -> None:
    generator = np.random.default_rng(2)
    base = {
        name: [[level + 1e-6 * generator.random() for _ in range(60)] for _ in range(9)]
        for name, level in (("a", 1e-3), ("b", 2e-3))
    }
    head = {
        "a": [[value * (0.99 if run == 3 else 1.1) for value in values] for run, values in enumerate(base["a"])],
        "b": [[value * 0.9 for value in values] for values in base["b"]],
    }
    slower, faster = judge_pairs(suite_of(base), suite_of(head)).assessments
    assert (slower.verdict, faster.verdict) == ("regressed", "improved")
    assert "seen in 8 of 9 pairs" in slower.reason
    assert re.fullmatch(
        r"10\.0% faster, probably 8\.5 to 11\.5%, seen in 9 of 9 pairs; run-to-run noise ±0\.0%",
        faster.reason,
    )


def test_outputs_have_the_sentence_of_every_row_and_the_page_of_what_calls() -> None:
    generator = np.random.default_rng(4)
    base, head = (
        suite_of(
            {
                f"b{i}": (level * np.exp(generator.normal(0, noise, (8, 60)))).tolist()
                for i, (level, noise) in enumerate(rows)
            }
        )
        for rows in (((1e-3, 0.01), (2e-3, 0.01), (3e-3, 0.5)), ((1.3e-3, 0.01), (2e-3, 0.01), (3.1e-3, 0.5)))
    )
    shown = report(*judge_pairs(base, head).assessments)
    page = html.render(view.build(shown), charts.draw(shown))
    text = re.sub(r"<wbr>|&#8203;|\u200b", "", page)
    assert {row.verdict for row in shown.assessments} == {"regressed", "unchanged", "inconclusive"}
    written = json.loads(json_v1.dump(shown))
    for index, assessment in enumerate(shown.assessments):
        assert "run-to-run noise ±" in assessment.reason
        assert written["benchmarks"][index]["reason"] == assessment.reason
        assert (assessment.reason in text) is (
            assessment.verdict == "regressed"
        )  # of the others the page has the interval
        assert assessment.reason in " ".join(explain(shown, [index]).split()).replace("  ", " ")


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report of what is a quarter slower, with everything it was made of."""
    monkeypatch.chdir(tmp_path)
    for name, factor in (("base", 1.0), ("head", 1.25)):
        document = json.loads(GOOD.read_text(encoding="utf-8"))
        for benchmark in document["benchmarks"]:
            data = benchmark["stats"]["data"]
            # Only the middle of the list of benchmarks is slower; the others have no round values in the report.
            scale = factor if benchmark is document["benchmarks"][0] else 1.0
            benchmark["stats"]["data"] = [value * scale * (1 + 1e-3 * (index % 7)) for index, value in enumerate(data)]
        Path(f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    assert _call("run", "--runs", "3", "--save-baseline", "--", "cp", "base.json", "{output}")[0] == 0
    assert _call("run", "--", "cp", "head.json", "{output}")[0] == 10
    return tmp_path


def test_explain_reads_the_last_report_and_draws_its_runs(measured: Path) -> None:
    names = [entry["name"] for entry in json.loads(Path(".benchverdict/report/verdict.json").read_text())["benchmarks"]]
    for name in (names[0], names[-1]):
        code, stdout, _ = _call("explain", name)
        assert code == 0
        assert "base runs" in stdout
        assert "head runs" in stdout
    verdict = str(measured / ".benchverdict" / "report" / "verdict.json")
    code, stdout, _ = _call("explain", names[-1], "--from", verdict)
    assert code == 0
    assert "base runs" not in stdout
    assert "with --root" in stdout
    assert "run-to-run noise ±" in _call("explain", names[0], "--from", verdict)[1]


def test_runs_of_another_measuring_are_not_drawn(measured: Path) -> None:
    record = measured / ".benchverdict" / "measure" / "measure.json"
    content = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps(content | {"finished_at": content["finished_at"] + 1}), encoding="utf-8")
    names = [entry["name"] for entry in json.loads(Path(".benchverdict/report/verdict.json").read_text())["benchmarks"]]
    code, stdout, _ = _call("explain", names[-1])
    assert code == 0
    assert "base runs" not in stdout


def test_the_picture_as_svg_has_interval_and_runs(measured: Path) -> None:
    names = [entry["name"] for entry in json.loads(Path(".benchverdict/report/verdict.json").read_text())["benchmarks"]]
    code, stdout, _ = _call("explain", names[0], "--output", "one.svg")
    assert code == 0
    assert "picture: one.svg" in stdout
    root = ET.fromstring((measured / "one.svg").read_text(encoding="utf-8"))
    classes = {group.get("class", "").split()[0] for group in root.iter("{http://www.w3.org/2000/svg}g")}
    assert {"interval", "margin", "minimum", "point", "area", "middle", "runs"} <= classes


def test_what_has_no_change_has_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(json_v1.dump(mixed()), encoding="utf-8")
    code, _, stderr = _call("explain", "test_gone", "--from", str(path), "--output", str(tmp_path / "x.svg"))
    assert code == 3
    assert "no-picture" in stderr
    assert not (tmp_path / "x.svg").exists()
    assert _call("explain", "test_parse", "--from", str(path))[0] == 2
    assert _call("explain", "x", "--root", str(tmp_path / "none"))[0] == 3
