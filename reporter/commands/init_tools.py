"""The benchmark tools that ``benchverdict init`` looks for, and how each is run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READ_LIMIT = 1_000_000
"""Characters of a file that is looked through."""
FILES_LIMIT = 2_000
"""Files of a kind that are looked through."""
TEST_PLACES = ("*.py", *(f"{folder}/**/*.py" for folder in ("benchmarks", "benchmark", "bench", "tests", "test")))
_FIXTURE = re.compile(r"^\s*(?:async )?def test_\w+\([^)]*\bbenchmark\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A benchmark tool: how a project that uses it is recognised, and how it is run.

    ``results`` are the files of a tool that writes where it likes; ``packages`` of Python bring it, none where runners
    have the tool.
    """

    name: str
    is_used: Callable[[Path], bool]
    command: str
    results: str = ""
    packages: str = ""


def _mentions(root: Path, package: str) -> bool:
    """Recognise a Python project by a package in what it says it needs."""
    places = ("pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "Pipfile", "requirements*.txt", "requirements/*")
    return any(package in _text(path) for place in places for path in sorted(root.glob(place))[:FILES_LIMIT])


def _uses_pytest_benchmark(root: Path) -> bool:
    """Recognise it by what the project needs, or by a test that takes its fixture."""
    if _mentions(root, "pytest-benchmark"):
        return True
    tests = (path for place in TEST_PLACES for path in sorted(root.glob(place))[:FILES_LIMIT])
    return any(_FIXTURE.search(_text(path)) for path in tests)


def _has(*names: str) -> Callable[[Path], bool]:
    return lambda root: any((root / name).is_file() for name in names)


def _has_go_benchmarks(root: Path) -> bool:
    if not (root / "go.mod").is_file():
        return False
    tests = sorted(root.rglob("*_test.go"))[:FILES_LIMIT]
    return any("\nfunc Benchmark" in _text(path) for path in tests)


TOOLS = (
    Tool(
        name="pytest-benchmark",
        is_used=_uses_pytest_benchmark,
        command="pytest {folder} --benchmark-json={output}",
        packages="pytest-benchmark",
    ),
    Tool(
        name="asv",
        is_used=_has("asv.conf.json", "benchmarks/asv.conf.json"),
        command="asv run --record-samples HEAD^!",
        results=".asv/results/**/*.json",
        packages="asv virtualenv",
    ),
    Tool(
        name="go",
        is_used=_has_go_benchmarks,
        command="go test -run=^$ -bench=. -benchmem -count=5 ./... | tee {output}",
    ),
    Tool(
        name="cargo",
        is_used=lambda root: "criterion" in _text(root / "Cargo.toml"),
        command="cargo bench",
        results="target/criterion/**/new/*.json",
    ),
    Tool(
        name="locust",
        is_used=_has("locustfile.py", "load/locustfile.py"),
        command="locust --headless --users 4 --run-time 1m --csv {output}",
        packages="locust",
    ),
)


def _text(path: Path) -> str:
    """Read a file of the project; what cannot be read mentions nothing."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(READ_LIMIT)
    except OSError:
        return ""
