"""Categories: every row and budget is counted once, and every output has them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reporter.model import BudgetResult, BudgetStatus, Report
from reporter.records import json_v1
from reporter.records.categories import summaries
from reporter.render import OUTPUTS, Shown, Terminal
from tests.reports import report, row, unchanged_rows


def _budget(status: BudgetStatus, category: str | None) -> BudgetResult:
    return BudgetResult(
        benchmark="GET /",
        metric="p95",
        unit="s",
        value=None,
        target=None,
        warning=None,
        critical=1.0,
        status=status,
        category=category,
    )


def _report() -> Report:
    return report(
        row("a", "regressed", 0.2, category="api"),
        row("b", "unchanged", 0.0, category="api"),
        row("c", "unchanged", 0.0, category="cache"),
        row("d", "new", category=""),
        budgets=(
            _budget("met", "api"),
            _budget("above_target", "api"),
            _budget("critical", "api"),
            _budget("not_measured", "api"),
            _budget("met", None),
            _budget("not_measured", "load"),
        ),
    )


def test_rows_and_budgets_are_counted_once() -> None:
    api, cache, load, rest = summaries(_report())
    assert (api.name, api.counts["regressed"], api.counts["unchanged"]) == ("api", 1, 1)
    assert (api.budgets_met, api.budgets, api.severity) == (1, 4, "critical")
    assert api.pass_rate == pytest.approx(2 / 3)
    assert (cache.name, cache.budgets, cache.severity, cache.pass_rate) == ("cache", 0, None, None)
    assert (load.name, load.severity, load.pass_rate) == ("load", "not_measured", None)
    assert (rest.name, rest.counts["new"], rest.severity, rest.pass_rate) == (None, 1, "met", 1.0)


def test_without_a_category_there_is_no_summary() -> None:
    assert summaries(report(*unchanged_rows())) == ()


@pytest.mark.parametrize("name", ["console", "markdown", "html", "junit"])
def test_every_output_shows_them(name: str) -> None:
    text = OUTPUTS[name](Shown(_report()), Terminal(width=200))
    assert "1 regressed, 1 no change detected" in text
    assert "1 unchanged" not in text
    assert "1 of 4 met" in text
    assert "critical" in text


def test_the_file_has_them_and_reading_sums_them_up_again() -> None:
    text = json_v1.dump(_report())
    document = json.loads(text)
    assert [entry["category"] for entry in document["categories"]] == ["api", "cache", "load", None]
    assert document["categories"][0]["budgets"] == {"met": 1, "total": 4}
    del document["categories"]
    assert json_v1.dump(json_v1.load(json.dumps(document), "v")) == json_v1.dump(replace(json_v1.load(text, "v")))
