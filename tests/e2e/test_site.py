"""The documentation in a real browser: every page opens, asks nothing of other servers, and the search finds."""

from __future__ import annotations

import http.server
import json
import runpy
import shutil
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests import site
from tests.pages import ROOT, navigation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e
VERSIONS = runpy.run_path(str(ROOT / "docs" / "make_versions.py"))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Write nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The main branch as it is deployed: in a folder of its own, beside a release and the newest as ``latest``."""
    folder = tmp_path_factory.mktemp("site")
    site.collect(folder)
    done = site.build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    output = folder / "versions"
    for name in ("main", "1.0", "latest"):
        shutil.copytree(folder / "build" / "site", output / name)
    (output / "versions.json").write_text(json.dumps(VERSIONS["versions"](["1.0"])))
    with served(output) as found:
        yield f"{found}main/"


def test_every_page_opens_and_the_search_finds(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    seen = set()
    waiting = [page.url]
    while waiting:
        opened = waiting.pop()
        if opened in seen:
            continue
        seen.add(opened)
        answer = page.goto(opened)
        assert answer is not None
        assert answer.ok, opened
        links = page.evaluate("[...document.querySelectorAll('nav a[href]')].map((a) => a.href.split('#')[0])")
        waiting += [link for link in links if link.startswith(address) and link.endswith(".html")]
    assert len({link for link in seen if link != address}) == len(navigation())
    page.goto(address)
    page.get_by_role("button", name="Search").first.click()
    page.keyboard.type("override-unconfirmed")
    page.get_by_role("link", name="Messages").first.wait_for(timeout=15_000)
    ours = (address.removesuffix("main/"), "data:", "blob:")
    assert [request for request in asked if not request.startswith(ours)] == []
    assert complaints == []
    page.close()


def test_every_report_of_the_gallery_opens(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    kept = sorted(path.parent.name for path in (ROOT / "docs" / "situations").glob("*/verdict.json.gz"))
    opened = []
    for number in range(len(kept)):
        page.goto(f"{address}docs/situations/index.html")
        links = page.get_by_role("link", name="Open this report")
        assert links.count() == len(kept)
        links.nth(number).click()
        page.wait_for_url("**/report.html")
        assert page.get_by_role("heading", level=1).inner_text()
        rows = page.locator("#rows tbody tr").count()
        assert rows or page.get_by_text("Nothing was measured").is_visible()
        opened.append(page.url.split("/")[-2])
    assert sorted(opened) == kept
    ours = (address.removesuffix("main/"), "data:", "blob:")
    assert [request for request in asked if not request.startswith(ours)] == []
    assert complaints == []
    page.close()


def test_the_switcher_leads_to_the_other_versions(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"{address}docs/modes.html")
    page.get_by_role("button", name="Select version").wait_for(timeout=15_000)
    links = page.locator(".md-version__link")
    root = address.removesuffix("main/")
    assert {link.get_attribute("href") for link in links.all()} >= {f"{root}main/", f"{root}1.0/"}
    page.close()
