"""Earlier reports: each in a folder named by its time, the last found as ``latest``, nobody's files ever deleted."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest

from reporter.cli import main
from reporter.commands import keeping
from reporter.commands.keeping import KEPT, keep

DATA = Path(__file__).parents[1] / "data" / "pytest-benchmark"
NAMES = {"verdict.json", "report.html", "summary.md", "comment.md"}


def _report(folder: Path, text: str = "x") -> Path:
    for name in ("verdict.json", "report.html", "summary.md", "comment.md", "charts/changes.svg", "baseline.json.gz"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _everything(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and keeping.LATEST not in path.relative_to(folder).parts
    }


def test_a_report_is_kept_under_its_time_and_found_as_latest(tmp_path: Path) -> None:
    report = _report(tmp_path / "report")
    first = keep(report, tmp_path / "reports", "Größe / 1", 1_795_000_000.0)
    assert re.fullmatch(r"2026-11-18T11-06-40Z-gr-e-1~[0-9a-f]{16}", first.name)
    assert {path.name for path in first.iterdir()} == {*NAMES, "charts"}
    _report(report, "second")
    second = keep(report, tmp_path / "reports", "Größe / 1", 1_795_000_000.0)
    assert second.name == f"{first.name}.2"
    assert (tmp_path / "reports" / "latest" / "report.html").read_text() == "second"
    assert (first / "report.html").read_text() == "x"


def test_of_each_suite_the_last_ones_stay(tmp_path: Path) -> None:
    report, reports = _report(tmp_path / "report"), tmp_path / "reports"
    for index in range(KEPT + 3):
        keep(report, reports, "a", 1_795_000_000.0 + index)
        keep(report, reports, "a-b", 1_795_000_000.0 + index)
    names = sorted(path.name for path in reports.iterdir() if not path.is_symlink())
    assert len(names) == 2 * KEPT
    assert names[0] == "2026-11-18T11-06-43Z-a"


def test_nothing_of_the_users_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "KEPT", 1)
    report, reports = _report(tmp_path / "report"), tmp_path / "reports"
    noted = keep(report, reports, "s", 1_795_000_000.0)
    (noted / "note.txt").write_text("mine", encoding="utf-8")
    drawn = keep(report, reports, "s", 1_795_000_001.0)
    (drawn / "charts" / "mine.png").write_text("mine", encoding="utf-8")
    away = _report(tmp_path / "away")
    (reports / "2026-11-18T11-06-42Z-s").symlink_to(away, target_is_directory=True)
    (reports / "mine").mkdir()
    (reports / "2026-11-18T11-06-42Z-s.old").mkdir()
    plain = keep(report, reports, "s", 1_795_000_003.0)
    before = _everything(tmp_path)
    keep(report, reports, "s", 1_795_000_004.0)
    gone = before.keys() - _everything(tmp_path).keys()
    assert {name.split("/")[1] for name in gone} == {plain.name}
    for folder in (noted, drawn):
        assert {path.name for path in folder.iterdir()} >= {*NAMES, "charts"}
    assert (reports / "mine").is_dir()
    assert (reports / "2026-11-18T11-06-42Z-s.old").is_dir()
    assert _everything(away) == {**dict.fromkeys(NAMES, "x"), "charts/changes.svg": "x", "baseline.json.gz": "x"}


def test_a_folder_of_the_name_latest_is_left_alone(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    (reports / "latest").mkdir(parents=True)
    (reports / "latest" / "mine").write_text("x", encoding="utf-8")
    keep(_report(tmp_path / "report"), reports, "s", None)
    assert (reports / "latest" / "mine").is_file()


def test_without_symbolic_links_a_file_names_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    kept = keep(_report(tmp_path / "report"), tmp_path / "reports", "s", 1_795_000_000.0)
    assert (tmp_path / "reports" / "latest.txt").read_text() == f"{kept.name}\n"
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [kept.name, "latest.txt"]


def test_what_cannot_be_copied_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report, reports = _report(tmp_path / "report"), tmp_path / "reports"
    keep(report, reports, "s", 1_795_000_000.0)
    before = _everything(reports)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", fail)
    with pytest.raises(OSError, match="No space left"):
        keep(report, reports, "s", 1_795_000_001.0)
    assert _everything(reports) == before
    assert len(list(reports.iterdir())) == 2


def test_a_run_prints_where_its_report_is_and_where_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = ("--compare", "none", "--", "cp", str(DATA / "5.3.1.json"), "{output}")
    stdout = io.StringIO()
    assert main(("run", *command), stdout, io.StringIO()) == 0
    kept = re.search(r"^kept as: (.+)$", stdout.getvalue(), re.MULTILINE)
    assert kept is not None
    assert "report: .benchverdict/report/report.html\n" in stdout.getvalue()
    page = Path(".benchverdict/report/report.html").read_bytes()
    assert Path(kept[1], "report.html").read_bytes() == page
    assert Path(".benchverdict/reports/latest/report.html").read_bytes() == page
    again = io.StringIO()
    assert main(("run", "--report", "elsewhere", *command), again, io.StringIO()) == 0
    assert "kept as" not in again.getvalue()
    assert len(list(Path(".benchverdict/reports").iterdir())) == 2


def test_a_copy_that_cannot_be_kept_costs_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".benchverdict").mkdir()
    Path(".benchverdict/reports").write_text("in the way", encoding="utf-8")
    stderr = io.StringIO()
    command = ("run", "--compare", "none", "--", "cp", str(DATA / "5.3.1.json"), "{output}")
    assert main(command, io.StringIO(), stderr) == 0
    assert "could not be kept in .benchverdict/reports" in stderr.getvalue()
    assert Path(".benchverdict/report/report.html").is_file()
