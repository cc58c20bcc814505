"""Lay out the site of every release beside that of the main branch: ``python docs/make_versions.py``.

Called after ``make docs``. ``build/versions`` gets a folder for ``main`` (what ``make docs`` has built), one for the
newest release of each minor version, and ``latest``, the newest of all. A release is built as it was: its tag is
checked out and its own ``make docs`` is called. ``versions.json`` is what the version switcher of the pages reads, and
the first page leads on.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST = 5
"""Releases that are kept, the newest ones; each is built for every publishing."""
MAIN, LATEST = "main", "latest"
_TAG = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
_FIRST = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Benchverdict</title>
<meta http-equiv="refresh" content="0; url=latest/">
<p><a href="latest/">Benchverdict</a></p>
</html>
"""


def main(root: Path) -> None:
    """Write ``build/versions`` of a checkout."""
    site, output = root / "build" / "site", root / "build" / "versions"
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(site, output / MAIN)
    found = releases(_git(root, "tag", "--list", "v*").split())
    for name, tag in found.items():
        _build(root, tag, output / name)
    newest = next(iter(found), MAIN)
    shutil.copytree(output / newest, output / LATEST)
    text = json.dumps(versions(list(found)), indent=1)
    (output / "versions.json").write_text(f"{text}\n", encoding="utf-8")
    (output / "index.html").write_text(_FIRST, encoding="utf-8")


def releases(tags: list[str]) -> dict[str, str]:
    """Return the newest tag of each minor version by its name (``1.2``), the newest first."""
    numbers = sorted(tuple(map(int, match.groups())) for tag in tags if (match := _TAG.fullmatch(tag)))
    newest = {f"{major}.{minor}": f"v{major}.{minor}.{patch}" for major, minor, patch in numbers}
    return dict(list(reversed(newest.items()))[:MOST])


def versions(names: list[str]) -> list[dict[str, object]]:
    """Return the entries of the version switcher: the releases, the newest as ``latest``, and the main branch."""
    order = [*names, MAIN]
    return [{"version": name, "title": name, "aliases": [LATEST] if name == order[0] else []} for name in order]


def _build(root: Path, tag: str, place: Path) -> None:
    """Build a release in a checkout of its own, which is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _git(root, "worktree", "add", "--quiet", "--detach", str(tree), tag)
        try:
            subprocess.run(["make", "docs"], cwd=tree, check=True)
            shutil.copytree(tree / "build" / "site", place)
        finally:
            _git(root, "worktree", "remove", "--force", str(tree))


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
