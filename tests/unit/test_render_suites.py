"""Several suites in one comment and on one page: side by side where they are alike, bounded, and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.model import Metric
from reporter.render import comment_words, html_suites, markdown, markdown_suites, view, view_suites, words
from tests.gfm import links_of, needs_cmark, read_tables, tags_of, text_of
from tests.reports import (
    HOME,
    HOSTILE_NAMES,
    hostile_suites,
    nothing_changed,
    parts_of_a_monorepo,
    platforms,
    report,
    row,
    unchanged_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.model import Report
    from reporter.render.view_suites import SuitesView

LINK = "https://github.com/acme/shop/actions/runs/1/artifacts/2"
TAGS = frozenset(
    (
        "h3",
        "p",
        "strong",
        "sub",
        "details",
        "summary",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "ul",
        "li",
        "a",
        "br",
    )
)


def shown(reports: Iterable[Report], *missing: str) -> SuitesView:
    return view_suites.build([view.build(each, artifact_url=LINK, home=HOME) for each in reports], missing)


def test_the_same_benchmarks_stand_side_by_side_the_worst_first() -> None:
    table = shown(platforms()).table
    assert table is not None
    assert table.suites == ("linux", "macos", "windows")
    assert [line.name for line in table.rows] == ["test_sort[a b]", "test_http_roundtrip", "test_load_config"]
    assert [cell.verdict if cell else None for cell in table.rows[1].cells] == ["inconclusive", "unchanged", "missing"]


def test_what_a_suite_does_not_have_is_an_empty_cell() -> None:
    linux, macos, windows = platforms()
    without = replace(windows, assessments=windows.assessments[1:])
    text = markdown_suites.comment(shown([linux, macos, without]))
    line = "| <code>test_sort&#91;a b&#93;</code> | ✗ regressed **+25.1%** | = no change detected +0.4% | – |"
    assert line in text


@pytest.mark.parametrize(
    "reports",
    [
        parts_of_a_monorepo(),
        platforms()[:1],
        tuple(replace(nothing_changed(), suite=name) for name in ("linux", "macos")),
        tuple(replace(platforms()[0], suite=f"s{number}") for number in range(9)),
    ],
    ids=["other benchmarks", "one suite", "nothing calls", "too many"],
)
def test_otherwise_there_is_no_such_table(reports: tuple[Report, ...]) -> None:
    assert shown(reports, "absent").table is None
    assert "| Benchmark | <code>" not in markdown_suites.comment(shown(reports, "absent"))


def test_metrics_of_one_benchmark_have_a_row_each() -> None:
    memory = Metric(name="peak_memory", unit="B", better="lower")
    both = [
        report(row("test_a", "regressed", 0.2), row("test_a", "unchanged", 0.0, metric=memory), suite="linux"),
        report(row("test_a", "unchanged", 0.0), row("test_a", "regressed", 0.3, metric=memory), suite="macos"),
    ]
    table = shown(both).table
    assert table is not None
    assert sorted(line.name for line in table.rows) == ["test_a · peak_memory", "test_a · time"]


def test_one_suite_alone_has_its_own_comment() -> None:
    [linux, *_] = platforms()
    alone = view.build(linux, artifact_url=LINK, home=HOME)
    assert markdown_suites.comment(shown([linux])) == markdown.comment(alone)


def test_suites_that_changed_nothing_have_a_line_and_no_section() -> None:
    quiet = report(*unchanged_rows(), suite="quiet")
    text = markdown_suites.comment(shown([quiet, *parts_of_a_monorepo()]))
    assert "| <code>quiet</code> | ✅ Passed |" in text
    assert "<summary><code>quiet" not in text
    assert "<summary><code>api" in text


@pytest.mark.parametrize("limit", [32_768, 65_535, 200_000])
@pytest.mark.parametrize("suites", [2, 8, 30])
def test_however_much_there_is_it_fits(suites: int, limit: int) -> None:
    rows = [row(f"test_{number}[{'x' * 200}]", "regressed", 0.25 + number / 1_000) for number in range(600)]
    many = [report(*rows, suite=f"suite-{number}") for number in range(suites)]
    text = markdown_suites.comment(shown(many, *(f"missing-{number}" for number in range(150))), limit=limit)
    assert len(text) <= limit
    assert text.count("<details>") == text.count("</details>")
    assert text.rstrip().endswith(f"50 more suites not shown · [Full report]({LINK})")
    if suites <= 8 and limit < 200_000:
        told = re.search(r"^(\d+) more$", text, re.MULTILINE)
        assert told, "what is left out of the table is counted"
        assert 0 < int(told[1]) < 600


def test_nothing_at_all_is_undecided() -> None:
    nothing = shown([], "linux")
    assert (nothing.outcome, nothing.headline) == ("undecided", "1 without a report of 1 suite")
    assert "| <code>linux</code> | ⚠️ without a report |" in markdown_suites.comment(nothing)


@needs_cmark
def test_every_table_is_whole_when_rendered_as_github_does() -> None:
    text = markdown_suites.comment(shown(hostile_suites(), "windows"))
    tables = read_tables(text)
    assert all(len(cells) == len(table.head) for table in tables for cells in table.rows)
    [side_by_side] = [table for table in tables if table.head == ["Benchmark", "linux", "macos"]]
    assert len(side_by_side.rows) == sum(
        group.calls * len(group.rows) for group in view.build(hostile_suites()[0]).groups
    )
    assert len(side_by_side.rows) >= len(HOSTILE_NAMES) // 3
    assert all(cell for cells in side_by_side.rows for cell in cells)


@needs_cmark
def test_hostile_text_makes_no_markup_link_mention_or_reference() -> None:
    text = markdown_suites.comment(shown(hostile_suites(), "windows"))
    assert tags_of(text) <= TAGS | {"pre"}
    guide = f"{HOME}/{comment_words.GLOSSARY_PAGE}"
    assert set(links_of(text)) == {LINK, guide, f"{HOME}/{words.MESSAGES_PAGE}#hostile-name"}
    assert not re.search(r"@\w|#\d|GH-\d|://\w|www\.", text_of(text, without_code=True), re.IGNORECASE)


def test_the_page_leads_to_the_report_and_the_row_of_each_suite() -> None:
    page = html_suites.render(shown(platforms(), "bsd"), title="all of it")
    assert page.count('<a href="suites/linux/report.html">linux</a>') == 1
    assert 'href="suites/windows/report.html#row-0"' in page
    assert "without a report" in page
    assert "<script" not in page
    assert "script-src" not in page


def test_of_very_many_rows_the_page_shows_some_and_counts_the_rest() -> None:
    rows = [row(f"test_{number}", "regressed", 0.25) for number in range(600)]
    page = html_suites.render(shown([report(*rows, suite="a"), report(*rows, suite="b")]), title="t")
    assert page.count("<code>test_") == 500
    assert "100 more" in page
