"""The tests that use the fixture ``benchmark``, which pytest-benchmark and pytest-codspeed both bring."""

from __future__ import annotations

import ast
import os.path
import re
import shlex
import warnings
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.commands.detectors.collecting import collected
from reporter.commands.detectors.found import Evidence
from reporter.commands.detectors.project import below, folder_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

FIXTURES = frozenset(("benchmark", "benchmark_weave"))
MARKS = frozenset(("benchmark", "codspeed_benchmark"))
PLACES = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "noxfile.py", "Pipfile", "*requirements*.txt", "*.txt")
_HOMES = ("pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt")
MOST_NAMED = 6
"""Files that a command names one by one; more are named by their folder."""
_CANDIDATE = re.compile(r"\b(?:benchmark|benchmark_weave|codspeed_benchmark)\b")
_USUAL = ("test_*.py", "*_test.py")
_IN_THE_WAY = (
    (re.compile(r"--benchmark-(?:disable|skip)\b"), "--benchmark-enable", "addopts switches benchmarks off"),
    (re.compile(r"--cov\b"), "--no-cov", "addopts has --cov, which slows the code down"),
    (re.compile(r"(?:^|[\s\"'=])(?:-n|--numprocesses)[\s=\"',]*(?:auto|logical|[1-9])"), "-n0", "addopts has -n"),
    (re.compile(r"-p[\s\"',]*no:benchmark(?![\w-])"), "-p pytest_benchmark.plugin", "addopts unloads the plugin"),
)
_COMMENT = re.compile(r"^[ \t]*[#;].*$", re.MULTILINE)


@cache
def users(project: Project) -> tuple[tuple[Evidence, bool], ...]:
    """Return each file with a test that uses the fixture (true), or that only has a mark (false).

    The project's own pytest tells more than the source, where there is one: of fixtures that bring the fixture. What it
    does not collect, such as a file that cannot be imported in this environment, the source tells.
    """
    if not any(_CANDIDATE.search(project.text(file)) for file in project.named("*.py")):
        return ()
    places = [*project.named(*_USUAL, "*bench*.py"), *_in_folders_of_benchmarks(project)]
    entries = [seen for file in places for seen in [_first_use(project, file)] if seen]
    entries += [(entry, by_fixture) for entry, by_fixture in collected(project) if project.has(entry.file)]
    by_file = {entry.file: (entry, by_fixture) for entry, by_fixture in entries}
    return tuple(by_file[file] for file in sorted(by_file))


def declares(project: Project, package: str) -> str | None:
    """Return the file in which the project says that it needs a package."""
    spelled = re.compile(package.replace("-", "[-_]"), re.IGNORECASE)
    needing = [file for file in project.named(*PLACES) if not file.endswith(".txt") or "req" in file.lower()]
    return next((file for file in needing if project.first_line(file, spelled)), None)


def home_of(project: Project, files: list[str]) -> str:
    """Return the folder that pytest is to be run in: the project's own, or the one below it that is a project alone."""
    if any(project.has(name) for name in _HOMES):
        return "."
    homes = {project.nearest(file, *_HOMES) or "." for file in files}
    return homes.pop() if len(homes) == 1 else "."


def arguments(project: Project, files: list[str], home: str) -> tuple[str, bool]:
    """Return what names these files on pytest's command line, and whether it names tests beside them."""
    common = os.path.commonpath([folder_of(file) for file in files]) or "."
    tests = {file for file in project.named(*_USUAL) if common == "." or file.startswith(f"{common}/")}
    if common not in (".", home) and tests == set(files):
        return shlex.quote(below(home, common)), False
    if len(files) <= MOST_NAMED or not tests.issuperset(files):
        return shlex.join(below(home, file) for file in files), True
    return shlex.quote(below(home, common)), True


def in_the_way(project: Project, home: str) -> tuple[str, tuple[str, ...]]:
    """Return the options that undo what the project's addopts do to measurements, and why each is there."""
    places = ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", ".pytest.ini")
    text = "\n".join(_COMMENT.sub("", _addopts(project.text(within(home, place)))) for place in places)
    hit = [(option, why) for pattern, option, why in _IN_THE_WAY if pattern.search(text)]
    return "".join(f" {option}" for option, _ in hit), tuple(f"{option}: {why}" for option, why in hit)


def _addopts(text: str) -> str:
    """Return what follows ``addopts =``, up to the next setting."""
    found = re.search(r"^addopts\s*=(.*?)(?=^\w[\w-]*\s*=|^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _in_folders_of_benchmarks(project: Project) -> Iterator[str]:
    for file in project.named("*.py"):
        if any(part.startswith("bench") or part == "perf" for part in PurePosixPath(file).parts[:-1]):
            yield file


def _first_use(project: Project, file: str) -> tuple[Evidence, bool] | None:
    text = project.text(file)
    if not _CANDIDATE.search(text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a wrong escape in somebody's string
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    tests = [node for node in tests if node.name.startswith(("test", "bench"))]
    for test in tests:
        if _takes_fixture(test):
            return Evidence(file, test.lineno, f"{test.name} takes the fixture benchmark"), True
    for test in tests:
        if any(_names_mark(mark) for mark in test.decorator_list):
            return Evidence(file, test.lineno, f"{test.name} has the mark benchmark"), False
    return None


def _takes_fixture(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(argument.arg in FIXTURES for argument in (*test.args.args, *test.args.kwonlyargs))


def _names_mark(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return isinstance(called, ast.Attribute) and called.attr in MARKS and "mark" in ast.unparse(called.value)
