"""Whatever two files say, the lines that git names as changed are those that are not the same."""

from __future__ import annotations

import difflib
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter.decide.changed_lines import Lines, parse
from reporter.measure.paired.git import Repository

if TYPE_CHECKING:
    from pathlib import Path

LINES = st.sampled_from(
    ["a", "b", "", "+++ b/evil.py", "--- a/evil.py", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No newline", "- x", "+ y"]
)
TEXTS = st.lists(LINES, max_size=12)


def written(base: list[str], head: list[str]) -> str:
    """Write a diff with no lines around the changes, as git does."""
    hunks = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, base, head, autojunk=False).get_opcodes():
        if kind != "equal":
            spans = [f"{first + (last > first)},{last - first}" for first, last in ((i1, i2), (j1, j2))]
            lines = [f"-{line}" for line in base[i1:i2]] + [f"+{line}" for line in head[j1:j2]]
            hunks.append("\n".join([f"@@ -{spans[0]} +{spans[1]} @@", *lines]))
    return "\n".join(["diff --git a/x.py b/x.py", "--- a/x.py", "+++ b/x.py", *hunks]) + "\n"


@given(TEXTS, TEXTS)
def test_the_rest_is_the_same_on_both_sides(base: list[str], head: list[str]) -> None:
    found = parse(written(base, head) + written(head, base).replace("x.py", "y.py"))
    assert set(found.files) <= {"x.py", "y.py"}
    for name, before, after in (("x.py", base, head), ("y.py", head, base)):
        changed = {line for lines in found.files.get(name, ()) for line in range(lines.first, lines.last + 1)}
        kept = [line for number, line in enumerate(after, start=1) if number not in changed]
        assert _is_within(kept, before)


def _is_within(kept: list[str], of: list[str]) -> bool:
    """Return whether lines are there in the same order."""
    rest = iter(of)
    return all(line in rest for line in kept)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(lines, Lines) for found in parse(text).files.values() for lines in found)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    folder = tmp_path_factory.mktemp("diffs")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return Repository(folder.resolve(), {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder)})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, st.sampled_from(["x.py", "größe.py", "a b.py", 'q"t.py', "tab\tx.py"]))
def test_as_git_writes_it(repository: Repository, base: list[str], head: list[str], name: str) -> None:
    commits = [_commit(repository, name, lines) for lines in (base, head)]
    found = parse(repository.changed_lines(*commits))
    assert set(found.files) == ({name} if base != head else set())
    changed = {line for lines in found.files.get(name, ()) for line in range(lines.first, lines.last + 1)}
    assert _is_within([line for number, line in enumerate(head, start=1) if number not in changed], base)


def _commit(repository: Repository, name: str, lines: list[str]) -> str:
    path: Path = repository.root / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    repository.git("add", "--all")
    author = ("-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    tree = repository.git("write-tree").decode().strip()
    return repository.git(*author, "commit-tree", tree, "-m", "change").decode().strip()
