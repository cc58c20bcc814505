"""A virtual environment for one side: everything of the user's own can be imported there but the user's own tree.

The user's packages are found by their folder, not installed again. A ``.pth`` file in such a folder would lead both
sides to the tree that the user works in, so those files are read here instead: what leads elsewhere is kept, what
leads into the user's tree leads into the side's.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.measure.process import ON_WINDOWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.measure.paired.user_python import UserPython

PLUGIN_FOLDER = Path(__file__).parents[1] / "pytest_plugin"
SCRIPTS = "Scripts" if ON_WINDOWS else "bin"
_PATHS_FILE = "zzzz_benchverdict.pth"  # read last: what is installed in the side goes before what the user has
_FINDER = re.compile(r"import (__editable__\w+_finder)\b")
_NEEDS_ITS_OWN_FOLDER = "sitedir"
_LONGEST_INTERPRETER = 120
"""Linux cuts the first line of a script after 127 bytes in older kernels, 255 in newer ones."""


@dataclass(frozen=True)
class Move:
    """From the user's tree into a side's. ``kept`` are folders that belong to no side, such as an environment."""

    root: Path
    tree: Path
    kept: tuple[Path, ...] = ()

    def leads_in(self, path: str) -> bool:
        """Whether a path lies in the user's tree, and not in what is kept."""
        real = Path(os.path.realpath(path))
        inside = self.root in (real, *real.parents)
        return inside and not any(folder in (real, *real.parents) for folder in self.kept)

    def moved(self, path: str) -> str:
        """Return the same place in the side's tree."""
        return str(self.tree / Path(os.path.realpath(path)).relative_to(self.root))


def creation(folder: Path, user: UserPython, *, with_pip: bool) -> list[str]:
    """Return the command that makes an environment."""
    return [user.executable, "-B", "-m", "venv", *([] if with_pip else ["--without-pip"]), str(folder)]


def furnish(folder: Path, user: UserPython, move: Move) -> None:
    """Let a new environment have what the user's has; raises ``OSError`` or ``subprocess.SubprocessError``."""
    packages = _packages_folder(folder)
    lines = [str(PLUGIN_FOLDER), *user.site_folders]
    for site_folder in user.site_folders:
        lines += _lines_of(Path(site_folder), packages, move)
    (packages / _PATHS_FILE).write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="utf-8")
    if not ON_WINDOWS:
        _copy_programs(folder / SCRIPTS, user)


def variables(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables with the environment in ``folder`` switched on."""
    changed = {name: value for name, value in environ.items() if name != "PYTHONHOME"}
    changed["PATH"] = os.pathsep.join(filter(None, (str(folder / SCRIPTS), environ.get("PATH"))))
    changed["VIRTUAL_ENV"] = str(folder)
    return changed


def program(folder: Path, name: str) -> Path:
    """Return the place of a program in the environment."""
    return folder / SCRIPTS / name


def python(folder: Path) -> Path:
    """Return the environment's Python."""
    return program(folder, "python.exe" if ON_WINDOWS else "python")


def _packages_folder(folder: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    command = [str(python(folder)), "-I", "-B", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    packages = Path(done.stdout.strip())
    if folder not in packages.parents:
        raise OSError(f"its Python installs to {packages}, outside of it")
    return packages


def _lines_of(site_folder: Path, packages: Path, move: Move) -> Iterator[str]:
    for file in sorted(site_folder.glob("*.pth")):
        for line in file.read_text("utf-8", "replace").splitlines():
            if line.startswith(("import ", "import\t")):
                yield from _import_line(line, site_folder, packages, move)
            elif line.strip() and not line.startswith("#"):
                path = str(site_folder / line.rstrip())
                yield move.moved(path) if move.leads_in(path) else path


def _import_line(line: str, site_folder: Path, packages: Path, move: Move) -> Iterator[str]:
    """Keep a line of code, unless it needs to be run in its own folder or leads into the user's tree.

    The finders that setuptools makes for editable packages hold the paths as text: a copy leads into the side's tree.
    """
    if _NEEDS_ITS_OWN_FOLDER in line:
        return
    module = re.match(r"import\s+(\w+)", line)
    source = site_folder / f"{module[1]}.py" if module else site_folder
    text = source.read_text("utf-8", "replace") if source.is_file() else ""
    if str(move.root) not in text + line:
        yield line
    elif _FINDER.match(line):
        leading_in = re.compile(re.escape(str(move.root)) + r"(?=['\"/\\])")
        (packages / source.name).write_text(leading_in.sub(lambda _: str(move.tree), text), encoding="utf-8")
        yield line


def _copy_programs(target: Path, user: UserPython) -> None:
    """Copy the programs that name the user's Python in their first line, with the side's in its place."""
    named = _first_lines_naming(os.path.dirname(user.executable))  # noqa: PTH120 - a string is needed
    for folder in user.script_folders:
        for program in sorted(Path(folder).glob("*")):
            copy = target / program.name
            beginning = named.match(_beginning(program)) if os.access(program, os.X_OK) else None
            if beginning and not copy.exists():
                copy.write_bytes(_naming(target / "python") + program.read_bytes()[beginning.end() :])
                copy.chmod(0o755)


def _first_lines_naming(folder: str) -> re.Pattern[bytes]:
    """Match the beginning of a program that a Python of ``folder`` runs, in either of the forms of ``_naming``."""
    interpreter = re.escape(os.fsencode(folder)) + rb"/python[\w.]*"
    by_shell = rb"#!/bin/sh\n'''exec' [\"']?" + interpreter + rb"[\"']?[^\n]*\n' '''\n"
    return re.compile(rb"(?:#![ \t]*" + interpreter + rb"(?:[ \t][^\n]*)?\n|" + by_shell + rb")")


def _beginning(program: Path) -> bytes:
    try:
        with program.open("rb") as file:
            return file.read(1024)
    except OSError:
        return b""


def _naming(interpreter: Path) -> bytes:
    """Return the first lines of a program: the system cuts a long path and splits one with spaces, a shell does not."""
    path = str(interpreter)
    if len(path) <= _LONGEST_INTERPRETER and " " not in path:
        return f"#!{path}\n".encode()
    return f"#!/bin/sh\n'''exec' {shlex.quote(path)} \"$0\" \"$@\"\n' '''\n".encode()
