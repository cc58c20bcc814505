"""The documentation is built strictly: every page becomes one, and a broken link or anchor ends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests import site
from tests.pages import navigation

if TYPE_CHECKING:
    from pathlib import Path

_LOADED = re.compile(r"<(?:script|img|iframe|link[^>]* rel=\"?stylesheet)[^>]* (?:src|href)=\"?([^\" >]+)")


def test_every_page_becomes_one_and_asks_for_nothing_outside(tmp_path: Path) -> None:
    site.collect(tmp_path)
    done = site.build(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    built = tmp_path / "build" / "site"
    for page in navigation():
        name = re.sub(r"README\.md$", "index.md", page).removesuffix("md") + "html"
        text = (built / name).read_text(encoding="utf-8")
        loaded = _LOADED.findall(text)
        assert loaded
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)]


@pytest.mark.parametrize("link", ["[gone](gone.md)", "[gone](pairs.md#gone)"])
def test_a_broken_link_ends_it(tmp_path: Path, link: str) -> None:
    page = site.collect(tmp_path) / "docs" / "modes.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n{link}\n", encoding="utf-8")
    done = site.build(tmp_path)
    assert done.returncode != 0
    assert "does not exist" in done.stdout + done.stderr
