"""Recorded runs are read with side and level, and what is not there is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.evaluate import designs
from benchmarks.evaluate.recording import read_recording
from reporter.shared.errors import InputError, UsageError
from tests.evaluate_recordings import HEADS, LEVELS, NAMES, write_long, write_short

if TYPE_CHECKING:
    from pathlib import Path


def test_long_runs_have_side_and_level_from_their_names(tmp_path: Path) -> None:
    recording = read_recording(write_long(tmp_path / "long"))
    assert [name.split("::")[-1] for name in recording.benchmarks] == list(NAMES)
    assert recording.statistics.shape == (4, 5 * HEADS, 11)
    assert [run.side for run in recording.runs[:6]] == ["base", "head", "base", "head", "base", "base"]
    assert [run.level for run in recording.runs[:6]] == [0.0, 0.05, 0.0, 0.20, 0.0, 0.0]
    assert recording.seconds == 15.0
    assert designs.levels_of(recording) == LEVELS
    assert all((np.diff(run) >= 0).all() for rounds in recording.rounds for run in rounds)
    minima = np.log(recording.column("min"))
    heads = [index for index, run in enumerate(recording.runs) if run.level == 0.20]
    assert minima[0, heads].mean() - minima[0, 0] == pytest.approx(np.log(1.2), abs=0.01)


def test_short_pairs_come_from_the_manifest_in_order_of_time(tmp_path: Path) -> None:
    recording = read_recording(write_short(tmp_path / "short"))
    assert recording.seconds == 1.5
    assert [(run.side, run.pair) for run in recording.runs[:4]] == [("head", 0), ("base", 0), ("base", 1), ("head", 1)]
    pairs = designs.pairs_of(recording)
    assert len(pairs) == 48
    assert pairs.level[:4].tolist() == [0.0, 0.0, 0.05, 0.20]
    assert pairs.neutral[:4].tolist() == [False, True, False, False]
    assert all(run.level == 0 for run in recording.runs if run.side == "base")


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder of recorded runs") as caught:
        read_recording(tmp_path / "none")
    assert str(tmp_path / "none") in str(caught.value)
    assert "--long" in caught.value.cure


def test_a_folder_without_recorded_runs_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="holds no recorded runs"):
        read_recording(tmp_path)


def test_a_broken_run_is_named(tmp_path: Path) -> None:
    folder = write_long(tmp_path / "long")
    (folder / "s003_base_x0.json").write_text('{"benchmarks": [', encoding="utf-8")
    with pytest.raises(InputError, match="s003_base_x0"):
        read_recording(folder)
