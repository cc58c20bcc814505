"""Collect the pages of the site as they lie in the repository, so that each link is the same on GitHub and on the site.

``python docs/make_site.py [FOLDER]`` writes ``FOLDER/build/pages``: the README as the start page, ``docs``, and each
file outside of ``docs`` that a page links to. The gallery gets the reports themselves, rendered from the verdicts that
are kept, with a link above each picture. ``zensical build`` then makes ``build/site`` of it (``make docs``).
"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
from pathlib import Path

from reporter.records import json_v1
from reporter.render import charts, html, view

ROOT = Path(__file__).resolve().parents[1]
FIRST = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
SHOWN = (".md", ".png", ".svg")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMENT = re.compile(r"!\[The comment: [^\]]*\]\(([\w-]+)/comment\.png\)")
FENCE = re.compile(r"^( *)(`{3,})[^\n]*\n.*?^\1\2 *$", re.DOTALL | re.MULTILINE)


def links(text: str) -> list[str]:
    """Return the targets of the links of a page that lead into this repository, code apart."""
    prose = re.sub(r"`[^`\n]+`", "", FENCE.sub("", text))
    return [target for target in LINK.findall(prose) if not re.match(r"[a-z]+:|#", target)]


def linked(page: Path) -> list[Path]:
    """Return the files that a page links to."""
    found = links(page.read_text(encoding="utf-8"))
    return [(page.parent / target.partition("#")[0]).resolve() for target in found]


def collect() -> list[Path]:
    """Return every file of the site: the first pages, docs, and what they link to, which may link further."""
    waiting = [ROOT / name for name in FIRST]
    waiting += [
        path for path in (ROOT / "docs").rglob("*") if path.is_file() and path.suffix in (".md", ".png", ".svg")
    ]
    found: dict[Path, None] = {}
    while waiting:
        path = waiting.pop()
        if path in found or not path.is_file() or not path.is_relative_to(ROOT):
            continue
        found[path] = None
        if path.suffix == ".md":
            waiting += linked(path)
    return sorted(found)


def write_reports(pages: Path) -> None:
    """Put the report of each situation beside its pictures, and a link to it into the gallery."""
    for kept in (ROOT / "docs" / "situations").glob("*/verdict.json.gz"):
        report = json_v1.load(gzip.decompress(kept.read_bytes()).decode("utf-8"), str(kept))
        place = pages / kept.parent.relative_to(ROOT) / "report.html"
        place.write_text(html.render(view.build(report), charts.draw(report)), encoding="utf-8")
    gallery = pages / "docs" / "situations" / "README.md"
    text = gallery.read_text(encoding="utf-8")
    gallery.write_text(COMMENT.sub(r"[Open this report](\1/report.html)\n\n\g<0>", text), encoding="utf-8")


def main(folder: Path) -> None:
    """Write the pages; what is left of an earlier call goes."""
    pages = folder / "build" / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    for path in collect():
        place = pages / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    write_reports(pages)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
