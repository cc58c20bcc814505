"""What ``compare`` loads on its way to JSON and Markdown: the cause of its speed, where times would only be noise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reporter.commands import SUMMARIES
from reporter.commands.calls import read_call

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "pytest-benchmark"

ELSEWHERE = {
    "jinja2": "HTML alone is laid out by templates",
    "matplotlib": "charts are drawn for HTML alone",
    "github": "the reporter knows no network",
    "numpy.ma": "median, nanmedian and unique of numpy bring the masked arrays",
    "numpy.testing": "for tests",
    "hashlib": "one file of a side has no copy",
    "subprocess": "measuring starts processes, reporting does not",
    "tomllib": "there is no configuration to read",
    "difflib": "nothing was misspelt",
    "unittest": "for tests",
    "reporter.measure.series": "measuring",
    "reporter.decide.load_metrics": "no load test",
    "reporter.decide.judge_rule": "no rule was named",
    "reporter.store.snapshot": "nothing is stored",
    "reporter.render.html": "no page",
}
"""Modules that would cost more than they do here, and why nothing needs them."""


def loaded_by(*arguments: str, folder: Path) -> set[str]:
    program = (
        "import sys; from reporter.cli import main; code = main(sys.argv[1:], sys.stderr, sys.stderr);"
        "print(*sys.modules, sep='\\n'); sys.exit(code)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder, env=environment, check=False, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("hot")
    outputs = ["--output-format", "json:verdict.json", "--output-format", "markdown:summary.md"]
    sides = ["--baseline", str(DATA / "5.2.3.json"), "--head", str(DATA / "5.3.1.json"), "--no-fail"]
    return loaded_by("compare", *sides, *outputs, folder=folder)


@pytest.mark.parametrize("module", ELSEWHERE)
def test_the_light_outputs_do_without(module: str, loaded: set[str]) -> None:
    assert module not in loaded, ELSEWHERE[module]


def test_what_is_needed_is_seen(loaded: set[str]) -> None:
    assert {"numpy", "msgspec", "reporter.render.markdown", "reporter.decide.judge_screen"} <= loaded


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("rnu",), ()])
def test_what_calls_no_command_loads_next_to_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    loaded = loaded_by(*arguments, folder=tmp_path)
    heavy = {"numpy", "matplotlib", "msgspec", "jinja2", "dataclasses", "reporter.model", "reporter.config"}
    assert "reporter.commands.calls" in loaded
    assert not heavy & loaded


@pytest.mark.parametrize("command", SUMMARIES)
def test_every_command_has_help_of_its_own(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        read_call([command, "--help"])
    assert leaving.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"usage: benchverdict {command} ")
    assert "examples:\n  benchverdict " in printed
