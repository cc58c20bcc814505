"""A base that was set up is kept: used again where nothing has changed, and never where anything has."""

from __future__ import annotations

import io
import json
import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from reporter.cli import main
from reporter.measure.paired import kept_base, tree_copy
from reporter.measure.paired.pair_plan import pair_plan
from reporter.measure.paired.pairs import clean
from reporter.shared.errors import UsageError
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

SETUP = 'echo "$BENCHVERDICT_SIDE" >> "$NOTES"; cp code.txt built.txt'
COMMAND = 'echo "$BENCHVERDICT_SIDE runs $(cat code.txt built.txt | xargs)" >> "$NOTES"; echo 1 > {output}'
FIRST = ["base", "head", "base runs old old", "head runs new new"]
AGAIN = ["head", "base runs old old", "head runs new new"]


@pytest.fixture(autouse=True)
def _not_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = new_project(tmp_path, {"code.txt": "old\n", ".gitignore": "built.txt\n"}, {"code.txt": "new\n"})
    monkeypatch.chdir(made.tree)
    return made


def _measure(project: Project, *, script: str = COMMAND, **pairs: Any) -> tuple[list[str], str, int]:
    """Measure one pair; gives what was noted, what was shown, and the exit code."""
    (project.folder / "notes").unlink(missing_ok=True)
    given = {"setup": SETUP, "keep_base": True, **pairs}
    outcome, _, shown = project.measure(plan=project.plan(script=script, pairs=given))
    return project.notes, shown, outcome.exit_code


def _entries(project: Project) -> list[Path]:
    folder = project.output / kept_base.FOLDER
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def test_a_base_is_set_up_once(project: Project) -> None:
    assert _measure(project)[0] == FIRST
    notes, shown, _ = _measure(project)
    assert notes == AGAIN
    assert "Reusing the base at " in shown
    assert "(--fresh-base sets it up again)" in shown
    assert len(_entries(project)) == 1


def test_without_being_asked_nothing_is_kept(project: Project) -> None:
    for _ in range(2):
        assert _measure(project, keep_base=False)[0] == FIRST
    assert _entries(project) == []


def test_it_is_kept_as_it_was_before_anything_ran(project: Project) -> None:
    spoiling = f"{COMMAND}; echo spoiled > built.txt; echo spoiled > left.txt"
    first = _measure(project, script=spoiling)[0]
    assert first == FIRST
    notes, _, _ = _measure(project, script=f"ls left.txt >> $NOTES 2> /dev/null || true; {spoiling}")
    assert notes == AGAIN


def test_times_of_files_stay_so_that_nothing_is_built_again(project: Project) -> None:
    script = f'{COMMAND}; stat -c "$BENCHVERDICT_SIDE %Y" code.txt built.txt >> "$NOTES.times"'
    os.environ.pop("TZ", None)
    _measure(project, script=script)
    times = project.folder / "notes.times"
    before = [line for line in times.read_text().splitlines() if line.startswith("base")]
    times.unlink()
    _measure(project, script=script)
    assert [line for line in times.read_text().splitlines() if line.startswith("base")] == before


