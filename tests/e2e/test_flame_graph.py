"""The flame graph in a real browser: drawn from numbers, worked with the keyboard, searched, downloaded, harmless."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from reporter.causes import MOST_FLAME_FUNCTIONS, MOST_FRAMES, Flame, Frame, FunctionChange, FunctionWork
from reporter.render import flame_page
from tests.reports import HOSTILE_NAMES, cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from reporter.causes import Cause

pytestmark = pytest.mark.e2e
NAME = "tests/test_a.py::test_sort"


def large(frames: int, functions: int = MOST_FLAME_FUNCTIONS) -> Cause:
    """Return a cause with as many frames as there may be: a wide tree of ten levels and more."""
    draw = Random(1)
    work = FunctionWork(calls=123_456, bytecodes=1_234_567, seconds=27.1e-6)
    found = tuple(
        FunctionChange(file=f"package/module_{i}.py", name=f"Class.function_{i}", seconds=1e-6, base=work, head=work)
        for i in range(functions)
    )
    tree = tuple(
        Frame(_above(draw, i), i % functions, draw.randrange(999), draw.randrange(999), i, i) for i in range(frames)
    )
    return structs.replace(cause(), flame=Flame(unit=1e-9, functions=found, frames=tree))


def _above(draw: Random, index: int) -> int:
    """Return the frame above, so that there are ten levels and more."""
    return draw.randrange(index // 9, max(1, index // 3)) if index else -1


def _open(browser: Browser, folder: Path, shown: Cause, **options: Any) -> Page:
    path = folder / "profile.html"
    path.write_text(flame_page.render([(NAME, shown)]), encoding="utf-8")
    page = browser.new_page(**options)
    page.goto(path.as_uri())
    return page


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    opened = _open(browser, tmp_path, cause())
    yield opened
    opened.close()


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_frames_are_as_wide_as_the_time_with_all_below(page: Page) -> None:
    widths = page.evaluate("[...document.querySelectorAll('.frame')].map(({ style }) => [style.left, style.width])")
    assert [[round(float(each.rstrip("%")), 1) for each in pair] for pair in widths] == [
        [0, 100],
        [0, 100],
        [0, 67.7],
        [0, 0.2],
    ]
    assert page.locator(".frame.same").count() == 0
    assert page.locator(".frame.more-3").all_inner_texts() == [f"▲ {NAME}", "▲ search", "▲ normalize"]
    page.select_option("[name=side]", "base")
    assert page.locator(".frame").count() == 3


def test_the_keyboard_moves_zooms_and_goes_back(page: Page) -> None:
    page.focus(".frame[tabindex='0']")
    assert _focused(page) == f"{NAME}: 43.4 µs → 50.5 µs, 7.1 µs more"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expected = "normalize (textkit/words.py): 27.1 µs → 34.2 µs, 7.1 µs more, called 125 → 156 times"
    assert _focused(page) == expected
    assert page.inner_text(".frame-detail") == expected
    page.keyboard.press("Enter")
    assert _focused(page) == expected
    assert page.evaluate("document.activeElement.style.width") == "100%"
    assert page.locator(".frame").count() == 4
    page.keyboard.press("ArrowUp")
    assert _focused(page).startswith("search")
    page.keyboard.press("Escape")
    assert _focused(page).startswith(NAME)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.frames')") is None


def test_neighbours_of_a_level_are_beside_each_other(browser: Browser, tmp_path: Path) -> None:
    page = _open(browser, tmp_path, large(50))
    page.focus(".frame[tabindex='0']")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    level = page.evaluate("[...document.querySelectorAll('.frame[aria-level=\"3\"]')].indexOf(document.activeElement)")
    assert level == 1
    assert page.locator(".frame[tabindex='0']").count() == 1
    page.close()


def test_search_marks_frames_and_rows_and_says_how_much_they_take(page: Page) -> None:
    page.fill("[name=q]", "NORM words")
    assert page.inner_text("output") == "1 of 3 functions, 62.4% of the base and 67.7% of the head"
    assert page.locator(".frame.hit").all_inner_texts() == ["▲ normalize"]
    assert page.locator("tbody tr:visible").count() == 1
    page.fill("[name=q]", "")
    assert page.inner_text("output") == ""
    assert page.locator(".frame.hit").count() == 0
    assert page.locator("tbody tr:visible").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, axe: str, scheme: str) -> None:
    page = _open(browser, tmp_path, large(400), color_scheme=scheme)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 15
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
    page.close()


_WRITTEN = """() => {
  window.written = 0;
  new MutationObserver((changes) => { window.written += changes.length; })
    .observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


def test_ten_thousand_frames_are_under_a_megabyte_and_a_key_writes_few_of_them(
    browser: Browser, tmp_path: Path
) -> None:
    page = _open(browser, tmp_path, large(MOST_FRAMES))
    assert (tmp_path / "profile.html").stat().st_size < 1_000_000
    drawn = page.locator(".frame").count()
    assert 300 < drawn <= 1_500
    page.evaluate(_WRITTEN)
    page.focus("[name=q]")
    keys = "function_29"
    for key in keys:
        page.keyboard.press(key)
    assert page.inner_text("output").startswith("11 of 300 functions")
    assert page.evaluate("window.written") <= len(keys) * 2 * (drawn + MOST_FLAME_FUNCTIONS)
    page.close()


def _saved(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as found:
        page.click(f"[name=export][value={name}]")
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def _downloaded(page: Page, name: str, folder: Path) -> str:
    return _saved(page, name, folder).read_text(encoding="utf-8")


def test_both_sides_can_be_downloaded_folded(page: Page, tmp_path: Path) -> None:
    assert _downloaded(page, "base", tmp_path).splitlines() == [
        "search (textkit/index.py) 16300",
        "search (textkit/index.py);normalize (textkit/words.py) 27100",
    ]
    head = _downloaded(page, "head", tmp_path)
    assert "search (textkit/index.py);normalize (textkit/words.py);new (textkit/words.py) 100\n" in head


def test_both_sides_can_be_downloaded_for_speedscope(page: Page, tmp_path: Path) -> None:
    content = json.loads(_downloaded(page, "speedscope", tmp_path))
    assert [each["name"] for each in content["shared"]["frames"]] == ["normalize", "new", "search"]
    base, head = content["profiles"]
    assert (base["type"], base["unit"], base["samples"]) == ("sampled", "seconds", [[2], [2, 0]])
    assert sum(head["weights"]) == pytest.approx(head["endValue"]) == pytest.approx(50.5e-6)


@pytest.mark.skipif(shutil.which("go") is None, reason="pprof comes with Go")
def test_both_sides_can_be_downloaded_for_pprof(page: Page, tmp_path: Path) -> None:
    base, head = (_saved(page, f"pprof-{side}", tmp_path) for side in ("base", "head"))
    assert base.read_bytes()[:2] == gzip.compress(b"")[:2]
    assert _pprof(base) == [
        ["27.10us", "62.44%", "62.44%", "27.10us", "62.44%", "normalize"],
        ["16.30us", "37.56%", "100%", "43.40us", "100%", "search"],
    ]
    grown = _pprof(f"-diff_base={base}", head)
    assert [grown[0][at] for at in (0, -1)] == ["7us", "normalize"]


def _pprof(*arguments: str | Path) -> list[list[str]]:
    """Return the rows that pprof prints of a profile."""
    done = subprocess.run(["go", "tool", "pprof", "-top", *arguments], check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.partition("cum%\n")[2].splitlines()]


def test_ten_thousand_frames_can_be_downloaded_for_pprof(browser: Browser, tmp_path: Path) -> None:
    page = _open(browser, tmp_path, large(MOST_FRAMES))
    content = gzip.decompress(_saved(page, "pprof-head", tmp_path).read_bytes())
    assert content.count(b"Class.function_") == MOST_FLAME_FUNCTIONS
    page.close()


def test_hostile_names_do_nothing(browser: Browser, tmp_path: Path) -> None:
    noticed: list[str] = []
    for name in HOSTILE_NAMES:
        text = name[:300]
        path = tmp_path / "profile.html"
        path.write_text(flame_page.render([(name, cause(text, text))]), encoding="utf-8")
        page = browser.new_page()
        page.on("request", lambda request: noticed.append(request.url))
        page.on("console", lambda message: noticed.append(message.text))
        page.on("pageerror", lambda error: noticed.append(str(error)))
        page.goto(path.as_uri())
        page.keyboard.press("Tab")
        page.fill("[name=q]", text[:20])
        for each in ("base", "speedscope", "pprof-head"):
            _saved(page, each, tmp_path)
        assert page.locator(".frame").count() == 4
        assert page.locator("img, iframe, object, base, form, [onclick], [onerror]").count() == 0
        assert page.locator("script").count() == 1
        page.close()
        assert [each for each in noticed if not each.startswith((path.as_uri(), "blob:"))] == []


def test_without_script_the_table_says_it_all(browser: Browser, tmp_path: Path) -> None:
    page = _open(browser, tmp_path, cause(), java_script_enabled=False)
    assert page.locator("table.functions tbody tr").count() == 3
    assert page.locator(".tools:visible, .frames:visible").count() == 0
    page.close()
