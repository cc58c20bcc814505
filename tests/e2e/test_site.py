"""The documentation in a real browser: every page opens, asks nothing of other servers, and the search finds."""

from __future__ import annotations

import http.server
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests import site
from tests.pages import navigation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.e2e


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Write nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    site.collect(folder)
    done = site.build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    handler = partial(_Quiet, directory=folder / "build" / "site")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


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
    assert [request for request in asked if not request.startswith((address, "data:", "blob:"))] == []
    assert complaints == []
    page.close()
