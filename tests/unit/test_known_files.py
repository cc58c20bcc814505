"""A look reads the result files that came since the look before, and those that changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reporter.ingest import known_files, read_file
from reporter.ingest.known_files import KnownFiles
from reporter.shared.errors import InputError

GOOD = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that were really read, in their order."""
    files: list[Path] = []

    def noting(path: Path, *, format_name: str | None = None) -> object:
        files.append(path)
        return read_file(path, format_name=format_name)

    monkeypatch.setattr(known_files, "read_file", noting)
    return files


def test_a_file_is_read_once_and_a_new_one_too(tmp_path: Path, read: list[Path]) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_bytes(GOOD.read_bytes())
    second.write_bytes(GOOD.read_bytes())
    reader = KnownFiles()
    assert reader(first).readings == reader(first).readings == read_file(GOOD).readings
    assert reader(second).path == second
    assert read == [first, second]


def test_a_file_that_changed_is_read_again(tmp_path: Path, read: list[Path]) -> None:
    path = tmp_path / "1.json"
    path.write_bytes(GOOD.read_bytes())
    reader = KnownFiles()
    before = reader(path)
    document = json.loads(GOOD.read_text(encoding="utf-8"))
    document["benchmarks"] = document["benchmarks"][:1]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert 0 < len(reader(path).readings) < len(before.readings)
    assert read == [path, path]


def test_what_cannot_be_read_is_an_error_each_time(tmp_path: Path) -> None:
    reader = KnownFiles()
    (tmp_path / "broken.json").write_text("{")
    for path in (tmp_path / "gone.json", tmp_path / "broken.json") * 2:
        with pytest.raises(InputError):
            reader(path)
