"""The HTML report in a real browser: it asks for nothing, complains about nothing, works with and without script."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from reporter.render import charts, html, view
from tests.reports import SITUATIONS, many_rows, mixed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from reporter.model import Report

pytestmark = pytest.mark.e2e

_CHROMIUM = shutil.which("chromium")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if _CHROMIUM is None:
        assert os.environ.get("CI") != "true", "chromium is needed: apt-get install chromium"
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        yield chromium
        chromium.close()


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


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(_write(tmp_path, mixed()))
    yield opened
    opened.close()


def _visible_names(page: Page) -> list[str]:
    rows = "[...document.querySelectorAll('#rows tbody tr')].filter(row => !row.hidden)"
    names: list[str] = page.evaluate(f"{rows}.map(row => row.cells[1].firstChild.textContent)")
    return names


def test_search_filter_and_sort(page: Page) -> None:
    assert len(_visible_names(page)) == 16
    page.fill("#search", "SORT size")
    assert _visible_names(page) == [
        "test_sort (size=1000, kind=random) · time",
        "test_sort (size=1000, kind=random) · peak_memory",
    ]
    assert page.inner_text("#shown") == "2 of 16"
    page.fill("#search", "")
    page.select_option("#group", "inconclusive")
    assert _visible_names(page) == ["GET /health", "test_http_roundtrip"]
    page.select_option("#group", "")
    page.click("th[data-sort=c] button")
    assert _visible_names(page)[:2] == ["serve", "test_load_config"]
    page.click("th[data-sort=c] button")
    assert _visible_names(page)[0] == "GET /health"
    assert page.get_attribute("th[data-sort=c]", "aria-sort") == "descending"
    page.click("th[data-sort=order] button")
    assert _visible_names(page)[0] == "serve"


def test_a_count_leads_to_its_rows(page: Page) -> None:
    page.click(".counts .improved a")
    assert _visible_names(page) == ["test_load_config"]
    assert page.input_value("#group") == "improved"


def test_the_keyboard_reaches_the_table(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to all benchmarks"
    page.focus("th[data-sort=name] button")
    page.keyboard.press("Enter")
    assert page.get_attribute("th[data-sort=name]", "aria-sort") == "ascending"


def test_without_script_everything_is_there_and_no_control_is_shown_in_vain(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(_write(tmp_path, many_rows(200, 3)))
    assert page.locator("#rows tbody tr").count() == 200
    assert not page.locator("form.tools").is_visible()
    assert page.locator("svg.chart").count() == 4
    page.close()


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
