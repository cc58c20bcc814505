"""What ``init`` finds in small projects of every kind, and what it does not take for benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from reporter.commands.detectors import collecting
from reporter.commands.detectors.project import Project
from reporter.commands.detectors.registry import found_in
from reporter.commands.init import InitRequest, init
from tests.unit.test_init import lay_out

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.commands.detectors.found import Found

TEST = "def test_it(benchmark):\n    benchmark(len, 'a')\n"
PLAIN = "def test_other():\n    pass\n"
NEEDS_CODSPEED = {"requirements-dev.txt": "pytest-codspeed\n"}
JMH = "public class It {\n    @Benchmark\n    public void work() {}\n}\n"
CRITERION = "use criterion::criterion_main;\ncriterion_main!(benches);\n"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)


def find(folder: Path, files: dict[str, str]) -> list[Found]:
    return found_in(Project(lay_out(folder, files)))


CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "a folder of benchmarks": (
        {"bench/test_a.py": TEST, "tests/test_b.py": PLAIN},
        {"command": "pytest bench --benchmark-json={output}"},
    ),
    "a file among tests": (
        {"tests/test_a.py": TEST, "tests/test_b.py": PLAIN},
        {"command": "pytest tests/test_a.py --benchmark-only --benchmark-json={output}"},
    ),
    "a file that pytest does not look for": (
        {"benchmarks/bench_a.py": TEST},
        {"command": "pytest benchmarks/bench_a.py --benchmark-only --benchmark-json={output}"},
    ),
    "a file with the word in the middle of its name": (
        {"microbenchmarks.py": TEST, "tests/test_b.py": PLAIN},
        {"command": "pytest microbenchmarks.py --benchmark-only --benchmark-json={output}"},
    ),
    "addopts that unload the plugin": (
        {
            "bench/test_a.py": TEST,
            "pyproject.toml": '[tool.pytest]\naddopts = [\n  "-n=auto",\n  # why\n  "-p", "no:benchmark",\n]\n',
        },
        {"command": "pytest bench --benchmark-json={output} -n0 -p pytest_benchmark.plugin"},
    ),
    "addopts that unload another plugin": (
        {"bench/test_a.py": TEST, "pytest.ini": "[pytest]\naddopts = -p no:benchmark-report\n"},
        {"command": "pytest bench --benchmark-json={output}"},
    ),
    "addopts that get in the way": (
        {
            "bench/test_a.py": TEST,
            "pytest.ini": "[pytest]\naddopts = --benchmark-disable --cov=x\n  -n auto\n# -n auto\n",
        },
        {"command": "pytest bench --benchmark-json={output} --benchmark-enable --no-cov -n0"},
    ),
    "a project below": (
        {"python/pyproject.toml": "", "python/bench/test_a.py": TEST},
        {"command": "pytest bench --benchmark-json={output}", "folder": "python"},
    ),
    "the marks of codspeed": (
        NEEDS_CODSPEED | {"tests/test_a.py": "import pytest\n\n@pytest.mark.benchmark\ndef test_it():\n    pass\n"},
        {
            "tool": "pytest-codspeed",
            "command": "pytest tests --codspeed --codspeed-mode=walltime",
            "results": (".codspeed/results_*.json",),
        },
    ),
    "the fixture of codspeed": (NEEDS_CODSPEED | {"tests/test_a.py": TEST}, {"tool": "pytest-codspeed"}),
    "both plugins": (
        {"requirements-dev.txt": "pytest-codspeed\npytest-benchmark\n", "tests/test_a.py": TEST},
        {"tool": "pytest-benchmark"},
    ),
    "pyperf": (
        {"perf/a.py": "import pyperf\nrunner = pyperf.Runner()\n", "perf/b.py": "from pyperf import Runner\n"},
        {"tool": "pyperf", "command": "python perf/a.py -o {output}\npython perf/b.py -o {output}-1"},
    ),
    "asv": (
        {
            "perf/asv.conf.json": '{// c\n"benchmark_dir": "b", "results_dir": "../r",}',
            "perf/b/x.py": "class A:\n    def time_a(self):\n        pass\n",
        },
        {
            "tool": "asv",
            "command": "asv machine --yes\nasv --config perf/asv.conf.json run --python=same "
            '--set-commit-hash "$(git rev-parse HEAD)" --record-samples',
            "results": ("r/**/*.json",),
            "files": 2,
        },
    ),
    "go": (
        {
            "x/go.mod": "module x\n",
            "x/a_test.go": "func BenchmarkA(b *testing.B) {\n",
            "x/deep/b_test.go": "func Benchmark_B(bench *testing.B) {\n",
            "x/c/c_test.go": "func Benchmarking(b *testing.B) {\nfunc TestC(t *testing.T) {}\n",
        },
        {
            "tool": "go",
            "folder": "x",
            "command": "go test -run='^$' -bench=. -benchmem -count=5 . ./deep | tee {output}",
        },
    ),
    "criterion in a workspace": (
        {
            "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
            "crates/a/Cargo.toml": '[package]\nname = "a"\n[[bench]]\nname = "speed"\npath = "src/it.rs"\n',
            "crates/a/src/it.rs": CRITERION,
            "crates/b/Cargo.toml": '[package]\nname = "b"\n',
            "crates/b/benches/own.rs": CRITERION,
        },
        {
            "tool": "criterion",
            "folder": ".",
            "command": "cargo bench -p a -p b --bench speed --bench own",
            "results": ("target/criterion/**/new/*.json",),
            "setup": "cargo bench -p a -p b --bench speed --bench own --no-run",
        },
    ),
    "a package that is in no workspace": (
        {
            "Cargo.toml": '[package]\nname = "a"\n[workspace]\nexclude = ["bench"]\n',
            "bench/Cargo.toml": '[package]\nname = "b"\n',
            "bench/benches/own.rs": CRITERION,
        },
        {"tool": "criterion", "folder": "bench", "command": "cargo bench -p b --bench own"},
    ),
    "libtest": (
        {"Cargo.toml": '[package]\nname = "a"\n', "benches/own.rs": "#![feature(test)]\n#[bench]\nfn a() {}\n"},
        {"tool": "libtest", "command": "cargo +nightly bench -p a --bench own | tee {output}"},
    ),
    "divan": (
        {"Cargo.toml": '[package]\nname = "a"\n', "benches/own.rs": "fn main() {\n    divan::main();\n}\n"},
        {"tool": "divan", "command": ""},
    ),
    "google benchmark": (
        {
            "CMakeLists.txt": 'project(x)\noption(X_BENCHMARKS "build them" OFF)\nadd_subdirectory(bench)\n',
            "bench/CMakeLists.txt": "add_executable(speed a.cpp)\ntarget_link_libraries(speed benchmark::benchmark)\n",
        },
        {
            "tool": "google-benchmark",
            "command": "build/bench/speed --benchmark_out={output} --benchmark_repetitions=5",
            "setup": "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DX_BENCHMARKS=ON\n"
            "cmake --build build --target speed",
            "packages": ("libbenchmark-dev",),
        },
    ),
    "catch2": (
        {
            "CMakeLists.txt": "add_executable(tests a.cpp)\ntarget_link_libraries(tests Catch2::Catch2WithMain)\n",
            "a.cpp": 'TEST_CASE("a", "[!benchmark]") {\n    BENCHMARK("b") { return 1; };\n}\n',
        },
        {"tool": "catch2", "command": "build/tests '[!benchmark]' -r xml | tee {output}"},
    ),
    "vitest": (
        {
            "pnpm-lock.yaml": "",
            "package.json": '{"devDependencies": {"vitest": "3"}}',
            "a.bench.ts": 'import { bench } from "vitest";\n',
        },
        {"tool": "vitest", "command": "pnpm exec vitest bench --run --outputJson {output}"},
    ),
    "benchmark.js": (
        {"package.json": "{}", "perf/a.js": 'const B = require("benchmark")\non("cycle", e => String(e.target))\n'},
        {"tool": "benchmark-js", "command": "node perf/a.js | tee -a {output}", "notes": ()},
    ),
    "benchmark.js by a script": (
        {
            "package.json": '{"scripts": {"bench": "node a"}}',
            "a.mjs": 'import B from "benchmark"\nString(event.target)\n',
        },
        {"tool": "benchmark-js", "command": "npm run bench | tee {output}"},
    ),
    "jmh with gradle": (
        {
            "gradlew": "",
            "core/build.gradle.kts": 'plugins { id("me.champeau.jmh") version "0.7" }\n',
            "core/src/jmh/java/It.java": JMH,
        },
        {
            "tool": "jmh",
            "language": "gradle",
            "command": "java -jar core/build/libs/*-jmh.jar -rf json -rff {output}",
            "setup": "./gradlew :core:jmhJar",
        },
    ),
    "jmh with maven": (
        {
            "pom.xml": "<project><modules><module>bench</module></modules></project>",
            "bench/pom.xml": "<artifactId>jmh-core</artifactId><finalName>speed</finalName>",
            "bench/src/main/java/It.java": JMH,
        },
        {
            "tool": "jmh",
            "command": "java -jar bench/target/speed.jar -rf json -rff {output}",
            "setup": "mvn -B -q -DskipTests -pl bench -am package",
        },
    ),
    "benchmarkdotnet": (
        {
            "bench/It.csproj": "<TargetFrameworks>net9.0;net8.0</TargetFrameworks>",
            "bench/Program.cs": "BenchmarkSwitcher.FromAssembly(a).Run(args);\n",
            "bench/Work.cs": "    [Benchmark]\n    public void Work() {}\n",
        },
        {
            "tool": "benchmarkdotnet",
            "command": "dotnet run -c Release --framework net9.0 --project bench/It.csproj -- --filter '*' "
            "--exporters fulljson",
            "files": 2,
        },
    ),
    "k6": (
        {"load/a.js": 'import http from "k6/http";\nexport default function () {}\n', "lib.js": 'import "k6/http"\n'},
        {"tool": "k6", "command": "k6 run --summary-export {output} load/a.js", "is_load_test": True},
    ),
    "locust": (
        {"load/users.py": "from locust import HttpUser\n\nclass Reader(HttpUser):\n    pass\n"},
        {
            "tool": "locust",
            "command": "locust -f load/users.py --headless --users 4 --run-time 1m --csv {output}",
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_tool_is_found_and_run_where_it_lies(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    (found,) = find(tmp_path, files)
    assert {key: getattr(found, key) for key in expected} == expected
    for entry in found.evidence:
        assert entry.line <= files[entry.file].count("\n") + 1


NOT_BENCHMARKS = {
    "a fixture's name in a text": {"tests/test_a.py": "def test_it():\n    '''benchmark'''\n"},
    "a helper": {"tests/test_a.py": "def run(benchmark):\n    benchmark()\n"},
    "other people's code": {"node_modules/x/test_a.py": TEST, ".venv/test_b.py": TEST, "vendor/v/test_c.py": TEST},
    "a comment of go": {"go.mod": "", "a_test.go": "// func BenchmarkA(b *testing.B)\n"},
    "a library of CMake": {"CMakeLists.txt": "add_executable(a a.cpp)\ntarget_link_libraries(a my_benchmark_tools)\n"},
    "a broken file": {"tests/test_a.py": "def test_it(benchmark:\n"},
    "bytes": {"tests/test_a.py": "\x00benchmark"},
}


@pytest.mark.parametrize("name", NOT_BENCHMARKS)
def test_what_only_looks_like_benchmarks_is_not_found(tmp_path: Path, name: str) -> None:
    assert find(tmp_path, NOT_BENCHMARKS[name]) == []


@pytest.mark.parametrize("name", ["test_$(id).py", "test_a b.py", "test_a;id.py", "test_'.py"])
def test_a_name_is_no_part_of_a_command(tmp_path: Path, name: str) -> None:
    (found,) = find(tmp_path, {f"tests/{name}": TEST, "tests/test_b.py": PLAIN})
    quoted = "'tests/test_'\"'\"'.py'" if "'" in name else f"'tests/{name}'"
    assert found.command == f"pytest {quoted} --benchmark-only --benchmark-json={{output}}"


@pytest.mark.parametrize("name", ["test_${{ github.token }}.py", "test_{output}.py", "test_\x1b[2J.py", "-test_a.py"])
def test_a_name_that_a_workflow_would_take_for_something_else_is_left_out(tmp_path: Path, name: str) -> None:
    assert find(tmp_path, {f"tests/{name}" if not name.startswith("-") else name: TEST}) == []


def test_a_link_that_leads_out_is_not_read(tmp_path: Path) -> None:
    lay_out(tmp_path / "outside", {"test_a.py": TEST})
    lay_out(tmp_path / "project", {"setup.py": ""})
    (tmp_path / "project" / "test_a.py").symlink_to(tmp_path / "outside" / "test_a.py")
    assert found_in(Project(tmp_path / "project")) == []


def with_this_python(folder: Path) -> None:
    """Make the environment of these tests that of a project."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)


