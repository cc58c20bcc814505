"""How long the search of a flame graph takes: ``python -m benchmarks.flame_search``.

The page has as many frames as there may be. Chromium types; the figures are what its page's thread works for one key
(``TaskDuration`` in its own processor time, which also lays out), so that they hold on a busy machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from reporter.causes import MOST_FRAMES
from reporter.render import flame_page
from tests.e2e.test_flame_graph import NAME, large

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

KEYS = "function_29"


def main() -> int:
    """Search on a fresh page, three times, and print what the keys took."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "profile.html"
        path.write_text(flame_page.render([(NAME, large(MOST_FRAMES))]), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        times = [each for _ in range(3) for each in _search(browser.new_page(), path)]
        browser.close()
        size = path.stat().st_size
    print(f"{MOST_FRAMES:,} frames, {size:,} bytes, load {os.getloadavg()[0]:.1f}")
    print(f"a key takes {min(times):.0f} to {max(times):.0f} ms")
    return 0


def _search(page: Page, path: Path) -> list[float]:
    page.goto(path.as_uri())
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.focus("[name=q]")
    page.evaluate("new Promise(requestAnimationFrame)")
    moments = [_worked(session)]
    for key in KEYS:
        page.keyboard.press(key)
        page.evaluate("new Promise(requestAnimationFrame)")
        moments.append(_worked(session))
    page.close()
    return [1000 * (after - before) for before, after in pairwise(moments)]


def _worked(session: CDPSession) -> float:
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


if __name__ == "__main__":
    sys.exit(main())
