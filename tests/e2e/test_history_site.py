"""The site of a saved history in a real browser: from a file and below a path of a server, by pointer and by keys."""

from __future__ import annotations

import http.server
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from reporter.units import format_percent, format_value
from tests.histories import TIME, baseline_of, commit_of, shop, steady, suite_at
from tests.reports import HOSTILE_NAMES
from tests.unit.test_history_site import built, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.e2e

PAGES = ("overview", "benchmark", "commit", "comparison")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Write nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("history"), shop(24))


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """The address of the site below a path of a server, as GitHub Pages has it."""
    handler = partial(_Quiet, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()


def page_of(site: Path, kind: str) -> str:
    """Return the path of a page of this kind."""
    if kind == "benchmark":
        parse = next(p for p in (site / "benchmarks").glob("*.json") if "test_parse" in p.read_text(encoding="utf-8"))
        return f"benchmarks/{parse.stem}.html"
    return {"overview": "index.html", "commit": f"commits/{commit_of(12)}.html", "comparison": "compare.html"}[kind]


SHOWN = {"overview": "#rows tbody tr", "benchmark": ".plot .line", "commit": ".changes", "comparison": "#rows tbody tr"}


def opened(page: Page, site: Path, kind: str) -> None:
    page.goto((site / page_of(site, kind)).as_uri())
    page.wait_for_selector(SHOWN[kind], state="attached")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": 1200, "height": 900})
    yield found
    found.close()


def _noticed(page: Page) -> tuple[list[str], list[str]]:
    """Return what the page asks for and what the browser complains of, as they come."""
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    return asked, complaints


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("width", [390, 1200])
def test_from_a_file_a_page_asks_for_its_own_files_alone(browser: Browser, site: Path, kind: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, complaints = _noticed(page)
    opened(page, site, kind)
    assert complaints == []
    assert [address for address in asked if not address.startswith((f"{site.as_uri()}/", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


_LINKS = """() => [...document.querySelectorAll("main a[href], nav a[href]")].map(
  (link) => new URL(link.getAttribute("href"), document.baseURI).href.split("#")[0],
)"""


def test_below_a_path_every_link_leads_to_a_page(page: Page, served: str) -> None:
    asked, complaints = _noticed(page)
    waiting, seen = [served], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        page.wait_for_load_state("networkidle")
        links = page.evaluate(_LINKS)
        waiting += [link for link in links if link.startswith(served) and link.endswith(".html")]
    assert len(seen) >= 1 + 1 + 5
    assert [one for one in asked if not one.startswith((served, "data:"))] == []
    assert complaints == []


def test_search_filters_and_order(page: Page, browser: Browser, site: Path) -> None:
    opened(page, site, "overview")
    rows = "[...document.querySelectorAll('#rows tbody th')].map((cell) => cell.textContent)"
    assert len(page.evaluate(rows)) == 7
    page.keyboard.press("/")
    page.keyboard.type("PARSE 10")
    assert page.evaluate(rows) == ["bench/test_shop.py::test_parse (size=10)"] * 2 + [
        "bench/test_shop.py::test_parse (size=1000)"
    ]
    page.select_option("[name=metric]", "time")
    assert page.inner_text("#shown") == "2 of 7"
    page.fill("[name=q]", "")
    page.select_option("[name=metric]", "")
    page.select_option("[name=change]", "worse")
    assert page.evaluate(rows) == ["serve", "bench/test_shop.py::test_parse (size=10)"]
    page.select_option("[name=by]", "name")
    assert page.evaluate(rows) == ["bench/test_shop.py::test_parse (size=10)", "serve"]
    page.wait_for_url("**#*by=name")
    other = browser.new_page()
    other.goto(page.url)
    other.wait_for_selector(SHOWN["overview"])
    assert other.evaluate(rows) == page.evaluate(rows)
    other.evaluate("location.hash = 'change=none'")
    other.wait_for_function("document.getElementById('shown').textContent === '3 of 7'")
    other.close()


def test_an_address_made_by_somebody_else_does_no_harm(page: Page, site: Path) -> None:
    _, complaints = _noticed(page)
    address = (site / "index.html").as_uri()
    page.goto(f"{address}#by=__proto__&suite=9&change=<b>&q=%00&metric=none")
    page.wait_for_function("document.getElementById('shown').textContent.endsWith('of 7')")
    page.goto(f"{(site / 'compare.html').as_uri()}#from=%3Cb%3E&to=__proto__")
    page.wait_for_selector(SHOWN["comparison"])
    assert complaints == []


def test_a_row_leads_to_its_history(page: Page, site: Path) -> None:
    opened(page, site, "overview")
    page.click("#rows tbody tr:first-child a")
    page.wait_for_selector(".plot .line", state="attached")
    assert page.inner_text("h1") == "serve"


def _paths(page: Page, kind: str) -> list[str]:
    found: list[str] = page.evaluate(
        f"[...document.querySelectorAll('.plot .{kind}')].map((path) => path.getAttribute('d'))"
    )
    return found


def test_lines_are_parted_by_parameters_and_machines(page: Page, site: Path) -> None:
    opened(page, site, "benchmark")
    lines = _paths(page, "line")
    assert [path.count("L") + 1 for path in lines] == [18, 6, 18, 6]
    assert len(_paths(page, "band")) == 4
    labels = page.locator(".legend label").all_inner_texts()
    assert [label.strip() for label in labels] == [
        f"size={size} · {machine}" for size in (10, 1000) for machine in ("Test CPU", "Other CPU")
    ]
    page.locator(".legend input").nth(2).uncheck()
    assert [path.count("L") + 1 for path in _paths(page, "line")] == [18, 6, 6]
    page.select_option("[name=metric]", "1")
    assert [path.count("L") + 1 for path in _paths(page, "line")] == [18, 6]


def test_keys_move_zoom_and_open(page: Page, site: Path) -> None:
    opened(page, site, "benchmark")
    page.focus(".plot")
    page.keyboard.press("End")
    assert page.inner_text(".values").startswith(commit_of(23)[:10])
    page.keyboard.press("ArrowLeft")
    told = page.inner_text(".values")
    assert told.startswith(commit_of(22)[:10])
    assert "size=10 · Test CPU: 1.21 ms (runs from 1.21 ms to 1.21 ms)" in told
    assert "Other CPU" not in told, "the other machine did not measure this session"
    whole = _paths(page, "line")[0].count("L")
    page.keyboard.press("+")
    assert _paths(page, "line")[0].count("L") < whole
    page.keyboard.press("Escape")
    assert _paths(page, "line")[0].count("L") == whole
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert "✗ regressed +20.0%, 1.01 ms → 1.21 ms" in page.inner_text(".values")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/commits/{commit_of(12)}.html")
    assert page.inner_text("h1") == "1 row regressed with 0d0d0d0d0d."


def test_the_pointer_chooses_a_range_and_shows_values(page: Page, site: Path) -> None:
    opened(page, site, "benchmark")
    whole = _paths(page, "line")[0].count("L")
    box = page.locator(".plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 120, steps=3)
    assert page.locator(".plot .chosen").count() == 1
    page.mouse.up()
    assert 0 < _paths(page, "line")[0].count("L") < whole
    assert page.inner_text(".values code") in {commit_of(at)[:10] for at in range(24)}
    page.mouse.dblclick(box["x"] + 400, box["y"] + 100)
    assert _paths(page, "line")[0].count("L") == whole
    page.click("text=Zoom in")
    page.click("text=Zoom out")
    page.click("text=Show all")
    assert _paths(page, "line")[0].count("L") == whole


def test_a_change_of_level_leads_to_its_commit(page: Page, site: Path) -> None:
    opened(page, site, "benchmark")
    assert len(_paths(page, "change")) == 1
    page.locator(".plot a .change").click()
    page.wait_for_url(f"**/commits/{commit_of(12)}.html")


def test_by_time_and_from_zero(page: Page, site: Path) -> None:
    opened(page, site, "benchmark")
    ticks = "[...document.querySelectorAll('.plot .tick')].map((tick) => tick.textContent)"
    assert commit_of(0)[:10] in page.evaluate(ticks)
    page.check("[name=time]")
    assert "2026-09-21" in page.evaluate(ticks)
    page.check("[name=zero]")
    assert "0 ns" in page.evaluate(ticks)


def test_releases_side_by_side(page: Page, site: Path) -> None:
    opened(page, site, "comparison")
    rows = (
        "[...document.querySelectorAll('#rows tbody tr')].map(({ className, cells }) => [className, cells[3], cells[4]]"
    )
    rows += ".map((part) => part.textContent ?? part))"
    assert page.input_value("[name=from]") == "0"
    found = page.evaluate(rows)
    assert [kind for kind, _, _ in found] == ["regressed", "regressed", "improved", "changed", "same", "same", "absent"]
    assert found[0] == ["regressed", "−22.2%", "✗ new level, worse"]
    page.select_option("[name=show]", "same")
    page.wait_for_function("document.getElementById('shown').textContent === '2 of 7'")
    page.select_option("[name=show]", "")
    page.select_option("[name=to]", "0")
    page.wait_for_function("document.getElementById('shown').textContent === '6 of 6'")
    assert {kind for kind, _, _ in page.evaluate(rows)} == {"same"}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 1200), ("dark", 390)])
def test_axe_finds_nothing(browser: Browser, site: Path, axe: str, kind: str, scheme: str, width: int) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]  # one of the two words
    opened(page, site, kind)
    if kind == "benchmark":
        page.focus(".plot")
        page.keyboard.press("End")
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 20
    assert [
        (item["id"], item["nodes"][0]["html"][:200], item["nodes"][0]["failureSummary"]) for item in found["violations"]
    ] == []
    page.close()


@pytest.mark.parametrize("kind", PAGES)
def test_the_keyboard_reaches_everything(page: Page, site: Path, kind: str) -> None:
    opened(page, site, kind)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    reached = 0
    while page.evaluate("document.activeElement !== document.body && !document.activeElement.dataset.reached"):
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.evaluate("document.activeElement.dataset.reached = 1")
        reached += 1
        page.keyboard.press("Tab")
    stops = "a[href]:not([tabindex='-1']), button, input, select, [tabindex='0']"
    assert reached == page.evaluate(
        f'[...document.querySelectorAll("{stops}")].filter((one) => one.checkVisibility()).length'
    )


_ACTIVE = """() => {
  const all = [...document.querySelectorAll("*")];
  const active = ["IMG", "IFRAME", "OBJECT", "EMBED", "BASE", "STYLE"];
  return {
    scripts: document.scripts.length,
    tags: all.filter(({ tagName }) => active.includes(tagName)).length,
    handlers: all.flatMap((element) => [...element.attributes]).filter(({ name }) => name.startsWith("on")).length,
  };
}"""


def test_hostile_names_do_nothing(page: Page, tmp_path: Path) -> None:
    levels = {
        (name, ((name, other),) if name else (), TIME): steady(1e-3)
        for name, other in zip(HOSTILE_NAMES, reversed(HOSTILE_NAMES), strict=True)
    }
    site = built(tmp_path, baseline_of([suite_at(at, levels, name=HOSTILE_NAMES[6]) for at in range(9)]))
    asked, complaints = _noticed(page)
    for path in (site / "index.html", *sorted((site / "benchmarks").glob("*.html"))):
        page.goto(path.as_uri())
        page.wait_for_selector("#rows tbody tr, .plot .line", state="attached")
        found = page.evaluate(_ACTIVE)
        assert found["handlers"] == found["tags"] == 0
        assert found["scripts"] <= 4
    assert complaints == []
    assert [one for one in asked if not one.startswith((f"{site.as_uri()}/", "data:"))] == []


VALUES = (0.0, 1.0, 0.9996, 0.99951, 1.234e-3, 9.996e-6, 3.2e-10, 4e-14, 12_345.0, 0.0123, 999.4, 999.5, 1e12, -0.25)


def test_numbers_are_written_as_everywhere_else(page: Page, site: Path) -> None:
    opened(page, site, "overview")
    for unit in ("s", "B", "B/s", "1/s", "1", "widgets"):
        shown = page.evaluate("([values, unit]) => values.map((value) => site.value(value, unit))", [VALUES, unit])
        assert shown == [format_value(value, unit) for value in VALUES], unit
    shares = (0.0, 0.0004, 0.12345, -0.05, 1.5, -0.0001)
    shown = page.evaluate("(shares) => shares.map((share) => site.percent(share))", shares)
    assert shown == [format_percent(share, signed=True) for share in shares]


def test_on_paper_the_chart_is_there_and_no_control(page: Page, site: Path) -> None:
    opened(page, site, "benchmark")
    page.emulate_media(media="print", color_scheme="dark")
    for part in ("nav", ".tools", ".skip"):
        assert not page.is_visible(part)
    assert page.is_visible(".plot svg")
    assert page.is_visible(".changes")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()") == "#000"
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--c0').trim()") == "#0072b2"
    assert page.pdf(format="A4")[:5] == b"%PDF-"


def test_without_script_a_page_tells_what_changed(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / page_of(site, "benchmark")).as_uri())
    assert page.is_visible(".changes tbody tr")
    assert page.is_visible("noscript p")
    assert not page.is_visible("#chart")
    assert page.locator(".spark").count() == len(
        read((site / page_of(site, "benchmark")).with_suffix(".json"))["lines"]
    )
    context.close()
