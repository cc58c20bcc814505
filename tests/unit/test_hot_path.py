"""What ``compare`` loads on its way to JSON and Markdown: the cause of its speed, where times would only be noise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reporter.cli import build_parser
from reporter.shared.errors import UsageError

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
        cwd=folder, env=environment, check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("hot")
    outputs = ["--output", "json:verdict.json", "--output", "markdown:summary.md"]
    sides = ["--baseline", str(DATA / "5.2.3.json"), "--head", str(DATA / "5.3.1.json"), "--no-fail"]
    return loaded_by("compare", *sides, *outputs, folder=folder)


@pytest.mark.parametrize("module", ELSEWHERE)
def test_the_light_outputs_do_without(module: str, loaded: set[str]) -> None:
    assert module not in loaded, ELSEWHERE[module]


def test_what_is_needed_is_seen(loaded: set[str]) -> None:
    assert {"numpy", "msgspec", "reporter.render.markdown", "reporter.decide.judge_screen"} <= loaded


def test_every_command_can_be_parsed_alone() -> None:
    whole = build_parser().format_help()
    for command in (
        "run",
        "measure",
        "report",
        "compare",
        "check",
        "explain",
        "read",
        "baseline",
        "history",
        "doctor",
        "init",
        "demo",
    ):
        assert f"    {command} " in whole
        with pytest.raises(SystemExit) as leaving:
            build_parser(command).parse_args([command, "--help"])
        assert leaving.value.code == 0
        with pytest.raises(SystemExit) as leaving:
            build_parser(command).parse_args(["demo" if command == "run" else "run"])
        assert leaving.value.code == UsageError.exit_code
