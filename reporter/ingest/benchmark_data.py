"""What ``data.js`` of github-action-benchmark looks like: a history of many runs, which is no result of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporter.ingest.reading import Document

SCRIPT = re.compile(r"\s*window\.BENCHMARK_DATA\s*=\s*")

_KEYS = {"lastUpdate", "repoUrl", "entries"}


def is_benchmark_data(document: Document) -> bool:
    """Recognise the assignment, or the keys of the object alone."""
    if SCRIPT.match(document.text[:1000]):
        return True
    return isinstance(document.json, dict) and document.json.keys() >= _KEYS
