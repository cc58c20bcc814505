"""The recorded subject as a repository: one commit of the benchmarks, and one commit per head on top of it."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPLATE = Path(__file__).with_name("subject")
FILES = ("slowdown.py", "workloads.py", "test_workloads.py")
COMMAND = "python -m pytest -q -p no:cacheprovider test_workloads.py --benchmark-json={output}"
ALL_DAY = 86_400.0
"""Seconds that pairs may take: a recording ends when it has its pairs."""
_AUTHOR = ("-c", "user.name=Recorder", "-c", "user.email=recorder@localhost", "-c", "commit.gpgsign=false")
_UNUSED = 40


def make_base(folder: Path) -> str:
    """Make the repository; give its commit."""
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(TEMPLATE / name, folder / name)
    _git(folder, "init", "--quiet")
    return _commit(folder, "base")


def make_head(folder: Path, base: str, factors: dict[str, float], *, neutral: bool = False) -> str:
    """Commit a head on top of ``base``, whose benchmarks do more work by their own ``factors``; give its commit.

    A ``neutral`` head gets code that nothing calls. Without any change the base itself is the head.
    """
    if not factors and not neutral:
        return base
    _git(folder, "checkout", "--quiet", "--detach", base)
    if factors:
        planted = f"SLOWER: dict[str, float] = {factors!r}"
        _rewrite(folder / "slowdown.py", "SLOWER: dict[str, float] = {}", planted)
    if neutral:
        with (folder / "workloads.py").open("a", encoding="utf-8") as file:
            file.write(_unused_code())
    return _commit(folder, "head")


def benchmarks() -> tuple[str, ...]:
    """Name the benchmarks whose work can be planted, as ``slowdown.units`` is asked for them."""
    tree = ast.parse((TEMPLATE / "test_workloads.py").read_text(encoding="utf-8"))
    dictionaries = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    simple = [str(ast.literal_eval(key)) for node in dictionaries for key in node.keys if key is not None]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "units"]
    own = [str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)]
    return (*simple, *own)


def _unused_code() -> str:
    functions = [
        f"\n\ndef unused_{number}(value: int) -> int:\n    return value * {number} + len(str(value))"
        for number in range(_UNUSED)
    ]
    table = ", ".join(f"{number}: 'value {number * number}'" for number in range(_UNUSED))
    return "".join(functions) + f"\n\n\nUNUSED_TABLE = {{{table}}}\n"


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def _commit(folder: Path, message: str) -> str:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", message)
    return _git(folder, "rev-parse", "HEAD")


def _git(folder: Path, *arguments: str) -> str:
    command: Sequence[str] = ["git", *_AUTHOR, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
