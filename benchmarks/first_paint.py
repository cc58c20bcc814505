"""When a browser first paints a report: two versions of one page, loaded in turns by one Chromium.

``python -m benchmarks.first_paint old.html new.html [--rounds 20]``. ``python -m benchmarks.first_paint --write
new.html --rows 10000`` writes the page of this version; called in a checkout of an older one it writes that. Figures
are Chromium's own ``first-contentful-paint``, in milliseconds after navigation began, and their quotient by rounds.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PAINT = """() => new Promise((done) => {
  const look = () => {
    const [entry] = performance.getEntriesByName("first-contentful-paint");
    if (entry) done(entry.startTime); else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> int:
    """Write a page, or measure two and print; there is nothing to pass or fail here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--rows", type=int, default=1_000)
    arguments = parser.parse_args()
    if arguments.write:
        _write(arguments.write, arguments.rows)
        return 0
    chromium = shutil.which("chromium")
    if chromium is None or len(arguments.pages) != 2:
        sys.stderr.write("needs two pages, and chromium: apt-get install chromium\n")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        _compare(browser, arguments.pages, arguments.rounds)
        browser.close()
    return 0


def _write(path: Path, rows: int) -> None:
    from reporter.render import charts, html, view
    from tests.reports import many_rows

    report = many_rows(rows)
    path.write_text(html.render(view.build(report), charts.draw(report)), encoding="utf-8")


def _compare(browser: Browser, pages: list[Path], rounds: int) -> None:
    found: dict[Path, list[float]] = {page: [] for page in pages}
    for number in range(rounds + 1):
        for page in pages if number % 2 else pages[::-1]:
            painted = _painted(browser, page)
            if number:  # the first round warms up
                found[page].append(painted)
    for page, times in found.items():
        size = page.stat().st_size / 1e6
        print(
            f"{page.name}: {size:.2f} MB, first paint median {statistics.median(times):.0f}, least {min(times):.0f} ms"
        )
    old, new = found.values()
    ratios = sorted(after / before for before, after in zip(old, new, strict=True))
    middle = statistics.median(ratios)
    print(f"second by first, median of {rounds} rounds: {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def _painted(browser: Browser, path: Path) -> float:
    page = browser.new_page()
    page.goto(path.resolve().as_uri())
    painted: float = page.evaluate(PAINT)
    page.close()
    return painted


if __name__ == "__main__":
    sys.exit(main())
