"""What the sides consist of: commits, uncommitted changes, benchmark files, and what is said about them."""

from __future__ import annotations

import io
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from reporter.measure.paired.pair_plan import BENCHMARK_PATHS
from reporter.measure.paired.pairs import clean, paired_sides
from reporter.shared.errors import UsageError
from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

SHOW = """
echo "$BENCHVERDICT_SIDE: $(find . -name '*.txt' | sort | xargs cat | xargs)" >> "$NOTES"
echo 1 > {output}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    base = {"code.txt": "old\n", "gone.txt": "gone\n", "benchmarks/bench_a.txt": "slow\n"}
    made = new_project(tmp_path, base, {"code.txt": "new\n"})
    monkeypatch.chdir(made.tree)
    return made


def codes(content: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in content["warnings"]}


def text_of(content: dict[str, Any], code: str) -> str:
    return str(next(warning["text"] for warning in content["warnings"] if warning["code"] == code))


def test_uncommitted_changes_are_measured_and_the_users_tree_stays_as_it_is(project: Project) -> None:
    project.write({"code.txt": "changed\n", "staged.txt": "staged\n"})
    (project.tree / "gone.txt").unlink()
    (project.tree / "link.txt").symlink_to("code.txt")
    project.git("add", "staged.txt", "link.txt")
    before = project.git("status", "--porcelain"), project.git("count-objects"), project.git("rev-parse", "HEAD")
    _, content, shown = project.measure(plan=project.plan(script=SHOW))
    assert project.notes == ["base: slow old gone", "head: slow changed changed staged"]
    assert content["head_sha"] == before[2]
    listed = "uncommitted changes, which were measured too: code.txt, gone.txt, link.txt, staged.txt"
    assert listed in text_of(content, "uncommitted-changes")
    assert listed in shown
    assert (
        project.git("status", "--porcelain"),
        project.git("count-objects"),
        project.git("rev-parse", "HEAD"),
    ) == before
    assert project.git("stash", "list") == ""


def test_a_head_that_is_named_is_measured_as_it_was_committed(project: Project) -> None:
    project.write({"code.txt": "changed\n"})
    sha = project.git("rev-parse", "HEAD")
    _, content, _ = project.measure(plan=project.plan(script=SHOW, pairs={"head_sha": sha, "base_sha": sha + "~1"}))
    assert project.notes == ["base: slow old gone", "head: slow new gone"]
    assert codes(content) == set()


def test_files_that_git_does_not_know_are_named_when_they_are_of_a_known_kind(project: Project) -> None:
    project.write({"needed.txt": "data\n", "photo.png": "", "benchmarks/b.txt": "", ".gitignore": "ignored.txt\n"})
    project.write({"ignored.txt": "", "code.txt": "new\n"})
    _, content, _ = project.measure(plan=project.plan(script=SHOW))
    assert project.notes[1] == "head: slow new gone"
    assert text_of(content, "untracked-files").endswith("benchmarks/b.txt, needed.txt")


def test_one_commit_on_both_sides_is_said(project: Project) -> None:
    outcome, content, _ = project.measure(plan=project.plan(pairs={"base_sha": "HEAD"}))
    assert outcome.pairs == 1
    assert "the same code: it is one commit" in text_of(content, "same-code")


def test_equal_files_of_two_commits_are_said(project: Project) -> None:
    project.commit({})
    _, content, _ = project.measure()
    assert "the same code: their files are the same" in text_of(content, "same-code")


def test_a_change_that_is_taken_back_in_the_working_tree_is_no_difference(project: Project) -> None:
    project.write({"code.txt": "old\n"})
    _, content, _ = project.measure()
    assert codes(content) == {"uncommitted-changes", "same-code"}


def test_changed_benchmark_files_are_listed(project: Project) -> None:
    project.commit({"benchmarks/bench_a.txt": "fast\n", "deep/perf_b.py": "", "code.txt": "newer\n"})
    _, content, _ = project.measure()
    assert content["changed_benchmark_files"] == ["benchmarks/bench_a.txt", "deep/perf_b.py"]
    assert codes(content) == set()


def test_benchmarks_alone_are_no_other_code(project: Project) -> None:
    project.commit({"benchmarks/bench_a.txt": "fast\n"})
    _, content, _ = project.measure()
    assert "they differ only in files that hold benchmarks" in text_of(content, "same-code")


def test_the_heads_benchmark_files_can_serve_both_sides(project: Project) -> None:
    project.git("rm", "--quiet", "--cached", "benchmarks/bench_a.txt")
    (project.tree / "benchmarks/bench_a.txt").unlink()
    project.commit({"benchmarks/bench_b.txt": "fast\n", "code.txt": "newest\n"})
    project.write({"benchmarks/bench_b.txt": "faster\n"})
    plan = project.plan(script=SHOW, pairs={"benchmarks_from": "head"})
    _, content, _ = project.measure(plan=plan)
    assert project.notes == ["base: faster new gone", "head: faster newest gone"]
    assert content["changed_benchmark_files"] == []


def test_benchmark_files_can_be_named(project: Project) -> None:
    pairs = {"benchmarks_from": "head", "benchmark_paths": ("code.*",)}
    project.measure(plan=project.plan(script=SHOW, pairs=pairs))
    assert project.notes[0] == "base: slow new gone"


def test_what_is_taken_for_a_benchmark_file(project: Project) -> None:
    yes = ["benchmarks/a.py", "x/bench/data/b.bin", "benches/c.rs", "bench_d.py", "x/test_bench_e.py", "f_bench.go"]
    yes += [
        "test_perf.py",
        "x/test_my_benchmarks.py",
        "asv_bench/g.json",
        "h_benchmark.cc",
        "perf_i.py",
        "benchmark_j.py",
    ]
    no = ["test_a.py", "src/workbench.py", "benchmarking/a.py", "src/perform.py"]
    project.commit(dict.fromkeys(yes + no, "content\n"))
    repository = [
        "git",
        "diff",
        "--name-only",
        "HEAD~1",
        "HEAD",
        "--",
        *(f":(top,glob){glob}" for glob in BENCHMARK_PATHS),
    ]
    found = subprocess.run(repository, cwd=project.tree, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(found) == sorted(yes)


def test_submodules_are_pointed_out(project: Project) -> None:
    project.commit({".gitmodules": ""})
    _, content, _ = project.measure()
    assert codes(content) == {"submodules"}


def test_hooks_of_the_user_are_not_run(project: Project) -> None:
    hook = project.tree / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {project.folder}/hooked\n")
    hook.chmod(0o755)
    project.measure()
    assert not (project.folder / "hooked").exists()


@pytest.mark.parametrize("key", ["base_sha", "head_sha"])
def test_a_commit_that_is_missing_is_named(project: Project, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        project.measure(plan=project.plan(pairs={key: "f" * 40}))
    assert caught.value.code == "commit-missing"
    assert f"the commit of the {key[:4]}, {'f' * 40}, is not in this clone" in caught.value.what
    assert "git fetch origin" in caught.value.cure
    assert not project.output.exists()


def test_a_name_is_never_taken_for_an_option(project: Project) -> None:
    with pytest.raises(UsageError, match="--all, is not in this clone"):
        project.measure(plan=project.plan(pairs={"base_sha": "--all"}))


def test_a_shallow_clone_is_told_the_line_to_add_and_can_fetch(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("config", "uploadpack.allowAnySHA1InWant", "true")
    inner = Project(tmp_path / "shallow")
    inner.folder.mkdir()
    source = f"file://{project.tree}"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", source, str(inner.tree)], check=True, capture_output=True)
    monkeypatch.chdir(inner.tree)
    plan = inner.plan(pairs={"base_sha": project.git("rev-parse", "HEAD~1")})
    with pytest.raises(UsageError) as caught:
        inner.measure(plan=plan)
    assert "fetch-depth: 0" in caught.value.cure
    environ = {**inner.environ, "BENCHVERDICT_FETCH": "true"}
    with paired_sides(plan, inner.output, stream=io.StringIO(), environ=environ) as sides:
        assert sides.measure(1).exit_code == 0
    assert inner.notes == ["base old", "head new"]


def test_outside_a_repository_pairs_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError) as caught:
        Project(tmp_path).measure(plan=Project(tmp_path).plan())
    assert caught.value.code == "no-repository"


def test_a_worktree_of_the_user_on_a_disk_that_is_away_is_not_forgotten(project: Project, tmp_path: Path) -> None:
    project.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "theirs"))
    (tmp_path / "theirs").rename(tmp_path / "away")
    with paired_sides(project.plan(), project.output, stream=io.StringIO(), environ=project.environ) as sides:
        assert sides.measure(1).pairs == 1
    assert project.worktrees() == [str(project.tree), str(tmp_path.resolve() / "theirs")]


def test_the_output_may_lie_in_the_repository(project: Project) -> None:
    plan = project.plan()
    inside = project.tree / ".benchverdict" / "measure"
    with paired_sides(plan, inside, stream=io.StringIO(), environ=project.environ) as sides:
        assert sides.measure(1).pairs == 1
    assert not (inside / "sides").exists()
    assert project.worktrees() == [str(project.tree)]
    assert project.notes == ["base old", "head new"]


def test_a_folder_called_sides_that_is_not_ours_stays(tmp_path: Path) -> None:
    theirs = tmp_path / "sides" / "thesis.txt"
    theirs.parent.mkdir()
    theirs.write_text("years of work")
    assert clean(tmp_path, stream=io.StringIO(), environ=dict(os.environ))
    assert theirs.exists()
