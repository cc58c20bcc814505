"""The architecture as a test: stages import backwards only, and heavy packages have one home each."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VOCABULARY = {
    "masking",
    "model",
    "units",
    "verdicts",
    "config",
    "counts",
    "causes",
    "record",
    "records",
}
STAGES = ["ingest", "store", "decide", "render", "pipeline", "commands", "cli"]
HOMES = {
    "matplotlib": {"reporter/render/charts.py"},
    "jinja2": {"reporter/render"},
    "github": {"entrypoint"},
}
LIGHT = ("matplotlib", "jinja2", "github")
"""Packages that may only be imported inside the function that uses them."""

SOURCES = sorted(path for folder in ("reporter", "entrypoint") for path in (ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> list[tuple[str, bool]]:
    """Return every imported module of a file, and whether it is imported whenever the file is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lazy = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, (ast.FunctionDef, ast.AsyncFunctionDef)) or _is_type_checking(block)
        for node in ast.walk(block)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) not in lazy) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "reporter" else []
            found += [(name, id(node) not in lazy) for name in names or [str(node.module)]]
    return found


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _stage(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    place = path.relative_to(ROOT).with_suffix("").parts
    for module, _ in _imports(path):
        top = module.split(".")[0]
        if place[0] == "reporter":
            assert top != "entrypoint", "the reporter never knows the edge"
        if top != "reporter" or len(place) < 2:
            continue
        stage, wanted = place[1] if place[0] == "reporter" else "edge", _stage(module)
        if stage == "shared":
            assert wanted == "shared", f"shared imports reporter.{wanted}"
        elif stage == "measure":
            assert wanted in {"measure", "shared"}, f"measure imports reporter.{wanted}"
        elif stage == "stats":
            assert wanted in {"stats", "model"}, f"stats imports reporter.{wanted}"
        elif stage in VOCABULARY:
            assert wanted in VOCABULARY | {"", "shared"}, f"the vocabulary imports reporter.{wanted}"
        elif stage in STAGES and wanted in STAGES:
            assert STAGES.index(wanted) <= STAGES.index(stage), f"{stage} imports the later stage {wanted}"


def test_the_model_imports_in_the_order_in_which_data_flows() -> None:
    order = ["load", "measured", "decided", "judged_from", "reported"]
    assert {path.stem for path in (ROOT / "reporter" / "model").glob("*.py")} == {"__init__", *order}
    for place, name in enumerate(order):
        imported = {module for module, _ in _imports(ROOT / "reporter" / "model" / f"{name}.py")}
        own = {module for module in imported if _stage(module) == "model"}
        assert own <= {f"reporter.model.{earlier}" for earlier in order[:place]}, name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_have_one_home_and_are_imported_when_used(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for module, at_once in _imports(path):
        top = module.split(".")[0]
        if top in HOMES:
            assert any(name.startswith(home) for home in HOMES[top]), f"{name} imports {top}"
        assert not (at_once and top in LIGHT), f"{name} imports {top} before it is used"


def test_what_runs_on_the_host_needs_the_standard_library_alone() -> None:
    own = {"reporter", "__future__"}
    shared = {
        ROOT / "entrypoint" / name
        for name in ("untrusted.py", "failed_side.py", "gate_facts.py", "job_words.py", "runner_files.py")
    }
    steps = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "entrypoint" / "steps").glob("*.sh"))
    scripts = {ROOT / "entrypoint" / name for name in re.findall(r"/entrypoint/(\w+\.py)", steps)}
    assert {path.name for path in scripts} == {"gate.py", "may_ask.py", "nearest.py"}
    packages = (ROOT / "reporter" / name for name in ("measure", "shared"))
    for path in [*(path for package in packages for path in package.rglob("*.py")), *scripts, *shared]:
        # The plugin runs inside the user's pytest, and looks for pytest-benchmark there.
        allowed = own | ({"pytest_benchmark"} if path.parent.name == "pytest_plugin" else set())
        for module, _ in _imports(path):
            top = module.split(".")[0]
            is_shared = path in scripts | shared and module in {f"entrypoint.{each.stem}" for each in shared}
            assert is_shared or top in allowed or top in sys.stdlib_module_names, f"{path.name} imports {module}"
            own_only = path not in scripts | shared or top != "reporter" or _stage(module) == "shared"
            assert own_only, f"{path.name}: {module}"


@pytest.mark.parametrize(
    ("once", "home"),
    [("[0-9a-f]{40}|", "model.py"), ('[0-9a-f]{7,64}"', "model.py"), ("O_NOFOLLOW", "files.py"), ("fsync", "files.py")],
)
def test_what_a_commit_is_and_how_a_strangers_file_is_read_and_written_has_one_home(once: str, home: str) -> None:
    holders = [path for path in SOURCES if once in path.read_text(encoding="utf-8")]
    assert holders == [ROOT / "reporter" / "shared" / home]
