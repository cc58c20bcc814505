"""Draw every situation from the verdict that is kept of it, and the README's pictures after ``make demo``.

``make pictures`` measures nothing: it renders what ``make situations`` measured with the report as it is now. Needs
Chromium, cmark-gfm and pdftoppm (``apt-get install chromium cmark-gfm poppler-utils``).
"""

from __future__ import annotations

import gzip
import html
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

from make_situations import SITUATIONS as MEASURED
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from reporter.commands.outputs import write_report_folder
from reporter.records import json_v1

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "build" / "demo" / "report"
RENDERED = ROOT / "build" / "pictures"
PICTURES = ROOT / "docs" / "pictures"
SITUATIONS = ROOT / "docs" / "situations"
TOOLS = ("chromium", "cmark-gfm", "pdftoppm")
LONGEST = 900
"""Pixels of a comment that a picture shows."""

BEGINNING = """# Situations

Each report comes from benchmarks that ran. `make situations` measures them again and keeps their verdicts;
`make pictures` draws them with the report as it is now, and writes this page. The recipes are in
[make_situations.py](../make_situations.py). On the documentation site each report can be opened.

"""
SECTION = """## {title}

{text}

![The comment: {title}]({name}/comment.png)

| light | dark |
|---|---|
| ![The report in light colours]({name}/light.png) | ![The report in dark colours]({name}/dark.png) |

| on a phone | printed |
|---|---|
| ![The report on a phone]({name}/phone.png) | ![The first printed page]({name}/print.png) |
"""

Scheme = Literal["light", "dark"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

COMMENT_STYLE = """
body { margin: 0; padding: 20px; background: #fff; color: #1f2328 }
body { font: 14px/1.5 "Helvetica Neue", "DejaVu Sans", sans-serif }
article { border: 1px solid #d1d9e0; border-radius: 6px }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0 }
header { padding: 8px 16px; color: #59636e }
main { padding: 8px 16px 16px }
header b { color: #1f2328 }
table { border-collapse: collapse; display: block; overflow: auto; margin: 0 0 16px }
td, th { border: 1px solid #d1d9e0; padding: 6px 13px }
tr:nth-child(2n) { background: #f6f8fa }
code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font: 12px "DejaVu Sans Mono", monospace }
"""


def main() -> int:
    """Draw all pictures, or say what is missing."""
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"needs {' '.join(missing)}\n")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        if (DEMO / "verdict.json").is_file():
            _draw(browser, _comment_page(DEMO), PICTURES / "comment.png", width=1000, height=None)
            _draw(browser, (DEMO / "report.html").as_uri(), PICTURES / "report.png", width=1100, height=1500)
        for kept in sorted(SITUATIONS.glob("*/verdict.json.gz")):
            _draw_situation(browser, _rendered(kept), kept.parent)
        browser.close()
    (SITUATIONS / "README.md").write_text(gallery(), encoding="utf-8")
    return 0


def gallery() -> str:
    """Return the page of the situations of which there are pictures."""
    there = {name: words for name, (_, *words) in MEASURED.items() if (SITUATIONS / name / "comment.png").is_file()}
    return BEGINNING + "\n".join(
        SECTION.format(name=name, title=title, text=text) for name, (title, text) in there.items()
    )


def _rendered(kept: Path) -> Path:
    """Render a stored verdict with the report as it is now; return the report folder."""
    folder = RENDERED / kept.parent.name / "report"
    report = json_v1.load(gzip.decompress(kept.read_bytes()).decode(), str(kept))
    write_report_folder(report, folder)
    return folder


def _draw_situation(browser: Browser, report: Path, folder: Path) -> None:
    """Draw one report in light, in dark, on a phone and on paper, and its comment."""
    page = (report / "report.html").as_uri()
    _draw(browser, page, folder / "light.png", width=1100, height=1300)
    _draw(browser, page, folder / "dark.png", width=1100, height=1300, scheme="dark")
    _draw(browser, page, folder / "phone.png", width=390, height=1300)
    _draw(browser, _comment_page(report), folder / "comment.png", width=1000, height=None)
    _print(browser, page, folder / "print.png")


def _comment_page(report: Path) -> str:
    """Show the comment as GitHub does, near enough for a picture."""
    arguments = [
        "cmark-gfm",
        "--unsafe",
        *(word for name in ("table", "autolink", "tagfilter") for word in ("-e", name)),
    ]
    text = (report / "comment.md").read_text(encoding="utf-8")
    body = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True).stdout
    page = report.parent / "comment.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{html.escape(COMMENT_STYLE, quote=False)}</style>"
        f"<article><header><b>github-actions</b> bot commented</header><main>{body}</main></article>",
        encoding="utf-8",
    )
    return page.as_uri()


def _draw(
    browser: Browser, address: str, path: Path, *, width: int, height: int | None, scheme: Scheme = "light"
) -> None:
    """Draw the first screen, or with no ``height`` the whole page as far as a picture should go."""
    page = browser.new_page(viewport={"width": width, "height": height or 200}, color_scheme=scheme)
    page.goto(address)
    if height is None:
        whole = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(whole, LONGEST)})
    page.screenshot(path=path)
    page.close()
    _shrink(path)


def _print(browser: Browser, address: str, path: Path) -> None:
    """Print to PDF and draw its first page."""
    page = browser.new_page()
    page.goto(address)
    document = page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "14mm"))
    page.close()
    command = ["pdftoppm", "-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile", "-", str(path.with_suffix(""))]
    subprocess.run(command, input=document, check=True)
    _shrink(path)


def _shrink(path: Path) -> None:
    """Keep 128 colours, which flat pages do not miss."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
