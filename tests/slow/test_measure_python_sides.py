"""Python projects in pairs, for real: what each side imports, and pytest-benchmark with equal rounds and iterations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.measure_repositories import Project, new_project

if TYPE_CHECKING:
    from pathlib import Path

OURS = sysconfig.get_path("purelib")
"""Where pytest, pytest-benchmark, pip and hatchling are while these tests run."""
PROJECT_FILE = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "shapes"
version = "1"
[tool.hatch.build]
dev-mode-dirs = ["src"]
[tool.hatch.build.targets.wheel]
packages = ["src/shapes"]
"""
SAY_WHERE = "import shapes, sys; open(sys.argv[1], 'w').write(f'{shapes.SIDES} {shapes.__file__}')"
BENCHMARKS = """
import pytest
import shapes

@pytest.mark.benchmark(min_rounds=3, min_time=0.3, max_time=2.0, calibration_precision=5)
def test_marked(benchmark):
    benchmark(sum, range(100))

@pytest.mark.parametrize("size", [10, 1000], ids=["tiny", "größer"])
def test_sum(benchmark, size):
    benchmark(sum, range(size))

def test_fixed(benchmark):
    benchmark.pedantic(sum, args=(range(shapes.SIDES),), rounds=7, iterations=3)

def test_plain():
    pass
"""
PYTEST = ("pytest", "-q", "-p", "no:cacheprovider", "--benchmark-quiet", "--benchmark-json={output}")


