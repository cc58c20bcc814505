"""``benchverdict init``: what it finds, what it writes, and that it changes nothing that is there."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reporter.cli import main
from reporter.commands import init as init_command
from reporter.commands.detectors.project import Project
from reporter.commands.detectors.registry import found_in
from reporter.config import reading
from reporter.shared.errors import UsageError

EXAMPLES = Path(__file__).parents[2] / "examples" / "workflows"

BENCHMARK = {"benchmarks/test_it.py": "def test_it(tmp_path, benchmark):\n    benchmark(len, 'a')\n"}
GO = {"go.mod": "module a\n", "b/c_test.go": "package b\n\nfunc BenchmarkIt(b *testing.B) {}\n"}
USERS = {"locustfile.py": "from locust import HttpUser\n\n\nclass Reader(HttpUser):\n    pass\n"}


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def init(folder: Path, *options: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(["init", str(folder), *options], stdout, stderr), stdout.getvalue(), stderr.getvalue()


def asking(folder: Path, *answers: str) -> tuple[str, list[str]]:
    """Call ``init`` as on a terminal; return what it printed and what it asked."""
    given, asked, stdout = iter(answers), [], io.StringIO()

    def ask(question: str) -> str:
        asked.append(question)
        return next(given)

    init_command.init(init_command.InitRequest(root=folder, ask=ask), stdout)
    return stdout.getvalue(), asked


@pytest.mark.parametrize("files", [BENCHMARK, GO, USERS])
def test_a_project_gets_workflows_and_a_configuration_that_is_valid(tmp_path: Path, files: dict[str, str]) -> None:
    code, out, _ = init(lay_out(tmp_path, files))
    assert code == 0
    assert "pull-requests: write   the comment" in out
    assert out.endswith(f"\nTry it now: benchverdict -C {tmp_path} run\n")
    assert reading.load(None, tmp_path).measure.command
    assert (tmp_path / ".github/workflows/benchmarks.yml").is_file()


def test_the_workflows_are_the_documented_ones(tmp_path: Path) -> None:
    init(lay_out(tmp_path, BENCHMARK | {"setup.py": ""}))
    written = tmp_path / ".github" / "workflows"
    documented = (EXAMPLES / "benchmarks.yml").read_text()
    assert (written / "benchmarks-publish.yml").read_text() == (EXAMPLES / "benchmarks-publish.yml").read_text()
    command = "          command: pytest benchmarks --benchmark-json={output}\n"
    assert (written / "benchmarks.yml").read_text() == documented.replace(command, "")
    assert reading.load(None, tmp_path).measure.command == "pytest benchmarks --benchmark-json={output}"


def test_the_workflow_of_the_site_is_written_when_asked_for(tmp_path: Path) -> None:
    written = tmp_path / ".github" / "workflows" / "benchmarks-site.yml"
    _, out, _ = init(lay_out(tmp_path, BENCHMARK))
    assert not written.exists()
    assert "pages: write" not in out
    _, out, _ = init(tmp_path, "--site")
    assert written.read_text() == (EXAMPLES / "benchmarks-site.yml").read_text()
    assert "pages: write" in out


def test_it_says_what_it_found_where_and_why_it_chose_it(tmp_path: Path) -> None:
    out = init(lay_out(tmp_path, BENCHMARK | USERS))[1]
    assert "found: pytest-benchmark, 1 file\n  benchmarks/test_it.py:1  test_it takes the fixture benchmark\n" in out
    assert "chosen: pytest-benchmark, because load tests need a server and more time\n" in out
    assert "a mode: locust, run by `benchverdict run --mode locust`\n" in out
    assert str(reading.load(None, tmp_path).in_mode("locust").command).startswith("locust")


def test_a_suite_of_another_folder_is_no_mode(tmp_path: Path) -> None:
    deeper = {f"services/{name}": text for name, text in GO.items()}
    out = init(lay_out(tmp_path, BENCHMARK | {"setup.py": ""} | deeper))[1]
    assert "a suite of its own: go in services; see docs/matrix.md" in out
    assert reading.load(None, tmp_path).modes == ()


def test_a_suite_below_the_root_is_measured_there(tmp_path: Path) -> None:
    init(lay_out(tmp_path, {f"services/{name}": text for name, text in GO.items()}))
    workflow = (tmp_path / ".github/workflows/benchmarks.yml").read_text()
    assert '          working-directory: "services"\n' in workflow
    assert str(reading.load(None, tmp_path / "services").measure.command).startswith("go test")
    assert not (tmp_path / "benchverdict.toml").exists()


def test_workflows_lie_in_the_root_of_the_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    init(lay_out(tmp_path / "services" / "api", GO))
    workflow = (tmp_path / ".github/workflows/benchmarks.yml").read_text()
    assert '          working-directory: "services/api"\n' in workflow
    assert (tmp_path / "services/api/benchverdict.toml").is_file()


def test_a_dry_run_prints_what_would_be_written(tmp_path: Path) -> None:
    before = sorted(lay_out(tmp_path, GO).rglob("*"))
    out = init(tmp_path, "--dry-run")[1]
    assert (
        f"--- {tmp_path / 'benchverdict.toml'} (would be written)\n# Try it here: benchverdict run\n[measure]\n" in out
    )
    assert "uses: OWNER/benchverdict@v1" in out
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    lay_out(tmp_path, GO | {"benchverdict.toml": "# mine\n"})
    assert f"kept: {tmp_path / 'benchverdict.toml'} is there already" in init(tmp_path)[1]
    assert (tmp_path / "benchverdict.toml").read_text() == "# mine\n"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert init(tmp_path)[1].count("kept: ") == 3
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "benchverdict.toml").symlink_to(tmp_path / "elsewhere")
    assert "benchverdict.toml is there already" in init(lay_out(tmp_path, GO))[1]
    assert not (tmp_path / "elsewhere").exists()


def test_a_person_chooses_and_agrees(tmp_path: Path) -> None:
    out, asked = asking(lay_out(tmp_path, BENCHMARK | GO), "2", "")
    assert asked == ["Which one runs for pull requests? [1] ", "Write these files? [Y/n] "]
    assert "  2  go: go test" in out
    assert "chosen: go, as you said" in out
    assert str(reading.load(None, tmp_path).measure.command).startswith("go test")


def test_a_person_who_says_no_gets_nothing(tmp_path: Path) -> None:
    before = sorted(lay_out(tmp_path, GO).rglob("*"))
    asking(tmp_path, "n")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(("branch", "written"), [("master", "[master]"), ("main", "[main]"), ("a'b", '["a\'b"]')])
def test_the_baseline_is_saved_from_the_branch_that_the_project_has(tmp_path: Path, branch: str, written: str) -> None:
    subprocess.run(["git", "init", "--quiet", "--initial-branch", branch, str(tmp_path)], check=True)
    init(lay_out(tmp_path, GO))
    assert f"    branches: {written}\n" in (tmp_path / ".github/workflows/benchmarks.yml").read_text()


NOTHING = {
    "empty": {},
    "a module of Go": {"go.mod": "module a\n"},
    "a package of Rust": {"Cargo.toml": '[package]\nname = "a"\n'},
    "only needed": {"pyproject.toml": '[project]\ndependencies = ["pytest-benchmark"]\n'},
    "only written about": {"setup.py": "", "tests/test_it.py": "# def test_it(benchmark)\n", "README.md": "locust"},
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_found_writes_nothing(tmp_path: Path, name: str) -> None:
    before = sorted(lay_out(tmp_path, NOTHING[name]).rglob("*"))
    code, _, err = init(tmp_path)
    assert code == 2
    assert "[no-tool-found]" in err
    assert "--example" in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("files", "example", "command"),
    [
        (
            {"pyproject.toml": ""},
            "benchmarks/test_first.py",
            "pytest benchmarks/test_first.py --benchmark-json={output}",
        ),
        ({"go.mod": "module a\n"}, "benchmarks/first_test.go", "go test"),
        ({"Cargo.toml": ""}, "benches/first.rs", "cargo bench"),
        ({"package.json": "{}"}, "benchmarks/first.mjs", "node benchmarks/first.mjs {output}"),
        (
            {"package.json": '{"devDependencies": {"vitest": "3"}}', "yarn.lock": ""},
            "benchmarks/first.bench.mjs",
            "yarn vitest bench --run --outputJson {output}",
        ),
        ({}, "benchmarks/first.sh", "hyperfine --export-json {output} 'bash benchmarks/first.sh'"),
    ],
)
def test_a_project_without_benchmarks_gets_a_first_one(
    tmp_path: Path, files: dict[str, str], example: str, command: str
) -> None:
    code, out, _ = init(lay_out(tmp_path, files), "--example")
    assert code == 0
    assert f"written: {tmp_path / example}\n" in out
    assert str(reading.load(None, tmp_path).measure.command).startswith(command)
    if example.endswith(("_first.py", "_test.go", ".bench.mjs")):
        assert [found.evidence[0].file for found in found_in(Project(tmp_path))] == [example]


def test_the_first_benchmark_is_written_when_a_person_says_yes(tmp_path: Path) -> None:
    _, asked = asking(lay_out(tmp_path, {"setup.py": ""}), "y", "y")
    assert asked[0] == "Write a first benchmark, benchmarks/test_first.py? [y/N] "
    assert (tmp_path / "benchmarks/test_first.py").is_file()
    with pytest.raises(UsageError, match="no benchmarks were found"):
        asking(lay_out(tmp_path / "other", {"setup.py": ""}), "")


def test_a_tool_whose_results_are_not_read_is_named(tmp_path: Path) -> None:
    code, out, err = init(lay_out(tmp_path, {"bench.mjs": 'import { Bench } from "tinybench";\n'}))
    assert (code, "found: tinybench, 1 file" in out) == (2, True)
    assert "the table that tinybench prints is not read" in err


@pytest.mark.parametrize("given", ["example", "written", "docs"])
def test_the_site_is_deployed_for_pushes_to_the_default_branch_alone(tmp_path: Path, given: str) -> None:
    init(lay_out(tmp_path, BENCHMARK), "--site")
    page = (EXAMPLES.parents[1] / "docs" / "site.md").read_text(encoding="utf-8")
    content = {
        "example": (EXAMPLES / "benchmarks-site.yml").read_text(encoding="utf-8"),
        "written": (tmp_path / ".github" / "workflows" / "benchmarks-site.yml").read_text(encoding="utf-8"),
        "docs": page.partition("# .github/workflows/benchmarks-site.yml\n")[2].partition("```")[0],
    }[given]
    assert YAML(typ="safe").load(content)["jobs"]["build"]["if"].split(" && ") == [
        "github.event.workflow_run.event == 'push'",
        "github.event.workflow_run.conclusion == 'success'",
        "github.event.workflow_run.head_branch == github.event.repository.default_branch",
    ]
