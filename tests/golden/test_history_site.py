"""The pages of a small site, whole, as they are written; what their scripts hold is compared as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from reporter import __version__
from tests.histories import commit_of
from tests.unit.test_history_site import built

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Golden = Callable[[str, str], None]

_DATA = re.compile(r'(id="data">)[\w+/=]+')
"""Deflated JSON is other text with another version of zlib; that it is the file beside the page has its own test."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("golden"))


def _paths(site: Path) -> dict[str, Path]:
    named = (
        path for path in (site / "benchmarks").glob("*.json") if '::test_parse"' in path.read_text(encoding="utf-8")
    )
    benchmark = next(named)
    return {
        "index.html": site / "index.html",
        "index.json": site / "index.json",
        "benchmark.html": benchmark.with_suffix(".html"),
        "benchmark.json": benchmark,
        "commit.html": site / "commits" / f"{commit_of(12)}.html",
        "commit.json": site / "commits" / f"{commit_of(12)}.json",
        "compare.html": site / "compare.html",
        "compare.json": site / "compare.json",
        "release.json": min((site / "releases").glob("*.json")),
        "suite.json": next((site / "suites").glob("*.json")),
        "feed.xml": site / "feed.xml",
    }


@pytest.mark.parametrize(
    "name",
    [
        *(f"{page}.{kind}" for page in ("index", "benchmark", "commit", "compare") for kind in ("html", "json")),
        *("release.json", "suite.json", "feed.xml"),
    ],
)
def test_page(site: Path, name: str, golden: Golden) -> None:
    text = _DATA.sub(r"\1DATA", _paths(site)[name].read_text(encoding="utf-8")).replace(__version__, "VERSION")
    golden(f"site/{name}", text.replace("},{", "},\n{"))