def test_the_projects_own_pytest_tells_what_the_source_does_not(tmp_path: Path) -> None:
    """A fixture of the project's own brings the benchmark, and the test itself does not name it."""
    with_this_python(tmp_path)
    own = "import pytest\n\n@pytest.fixture\ndef timed(benchmark):\n    return benchmark\n"
    files = {"tests/conftest.py": own, "tests/test_a.py": "def test_it(timed):\n    timed(len, 'a')\n"}
    (found,) = find(tmp_path, files | {"tests/test_b.py": PLAIN, "pytest.ini": "[pytest]\n"})
    assert [(entry.file, entry.line) for entry in found.evidence] == [("tests/test_a.py", 1)]
    assert "(collected)" in found.evidence[0].why
    assert collecting.collecting_summary(Project(tmp_path)).startswith("collected 2 tests with ")


def test_what_cannot_be_imported_is_told_by_the_source(tmp_path: Path) -> None:
    with_this_python(tmp_path)
    broken = f"import a_package_that_is_not_here\n\n\n{TEST}"
    (found,) = find(tmp_path, {"tests/test_a.py": TEST, "tests/test_b.py": broken, "pytest.ini": "[pytest]\n"})
    assert [entry.file for entry in found.evidence] == ["tests/test_a.py", "tests/test_b.py"]


