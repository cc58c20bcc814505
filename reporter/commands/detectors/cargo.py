"""Benchmarks of cargo: Criterion, libtest, the bencher crate and divan, told apart by the source of each target."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import below, folder_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_HARNESSES = (
    ("criterion", re.compile(r"^\s*(?:criterion_main!|use (?:criterion|codspeed_criterion_compat)\b)", re.MULTILINE)),
    ("divan", re.compile(r"^[^/\n]*\bdivan::", re.MULTILINE)),
    ("bencher", re.compile(r"^\s*(?:benchmark_main!|use bencher\b)", re.MULTILINE)),
    ("libtest", re.compile(r"^\s*#\[bench\]", re.MULTILINE)),
)


@dataclass(frozen=True, slots=True)
class _Target:
    home: str
    package: str
    name: str
    file: str


def look(project: Project) -> Iterator[Found]:
    """Find the bench targets of every package; those of a workspace are run together, in its folder."""
    suites: dict[tuple[str, str], list[tuple[_Target, Evidence]]] = {}
    for target in _targets(project):
        for tool, pattern in _HARNESSES:
            line = project.first_line(target.file, pattern)
            if line:
                entry = Evidence(target.file, line, f"the bench target {target.name} of {target.package} uses {tool}")
                suites.setdefault((target.home, tool), []).append((target, entry))
                break
    for (home, tool), members in sorted(suites.items()):
        yield _found(home, tool, members)


def _found(home: str, tool: str, members: list[tuple[_Target, Evidence]]) -> Found:
    packages = " ".join(f"-p {shlex.quote(name)}" for name in dict.fromkeys(target.package for target, _ in members))
    targets = " ".join(f"--bench {shlex.quote(name)}" for name in dict.fromkeys(target.name for target, _ in members))
    toolchain = " +nightly" if tool == "libtest" else ""
    build = f"cargo{toolchain} bench {packages} {targets}"
    printed = "" if tool == "criterion" else " | tee {output}"
    return Found(
        tool=tool,
        language="rust",
        evidence=tuple(entry for _, entry in members),
        command="" if tool == "divan" else f"{build}{printed}",
        folder=home,
        results=("target/criterion/**/new/*.json",) if tool == "criterion" else (),
        setup=f"{build} --no-run",
        notes=("the table that divan prints is not read", f"{build} runs them") if tool == "divan" else (),
    )


def _targets(project: Project) -> Iterator[_Target]:
    for manifest in project.named("Cargo.toml"):
        content, folder = project.toml(manifest), folder_of(manifest)
        package = content.get("package")
        if not isinstance(package, dict) or not isinstance(package.get("name"), str):
            continue
        home = _workspace_of(project, folder)
        named = _declared(content)
        files = {within(folder, path): name for name, path in named.items()}
        if package.get("autobenches") is not False:
            files |= {file: name for file, name in _by_place(project, folder) if name not in named}
        for file, name in sorted(files.items()):
            if project.has(file):
                yield _Target(home, package["name"], name, file)


def _declared(content: dict[str, Any]) -> dict[str, str]:
    """Return the path of each bench target that a manifest names."""
    tables = [table for table in content.get("bench", []) if isinstance(table, dict) and table.get("name")]
    return {str(table["name"]): str(table.get("path", f"benches/{table['name']}.rs")) for table in tables}


def _by_place(project: Project, folder: str) -> Iterator[tuple[str, str]]:
    for file in project.named("*.rs"):
        parts = PurePosixPath(below(folder, file)).parts if folder == "." or file.startswith(f"{folder}/") else ()
        if parts[:1] == ("benches",) and (len(parts) == 2 or (len(parts) == 3 and parts[2] == "main.rs")):
            yield file, PurePosixPath(parts[1]).stem


def _workspace_of(project: Project, folder: str) -> str:
    """Return the folder of the workspace that a package is a member of, else its own."""
    for above in map(str, PurePosixPath(folder).parents):
        workspace = project.toml(within(above, "Cargo.toml")).get("workspace")
        if isinstance(workspace, dict):
            inside = below(above, folder)
            members = [str(each).removeprefix("./").rstrip("/") for each in workspace.get("members", ())]
            return above if any(fnmatchcase(inside, each) for each in members) else folder
    return folder
