"""The HTML report in a real browser: it asks for nothing, complains about nothing, works with and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.render import charts, html, html_suites, markdown, markdown_suites, view, view_suites, words
from tests.gfm import to_html
from tests.reports import SITUATIONS, hostile, hostile_suites, load_test, many_rows, mixed, platforms, report, row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from reporter.model import Report

pytestmark = pytest.mark.e2e


def _write(folder: Path, shown: Report) -> str:
    path = folder / "report.html"
    path.write_text(html.render(view.build(shown), charts.draw(shown)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("width", [390, 1200])
def test_no_request_no_complaint_and_no_sideways_scrolling(
    browser: Browser, tmp_path: Path, situation: str, width: int
) -> None:
    address = _write(tmp_path, SITUATIONS[situation]())
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    assert requests == [address]
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def _hostile_pages() -> dict[str, str]:
    """Return every page and comment with hostile names, comments as GitHub renders them."""
    one, suites = hostile(), view_suites.build(map(view.build, hostile_suites()), ["windows"])
    texts = {
        "comment": markdown.comment(view.build(one)),
        "summary": markdown.summary(view.build(one)),
        "comment on suites": markdown_suites.comment(suites),
    }
    return {
        "report": html.render(view.build(one), charts.draw(one)),
        "collected report": html_suites.render(suites, title="all"),
        **{name: f"<!doctype html><meta charset=utf-8>{to_html(text)}" for name, text in texts.items()},
    }


_ACTIVE = """() => {
  const all = [...document.querySelectorAll("*")];
  const active = ["IMG", "IFRAME", "OBJECT", "EMBED", "BASE", "FORM"];
  return {
    tags: all.map((element) => element.tagName).filter((tag) => active.includes(tag)),
    scripts: document.scripts.length,
    handlers: all.flatMap((element) => [...element.attributes]).filter(({ name }) => name.startsWith("on")).length,
    addresses: [...new Set([...document.links].map((link) => link.getAttribute("href")))],
  };
}"""


@pytest.mark.parametrize("name", ["report", "collected report", "comment", "summary", "comment on suites"])
def test_hostile_names_do_nothing_in_a_browser(browser: Browser, tmp_path: Path, name: str) -> None:
    """No script of theirs, no picture, no frame, no handler, no address; nothing asked for, nothing complained of."""
    path = tmp_path / "page.html"
    path.write_text(_hostile_pages()[name], encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    noticed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("dialog", lambda dialog: noticed.append(dialog.message))
    page.goto(path.as_uri())
    found = page.evaluate(_ACTIVE)
    page.close()
    assert (asked, noticed) == ([path.as_uri()], [])
    assert found["handlers"] == 0
    assert found["scripts"] == (1 if name == "report" else 0)
    assert found["tags"] == (["FORM"] if name == "report" else [])
    ours = ("#", f"{words.MESSAGES_PAGE}#", "suites/")
    assert [address for address in found["addresses"] if not address.startswith(ours)] == []


@pytest.mark.parametrize("width", [390, 1200])
def test_the_collected_page_asks_for_nothing_and_is_as_wide_as_the_screen(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    suites = view_suites.build(map(view.build, platforms()), ["freebsd"])
    path = tmp_path / "index.html"
    path.write_text(html_suites.render(suites, title="all"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    noticed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: noticed.append(message.text))
    page.goto(path.as_uri())
    assert (asked, noticed) == ([path.as_uri()], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.inner_text("#side-by-side tbody tr:first-child td:nth-child(2)") == "✗ regressed +25.1%"
    page.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(_write(tmp_path, mixed()))
    yield opened
    opened.close()


def _visible_names(page: Page) -> list[str]:
    rows = "[...document.querySelectorAll('#rows tbody tr')].filter(row => !row.hidden)"
    names: list[str] = page.evaluate(f"{rows}.map(row => row.querySelector('code').textContent)")
    return names


def test_search_filter_and_sort(page: Page) -> None:
    assert len(_visible_names(page)) == 16
    page.fill("[name=q]", "SORT size")
    assert _visible_names(page) == [
        "test_sort (size=1000, kind=random) · time",
        "test_sort (size=1000, kind=random) · peak_memory",
    ]
    assert page.inner_text("#shown") == "2 of 16"
    page.fill("[name=q]", "")
    page.select_option("[name=show]", "inconclusive")
    assert _visible_names(page) == ["GET /health", "test_http_roundtrip"]
    page.select_option("[name=show]", "")
    page.click("th[data-sort=change] button")
    assert _visible_names(page)[:2] == ["serve", "test_load_config"]
    page.click("th[data-sort=change] button")
    assert _visible_names(page)[0] == "GET /health"
    assert _visible_names(page)[-1] == "test_render · tokens"
    assert page.get_attribute("th[data-sort=change]", "aria-sort") == "descending"
    page.click("th[data-sort=name] button")
    assert _visible_names(page) == sorted(_visible_names(page), key=str.lower)
    page.click("th[data-sort=verdict] button")
    assert _visible_names(page)[0] == "serve"


def test_filters_by_category_and_metric_hold_together(page: Page) -> None:
    page.select_option("[name=category]", "load")
    assert _visible_names(page) == ["GET /health"]
    page.select_option("[name=category]", "")
    page.select_option("[name=metric]", "peak_memory")
    assert _visible_names(page) == ["test_sort (size=1000, kind=random) · peak_memory"]
    page.select_option("[name=show]", "improved")
    assert _visible_names(page) == []
    assert page.inner_text("#shown") == "0 of 16"


def test_the_address_keeps_what_was_chosen(page: Page, browser: Browser) -> None:
    page.fill("[name=q]", "test_")
    page.select_option("[name=metric]", "time")
    page.click("th[data-sort=change] button")
    page.click("th[data-sort=change] button")
    page.wait_for_url("**#*by=-change")
    other = browser.new_page()
    other.goto(page.url)
    assert _visible_names(other) == _visible_names(page)
    assert len(_visible_names(page)) == 12
    other.evaluate("location.hash = 'show=regressed'")
    other.wait_for_function("document.querySelectorAll('#rows tbody tr').length === 3")
    assert other.input_value("[name=q]") == ""
    other.close()


def test_an_address_made_by_somebody_else_does_no_harm(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(_write(tmp_path, mixed()) + "#by=__proto__&show=<b>&q=%00&metric=none&row-=1")
    assert complaints == []
    assert page.inner_text("#shown").endswith("of 16")
    page.close()


def test_a_count_leads_to_its_rows(page: Page) -> None:
    page.click(".counts .improved a")
    assert _visible_names(page) == ["test_load_config"]
    assert page.input_value("[name=show]") == "improved"


def test_a_category_leads_to_its_rows(page: Page) -> None:
    page.click("#categories tbody a")
    page.wait_for_function("document.querySelectorAll('#rows tbody tr').length === 1")
    assert _visible_names(page) == ["GET /health"]
    assert page.input_value("[name=category]") == "load"


_STOPS = "a[href], button, input, select, summary, [tabindex]"


def _stops(page: Page) -> int:
    seen = "element => element.checkVisibility()"
    count: int = page.evaluate(f"[...document.querySelectorAll('{_STOPS}')].filter({seen}).length")
    return count


@pytest.mark.parametrize("situation", [name for name in SITUATIONS if name != "many-rows"])
def test_the_keyboard_reaches_everything(browser: Browser, tmp_path: Path, situation: str) -> None:
    page = browser.new_page()
    page.goto(_write(tmp_path, SITUATIONS[situation]()))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to all benchmarks"
    reached = 0
    while page.evaluate("document.activeElement !== document.body && !document.activeElement.dataset.reached"):
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.evaluate("document.activeElement.dataset.reached = 1")
        reached += 1
        page.keyboard.press("Tab")
    assert reached == _stops(page)
    page.close()


def test_keys_sort_and_open(page: Page) -> None:
    page.focus("th[data-sort=name] button")
    page.keyboard.press("Enter")
    assert page.get_attribute("th[data-sort=name]", "aria-sort") == "ascending"
    page.focus("#row-0 summary")
    page.keyboard.press("Enter")
    assert page.locator("#row-0 .panel .reason").is_visible()
    page.focus("#row-0 .panel summary")
    page.keyboard.press("Enter")
    assert page.locator("#row-0 dl").is_visible()
    assert "adjusted p 0.0004" in page.inner_text("#row-0 dl")


def _copied(page: Page, first: str, last: str) -> str:
    """Select from one element to another and copy, as a reader would; gives what the page puts on the clipboard."""
    text: str = page.evaluate(
        """([first, last]) => {
          const selection = document.getSelection();
          selection.removeAllRanges();
          const range = document.createRange();
          range.setStart(document.querySelector(first).firstChild, 0);
          const end = document.querySelector(last).lastChild;
          range.setEnd(end, end.textContent.length);
          selection.addRange(range);
          const data = new DataTransfer();
          const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true });
          document.querySelector(first).dispatchEvent(event);
          return data.getData("text/plain");
        }""",
        [first, last],
    )
    return text


def test_numbers_have_their_full_precision_when_pointed_at_and_when_copied(page: Page) -> None:
    cell = "#row-0 td:nth-child(5)"
    assert page.inner_text(cell) == "1.23 ms"
    assert page.get_attribute(cell, "title") == "0.001234 s"
    assert _copied(page, cell, cell) == "0.001234 s"
    assert _copied(page, "#row-0 td:nth-child(4)", "#row-0 td:nth-child(6)") == "0.251\t0.001234 s\t0.001543734 s"
    assert _copied(page, "#row-0 code", "#row-0 code") == ""


def test_the_page_writes_few_rows_for_each_key_however_many_there_are(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(_write(tmp_path, many_rows(3_000)))
    page.evaluate(
        """() => {
          window.written = 0;
          new MutationObserver((changes) => {
            for (const change of changes) window.written += change.addedNodes.length + change.removedNodes.length;
          }).observe(document.getElementById("rows"), { subtree: true, childList: true });
        }"""
    )
    page.focus("[name=q]")
    for key in "something_29":
        page.keyboard.press(key)
    assert page.inner_text("#shown") == "100 of 3,000"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    assert page.inner_text("#shown") == "first 200 of 3,000 of 3,000"
    page.click("th[data-sort=name] button")
    page.click("th[data-sort=change] button")
    assert 0 < page.evaluate("window.written") <= 16 * 2 * 200
    page.click("#more")
    assert len(_visible_names(page)) == 400
    page.close()


def test_a_link_finds_a_row_that_is_not_in_the_page(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(_write(tmp_path, many_rows(1_000)) + "#row-700")
    assert page.locator("#row-700 dl").is_visible()
    page.fill("[name=q]", "no such thing")
    page.evaluate("location.hash = 'row-999'")
    page.wait_for_selector("#row-999 dl")
    assert page.input_value("[name=q]") == ""
    page.close()


@pytest.mark.parametrize(
    ("situation", "scheme", "width"),
    [
        *((name, "light", 1200) for name in SITUATIONS),
        ("mixed", "dark", 1200),
        ("mixed", "light", 390),
        ("mixed", "dark", 390),
    ],
)
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, axe: str, situation: str, scheme: str, width: int) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]  # one of the two words
    page.goto(_write(tmp_path, SITUATIONS[situation]()))
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    if page.locator(".tip button").count():
        page.locator(".tip button").last.focus()
        assert page.locator("[role=tooltip]:visible").count() == 1
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 20
    assert [
        (item["id"], item["nodes"][0]["html"][:200], item["nodes"][0]["failureSummary"]) for item in found["violations"]
    ] == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_collected_page(browser: Browser, tmp_path: Path, axe: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    path = tmp_path / "index.html"
    suites = view_suites.build(map(view.build, platforms()), ["freebsd"])
    path.write_text(html_suites.render(suites, title="all"), encoding="utf-8")
    page.goto(path.as_uri())
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 15
    assert [(item["id"], item["nodes"][0]["html"][:200]) for item in found["violations"]] == []
    page.close()


def test_without_script_everything_is_there_and_no_control_is_shown_in_vain(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(_write(tmp_path, many_rows(200, 3)))
    assert page.locator("#rows tbody tr").count() == 200
    assert not page.locator("form.tools").is_visible()
    assert page.locator("svg.chart").count() == 3
    page.close()


def test_a_term_explains_itself_to_mouse_and_keyboard_and_escape_hides_it(page: Page) -> None:
    tip = page.locator(".key .tip").first
    button, text = tip.locator("button"), tip.locator("[role=tooltip]")
    assert not text.is_visible()
    button.focus()
    assert text.is_visible()
    assert button.get_attribute("aria-describedby") == text.get_attribute("id")
    page.keyboard.press("Escape")
    assert not text.is_visible()
    page.keyboard.press("Tab")
    button.hover()
    assert text.is_visible()


def test_what_is_copied_by_the_button_is_exact_and_names_are_whole(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    rows = [row(f"bench/test_a.py::test_{name}", "unchanged", 0.001) for name in ("one", "two")]
    page.goto(_write(tmp_path, report(*rows)))
    assert _visible_names(page) == ["test_one", "test_two"]
    page.fill("[name=q]", "bench/test_a.py::test_two")
    page.click("#copy")
    page.wait_for_function("document.getElementById('shown').textContent === '1 rows copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.split("\t")[1:] == ["bench/test_a.py::test_two", "0.001", "0.001234 s", "0.001235234 s"]
    context.close()


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_moves_while_the_page_loads(browser: Browser, tmp_path: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(_write(tmp_path, many_rows(1_000, 3)))
    moved = page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 300);
        })"""
    )
    assert moved == 0
    page.close()


