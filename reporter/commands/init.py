"""``benchverdict init``: the workflows and a configuration for the benchmark tools that a project has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from reporter.commands.init_workflows import MEASURE, PERMISSIONS, PUBLISH
from reporter.errors import UsageError
from reporter.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READ_LIMIT = 1_000_000
"""Characters of a file that is looked through."""
FILES_LIMIT = 2_000
"""Files of a kind that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A benchmark tool: how a project that uses it is told, and how it is run.

    ``results`` are the files of a tool that writes where it likes; ``install`` is empty where runners have the tool.
    """

    name: str
    is_used: Callable[[Path], bool]
    command: str
    results: str = ""
    install: str = ""


def _mentions(package: str) -> Callable[[Path], bool]:
    """Tell a Python project by the package in what it says it needs."""

    def is_used(root: Path) -> bool:
        places = (
            "pyproject.toml",
            "setup.cfg",
            "setup.py",
            "tox.ini",
            "Pipfile",
            "requirements*.txt",
            "requirements/*",
        )
        return any(package in _text(path) for place in places for path in sorted(root.glob(place))[:FILES_LIMIT])

    return is_used


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
        is_used=_mentions("pytest-benchmark"),
        command="pytest {folder} --benchmark-json={output}",
        install="pip install -e . pytest-benchmark",
    ),
    Tool(
        name="asv",
        is_used=_has("asv.conf.json", "benchmarks/asv.conf.json"),
        command="asv run --record-samples HEAD^!",
        results=".asv/results/**/*.json",
        install="pip install asv virtualenv",
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
        install="pip install locust",
    ),
)


def init(root: Path, stdout: TextIO) -> int:
    """Write what is missing and say what each part is for; nothing that is there is changed.

    Raises:
        UsageError: no benchmark tool was found, or a file cannot be written.
    """
    found = [tool for tool in TOOLS if tool.is_used(root)]
    if not found:
        raise UsageError(
            "no-tool-found",
            "no benchmark tool was found: " + ", ".join(tool.name for tool in TOOLS) + " are looked for",
            where=str(root),
            cure="run this in the root of the project; every command works that writes a format of docs/formats.md",
        )
    stdout.write(f"found: {', '.join(tool.name for tool in found)}\n")
    files = {
        "benchverdict.toml": configuration(root, found),
        ".github/workflows/benchmarks.yml": measure_workflow(found[0]),
        ".github/workflows/benchmarks-publish.yml": PUBLISH,
    }
    for name, content in files.items():
        if (root / name).exists():
            stdout.write(f"kept: {name} is there already\n")
        else:
            write_atomically(root / name, content)
            stdout.write(f"written: {name}\n")
    stdout.write(PERMISSIONS)
    return 0


def configuration(root: Path, tools: list[Tool]) -> str:
    """Give the configuration: the first tool is what runs, each other one is a mode."""
    lines = ["# Try the command by hand first: benchverdict run -- COMMAND", "[measure]", *_settings(root, tools[0])]
    for tool in tools[1:]:
        lines += ["", f"[modes.{tool.name}]", *_settings(root, tool)]
    return "\n".join(lines) + "\n"


def measure_workflow(tool: Tool) -> str:
    """Give the workflow that measures; tools that the runners have need no step to install them."""
    return MEASURE.replace("@steps@", _PYTHON.replace("@install@", tool.install) if tool.install else "")


_PYTHON = """\
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      - run: @install@
"""


def _settings(root: Path, tool: Tool) -> list[str]:
    folder = next((name for name in ("benchmarks", "benchmark", "tests") if (root / name).is_dir()), ".")
    command = tool.command.replace("{folder}", folder)
    return [f'command = "{command}"', *([f'results = ["{tool.results}"]'] if tool.results else [])]


def _text(path: Path) -> str:
    """Read a file of the project; what cannot be read mentions nothing."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(READ_LIMIT)
    except OSError:
        return ""
