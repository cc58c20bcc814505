"""The documentation built as a site, strictly, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.pages import ROOT, SITE

if TYPE_CHECKING:
    from pathlib import Path

_ZENSICAL = ROOT / "build" / "zensical" / "bin" / "zensical"
_ADVICE = "the generator of the documentation is missing: run `make docs`, which installs it"


def collect(folder: Path) -> Path:
    """Write the pages and the configuration of the site, and return the folder of the pages.

    Where the generator is missing the test is skipped; under CI it fails.
    """
    if not _ZENSICAL.is_file():
        assert os.environ.get("CI") != "true", _ADVICE
        pytest.skip(_ADVICE)
    SITE["main"](folder)
    shutil.copy(ROOT / "zensical.toml", folder)
    return folder / "build" / "pages"


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Return how building the collected pages ended; the site is in ``build/site`` below the folder."""
    command = [str(_ZENSICAL), "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=300, check=False)
