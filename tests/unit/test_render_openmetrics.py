"""The OpenMetrics text: a line for every known number, labels that hold, one point for one set of labels."""

from __future__ import annotations

import re

import pytest

from reporter.render import openmetrics
from tests.reports import SITUATIONS, load_test, mixed, report, row

_LINE = re.compile(r'(benchverdict_[a-z0-9_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\\\|\\")*",?)+)\} (\S+)')


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_line_is_of_the_format(situation: str) -> None:
    *lines, end, nothing = openmetrics.render(SITUATIONS[situation]()).split("\n")
    assert (end, nothing) == ("# EOF", "")
    declared, seen = set(), set()
    for line in lines:
        if line.startswith("# TYPE "):
            declared.add(line.split()[2])
        elif not line.startswith("# HELP "):
            found = _LINE.fullmatch(line)
            assert found, line
            assert found[1] in declared
            assert (found[1], found[2]) not in seen
            seen.add((found[1], found[2]))
            float(found[3])


def test_values_budgets_and_verdicts_are_there() -> None:
    text = openmetrics.render(mixed())
    assert 'benchverdict_gate_passed{suite="unit"} 0.0' in text
    assert 'benchverdict_verdicts{suite="unit",verdict="regressed"} 3.0' in text
    assert 'benchverdict_budget_level{benchmark="GET /search",metric="p95",unit="s",category="api"} 4.0' in text
    assert 'metric="throughput"' in text
    assert 'verdict="improved"} -0.203' in text


def test_quotes_and_backslashes_are_escaped_and_lines_stay_whole() -> None:
    text = openmetrics.render(report(row('a"b\\c\nd', "new")))
    assert 'benchmark="a\\"b\\\\c\\\\nd"' in text


def test_categories_and_answers_are_counted() -> None:
    text = openmetrics.render(load_test())
    assert 'benchverdict_category_verdicts{suite="unit",category="api",verdict="new"} 1.0' in text
    assert 'benchverdict_category_pass_rate{suite="unit",category="load"} 1.0' in text
    assert 'benchverdict_answers{suite="unit",status="503"} 212.0' in text


def test_both_ends_of_a_change_are_given_beside_it() -> None:
    text = openmetrics.render(report(row("a", "regressed", 0.25, base=0.002)))
    values = {line.partition("{")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if "{" in line}
    assert values["benchverdict_compared_baseline"] == 0.002
    assert values["benchverdict_compared_head"] == pytest.approx(0.0025)
    assert values["benchverdict_change_ratio"] == 0.25
