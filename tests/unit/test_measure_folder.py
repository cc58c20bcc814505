"""The output folder of measuring: emptied where it is ours, and left alone where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.measure import record
from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_profile_made_before_is_no_foreign_file(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "profile.json").write_text("{}")
    (tmp_path / "setup").mkdir()
    (tmp_path / "setup" / "base.txt").write_text("installed")
    record.prepare(tmp_path)
    assert (tmp_path / "runs").is_dir()
    assert (tmp_path / "instruments" / "profile.json").read_text() == "{}"
    assert list((tmp_path / "setup").iterdir()) == []


def test_other_files_without_a_record_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="files that measure did not write"):
        record.prepare(tmp_path)
    assert not (tmp_path / "runs").exists()
