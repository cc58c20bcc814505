"""Where each page of a site is. Names of files come from hashes: what a name holds never reaches a file system."""

from __future__ import annotations

import hashlib
import json

from reporter.shared.model import FULL_COMMIT

OVERVIEW = "index.html"
COMPARISON = "compare.html"
FEED = "feed.xml"

_DIGITS = 24
"""Of a hash: 96 bits. A full commit has 40 or 64, so the two are never taken for each other."""


def benchmark_page(suite: str, name: str) -> str:
    """Return the page of a benchmark with all its parameters."""
    return f"benchmarks/{_hashed(suite, name)}.html"


def commit_page(commit: str | None) -> str | None:
    """Return the page of a commit, named by itself where it is a full one; ``None`` where it is unknown."""
    if commit is None:
        return None
    return f"commits/{commit if FULL_COMMIT.fullmatch(commit) else _hashed(commit)}.html"


def suite_file(suite: str) -> str:
    """Return the file with the sessions of a suite."""
    return f"suites/{_hashed(suite)}.json"


def release_file(label: str) -> str:
    """Return the file with the values of a release."""
    return f"releases/{_hashed(label)}.json"


def beside(path: str, ending: str) -> str:
    """Return the file of another kind beside a page or file."""
    return f"{path.rpartition('.')[0]}.{ending}"


def up_from(path: str) -> str:
    """Return how a page names the top of its site."""
    return "../" * path.count("/")


def _hashed(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:_DIGITS]
