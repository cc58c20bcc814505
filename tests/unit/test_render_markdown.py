from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from reporter.model import BudgetResult, Definition, Measured, Shift
from reporter.render import comment_words, console, markdown, view, words
from reporter.render.links import Links
from reporter.shared.markdown import code, prose
from reporter.shared.model import Fingerprint, Notice
from tests.gfm import Table, cells_of, links_of, needs_cmark, read_tables, tags_of, text_of
from tests.reports import (
    BASE_SHA,
    HEAD_SHA,
    HOME,
    HOSTILE_NAMES,
    MEASURED,
    SITUATIONS,
    estimate,
    hostile,
    many_rows,
    mixed,
    nothing_changed,
    one_regression,
    report,
    row,
)

if TYPE_CHECKING:
    from reporter.model import Verdict
    from reporter.render.view_types import ReportView

_LINK = "https://github.com/acme/shop/actions/runs/1/artifacts/2"
_ALLOWED_TAGS = frozenset(
    (
        "h3",
        "p",
        "pre",
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
_LONGEST = 32


def _many(count: int, verdict: Verdict = "regressed") -> ReportView:
    return view.build(report(*(row(f"test_{i}[|`{i}]", verdict, 0.5 + i / count) for i in range(count))))


def test_nothing_changed_is_three_lines() -> None:
    text = markdown.comment(view.build(nothing_changed(), artifact_url=_LINK))
    first, second, third = (line for line in text.splitlines() if line)
    assert first == "### ✅ No performance change"
    assert second == "All 8 benchmarks stayed within ±3%. A slowdown of 2.1% or more would probably have been caught."
    assert third == (
        "<sub><code>c0ffee1234</code> against <code>4f6c9d2b1a</code> (2 h 1 min old) · 5 runs"
        f" · [report]({_LINK})</sub>"
    )


def test_a_comment_leads_on() -> None:
    links = Links(
        repository="https://github.com/acme/shop", run="https://github.com/acme/shop/actions/runs/1",
        accept_label="accept-slower", command="pytest bench",
    )  # fmt: skip
    text = markdown.comment(view.build(one_regression(), artifact_url=_LINK, home=HOME, links=links))
    for lead in (
        f"[<code>c0ffee1234</code>](https://github.com/acme/shop/commit/{HEAD_SHA})",
        f"([diff](https://github.com/acme/shop/compare/{BASE_SHA}...{HEAD_SHA}))",
        f"(https://github.com/acme/shop/blob/{HEAD_SHA}/bench/test_sort.py) |",
        "**Next:** run <code>benchverdict run --base 4f6c9d2b1a -- pytest bench</code>",
        "set the label <code>accept-slower</code>",
        "[Run it again](https://github.com/acme/shop/actions/runs/1)",
    ):
        assert lead in text


@pytest.mark.parametrize(
    ("file", "line", "leads"),
    [
        ("shop/bench/test_sort.py", 12, "/shop/bench/test_sort.py#L12) |"),
        ("shop/bench/test_sort.py", None, "/shop/bench/test_sort.py) |"),
        ("shop/bench/test_sort.py", 2**50, "/shop/bench/test_sort.py) |"),
        ("../../../evil/evil/blob/x/a.py", 12, "/bench/test_sort.py) |"),
        ("a.py) [x](//evil.example/a.py", 12, "/bench/test_sort.py) |"),
        ("a.py?x#y.py", 12, "/bench/test_sort.py) |"),
    ],
)
def test_a_name_leads_to_the_line_of_its_definition(file: str, line: int | None, leads: str) -> None:
    found = one_regression()
    first = replace(found.assessments[0], defined=Definition(file=file, line=line))
    shown = replace(found, assessments=(first, *found.assessments[1:]))
    links = Links(repository="https://github.com/acme/shop")
    text = markdown.comment(view.build(shown, links=links))
    assert f"(https://github.com/acme/shop/blob/{HEAD_SHA}{leads}" in text
    assert "evil" not in text


def test_addresses_and_commands_come_from_the_publisher_alone() -> None:
    evil = replace(
        one_regression(),
        measured=replace(MEASURED, base_sha="$(id)", head_sha="../..", command="rm -rf ~"),
        baseline=None,
    )
    links = Links(repository="https://github.com/acme/shop", command="one\ntwo")
    text = markdown.comment(view.build(evil, links=links))
    assert "github.com" not in text
    assert "benchverdict run" not in text
    assert "rm -rf" not in text


def test_a_cause_is_a_second_line_below_the_name() -> None:
    shown = view.build(one_regression())
    first = shown.groups[0]
    told = structs.replace(first.rows[0], write_cause=lambda write: f"80% of the extra time is in {write('<b>f()')}")
    rows = (told, *first.rows[1:])
    caused = structs.replace(shown, groups=(structs.replace(first, rows=rows), *shown.groups[1:]))
    assert "</code><br>80% of the extra time is in <code>&lt;b&gt;f()</code>. |" in markdown.comment(caused)
    assert "80% of the extra time is in <b>f()." in console.render(caused)


def test_of_a_suite_that_slowed_down_three_rows_stay_open() -> None:
    moved = Shift(change=estimate(0.045, 0.006), verdict="regressed", reason="the whole suite became worse")
    rows = [row(f"test_{i}", "regressed", 0.04 + i / 1000, half_width=0.01) for i in range(12)]
    text = markdown.comment(view.build(report(*rows, shift=moved)))
    assert text.startswith(f"### ❌ The whole suite is 4.5% slower\n\n{comment_words.SHARED_CAUSE}\n")
    assert text.partition("<details>")[0].count("| ❌ |") == 3
    assert "<summary>9 more benchmarks are slower too</summary>" in text


def test_what_changed_stands_open_and_the_rest_is_folded() -> None:
    text = markdown.comment(view.build(mixed()))
    above = text.partition("<details>")[0]
    assert "<code>serve</code>" in above
    assert "<code>test_walk</code>" in above
    assert "<code>test_parse_small</code>" not in above
    assert (
        "<summary>4 others: no change detected (changes of 2.1% or more would probably have been found)</summary>"
        in text
    )


@pytest.mark.parametrize("count", [1, 100, 2_000])
@pytest.mark.parametrize("make", [_many, lambda count: view.build(many_rows(count, min(count, 11)))])
def test_both_outputs_stay_below_their_limits(count: int, make: type) -> None:
    shown = make(count)
    assert len(markdown.comment(shown)) <= 65_536
    assert len(markdown.comment(shown, limit=32_768)) <= 32_768
    assert len(markdown.summary(shown).encode()) <= 1_000_000
    assert len(markdown.summary(shown, limit=250_000).encode()) <= 250_000


@needs_cmark
@pytest.mark.parametrize("count", [1, 100, 10_000])
def test_github_takes_and_understands_a_comment_of_any_size(count: int) -> None:
    text = markdown.comment(_many(count))
    assert len(text) <= 65_536
    assert tags_of(text) <= _ALLOWED_TAGS
    (table,) = read_tables(text)
    assert table.column("Benchmark")[0] == f"test_{count - 1}[|`{count - 1}]"
    assert {len(cells) for cells in table.rows} == {len(table.head)}
    assert len(table.rows) == count or f"{count - len(table.rows):,} rows left out" in text


def test_the_least_important_section_goes_first_and_is_counted() -> None:
    text = markdown.comment(view.build(many_rows(2_000, 5), artifact_url=_LINK))
    assert text.count("| ❌ |") == 5
    assert "<summary>" not in text
    assert "1,995 rows left out to keep this short: 1,995 no change detected. They are in the full report." in text


def test_after_a_dropped_section_nothing_less_important_is_shown() -> None:
    rows = [row("a", "regressed", 0.2), *(row(f"n{i}", "new") for i in range(900)), row("u", "unchanged", 0.0)]
    text = markdown.comment(view.build(report(*rows)), limit=32_768)
    assert "901 rows left out to keep this short: 900 new, 1 no change detected." in text
    assert "<code>u</code>" not in text


def test_of_too_many_regressions_the_largest_are_shown() -> None:
    text = markdown.comment(_many(2_000))
    shown = text.count("| ❌ |")
    assert 300 < shown < 2_000
    assert f"{2_000 - shown:,} rows left out to keep this short: {2_000 - shown:,} regressed." in text
    assert "<code>test_1999&#91;" in text
    assert "<code>test_0&#91;" not in text


def test_the_worst_that_outside_text_can_do_still_fits() -> None:
    worst = "$" * 3_000
    shown = report(
        *(row(worst, "regressed", 0.2, reason=worst) for _ in range(300)),
        reasons=(worst,) * 50,
        warnings=(Notice(code=worst, text=worst),) * 200,
        budgets=(
            BudgetResult(
                benchmark=worst, metric=worst, unit=worst, value=1e300, target=1e300, warning=1e300, critical=1e300,
                status="critical",
            ),
        )
        * 200,
        measured=Measured(
            base_sha=worst, head_sha=worst, plan=worst, runs=5, seconds=1e300, command=worst,
            fingerprint=Fingerprint(cpu_model=worst, image=worst, language=worst, details=((worst, worst),) * 20),
        ),
    )  # fmt: skip
    built = view.build(shown)
    assert len(markdown.comment(built, limit=32_768)) <= 32_768
    assert len(markdown.summary(built, limit=250_000).encode()) <= 250_000
    assert "192 more" in markdown.comment(built)


def test_the_summary_also_tells_how_it_was_measured() -> None:
    text = markdown.summary(view.build(nothing_changed()))
    assert "| Command | pytest benchmarks -q --benchmark-json={output} |" in text
    assert "<summary>8 benchmarks: no change detected (" in text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain, 12.3% → 4 µs (−1 to 2)", "plain, 12.3% → 4 µs (−1 to 2)"),
        (
            "a|b *c* _d_ `e` [f] <g> ~h~ &amp;",
            "a&#124;b &#42;c&#42; &#95;d&#95; &#96;e&#96; &#91;f&#93; &lt;g&gt; &#126;h&#126; &amp;amp;",
        ),
        ("@octocat #12 GH-3", "@\u2060octocat #\u206012 G\u2060H-3"),
        ("see https://x.y or WWW.x.y", "see https:\u2060//x.y or W\u2060WW.x.y"),
        ("$x$", "&#36;x&#36;"),
    ],
)
def test_running_text_is_escaped(text: str, written: str) -> None:
    assert prose(text) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("test_parse[10]", "<code>test_parse&#91;10&#93;</code>"),
        ("a|b", "<code>a&#124;b</code>"),
        ("a`b", "<code>a&#96;b</code>"),
        ("__init__", "<code>&#95;&#95;init&#95;&#95;</code>"),
        ("a\\|b", "<code>a&#92;&#124;b</code>"),
        ("@x a@b.c http://x.y", "<code>@x a@\u2060b.c http&#58;//x.y</code>"),
    ],
)
def test_names_are_code_that_holds_in_html_too(name: str, written: str) -> None:
    assert code(name) == written


