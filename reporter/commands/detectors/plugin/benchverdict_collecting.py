"""A plugin for the project's own pytest: writes which of the collected tests use the fixture ``benchmark``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FIXTURES = ("benchmark", "benchmark_weave")
MARKS = ("benchmark", "codspeed_benchmark")


def pytest_collection_finish(session: Any) -> None:
    """Write the tests that are benchmarks, and how many there are of all."""
    root = os.path.realpath(Path.cwd())
    items = [_described(item, root) for item in session.items]
    found = {"count": len(items), "items": [item for item in items if item]}
    Path(os.environ["BENCHVERDICT_COLLECTED"]).write_text(json.dumps(found), encoding="utf-8")


def _described(item: Any, root: str) -> dict[str, Any] | None:
    fixture = any(name in FIXTURES for name in getattr(item, "fixturenames", ()))
    if not fixture and not any(mark.name in MARKS for mark in item.iter_markers()):
        return None
    path = os.path.realpath(str(getattr(item, "path", None) or item.fspath))
    if not path.startswith(root + os.sep):
        return None
    line = (item.location[1] or 0) + 1
    return {
        "file": os.path.relpath(path, root).replace(os.sep, "/"),
        "line": line,
        "name": item.name,
        "fixture": fixture,
    }
