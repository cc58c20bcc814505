"""The list "Adding a format" of docs/formats.md, followed to the letter in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").partition("## Adding a format")[2]
STEPS = re.findall(r"^\d\. (.*(?:\n   .*)*)", LIST, flags=re.MULTILINE)
MODULE = '''"""Text of shopmark: a name and milliseconds in every line."""

from __future__ import annotations

from reporter.ingest.metrics import TIME
from reporter.ingest.reading import About, Document, FileReading, Reading

name = "shopmark"
about = About(
    versions="1.0 of it",
    command="shopmark > results.txt",
    samples="none: one value",
    metrics="`time` (s)",
    lost="nothing",
)


def score(document: Document) -> float:
    return 1.0 if document.text.startswith("shopmark 1.0") else 0.0


def read(document: Document) -> FileReading:
    rows = [line.split() for line in document.text.splitlines()[1:]]
    readings = tuple(
        Reading(name=word, metric=TIME, place=word, values=(float(number) / 1000,)) for word, number in rows
    )
    return FileReading(path=document.path, format=name, readings=readings)
'''


def run(step: str, copy: Path) -> subprocess.CompletedProcess[str]:
    """Run the command that a step gives, with the Python of this test."""
    [command] = re.findall(r"`(python [^`]+)`", step)
    words = [sys.executable, *command.split()[1:]]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def test_five_steps_add_a_format_and_nothing_else_changes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for folder in ("reporter", "docs", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "*.png", "golden", "github_api", "e2e")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    record, write, register, make, test = STEPS

    assert "`tests/data/NAME/`" in record
    (copy / "tests" / "data" / "shopmark").mkdir()
    (copy / "tests" / "data" / "shopmark" / "results.txt").write_text("shopmark 1.0\nbuy 12.5\nsell 3\n")

    assert "`reporter/ingest/`" in write
    assert all(f"`{member}`" in write for member in ("name", "about", "score", "read"))
    (copy / "reporter" / "ingest" / "shopmark.py").write_text(MODULE)

    assert "`FORMATS` in `reporter/ingest/registry.py`" in register
    registry = copy / "reporter" / "ingest" / "registry.py"
    registry.write_text(registry.read_text().replace("    taurus,\n", "    shopmark,\n    taurus,\n"))

    done = run(make, copy)
    assert done.returncode == 0, done.stderr
    assert "| `shopmark` | 1.0 of it |" in (copy / "docs" / "formats.md").read_text()

    done = run(test, copy)
    assert done.returncode == 0, done.stdout[-3000:]
    (copy / "docs" / "formats.md").write_text(LIST)
    assert run(test, copy).returncode == 1, "a page that was not made anew has to be noticed"


def test_the_list_has_five_steps() -> None:
    assert len(STEPS) == 5