@needs_cmark
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("write", [markdown.comment, markdown.summary])
def test_every_table_is_whole_when_rendered_as_github_does(situation: str, write: type) -> None:
    tables = read_tables(str(write(view.build(SITUATIONS[situation](), artifact_url=_LINK))))
    assert tables or situation in ("nothing-changed", "nothing-affected", "no-verdict")
    assert all(len(cells) == len(table.head) for table in tables for cells in table.rows)
    assert all(cell for table in tables for cells in table.rows for cell in cells)


@needs_cmark
def test_every_hostile_name_arrives_as_code_and_as_nothing_else() -> None:
    tables = read_tables(markdown.comment(view.build(hostile())))
    cells = [cell for table in _benchmark_tables(tables) for cell in table.column("Benchmark")]
    found = {cell.partition("\n")[0] for cell in cells}
    expected = {item.name for item in view.build(hostile()).rows()}
    assert {_comparable(name) for name in found} == {_comparable(name) for name in expected}
    assert len(found) == len(HOSTILE_NAMES)


def _benchmark_tables(tables: list[Table]) -> list[Table]:
    return [table for table in tables if "Before → after" in table.head]


def _comparable(name: str) -> str:
    """Compare ends only, for names are shortened; an address is kept apart by a sign that is not seen."""
    short = " ".join(name.replace("\u2060", "").split())
    return short[:_LONGEST] + short[-_LONGEST:]


