"""How long search and sort of the HTML report keep the browser's script busy, and how large the file is.

Chromium types and clicks; the figures are Chromium's own ``ScriptDuration`` and ``TaskDuration`` around one key press
or click (the task also lays out and paints). Run it with ``python -m benchmarks.report_page [--rows 100 10000]``.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import CDPSession, Page, sync_playwright

from reporter.render import charts, html, view
from tests.reports import many_rows

if TYPE_CHECKING:
    from collections.abc import Callable

TYPED = "module_17 something"
SORTED = ("name", "before", "after", "change", "verdict")
LIMIT_MS = 100.0


def main() -> int:
    """Measure and print; there is nothing to pass or fail here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100, 10_000])
    arguments = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("needs chromium: apt-get install chromium\n")
        return 2
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for rows in arguments.rows:
            page = browser.new_page()
            _measure(page, Path(folder) / f"{rows}.html", rows)
            page.close()
        browser.close()
    return 0


def _measure(page: Page, path: Path, rows: int) -> None:
    report = many_rows(rows)
    path.write_text(html.render(view.build(report), charts.draw(report)), encoding="utf-8")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    print(f"{rows:,} rows: {path.stat().st_size / 1e6:.2f} MB")
    _say("load", [_busy(session, page, partial(page.goto, path.as_uri()))])
    page.focus("[name=q]")
    _say("key press", [_busy(session, page, partial(page.keyboard.press, key)) for key in TYPED])
    _say("key press back", [_busy(session, page, partial(page.keyboard.press, "Backspace")) for _ in TYPED])
    for turn in ("first", "second"):
        clicks = [_busy(session, page, partial(page.click, f"th[data-sort={column}] button")) for column in SORTED]
        _say(f"{turn} sort", clicks)


def _busy(session: CDPSession, page: Page, act: Callable[[], object]) -> tuple[float, float]:
    """Return milliseconds of script and of the whole task that ``act`` cost, until the next frame was drawn."""
    before = _durations(session)
    act()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
    after = _durations(session)
    return (after[0] - before[0]) * 1000, (after[1] - before[1]) * 1000


def _durations(session: CDPSession) -> tuple[float, float]:
    metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    return metrics["ScriptDuration"], metrics["TaskDuration"]


def _say(what: str, costs: list[tuple[float, float]]) -> None:
    script, task = zip(*costs, strict=True)
    print(
        f"  {what:15} script: median {statistics.median(script):6.1f}, most {max(script):6.1f} ms"
        f" (limit {LIMIT_MS:.0f} for keys and clicks); whole task: most {max(task):6.1f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
