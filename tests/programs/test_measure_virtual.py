"""A side's virtual environment: the user's packages, but never the user's own tree. Nothing is installed here."""

from __future__ import annotations

import platform
import subprocess
import sys
import venv
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reporter.measure.paired import user_python, virtual
from reporter.measure.paired.modules import names_in
from reporter.measure.paired.user_python import UserPython, sibling_program, uses_python
from reporter.measure.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

FINDER = "MAPPING: dict[str, str] = {'flat': '%s/flat', 'other': '%s-other/flat'}\ndef install(): pass\n"


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The user's tree, a side's tree, and the folder of the user's packages, which lies in the user's tree."""
    root, tree, packages = tmp_path / "user", tmp_path / "side", tmp_path / "user/.venv/lib/site-packages"
    for folder in (root / "src", tree / "src", packages / "below", tmp_path / "elsewhere"):
        folder.mkdir(parents=True)
    return root, tree, packages


def lines_for(places: tuple[Path, Path, Path], content: str, own: Path) -> list[str]:
    """What becomes of the lines of a .pth file."""
    root, tree, packages = places
    (packages / "some.pth").write_text(content)
    return list(virtual._lines_of(packages, own, virtual.Move(root, tree, kept=(root / ".venv",))))


def test_lines_that_lead_into_the_users_tree_lead_into_the_sides(places: tuple[Path, Path, Path]) -> None:
    root, tree, packages = places
    content = f"# a comment\n\n{root}/src\n{root}\nbelow\n{root.parent}/elsewhere\n"
    expected = [f"{tree}/src", str(tree), f"{packages}/below", f"{root.parent}/elsewhere"]
    assert lines_for(places, content, root) == expected


def test_a_tree_behind_a_link_is_recognised(places: tuple[Path, Path, Path]) -> None:
    root, tree, _ = places
    link = root.parent / "link"
    link.symlink_to(root)
    assert lines_for(places, f"{link}/src\n", root) == [f"{tree}/src"]


def test_code_stays_unless_it_leads_into_the_users_tree(places: tuple[Path, Path, Path]) -> None:
    root, tree, packages = places
    own = root.parent / "own"
    own.mkdir()
    (packages / "__editable___flat_finder.py").write_text(FINDER % (root, root))
    (packages / "_flat_loader.py").write_text(f"PLACE = '{root}/build'\n")
    (packages / "harmless.py").write_text("")
    kept = [
        "import harmless",
        "import os; enabled = bool(os.environ.get('X'))",
        "import __editable___flat_finder; __editable___flat_finder.install()",
    ]
    dropped = [
        "import _flat_loader",
        f"import sys; sys.path.append('{root}/src')",
        "import sys, types, os; p = os.path.join(sys._getframe(1).f_locals['sitedir'], 'google')",
    ]
    assert lines_for(places, "\n".join(kept + dropped), own) == kept
    assert (own / "__editable___flat_finder.py").read_text() == FINDER % (tree, root)
    assert not (own / "_flat_loader.py").exists()


@pytest.fixture(scope="module")
def user_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of the user with a package, programs, and no pip."""
    folder = tmp_path_factory.mktemp("user").resolve() / ".venv"
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "installed.py").write_text("VALUE = 'of the user'\n")
    for name, beginning in (
        ("plain", f"#!{folder}/bin/python\n"),
        ("long", f"#!/bin/sh\n'''exec' \"{folder}/bin/python\" \"$0\" \"$@\"\n' '''\n"),
    ):
        (folder / "bin" / name).write_text(
            f"{beginning}import sys, installed\nprint(sys.prefix, installed.VALUE, *sys.argv[1:])\n"
        )
    (folder / "bin" / "shell").write_text("#!/bin/sh\n")
    for name in ("plain", "long", "shell"):
        (folder / "bin" / name).chmod(0o755)
    return folder


def described(environment: Path) -> UserPython:
    plan = Plan(name="x", command=(str(environment / "bin" / "plain"),))
    user = user_python.find(plan, environment, {"PATH": "/usr/bin:/bin"})
    assert user is not None
    return user


