"""The evaluation from end to end: it records, and it judges what was recorded."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from benchmarks.evaluate import designs, figures, recorder
from benchmarks.evaluate.__main__ import TARGETS_MISSED, main
from benchmarks.evaluate.recording import LOCK_STEP, read_recording
from reporter.shared.errors import UsageError
from tests.evaluate_recordings import write_long, write_short

if TYPE_CHECKING:
    from pathlib import Path

WANTED = recorder.Wanted(equal=0, neutral=0, heads=1)


def test_a_recording_of_both_ways_is_what_the_evaluation_reads_and_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    recorder.record(tmp_path / "new", WANTED, 1, figures.Progress())
    in_turn = read_recording(tmp_path / "new")
    lock_step = read_recording(tmp_path / "new", LOCK_STEP)
    for recording in (in_turn, lock_step):
        assert len(recording.benchmarks) == 12
        assert sorted((run.side, run.level) for run in recording.runs) == [("base", 0.0), ("head", 0.03)]
        assert designs.levels_of(recording) == (0.03,)
        assert recording.seconds > 0
    assert [run.slices is not None for run in lock_step.runs] == [True, True]
    assert not any(run.slices for run in in_turn.runs)
    minima, medians = lock_step.column("min"), lock_step.column("median")
    assert (minima == medians).all()
    assert (minima != in_turn.column("min")).any()
    files = sorted((tmp_path / "new").iterdir())
    recorder.record(tmp_path / "new", WANTED, 1, figures.Progress())
    assert sorted((tmp_path / "new").iterdir()) == files
    recorder.record(tmp_path / "new", replace(WANTED, equal=1), 1, figures.Progress())
    again = read_recording(tmp_path / "new", LOCK_STEP)
    assert sorted(run.level for run in again.runs if run.side == "head") == [0.0, 0.03]
    assert len({run.file for run in again.runs}) == 4


def test_a_folder_of_something_else_is_not_recorded_into(tmp_path: Path) -> None:
    write_short(tmp_path / "short")
    with pytest.raises(UsageError, match="other than a recording of both ways"):
        recorder.record(tmp_path / "short", WANTED, 1, figures.Progress())


def _call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = StringIO(), StringIO()
    return main(arguments, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def test_recordings_are_judged_to_the_end_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = figures.Counts(draws=4, replicates=2, inner=8, inner_harmless=4, pulls=2, slowed=2)
    monkeypatch.setattr("benchmarks.evaluate.__main__.QUICK", few)
    monkeypatch.setattr("benchmarks.evaluate.dominance.FEWER_PAIRS", (8, 14))
    folders = ["--long", str(write_long(tmp_path / "long")), "--short", str(write_short(tmp_path / "short"))]
    targets = tmp_path / "targets.toml"
    targets.write_text(
        '[[target]]\ntext = "found"\npart = "recorded"\nat_least = 1.0\n'
        'figures = ["short.pairs-8.+20%.quiet.found", "long.pairs-5.+20%.quiet.found"]\n',
        encoding="utf-8",
    )
    arguments = ["recorded", "--quick", *folders, "--output", str(tmp_path / "out.md"), "--assert", str(targets)]
    code, text, progress = _call(*arguments)
    assert code == 0, text
    assert (tmp_path / "out.md").read_text(encoding="utf-8") == text.removesuffix("\n")
    for heading in ("Rules of other tools", "Ours on the long runs", "Short pairs", "equal false alarms", "Targets"):
        assert heading in text
    assert "2 of 2 figures meet their target" in text
    assert "equal machine time" in progress
    targets.write_text(targets.read_text(encoding="utf-8").replace("1.0", "1.1"), encoding="utf-8")
    again, other, _ = _call(*arguments)
    assert again == TARGETS_MISSED
    assert other.split("## Targets")[0] == text.split("## Targets")[0]
