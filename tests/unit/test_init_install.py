"""The steps of the workflow that ``init`` writes: each project is installed by what it locks itself with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from reporter.commands.detectors import node
from reporter.commands.detectors.project import Project
from reporter.commands.detectors.registry import found_in
from reporter.commands.init_python import installing, prefix_of
from reporter.config import reading
from tests.unit.test_init import init, lay_out

if TYPE_CHECKING:
    from pathlib import Path

TEST = {"bench/test_a.py": "def test_it(benchmark):\n    pass\n"}
VITEST = {"package.json": '{"devDependencies": {"vitest": "3"}}', "a.bench.js": 'import { bench } from "vitest";\n'}
GROUP = '[project]\nname = "a"\n[dependency-groups]\ntest = ["pytest_benchmark>=5"]\n'
EXTRA = '[project]\nname = "a"\n[project.optional-dependencies]\nspeed = ["pytest-benchmark"]\n'
FAST = '[project.optional-dependencies]\nfast = ["orjson"]\n'
IN_PATH = 'echo "{}" >> "$GITHUB_PATH"'
K6 = {"a.js": 'import "k6";\nimport http from "k6/http";\nexport default function () {}\n'}

PYTHON = {
    "uv, in a group": (
        {"uv.lock": "", "pyproject.toml": GROUP},
        ["pip install uv", "uv sync --group test", IN_PATH.format("$PWD/.venv/bin")],
    ),
    "uv, with what is optional": (
        {"uv.lock": "", "pyproject.toml": f"{GROUP}{FAST}"},
        ["pip install uv", "uv sync --all-extras --group test", IN_PATH.format("$PWD/.venv/bin")],
    ),
    "uv, with extras in conflict": (
        {
            "uv.lock": "",
            "pyproject.toml": f"{GROUP}{FAST}[tool.uv]\nconflicts = [[]]\n",
        },
        ["pip install uv", "uv sync --group test", IN_PATH.format("$PWD/.venv/bin")],
    ),
    "uv, named nowhere": (
        {"uv.lock": "", "pyproject.toml": ""},
        ["pip install uv", "uv sync", "uv pip install pytest-benchmark", IN_PATH.format("$PWD/.venv/bin")],
    ),
    "poetry": (
        {"poetry.lock": "", "pyproject.toml": '[tool.poetry.group.dev.dependencies]\npytest-benchmark = "5"\n'},
        ["pip install poetry", "poetry install --with dev", IN_PATH.format("$(poetry env info --path)/bin")],
    ),
    "pdm": (
        {"pdm.lock": "", "pyproject.toml": '[tool.pdm.dev-dependencies]\nspeed = ["pytest-benchmark"]\n'},
        ["pip install pdm", "pdm sync -G speed", IN_PATH.format('$(dirname "$(pdm info --python)")')],
    ),
    "hatch": (
        {"pyproject.toml": '[tool.hatch.envs.speed]\nextra-dependencies = ["pytest-benchmark"]\n'},
        ["pip install hatch", "hatch env create speed", IN_PATH.format("$(hatch env find speed)/bin")],
    ),
    "tox": (
        {"setup.py": "", "tox.ini": "[testenv:speed]\ndeps =\n  py3: pytest-benchmark>=4\n"},
        ["pip install tox", "tox run -e speed --notest", IN_PATH.format("$PWD/.tox/speed/bin")],
    ),
    "conda": (
        {"environment.yml": "", "setup.py": ""},
        [
            '"$CONDA/bin/conda" env create --file environment.yml --prefix "$RUNNER_TEMP/conda"',
            '"$RUNNER_TEMP/conda/bin/pip" install -e . pytest-benchmark',
            IN_PATH.format("$RUNNER_TEMP/conda/bin"),
        ],
    ),
    "a group": ({"pyproject.toml": GROUP}, ["pip install -e . --group test"]),
    "an extra": ({"pyproject.toml": EXTRA}, ['pip install -e ".[speed]"']),
    "a file of requirements": (
        {"setup.py": "", "requirements/tests.txt": "pytest-benchmark==5\n", "requirements/docs.txt": "sphinx\n"},
        ["pip install -e . -r requirements/tests.txt"],
    ),
    "requirements without it": (
        {"setup.py": "", "requirements.txt": ""},
        ["pip install -e . -r requirements.txt pytest-benchmark"],
    ),
    "nothing but the tool": ({}, ["pip install pytest-benchmark"]),
}

OTHERS = {
    "npm": (VITEST | {"package-lock.json": ""}, ["npm ci"]),
    "no lock": (VITEST, ["npm install"]),
    "pnpm": (
        VITEST
        | {
            "pnpm-lock.yaml": "",
            "package.json": '{"packageManager": "pnpm@9.1.0+sha512.ab", "devDependencies": {"vitest": "3"}}',
        },
        ["npm install --global pnpm@9.1.0", "pnpm install --frozen-lockfile"],
    ),
    "a package that points to what its build makes": (
        VITEST
        | {
            "pnpm-lock.yaml": "",
            "package.json": '{"exports": {".": {"node": "./dist/a.mjs"}}, "scripts": {"build": "obuild"},'
            ' "devDependencies": {"vitest": "3"}}',
        },
        ["npm install --global pnpm", "pnpm install --frozen-lockfile", "pnpm run build"],
    ),
    "a package that builds itself when it is installed": (
        VITEST
        | {
            "package-lock.json": "",
            "package.json": '{"main": "dist/a.js", "scripts": {"build": "tsc", "prepare": "tsc"},'
            ' "devDependencies": {"vitest": "3"}}',
        },
        ["npm ci"],
    ),
    "a package that points to its source": (
        VITEST
        | {
            "package-lock.json": "",
            "index.js": "",
            "package.json": '{"main": "./index", "scripts": {"build": "tsc"}, "devDependencies": {"vitest": "3"}}',
        },
        ["npm ci"],
    ),
    "the first yarn": (
        VITEST | {"yarn.lock": "# yarn lockfile v1\n"},
        ["npm install --global yarn", "yarn install --frozen-lockfile"],
    ),
    "yarn": (VITEST | {"yarn.lock": "__metadata:\n"}, ["corepack enable", "yarn install --immutable"]),
    "go": ({"go.mod": "", "a_test.go": "func BenchmarkA(b *testing.B) {\n"}, []),
    "rust, which builds by itself": (
        {"Cargo.toml": '[package]\nname = "a"\n', "benches/a.rs": "criterion_main!(a);\n"},
        [],
    ),
    "libtest": (
        {"Cargo.toml": '[package]\nname = "a"\n', "benches/a.rs": "#[bench]\n"},
        ["rustup toolchain install nightly --profile minimal"],
    ),
}


def scripts(folder: Path) -> list[str]:
    """Return the lines of the steps between checkout and the action, of the workflow that was written."""
    workflow = YAML(typ="safe").load((folder / ".github/workflows/benchmarks.yml").read_text())
    steps = workflow["jobs"]["benchmarks"]["steps"]
    return [line for step in steps for line in step.get("run", "").strip().splitlines()]


@pytest.mark.parametrize("name", PYTHON)
def test_a_project_of_python_is_installed_by_what_locks_it(tmp_path: Path, name: str) -> None:
    files, expected = PYTHON[name]
    init(lay_out(tmp_path, TEST | files))
    assert scripts(tmp_path) == expected
    assert 'python-version: "3.13"' in (tmp_path / ".github/workflows/benchmarks.yml").read_text()


@pytest.mark.parametrize("name", OTHERS)
def test_other_projects_get_what_their_runs_need(tmp_path: Path, name: str) -> None:
    files, expected = OTHERS[name]
    init(lay_out(tmp_path, files))
    assert scripts(tmp_path) == expected
    text = (tmp_path / ".github/workflows/benchmarks.yml").read_text()
    assert ('node-version: "24"' in text) is ("package.json" in files)
    assert "setup-python" not in text


def test_the_node_that_the_project_names_is_taken(tmp_path: Path) -> None:
    init(lay_out(tmp_path, VITEST | {".nvmrc": "22\n"}))
    assert 'node-version-file: ".nvmrc"' in (tmp_path / ".github/workflows/benchmarks.yml").read_text()


def test_what_is_built_for_the_job_is_built_for_each_side_too(tmp_path: Path) -> None:
    lists = "add_executable(speed a.cpp)\ntarget_link_libraries(speed benchmark)\n"
    init(lay_out(tmp_path, {"CMakeLists.txt": lists}))
    install, update, *build = scripts(tmp_path)
    assert (install, update) == ("sudo apt-get update", "sudo apt-get install --yes libbenchmark-dev")
    assert reading.load(None, tmp_path).measure.setup == "\n".join(build)


def test_packages_of_a_workspace_are_installed_from_its_lock(tmp_path: Path) -> None:
    files = {f"packages/a/{name}": text for name, text in VITEST.items()}
    init(lay_out(tmp_path, files | {"package-lock.json": "", "package.json": "{}"}))
    assert scripts(tmp_path) == ["(cd ../.. && npm ci)"]
    assert reading.load(None, tmp_path / "packages/a").measure.setup == "(cd ../.. && npm ci)"


def test_a_load_test_is_installed_as_its_documentation_says(tmp_path: Path) -> None:
    init(lay_out(tmp_path, K6))
    assert scripts(tmp_path)[-1] == "sudo apt-get install --yes k6"


def test_the_python_that_the_project_names_is_taken(tmp_path: Path) -> None:
    init(lay_out(tmp_path, TEST | {".python-version": "3.12\n"}))
    assert 'python-version-file: ".python-version"' in (tmp_path / ".github/workflows/benchmarks.yml").read_text()


@pytest.mark.parametrize(
    ("lock", "prefix"), [("uv.lock", "uv run "), ("poetry.lock", "poetry run "), ("pdm.lock", "pdm run "), ("x", "")]
)
def test_the_command_to_try_runs_in_the_projects_own_environment(tmp_path: Path, lock: str, prefix: str) -> None:
    project = Project(lay_out(tmp_path, TEST | {lock: ""}))
    (found,) = found_in(project)
    assert prefix_of(project, found) == prefix


def test_submodules_are_checked_out_for_the_job_and_for_each_side(tmp_path: Path) -> None:
    init(lay_out(tmp_path, VITEST | {"package-lock.json": "", ".gitmodules": ""}))
    assert "          submodules: true\n" in (tmp_path / ".github/workflows/benchmarks.yml").read_text()
    assert scripts(tmp_path) == ["npm ci"]
    assert reading.load(None, tmp_path).measure.setup == "git submodule update --init\nnpm ci"


@pytest.mark.parametrize(
    ("lock", "table"),
    [
        ("poetry.lock", '[tool.poetry.group."$(touch ran)".dependencies]\npytest-benchmark = "5"\n'),
        ("pdm.lock", '[tool.pdm.dev-dependencies]\n"$(touch ran)" = ["pytest-benchmark"]\n'),
    ],
)
def test_a_name_that_a_shell_would_read_is_not_written(tmp_path: Path, lock: str, table: str) -> None:
    project = Project(lay_out(tmp_path, {**TEST, lock: "", "pyproject.toml": table}))
    (found,) = found_in(project)
    assert "touch" not in installing(project, found)


@pytest.mark.parametrize(
    ("lock", "manifest"),
    [
        ("poetry.lock", '[tool.poetry.group]\ndev = "x"\n'),
        ("poetry.lock", "[tool.poetry.group.dev]\ndependencies = 5\n"),
        ("pdm.lock", "[tool.pdm.dev-dependencies]\ndev = 5\n"),
        ("other", "[project]\noptional-dependencies.dev = 5\n"),
        ("other", "[dependency-groups]\ndev = 5\n"),
        ("other", "[tool.hatch.envs.dev]\ndependencies = 5\n"),
        ("other", "[tool.hatch.envs]\ndev = 5\n"),
    ],
)
def test_an_odd_manifest_of_python_names_nothing(tmp_path: Path, lock: str, manifest: str) -> None:
    project = Project(lay_out(tmp_path, {**TEST, lock: "", "pyproject.toml": manifest}))
    (found,) = found_in(project)
    assert "pip install pytest-benchmark" in installing(project, found).replace("-e . ", "")


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies", "optionalDependencies", "scripts"])
@pytest.mark.parametrize("value", ["5", "[1]", '"vitest"', "null"])
def test_an_odd_manifest_of_node_names_nothing(tmp_path: Path, kind: str, value: str) -> None:
    project = Project(lay_out(tmp_path, {"package.json": f'{{"{kind}": {value}}}', "a.bench.js": "import 'vitest';\n"}))
    assert not node.needs(project, ".", "vitest")
    assert node.script_for(project, ".") is None
    assert not node.is_built(project, ".")
    found_in(project)


@pytest.mark.parametrize("exports", ["5", "null", "[[]]", '{".": null}', '{".": "./b.js"}', '"../a.js"', '"/"'])
def test_odd_exports_name_nothing_that_is_built(tmp_path: Path, exports: str) -> None:
    text = f'{{"scripts": {{"build": "tsc"}}, "main": "a.js", "exports": {exports}}}'
    assert not node.is_built(Project(lay_out(tmp_path, {"package.json": text, "a.js": ""})), ".")