_GEOMETRY = r"""() => [...document.querySelectorAll("#rows tbody tr")].flatMap((row) => {
  const strip = row.querySelector("td > svg");
  if (!strip) return [];
  const style = getComputedStyle(strip);
  const [sizes, places] = [style.backgroundSize, style.backgroundPositionX].map((list) => list.split(", ").slice(-2));
  const zone = (layer) => {
    const width = parseFloat(sizes[layer]);
    const left = (parseFloat(places[layer]) * (100 - width)) / 100;
    return [left, left + width];
  };
  const ends = (rect) => {
    const [x, width] = ["x", "width"].map((key) => parseFloat(rect.getAttribute(key)));
    return [x, x + width];
  };
  const point = strip.querySelector("circle");
  return [{
    group: row.className, interval: ends(strip.querySelector(":scope > rect")),
    point: point && parseFloat(point.getAttribute("cx")),
    minimum: zone(0), margin: zone(1),
  }];
})"""


def test_the_zones_that_are_drawn_agree_with_the_verdicts(page: Page) -> None:
    """A changed row has its mark outside of the minimum change; an unchanged one its interval inside of the margin."""
    rows = page.evaluate(_GEOMETRY)
    groups = {row["group"] for row in rows}
    assert {"regressed", "improved", "unchanged"} <= groups
    for each in rows:
        low, high = each["minimum"] if each["group"] in ("regressed", "improved") else each["margin"]
        if each["group"] in ("regressed", "improved"):
            assert not low <= each["point"] <= high
        elif each["group"] == "unchanged" and each["interval"][1] - each["interval"][0] < high - low:
            assert low - 0.2 <= each["interval"][0]
            assert each["interval"][1] <= high + 0.2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_in_charts_stands_out_from_the_page(browser: Browser, tmp_path: Path, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    page.goto(_write(tmp_path, mixed()))
    ink = page.evaluate("getComputedStyle(document.querySelector('.chart text')).fill")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert _contrast(ink, paper) > 7
    page.close()


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``rgb(…)`` colours as WCAG 2.2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_on_paper_every_section_is_there_and_no_control(browser: Browser, tmp_path: Path) -> None:
    shown = load_test()
    page = browser.new_page()
    page.goto(_write(tmp_path, shown))
    page.emulate_media(media="print", color_scheme="dark")
    for part in ("nav", ".tools", "#more"):
        assert not page.is_visible(part)
    for part in (
        "#headline",
        "#categories",
        "#budgets",
        "#load svg",
        "#errors table",
        "#benchmarks",
        "#method",
        "#setup",
    ):
        assert page.is_visible(part)
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()") == "#000"
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.close()
