from __future__ import annotations

import os
from pathlib import Path

import pytest

from reporter.measure import results
from reporter.measure.results import Watched, collect


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "project [1]"
    folder.mkdir()
    return folder


@pytest.fixture
def run_folder(base: Path) -> Path:
    folder = base / "out" / "runs" / "000-head"
    folder.mkdir(parents=True)
    return folder


def watched(base: Path, *patterns: str) -> Watched:
    return Watched(patterns, base=base, excluded=base / "out")


def kept(run_folder: Path, files: tuple[Path, ...]) -> list[str]:
    return [path.relative_to(run_folder).as_posix() for path in files]


def test_everything_that_begins_with_the_result_path_counts(base: Path, run_folder: Path) -> None:
    for name in ("result.json", "result.json_stats.csv", "log.txt", "other.json"):
        (run_folder / name).write_text("x")
    (run_folder / "result.json_empty.csv").touch()
    (run_folder / "result.json.d" / "deep").mkdir(parents=True)
    (run_folder / "result.json.d" / "deep" / "a.json").write_text("x")
    (run_folder / "result.json.link").symlink_to("/etc/hostname")
    (base / "outside").mkdir()
    (base / "outside" / "b.json").write_text("x")
    (run_folder / "result.json.linked").symlink_to(base / "outside")
    found = collect(run_folder, watched(base), base)
    assert kept(run_folder, found.files) == ["result.json", "result.json.d/deep/a.json", "result.json_stats.csv"]
    assert kept(run_folder, found.empty) == ["result.json_empty.csv"]


def test_globs_find_new_and_changed_files_and_copy_them(base: Path, run_folder: Path, tmp_path: Path) -> None:
    for name in ("same.json", "changed.json", "replaced.json"):
        (base / name).write_text("old")
    before = watched(base, "*.json", str(tmp_path / "elsewhere" / "*.json"))
    (base / "changed.json").write_text("new and longer")
    (base / "fresh.json").write_text("x")
    (base / "other").write_text("new")
    (base / "other").rename(base / "replaced.json")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "far.json").write_text("x")
    found = collect(run_folder, before, base)
    outside = (tmp_path / "elsewhere" / "far.json").relative_to("/").as_posix()
    expected = {"found/changed.json", "found/fresh.json", "found/replaced.json", f"found/{outside}"}
    assert set(kept(run_folder, found.files)) == expected
    assert (run_folder / "found" / "changed.json").read_text() == "new and longer"


def test_our_own_output_is_never_found(base: Path, run_folder: Path) -> None:
    before = watched(base, "**/*.json")
    (run_folder / "result.json").write_text("x")
    (base / "out" / "measure.json").write_text("x")
    (base / "real.json").write_text("x")
    assert kept(run_folder, collect(run_folder, before, base).files) == ["result.json", "found/real.json"]


def test_a_link_to_a_fresh_file_is_copied_as_that_file(base: Path, run_folder: Path) -> None:
    before = watched(base, "latest.json")
    (base / "today.txt").write_text("content")
    (base / "latest.json").symlink_to("today.txt")
    (file,) = collect(run_folder, before, base).files
    assert file.read_text() == "content"
    assert not file.is_symlink()


@pytest.mark.parametrize("target", ["/proc/self/environ", "/etc/hostname", "../elsewhere.json"])
def test_a_link_that_leads_elsewhere_is_refused_and_said(base: Path, run_folder: Path, target: str) -> None:
    (base.parent / "elsewhere.json").write_text("x")
    before = watched(base, "*.json")
    (base / "a.json").symlink_to(target)
    found = collect(run_folder, before, base)
    assert found.files == ()
    assert "a.json cannot be read: it is a link" in found.problems[0]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system has no /proc")
def test_what_the_kernel_tells_of_this_process_is_no_result(base: Path, run_folder: Path) -> None:
    """The files of /proc are regular ones, and a folder on the way to one may be a link."""
    before = watched(base, "linked/env*")
    (base / "linked").symlink_to("/proc/self")
    found = collect(run_folder, before, base)
    assert found.files == ()
    assert "no regular file" in found.problems[0]


def test_a_pipe_is_no_result_and_is_not_waited_for(base: Path, run_folder: Path) -> None:
    before = watched(base, "*.json")
    os.mkfifo(base / "a.json")
    found = collect(run_folder, before, base)
    assert found.files == ()
    assert "a.json cannot be read: it is no regular file" in found.problems[0]


def test_what_is_too_large_is_left_out_and_said(base: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_COPIED_BYTES", 10)
    before = watched(base, "*.json")
    (base / "a.json").write_text("x" * 11)
    (base / "b.json").write_text("x" * 10)
    (base / "c.json").write_text("x")
    found = collect(run_folder, before, base)
    assert kept(run_folder, found.files) == ["found/b.json"]
    assert [problem.split()[0] for problem in found.problems] == ["a.json", "c.json"]


def test_what_vanishes_or_cannot_be_read_is_said(base: Path, run_folder: Path) -> None:
    before = watched(base, "*.json")
    (base / "a.json").write_text("x")
    (run_folder / "found").write_text("in the way")
    found = collect(run_folder, before, base)
    assert found.files == ()
    assert "a.json cannot be read" in found.problems[0]


def test_too_many_files_are_cut_and_said(base: Path, run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_FILES", 2)
    for name in "abc":
        (run_folder / f"result.json.{name}").write_text("x")
    found = collect(run_folder, watched(base), base)
    assert kept(run_folder, found.files) == ["result.json.a", "result.json.b"]
    assert "the first 2 count" in found.problems[0]


def test_a_name_that_is_no_text_is_kept_readable(base: Path, run_folder: Path) -> None:
    before = watched(base, "*.json")
    (base / "caf\udce9.json").write_text("x")
    assert kept(run_folder, collect(run_folder, before, base).files) == ["found/caf\N{REPLACEMENT CHARACTER}.json"]