def test_a_project_without_a_word_of_benchmarks_is_not_run(tmp_path: Path) -> None:
    with_this_python(tmp_path)
    project = Project(lay_out(tmp_path, {"tests/test_a.py": "open('ran', 'w')\n" + PLAIN}))
    assert found_in(project) == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("script", ["exec sleep 60", "exit 3", 'echo {} >"$BENCHVERDICT_COLLECTED"; exit 0'])
def test_where_collecting_fails_the_source_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(collecting, "SECONDS", 0.3)
    with_this_python(tmp_path)
    (tmp_path / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{script}\n")
    project = Project(lay_out(tmp_path, {"tests/test_a.py": TEST}))
    (found,) = found_in(project)
    assert found.evidence[0].why == "test_it takes the fixture benchmark"
    assert "the source tells instead" in collecting.collecting_summary(project)


def test_the_environment_that_is_switched_on_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_this_python(tmp_path / "elsewhere")
    monkeypatch.setenv("VIRTUAL_ENV", os.fspath(tmp_path / "elsewhere" / ".venv"))
    found = collecting.environment_of(Project(tmp_path))
    assert found == tmp_path / "elsewhere" / ".venv" / "bin" / "python"


@pytest.mark.parametrize("tracked", [".venv/bin/python", ".venv/pyvenv.cfg"])
def test_an_environment_that_git_tracks_is_not_run(tmp_path: Path, tracked: str) -> None:
    with_this_python(tmp_path)
    lay_out(tmp_path, {"tests/test_a.py": "open('ran', 'w')\n" + TEST, ".venv/pyvenv.cfg": ""})
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert collecting.environment_of(Project(tmp_path)) is not None
    subprocess.run(["git", "add", "--force", tracked], cwd=tmp_path, check=True)
    assert len(found_in(Project(tmp_path))) == 1
    assert not (tmp_path / "ran").exists()


def test_a_link_to_an_environment_is_not_run_where_git_tracks_it(tmp_path: Path) -> None:
    with_this_python(tmp_path / "elsewhere")
    root = lay_out(tmp_path / "project", {"tests/test_a.py": TEST})
    (root / ".venv").symlink_to(tmp_path / "elsewhere" / ".venv")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    subprocess.run(["git", "add", ".venv"], cwd=root, check=True)
    assert collecting.environment_of(Project(root)) is None


def test_a_dry_run_runs_nothing(tmp_path: Path) -> None:
    with_this_python(tmp_path)
    lay_out(tmp_path, {"tests/test_a.py": "open('ran', 'w')\n" + TEST})
    out = StringIO()
    init(InitRequest(root=tmp_path, dry_run=True), out)
    assert "a dry run runs nothing" in out.getvalue()
    assert not (tmp_path / "ran").exists()
