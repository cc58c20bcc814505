"""``benchverdict init``: what it finds, what it writes, and that it changes nothing that is there."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from reporter import config
from reporter.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples" / "workflows"

PROJECTS = {
    "pytest-benchmark": (
        {"pyproject.toml": '[project.optional-dependencies]\ntest = ["pytest-benchmark>=5"]\n'},
        "pytest ",
    ),
    "requirements": ({"requirements-dev.txt": "pytest-benchmark==5.1\n"}, "pytest "),
    "fixture": ({"benchmarks/test_it.py": "def test_it(tmp_path, benchmark):\n    benchmark(len, 'a')\n"}, "pytest "),
    "asv": ({"asv.conf.json": "{}"}, "asv run"),
    "go": ({"go.mod": "module a\n", "b/c_test.go": "package b\n\nfunc BenchmarkIt(b *testing.B) {}\n"}, "go test"),
    "cargo": ({"Cargo.toml": '[dev-dependencies]\ncriterion = "0.5"\n'}, "cargo bench"),
    "locust": ({"locustfile.py": ""}, "locust "),
}


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def init(folder: Path) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(["init", str(folder)], stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_gets_workflows_and_a_configuration_that_is_valid(tmp_path: Path, name: str) -> None:
    files, command = PROJECTS[name]
    code, out, _ = init(lay_out(tmp_path, files))
    assert code == 0
    assert "pull-requests: write   the comment" in out
    settings = config.load(None, tmp_path).in_mode("")
    assert str(settings.command).startswith(command)
    assert (tmp_path / ".github/workflows/benchmarks.yml").is_file()


def test_the_workflows_are_the_documented_ones(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    init(lay_out(tmp_path, PROJECTS["pytest-benchmark"][0]))
    written = tmp_path / ".github" / "workflows"
    documented = (EXAMPLES / "benchmarks.yml").read_text()
    assert (written / "benchmarks-publish.yml").read_text() == (EXAMPLES / "benchmarks-publish.yml").read_text()
    command = "          command: pytest benchmarks --benchmark-json={output}\n"
    assert (written / "benchmarks.yml").read_text() == documented.replace(command, "")
    assert config.load(None, tmp_path).in_mode("").command == "pytest benchmarks --benchmark-json={output}"


def test_a_second_tool_is_a_mode(tmp_path: Path) -> None:
    files = PROJECTS["pytest-benchmark"][0] | PROJECTS["locust"][0]
    assert "found: pytest-benchmark, locust" in init(lay_out(tmp_path, files))[1]
    assert str(config.load(None, tmp_path).in_mode("locust").command).startswith("locust")


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    lay_out(tmp_path, PROJECTS["go"][0] | {"benchverdict.toml": "# mine\n"})
    assert "kept: benchverdict.toml is there already" in init(tmp_path)[1]
    assert (tmp_path / "benchverdict.toml").read_text() == "# mine\n"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert init(tmp_path)[1].count("kept: ") == 3
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("files", "installed"),
    [
        (PROJECTS["fixture"][0], "pip install pytest-benchmark"),
        (
            PROJECTS["fixture"][0] | {"setup.py": "", "requirements.txt": ""},
            "pip install -e . -r requirements.txt pytest-benchmark",
        ),
    ],
)
def test_only_what_is_there_is_installed(tmp_path: Path, files: dict[str, str], installed: str) -> None:
    init(lay_out(tmp_path, files))
    assert f"- run: {installed}\n" in (tmp_path / ".github/workflows/benchmarks.yml").read_text()


@pytest.mark.parametrize(("branch", "written"), [("master", "[master]"), ("main", "[main]"), ("a'b", '["a\'b"]')])
def test_the_baseline_is_saved_from_the_branch_that_the_project_has(tmp_path: Path, branch: str, written: str) -> None:
    subprocess.run(["git", "init", "--quiet", "--initial-branch", branch, str(tmp_path)], check=True)
    init(lay_out(tmp_path, PROJECTS["go"][0]))
    assert f"    branches: {written}\n" in (tmp_path / ".github/workflows/benchmarks.yml").read_text()


@pytest.mark.parametrize("files", [{}, {"go.mod": "module a\n"}, {"Cargo.toml": "[package]\n"}, {"setup.py": "pytest"}])
def test_nothing_found_writes_nothing(tmp_path: Path, files: dict[str, str]) -> None:
    code, _, err = init(lay_out(tmp_path, files))
    assert code == 2
    assert "[no-tool-found]" in err
    assert not (tmp_path / ".github").exists()
