"""Draw the pictures of the README from the last ``make demo``: ``make pictures``.

Needs Chromium and cmark-gfm (``apt-get install chromium cmark-gfm``).
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "build" / "demo" / "report"
PICTURES = ROOT / "docs" / "pictures"
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
    """Draw both pictures, or say what is missing."""
    chromium, cmark = shutil.which("chromium"), shutil.which("cmark-gfm")
    if not chromium or not cmark or not (REPORT / "verdict.json").is_file():
        sys.stderr.write("needs chromium, cmark-gfm, and `make demo` before\n")
        return 2
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        _draw(browser, _comment_page(cmark), PICTURES / "comment.png", width=1000, height=None)
        _draw(browser, (REPORT / "report.html").as_uri(), PICTURES / "report.png", width=1100, height=1500)
        browser.close()
    return 0


def _comment_page(cmark: str) -> str:
    """Show the comment as GitHub does, near enough for a picture."""
    arguments = [cmark, "--unsafe", *(word for name in ("table", "autolink", "tagfilter") for word in ("-e", name))]
    text = (REPORT / "comment.md").read_text(encoding="utf-8")
    body = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True).stdout
    page = REPORT.parent / "comment.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{html.escape(COMMENT_STYLE, quote=False)}</style>"
        f"<article><header><b>github-actions</b> bot commented</header><main>{body}</main></article>",
        encoding="utf-8",
    )
    return page.as_uri()


def _draw(browser: Browser, address: str, path: Path, *, width: int, height: int | None) -> None:
    page = browser.new_page(viewport={"width": width, "height": height or 400})
    page.goto(address)
    page.screenshot(path=path, full_page=height is None)
    page.close()


if __name__ == "__main__":
    sys.exit(main())