@needs_cmark
@pytest.mark.parametrize("write", [markdown.comment, markdown.summary])
def test_hostile_text_makes_no_markup_link_mention_or_reference(write: type) -> None:
    text = str(write(view.build(hostile(), artifact_url=_LINK, home=HOME)))
    assert tags_of(text) <= _ALLOWED_TAGS
    assert set(links_of(text)) == {
        _LINK, f"{HOME}/{words.MESSAGES_PAGE}#hostile-name", f"{HOME}/{comment_words.GLOSSARY_PAGE}"
    }  # fmt: skip
    prose_only = text_of(text, without_code=True)
    assert not re.search(r"@\w|#\d|GH-\d|://\w|www\.", prose_only, re.IGNORECASE)


@needs_cmark
def test_values_stand_in_their_columns() -> None:
    first = cells_of(markdown.comment(view.build(mixed())), "serve")
    assert first == [
        "❌", "serve", "13.8\u00a0k/s → 9.51\u00a0k/s", "−31.0% (−33.0\u00a0to\u00a0−29.0%)",
        "lower\u00a0in\u00a05\u00a0of\u00a05 runs",
    ]  # fmt: skip


def test_a_comment_without_baseline_says_so_first() -> None:
    shown = view.build(SITUATIONS["no-baseline"]())
    assert markdown.comment(shown).startswith(
        "### ℹ️ Benchverdict is set up: 8 benchmarks measured, nothing to compare yet\n"
    )