def test_nothing_is_kept_or_used_in_ci(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    for _ in range(2):
        assert _measure(project)[0] == FIRST
    assert _entries(project) == []


@pytest.mark.parametrize("changed", ["setup", "environment", "commit"])
def test_what_decides_a_set_up_sets_the_base_up_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    assert _measure(project)[0] == FIRST
    if changed == "environment":
        monkeypatch.setenv("CFLAGS", "-O3")
    if changed == "commit":
        project.commit({"code.txt": "newer\n"})
    setup = f"{SETUP}; true" if changed == "setup" else SETUP
    notes, shown, _ = _measure(project, setup=setup)
    assert notes[:2] == ["base", "head"]
    assert "Reusing the base" not in shown


def test_what_differs_from_terminal_to_terminal_does_not(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    _measure(project)
    monkeypatch.setenv("SSH_CLIENT", "elsewhere")
    monkeypatch.setenv("TERM", "other")
    assert _measure(project)[0] == AGAIN


@pytest.mark.parametrize("file", ["tree/built.txt", "tree/code.txt"])
def test_a_changed_entry_is_not_used(project: Project, file: str) -> None:
    _measure(project)
    (_entries(project)[0] / file).write_text("forged\n")
    notes, shown, _ = _measure(project)
    assert notes == FIRST
    assert "Reusing the base" not in shown
    assert _measure(project)[0] == AGAIN


def test_a_tracked_file_is_held_against_the_commit_whatever_the_digest_says(project: Project) -> None:
    """The attack: other code that was measured here wrote the digest, too."""
    _measure(project)
    entry = _entries(project)[0]
    content = json.loads((entry / "entry.json").read_text())
    (entry / "tree" / "code.txt").write_text("forged\n")
    content["digest"] = tree_copy.digest_of(entry, "entry.json")
    (entry / "entry.json").write_text(json.dumps(content))
    assert _measure(project)[0] == FIRST


@pytest.mark.parametrize("damage", ["{", "[]", '{"schema": "kept-base/v1"}', '{"schema": "kept-base/v2"}'])
def test_a_damaged_entry_is_none(project: Project, damage: str) -> None:
    _measure(project)
    (_entries(project)[0] / "entry.json").write_text(damage)
    assert _measure(project)[0] == FIRST
    assert _measure(project)[0] == AGAIN


def test_an_old_entry_is_not_used(project: Project) -> None:
    _measure(project)
    path = _entries(project)[0] / "entry.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "made_at": time.time() - kept_base.MOST_SECONDS - 1}))
    assert _measure(project)[0] == FIRST


def test_a_set_up_that_fails_is_not_kept(project: Project) -> None:
    _, _, code = _measure(project, setup=f"{SETUP}; exit 1")
    assert code == 4
    assert _entries(project) == []


def test_a_set_up_that_changes_tracked_files_is_not_kept_and_that_is_said(project: Project) -> None:
    for _ in range(2):
        notes, shown, _ = _measure(project, setup=f"{SETUP}; echo changed >> code.txt")
        assert notes[:2] == ["base", "head"]
        assert "the base is not kept for next time: its set-up changed tracked files" in shown
    assert _entries(project) == []


def test_a_base_with_the_heads_benchmarks_is_not_kept(project: Project) -> None:
    project.commit({"bench_a.txt": "a\n"})
    assert _measure(project, benchmarks_from="head")[0][:2] == ["base", "head"]
    assert _entries(project) == []


def test_few_are_kept_and_the_least_recently_used_goes_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_base, "MOST_ENTRIES", 2)
    scripts = [f"{SETUP}; echo {number} > number.txt" for number in range(3)]
    for number in range(2):
        before = _entries(project)
        _measure(project, setup=scripts[number])
        (made,) = set(_entries(project)) - set(before)
        os.utime(made / "entry.json", (1e9 + number, 1e9 + number))
    assert _measure(project, setup=scripts[0])[0] == AGAIN  # used again, so that the other one is older
    _measure(project, setup=scripts[2])
    assert len(_entries(project)) == 2
    assert _measure(project, setup=scripts[0])[0] == AGAIN
    assert _measure(project, setup=scripts[1])[0] == FIRST


def test_what_is_too_large_is_not_kept_and_that_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_base, "MOST_BYTES", 3_000_000)
    large = f"{SETUP}; head -c 2000000 /dev/zero > large-%d.bin"
    _measure(project, setup=large % 1)
    _measure(project, setup=large % 2)
    assert len(_entries(project)) == 1  # together they would be too much
    shown = _measure(project, setup=f"{large % 3}; {large % 4}")[1]
    assert "the base is not kept for next time: it takes 4 MB" in shown


def test_links_are_kept_as_links(project: Project) -> None:
    setup = f"{SETUP}; ln -s code.txt link.txt; mkdir folder; ln -s ../code.txt folder/link.txt; ln -s folder other"
    script = f"{COMMAND}; readlink link.txt folder/link.txt other >> $NOTES"
    _measure(project, setup=setup, script=script)
    assert "folder\n" in "".join(f"{line}\n" for line in _measure(project, setup=setup, script=script)[0])


