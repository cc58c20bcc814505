"""What asv needs so that base and head can be paired with nothing configured."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from reporter.ingest import assemble, read_file
from reporter.measure import asv_configuration
from reporter.measure.known_results import asv_words, results_of
from reporter.measure.plan import Plan
from tests.recorded import DATA

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = DATA / "asv" / "results"
[RESULT] = (RESULTS / "box").glob("*-*.json")
COMMENTED = """{
    // Comments with "quotes" and a // in a text: both stay what they are.
    "repo": "https://example.test/shop.git", /* of
    another time */ "branches": ["master"],
    "results_dir": "bench/[all], }",
    "matrix": {"numpy": ["1.26", "2.0",], },
}
"""


def configured(folder: Path, text: str = COMMENTED, name: str = "asv.conf.json") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize("sides", [("existing-py_a_base_bin_python", "existing-py_a_head_bin_python")])
def test_both_sides_have_one_identity_whatever_the_path_of_their_interpreter(
    tmp_path: Path, sides: tuple[str, str]
) -> None:
    names = []
    for number, environment in enumerate(sides):
        folder = tmp_path / str(number)
        shutil.copytree(RESULTS, folder)
        [path] = (folder / "box").glob("*-*.json")
        path.write_text(json.dumps({**json.loads(path.read_text()), "env_name": environment}))
        suite = assemble([[read_file(path)]], suite="s")
        names.append([(each.name, each.params) for each in suite.benchmarks])
    assert names[0] == names[1]
    assert "environment" not in str(names)


@pytest.mark.parametrize(
    ("environment", "is_kept"),
    [
        ("virtualenv-py3.12-numpy1.26", True),
        ("conda-py3.11", True),
        ("virtualenv-py_usr_bin_python3.12-numpy", False),
        ("existing-pyC__Python_python.exe", False),
        ("existing", False),
    ],
)
def test_an_environment_that_names_versions_is_part_of_the_identity(
    tmp_path: Path, environment: str, is_kept: bool
) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps({**json.loads(RESULT.read_text()), "env_name": environment}))
    params = [dict(reading.params) for reading in read_file(path).readings]
    assert {each.get("environment") for each in params} == ({environment} if is_kept else {None})


def test_results_are_where_the_configuration_puts_them(tmp_path: Path) -> None:
    plan = Plan("s", command=("asv", "run", "HEAD^!"))
    assert results_of(plan, tmp_path) == ()
    configured(tmp_path)
    assert results_of(plan, tmp_path) == (f"{tmp_path}/bench/[[]all], }}/**/*.json",)
    configured(tmp_path, "{}", "sub/asv.json")
    other = Plan("s", script="cd . && python -m asv run --config sub/asv.json | tee log")
    assert results_of(other, tmp_path) == (f"{tmp_path}/sub/results/**/*.json",)


@pytest.mark.parametrize("command", ["asv run > {output}", "asv compare a b", "asv run; asv run", "pytest"])
def test_a_command_that_names_its_results_or_is_none_of_asv_has_no_others(tmp_path: Path, command: str) -> None:
    configured(tmp_path)
    assert results_of(Plan("s", script=command), tmp_path) == ()
    assert results_of(Plan("s", script=command, results=("a",)), tmp_path) == ("a",)


def test_a_side_finds_its_commit_in_its_own_tree(tmp_path: Path) -> None:
    path = configured(tmp_path)
    assert asv_configuration.settle(path, tmp_path)
    found = json.loads(path.read_text())
    assert (found["repo"], found["branches"], found["dvcs"]) == (str(tmp_path), ["HEAD"], "git")
    assert (found["results_dir"], found["matrix"]) == ("bench/[all], }", {"numpy": ["1.26", "2.0"]})
    before = path.read_text()
    assert not asv_configuration.settle(path, tmp_path)
    assert path.read_text() == before


@pytest.mark.parametrize("text", ["", "[]", '{"repo": ', "[" * 100_000])
def test_a_broken_configuration_is_left_to_asv(tmp_path: Path, text: str) -> None:
    path = configured(tmp_path, text)
    assert not asv_configuration.settle(path, tmp_path)
    assert path.read_text() == text
    assert asv_configuration.results(tmp_path, ["asv", "run"]) == (f"{tmp_path}/results/**/*.json",)


def test_asv_writes_down_the_machine_once(tmp_path: Path) -> None:
    """A program that notes its arguments stands in for asv."""
    home = tmp_path / "home"
    home.mkdir()
    program = tmp_path / "asv"
    program.write_text('#!/bin/sh\necho "$@" >>"$HOME/said"\ntouch "$HOME/.asv-machine.json"\n')
    program.chmod(0o755)
    words = asv_words(Plan("s", script=f"cd . && {program} run -q"))
    assert words is not None
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    assert asv_configuration.describe_machine(words, tmp_path, environ)
    assert not asv_configuration.describe_machine(words, tmp_path, environ)
    assert (home / "said").read_text() == "machine --yes\n"
    assert not asv_configuration.describe_machine(["missing/asv", "run"], tmp_path, {**environ, "HOME": str(tmp_path)})
