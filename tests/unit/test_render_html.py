from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from reporter.render import charts, html, view, words
from reporter.render.links import Links
from tests.reports import (
    HOSTILE_NAMES,
    SITUATIONS,
    hostile,
    many_rows,
    mixed,
    nothing_changed,
    one_regression,
    report,
    row,
)

if TYPE_CHECKING:
    from reporter.model import Report

_VOID = frozenset(("meta", "link", "input", "br", "path", "wbr"))


class _Page(HTMLParser):
    """What is in a page: every tag with its attributes, and the text of scripts and styles apart from the rest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        self.raw.get(inside, self.text).append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def _page(situation: str) -> _Page:
    shown = SITUATIONS[situation]()
    return _Page(html.render(view.build(shown), charts.draw(shown)))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_policy_allows_its_own_style_and_script_and_nothing_else(situation: str) -> None:
    page = _page(situation)
    policy = next(meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    (style,), (script,) = page.raw["style"], page.raw["script"]
    assert policy == (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_in_the_page_points_outside_of_it(situation: str) -> None:
    page = _page(situation)
    addresses = [
        value for _, attributes in page.tags for name, value in attributes.items() if name in ("href", "src", "action")
    ]
    assert addresses
    followed = {attributes["href"] for attributes in page.named("a") if attributes["href"].startswith("https:")}
    assert {address.partition("#")[0] for address in followed} <= {words.MESSAGES_PAGE}
    asked = [address for address in addresses if address not in followed]
    assert [address for address in asked if not address.startswith("#") and address != "data:,"] == []
    assert "url(" not in page.raw["style"][0]
    assert "@import" not in page.raw["style"][0]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_ids_are_unique_and_every_reference_has_its_target(situation: str) -> None:
    page = _page(situation)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    addresses = {attributes["href"] for attributes in page.named("a")}
    wanted = {address[1:] for address in addresses if address.startswith("#") and "=" not in address}
    wanted |= {word for _, attributes in page.tags for word in attributes.get("aria-labelledby", "").split()}
    assert wanted <= set(ids)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_there_are_no_inline_styles_and_no_handlers(situation: str) -> None:
    for _, attributes in _page(situation).tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_hostile_names_arrive_as_text() -> None:
    page = _page("hostile")
    text = "".join(page.text)
    for item in view.build(hostile()).rows():
        assert item.name in text
    assert len(page.named("script")) == len(page.named("style")) == len(page.named("h1")) == 1
    assert "{{ 7*7 }}" in text
    assert "49" not in re.findall(r"because (\S+)", text)
    assert len(HOSTILE_NAMES) == len([row for row in page.named("tr") if "id" in row])


def test_every_row_is_in_the_table_with_its_numbers_for_sorting() -> None:
    page = _page("many-rows")
    rows = [attributes for attributes in page.named("tr") if "id" in attributes]
    titles = [attributes["title"] for attributes in page.named("td") if "title" in attributes]
    assert len(rows) == len(titles) / 3 == 120
    assert float(titles[0]) == pytest.approx(0.07)
    assert float(titles[1].removesuffix(" s")) == 9e-6
    assert rows[0]["class"] == "regressed"


def _rows(shown: Report) -> list[str]:
    text = html.render(view.build(shown), charts.draw(shown))
    return text.partition("<tbody>")[2].partition("</tbody>")[0].split("\n<tr ")[1:]


def test_few_changed_rows_are_open_with_their_chart_timeline_and_reason() -> None:
    first, second, third = _rows(one_regression())[:3]
    for changed in (first, second):
        assert "<details open>" in changed
        assert '<p class="reason">' in changed
        assert changed.count("<li>") == 6
    assert 'aria-labelledby="distribution-row-0-title distribution-row-0-desc"' in first
    assert "<details open>" not in third
    assert '<p class="reason">' not in third


def test_of_very_many_changed_rows_twelve_have_charts_and_the_table_is_the_overview() -> None:
    rows = _rows(many_rows(100, 40))
    assert sum('<p class="reason">' in each for each in rows) == 12
    assert not any("<details open>" in each for each in rows)


def test_a_reason_stands_in_the_table_only_where_there_is_no_interval_to_see() -> None:
    rows = {each.partition('id="')[2].partition('"')[0]: each for each in _rows(mixed())}
    for shown in view.build(mixed()).rows():
        has_interval = "<td><svg class=z" in rows[shown.key]
        assert ('<td class="why">' in rows[shown.key]) is not has_interval


def test_without_charts_the_page_is_complete() -> None:
    page = _Page(html.render(view.build(mixed()), {}))
    assert not [svg for svg in page.named("svg") if svg.get("class") == "chart"]
    assert len([svg for svg in page.named("p") if svg.get("class") == "reason"]) == 7


def test_what_all_names_begin_with_is_written_once() -> None:
    rows = [row(f"bench/test_a.py::test_{name}", "unchanged", 0.001) for name in ("one", "two")]
    text = html.render(view.build(report(*rows)), {})
    assert '<code id="prefix">bench/test_a.py::</code>' in text
    assert "<code>test_one</code>" in text
    assert 'id="prefix"' not in html.render(view.build(report(row("test_one", "unchanged", 0.001))), {})


LINKS = Links(
    repository="https://github.com/acme/shop",
    run="https://github.com/acme/shop/actions/runs/7",
    pull_request="https://github.com/acme/shop/pull/12",
)


def test_commits_pull_request_run_and_source_are_linked_where_they_are_known() -> None:
    shown = one_regression()
    page = _Page(html.render(view.build(shown, links=LINKS), charts.draw(shown)))
    followed = {link["href"] for link in page.named("a") if link["href"].startswith("https:")}
    base, head = shown.measured.base_sha, shown.measured.head_sha
    past = [session.commit for number, session in enumerate(shown.sessions) if number != 1]  # one did not measure it
    assert followed == {
        f"https://github.com/acme/shop/compare/{base}...{head}",
        *(f"https://github.com/acme/shop/commit/{sha}" for sha in (base, head, *past)),
        "https://github.com/acme/shop/actions/runs/7",
        "https://github.com/acme/shop/actions/runs/812",
        "https://github.com/acme/shop/pull/12",
        f"https://github.com/acme/shop/blob/{head}/bench/test_sort.py",
    }


def test_hostile_commits_and_names_lead_nowhere() -> None:
    shown = hostile()
    page = _Page(html.render(view.build(shown, links=LINKS), charts.draw(shown)))
    followed = {link["href"] for link in page.named("a") if not link["href"].startswith("#")}
    assert all(re.fullmatch(r"https://github\.com/acme/shop/[\w./-]+", address) for address in followed)


def test_landmarks_headings_and_table_headers_are_there() -> None:
    page = _page("mixed")
    assert {"header", "nav", "main", "footer", "section"} <= {tag for tag, _ in page.tags}
    headings = [tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings.count("h1") == 1
    assert headings[0] == "h1"
    assert {attributes.get("scope") for attributes in page.named("th")} == {"col", "row"}
    assert page.named("html") == [{"lang": "en"}]


def test_nothing_changed_is_said_in_the_heading() -> None:
    text = html.render(view.build(nothing_changed()), {})
    assert "No performance change" in text
    assert '<p class="reason">' not in text


@pytest.mark.parametrize(("count", "limit"), [(100, 500_000), (10_000, 15_000_000)])
def test_the_file_stays_small(count: int, limit: int) -> None:
    shown = many_rows(count)
    assert len(html.render(view.build(shown), charts.draw(shown)).encode()) < limit


def test_one_category_or_metric_is_no_filter() -> None:
    assert [attributes["name"] for attributes in _page("nothing-changed").named("select")] == ["show"]
    assert [attributes["name"] for attributes in _page("one-regression").named("select")] == ["show", "category"]
    assert [attributes["name"] for attributes in _page("mixed").named("select")] == ["show", "category", "metric"]


def test_both_machines_stand_side_by_side_and_what_differs_is_named() -> None:
    text = html.render(view.build(mixed()), {})
    environment = text.split('<h3 id="environment"')[1].split("</section>")[0]
    assert "Baseline and head differ in kernel." in environment
    assert environment.count('class="differs"') == 1
    assert 'id="environment"' not in html.render(view.build(nothing_changed()), {})


def test_every_part_of_a_suite_has_its_section() -> None:
    sections = {section.get("id", "") for name in SITUATIONS for section in _page(name).named("section")}
    assert {"categories", "budgets", "load", "errors", "trends", "benchmarks", "method", "setup"} <= sections
    links = {link["href"] for link in _page("load-test").named("a") if link.get("href", "").startswith("#")}
    assert {"#categories", "#budgets", "#load", "#errors"} <= links
    assert not {"load", "errors", "trends"} & {section.get("id") for section in _page("mixed").named("section")}