def test_cleaning_removes_what_is_kept_and_nothing_else(project: Project) -> None:
    _measure(project)
    other = project.output / kept_base.FOLDER / "mine"
    other.mkdir()
    assert clean(project.output, stream=io.StringIO(), environ=project.environ)
    assert _entries(project) == [other]
    other.rmdir()
    _measure(project)
    assert clean(project.output, stream=io.StringIO(), environ=project.environ)
    assert not (project.output / kept_base.FOLDER).exists()


@pytest.mark.parametrize("entry", [None, "[]", "{", '{"schema": "other/v1"}'])
def test_cleaning_leaves_a_folder_of_another_with_such_a_name(tmp_path: Path, entry: str | None) -> None:
    """Digests name folders of other programs, too."""
    theirs = [tmp_path / kept_base.FOLDER / name for name in ("a" * 16, "b" * 32, "." + "c" * 32)]
    for folder in theirs:
        folder.mkdir(parents=True)
        if entry is not None:
            (folder / "entry.json").write_text(entry)
    assert kept_base.clear(tmp_path)
    assert all(folder.is_dir() for folder in theirs)


def test_cleaning_removes_damaged_and_unfinished_entries(tmp_path: Path) -> None:
    damaged, unfinished = (tmp_path / kept_base.FOLDER / name for name in ("b" * 32, "." + "c" * 16))
    for folder in (damaged, unfinished):
        folder.mkdir(parents=True)
    (damaged / "entry.json").write_text('{"schema": "kept-base/v1", "size": "large"}')
    assert kept_base.clear(tmp_path)
    assert not (tmp_path / kept_base.FOLDER).exists()


def test_a_linked_folder_is_not_followed(project: Project) -> None:
    _measure(project)
    (entry,) = _entries(project)
    folder, elsewhere = entry.parent, project.folder / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere, target_is_directory=True)
    notes, shown, _ = _measure(project)
    assert notes == FIRST
    assert f"the base is not kept for next time: {folder} is a link" in shown
    assert clean(project.output, stream=io.StringIO(), environ=project.environ)
    assert [path.name for path in elsewhere.iterdir()] == [entry.name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name")
def test_a_pipe_in_an_entry_is_not_waited_for(project: Project) -> None:
    _measure(project)
    os.mkfifo(_entries(project)[0] / "tree" / "pipe")
    before = signal.signal(signal.SIGALRM, _fail)
    signal.alarm(60)
    try:
        assert _measure(project)[0] == FIRST
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _fail(*_: object) -> None:
    pytest.fail("it waits for what a pipe never gives")


def test_no_plan_file_can_ask_for_it() -> None:
    """A job of a workflow measures as a plan file says, and nothing is shared between jobs."""
    with pytest.raises(UsageError, match="keep_base"):
        pair_plan({"base_sha": "HEAD~1", "keep_base": True})


def test_the_command_line_keeps_it_unless_it_is_told_otherwise(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES", str(project.folder / "notes"))
    config = f"[measure]\nsetup = '''{SETUP}'''\ncompare = 'paired'\n"
    project.write({"benchverdict.toml": config})
    result = '[{"name": "a", "unit": "s", "value": 1.0}]'

    def run(*options: str) -> tuple[list[str], str]:
        (project.folder / "notes").unlink(missing_ok=True)
        stdout = io.StringIO()
        command = ("--", "sh", "-c", f"echo '{result}' > {{output}}")
        main(("run", "--base", "HEAD~1", *options, *command), stdout, stdout)
        return project.notes, stdout.getvalue()

    assert run()[0] == ["base", "head"]
    notes, shown = run()
    assert notes == ["head"], shown
    assert run("--fresh-base")[0] == ["base", "head"]
    project.write({"benchverdict.toml": f"{config}keep-base = false\n"})
    assert run()[0] == ["base", "head"]