@pytest.mark.parametrize("name", ["side", "a side with spaces", "s" * 120])
def test_programs_of_the_user_run_in_the_sides_environment(user_environment: Path, tmp_path: Path, name: str) -> None:
    user = described(user_environment)
    folder = tmp_path.resolve() / name
    subprocess.run(virtual.creation(folder, user, with_pip=False), check=True)
    virtual.furnish(folder, user, virtual.Move(tmp_path / "none", tmp_path / "tree"))
    environ = virtual.variables(folder, {"PATH": "/usr/bin:/bin", "PYTHONHOME": "/nowhere"})
    assert environ == {"PATH": f"{folder}/bin:/usr/bin:/bin", "VIRTUAL_ENV": str(folder)}
    for program in ("plain", "long"):
        done = subprocess.run(
            [folder / "bin" / program, "1 2"], capture_output=True, text=True, env=environ, check=True
        )
        assert done.stdout == f"{folder} of the user 1 2\n"
    assert not (folder / "bin" / "shell").exists()


def test_what_is_installed_on_the_side_goes_before_what_the_user_has(user_environment: Path, tmp_path: Path) -> None:
    user, folder, own = described(user_environment), tmp_path.resolve() / "side", tmp_path / "own"
    subprocess.run(virtual.creation(folder, user, with_pip=False), check=True)
    virtual.furnish(folder, user, virtual.Move(tmp_path / "none", tmp_path / "tree"))
    own.mkdir()
    (own / "installed.py").write_text("VALUE = 'of the side'\n")
    (virtual._packages_folder(folder) / "named_late.pth").write_text(f"{own}\n")
    code = "import installed; print(installed.VALUE)"
    done = subprocess.run([virtual.python(folder), "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "of the side\n"


def test_an_environment_that_would_write_elsewhere_is_refused(user_environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").symlink_to(user_environment / "bin" / "python")
    with pytest.raises((OSError, subprocess.CalledProcessError)):
        virtual.furnish(tmp_path, described(user_environment), virtual.Move(tmp_path, tmp_path))


def test_the_python_of_the_user_is_described(user_environment: Path) -> None:
    user = described(user_environment)
    version = platform.python_version()
    assert (user.prefix, user.has_pip, user.projects) == (str(user_environment), False, ())
    assert user.version.split() == [sys.implementation.name.replace("cpython", "CPython"), version]
    assert [str(path) for path in user_environment.glob("lib/python*/site-packages")] == list(user.site_folders)
    assert str(user_environment / "bin") in user.script_folders


def test_the_python_of_the_command_goes_before_that_on_the_path(user_environment: Path) -> None:
    environ = {"PATH": f"{user_environment}/bin"}
    for command in (("python", "x"), ("anything",), (f"{user_environment}/bin/python",)):
        found = user_python.find(Plan(name="x", command=command), user_environment, environ)
        assert found is not None
        assert found.prefix == str(user_environment)
    assert user_python.find(Plan(name="x", script="python x"), user_environment, {"PATH": "/nowhere"}) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"script": "pytest benchmarks"}, True),
        ({"script": "cd x && python3.12 -m bench"}, True),
        ({"script": "FOO=1 /usr/bin/python bench.py"}, True),
        ({"command": ("python", "x")}, True),
        ({"script": "go test -bench ."}, False),
        ({"script": "cat mypython.txt pytest.log"}, False),
    ],
)
def test_what_runs_python_is_recognised(tmp_path: Path, values: dict[str, object], expected: bool) -> None:
    plan = replace(Plan(name="x", script="true"), **{"script": None, **values})  # type: ignore[arg-type] # one of the two
    assert uses_python(plan, (tmp_path,)) is expected
    (tmp_path / "setup.py").touch()
    assert uses_python(plan, (tmp_path / "other", tmp_path))


def test_a_program_beside_a_python_belongs_to_it(user_environment: Path) -> None:
    python = user_environment / "bin" / "python"
    assert sibling_program("bin/plain", user_environment) == python
    assert sibling_program("./bin/plain", user_environment) == user_environment / "bin" / "python"
    assert sibling_program(str(python), user_environment / "elsewhere") == python
    assert sibling_program("plain", user_environment / "bin") is None
    assert sibling_program("./bench.sh", user_environment) is None


def test_modules_of_a_tree_are_what_could_be_measured(tmp_path: Path) -> None:
    files = [
        "src/shapes/__init__.py",
        "src/single.py",
        "flat/__init__.py",
        "tests/__init__.py",
        "test_x.py",
        "setup.py",
    ]
    files += ["benchmarks/__init__.py", "logging/__init__.py", "types.py", "no-name.py", "folder/deep/__init__.py"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert set(names_in((tmp_path,))) == {"shapes", "single", "flat"}