@dataclass(frozen=True)
class Environment:
    """A virtual environment of the user; what these tests have is on its path."""

    folder: Path

    @property
    def packages(self) -> Path:
        return next(self.folder.glob("lib/python*/site-packages"))

    def pip_install(self, *arguments: str) -> None:
        command = [str(self.folder / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        options = ["--no-deps", "--no-build-isolation"]
        subprocess.run([*command, *options, *arguments], check=True, capture_output=True)

    def switch_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", f"{self.folder}/bin{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("VIRTUAL_ENV", str(self.folder))
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTHONPATH"):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    made = Environment(tmp_path.resolve() / "environment")
    venv.create(made.folder, symlinks=True)
    (made.packages / "ours.pth").write_text(f"{OURS}\n")
    program = made.folder / "bin/pytest"
    program.write_text(f"#!{made.folder}/bin/python\nimport sys, pytest\nsys.exit(pytest.console_main())\n")
    program.chmod(0o755)
    made.switch_on(monkeypatch)
    return made


def made_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], package: str) -> Project:
    """A project of which the base has three sides and the head four."""
    base = {**files, f"{package}/__init__.py": "SIDES = 3\n"}
    project = new_project(tmp_path, base, {f"{package}/__init__.py": "SIDES = 4\n"})
    monkeypatch.chdir(project.tree)
    return project


def results(project: Project, content: dict[str, Any]) -> list[str]:
    return [(project.output / run["results"][0]).read_text() for run in content["runs"]]


def benchmarks(project: Project, content: dict[str, Any]) -> list[dict[str, tuple[int, int]]]:
    """Rounds and iterations of each benchmark in each run."""
    read = [json.loads(result)["benchmarks"] for result in results(project, content)]
    return [{b["name"]: (b["stats"]["rounds"], b["stats"]["iterations"]) for b in run} for run in read]


@pytest.mark.parametrize("editable", [True, False])
def test_each_side_imports_the_package_from_its_own_tree(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editable: bool
) -> None:
    project = made_project(tmp_path, monkeypatch, {"pyproject.toml": PROJECT_FILE}, "src/shapes")
    environment.pip_install(*(["-e"] if editable else []), str(project.tree))
    plan = project.plan(command=("python", "-c", SAY_WHERE, "{output}"))
    outcome, content, shown = project.measure(plan=plan)
    assert (outcome.status, content["warnings"]) == ("complete", [])
    trees = [project.output / f"sides/{side}/project/src/shapes/__init__.py" for side in ("base", "head")]
    assert results(project, content) == [f"3 {trees[0]}", f"4 {trees[1]}"]
    assert shown.count("installed from its tree: . (pip install --no-deps -e)") == 2
    assert f"the base imports shapes from {trees[0]}" in shown
    assert "pip install" in (project.output / "setup/head.txt").read_text()
    assert sorted(path.name for path in environment.packages.glob("zzz*")) == []


def test_a_kept_base_imports_the_package_from_its_own_tree_without_being_installed_again(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    project = made_project(tmp_path, monkeypatch, {"pyproject.toml": PROJECT_FILE}, "src/shapes")
    environment.pip_install("-e", str(project.tree))
    installed = environment.packages / "other-1.dist-info"
    installed.mkdir()
    plan = project.plan(command=("python", "-c", SAY_WHERE, "{output}"), pairs={"keep_base": True})
    first = results(project, project.measure(plan=plan)[1])
    outcome, content, shown = project.measure(plan=plan)
    assert (outcome.status, content["warnings"]) == ("complete", [])
    assert results(project, content) == first
    assert "Reusing the base at " in shown
    assert shown.count("installed from its tree: . (pip install --no-deps -e)") == 1
    installed.rename(installed.with_name("other-2.dist-info"))
    assert "Reusing the base at " not in project.measure(plan=plan)[2]


def test_what_is_editable_leads_into_each_side_even_where_pip_fails(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"setup.py": "raise SystemExit('cannot be built')\n"}
    project = made_project(tmp_path, monkeypatch, broken, "src/shapes")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (environment.packages / "shapes.pth").write_text(f"{project.tree}/src\n")
    (environment.packages / "shapes.egg-link").write_text(f"{project.tree}\n.")
    plan = project.plan(command=("python", "-c", SAY_WHERE, "{output}"))
    outcome, content, _ = project.measure(plan=plan)
    assert outcome.status == "complete"
    assert [result.split()[0] for result in results(project, content)] == ["3", "4"]
    assert [warning["code"] for warning in content["warnings"]] == ["not-installed", "not-installed"]


def test_a_project_that_cannot_be_installed_again_fails_its_side(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made_project(tmp_path, monkeypatch, {"pyproject.toml": PROJECT_FILE}, "src/shapes")
    environment.pip_install(str(project.tree))
    project.write({"pyproject.toml": "[project]\nname = 'shapes'\n"})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    outcome, content, _ = project.measure(plan=project.plan(command=("python", "-c", SAY_WHERE, "{output}")))
    assert (outcome.status, outcome.exit_code, outcome.side) == ("failed", 4, "head")
    assert "the head could not be set up: pip cannot install . from its tree" in content["message"]


def test_a_program_of_the_users_environment_becomes_the_sides(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made_project(tmp_path, monkeypatch, {"x.txt": ""}, "shapes")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    inside = project.tree / ".venv"
    inside.symlink_to(environment.folder)
    project.write({".gitignore": ".venv\n"})
    code = "import sys; open(sys.argv[1], 'w').write(sys.prefix)"
    _, content, _ = project.measure(plan=project.plan(command=(".venv/bin/python", "-c", code, "{output}")))
    expected = [str(project.output / f"sides/python-{side}") for side in ("base", "head")]
    assert results(project, content) == expected


def test_pytest_has_equal_rounds_and_iterations_in_all_runs(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"benchmarks/test_shapes.py": BENCHMARKS, "pytest.ini": "[pytest]\npythonpath = .\n"}
    project = made_project(tmp_path, monkeypatch, files, "shapes")
    project.commit({"benchmarks/test_shapes.py": BENCHMARKS + "\n# changed\n", "other.txt": ""})
    plan = project.plan(command=PYTEST, pairs={"seconds": 0.01})
    outcome, content, _ = project.measure(1, plan=plan)
    assert (outcome.status, content["warnings"]) == ("complete", [])
    assert content["changed_benchmark_files"] == ["benchmarks/test_shapes.py"]
    base, head = benchmarks(project, content)
    assert base == head
    assert base["test_fixed"] == (7, 3)
    assert base["test_marked"][0] >= 50
    assert all(rounds * iterations > 50 for rounds, iterations in base.values() if rounds != 7)
    assert len(base) == 4


def test_only_selected_benchmarks_are_measured_again(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"tests/test_speed.py": BENCHMARKS, "tests/test_same.py": "def test_same(benchmark): benchmark(len, '')\n"}
    project = made_project(tmp_path, monkeypatch, files, "shapes")
    project.commit({"tests/test_speed.py": BENCHMARKS + "\n# changed\n", "other.txt": ""})
    monkeypatch.setenv("PYTHONPATH", str(project.tree))
    plan = project.plan(
        script="PYTHONPATH=. pytest -q -p no:cacheprovider --benchmark-json={output}", pairs={"seconds": 0.01}
    )
    outcome, content, _ = project.measure(1, plan=plan, select=["tests/test_speed.py::test_sum[größer]"])
    assert (outcome.status, content["warnings"]) == ("complete", [])
    assert [sorted(run) for run in benchmarks(project, content)] == [["test_sum[gr\\xf6\\xdfer]"]] * 2
    assert content["changed_benchmark_files"] == ["tests/test_speed.py"]


def test_one_code_on_both_sides_is_no_measurement(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made_project(tmp_path, monkeypatch, {"tests/test_speed.py": BENCHMARKS}, "shapes")
    (environment.packages / "shapes.py").write_text("SIDES = 5\n")
    outcome, content, _ = project.measure(1, plan=project.plan(command=PYTEST, pairs={"seconds": 0.01}))
    assert (outcome.status, outcome.exit_code, outcome.side, outcome.pairs) == ("failed", 4, None, 0)
    assert f"both sides ran the same code: shapes came from {environment.packages}/shapes.py" in content["message"]
    assert content["runs"] == []


def test_code_from_elsewhere_on_one_side_is_named(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"""
    test $BENCHVERDICT_SIDE = head || cd / && PYTHONPATH=$OLDPWD python -c "{SAY_WHERE}" {{output}}
    """
    project = made_project(tmp_path, monkeypatch, {"setup.cfg": ""}, "src/shapes")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "shapes.py").write_text("SIDES = 5\n")
    (environment.packages / "elsewhere.pth").write_text(f"{elsewhere}\n")
    _, content, _ = project.measure(1, plan=project.plan(script=script))
    warned = [warning["text"] for warning in content["warnings"] if warning["code"] == "code-from-elsewhere"]
    assert [text.split(":")[0] for text in warned] == [
        f"the {side} ran shapes from {elsewhere}/shapes.py, which is not in its tree" for side in ("base", "head")
    ]


def test_without_isolation_there_is_no_environment(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made_project(tmp_path, monkeypatch, {"setup.cfg": ""}, "shapes")
    code = "import os, sys; open(sys.argv[1], 'w').write(sys.prefix + ' ' + os.environ['PWD'])"
    plan = project.plan(command=("python", "-c", code, "{output}"), pairs={"isolate": False})
    _, content, _ = project.measure(1, plan=plan)
    trees = [project.output / f"sides/{side}/project" for side in ("base", "head")]
    assert results(project, content) == [f"{environment.folder} {tree}" for tree in trees]


def test_an_own_tree_in_the_command_is_pointed_out(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made_project(
        tmp_path, monkeypatch, {"bench.py": "import sys; open(sys.argv[1], 'w').write('1')\n"}, "shapes"
    )
    _, content, _ = project.measure(1, plan=project.plan(command=("python", f"{project.tree}/bench.py", "{output}")))
    assert [warning["code"] for warning in content["warnings"]] == ["own-tree-named"]


def test_these_tests_ran_the_environment_they_made(environment: Environment) -> None:
    found = subprocess.run(
        ["python", "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == str(environment.folder) != sys.prefix


def test_without_isolation_one_code_on_both_sides_is_seen_too(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made_project(tmp_path, monkeypatch, {"tests/test_speed.py": BENCHMARKS}, "src/shapes")
    (environment.packages / "shapes.pth").write_text(f"{project.tree}/src\n")
    plan = project.plan(command=PYTEST, pairs={"isolate": False, "seconds": 0.01})
    outcome, _, _ = project.measure(1, plan=plan)
    assert (outcome.status, outcome.side) == ("failed", None)
    assert f"shapes came from {project.tree}/src/shapes/__init__.py on either" in str(outcome.message)
