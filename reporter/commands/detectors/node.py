"""Projects of Node: their packages, lock files and scripts."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from reporter.commands.detectors.project import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

LOCKS = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
SOURCES = ("*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts", "*.jsx", "*.tsx")
EXECUTED = {"pnpm": "pnpm exec", "yarn": "yarn", "npm": "npx"}
_BENCH_SCRIPT = re.compile(r"(?:bench(?:mark)?s?|perf)(?::[\w-]+)?")


def manager_of(project: Project, folder: str) -> str:
    """Return the package manager of a folder, by the lock file in it or above; npm without one."""
    home = project.nearest(within(folder, "package.json"), *LOCKS)
    if home is None:
        return str(project.json("package.json").get("packageManager", "npm")).partition("@")[0] or "npm"
    return next(manager for lock, manager in LOCKS.items() if project.has(within(home, lock)))


def needs(project: Project, folder: str, package: str) -> bool:
    """Return whether a package, or the workspace that it is in, names another one among its dependencies."""
    manifests = [within(folder, "package.json"), "package.json"]
    kinds = ("dependencies", "devDependencies", "optionalDependencies")
    return any(package in _table(project, file, kind) for file in manifests for kind in kinds)


def script_for(project: Project, folder: str) -> tuple[str, str, str] | None:
    """Return the script that runs benchmarks, as folder, name and command: the project's first, then the package's."""
    for home in dict.fromkeys((".", folder)):
        scripts = _table(project, within(home, "package.json"), "scripts")
        for name in scripts:
            if _BENCH_SCRIPT.fullmatch(name):
                return home, name, str(scripts[name])
    return None


def is_built(project: Project, folder: str) -> bool:
    """Return whether what a package offers is made by its script ``build``, which installing does not run."""
    file = within(folder, "package.json")
    scripts = _table(project, file, "scripts")
    if "build" not in scripts or "prepare" in scripts:
        return False
    manifest = project.json(file)
    offered = (text for key in ("exports", "main", "module") for text in _texts(manifest.get(key)))
    return any(_is_in_no_folder(project, folder, text) for text in offered)


def _is_in_no_folder(project: Project, folder: str, place: str) -> bool:
    """Return whether a place of a package is in a folder of which the repository has no file."""
    parts = PurePosixPath(place).parts
    if len(parts) < 2 or parts[0] in ("/", ".."):
        return False
    below = within(folder, parts[0])
    return not any(file.startswith(f"{below}/") for file in project.files)


def _texts(found: Any) -> Iterator[str]:
    """Yield every text of a value of JSON."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            yield from _texts(each)


def _table(project: Project, file: str, key: str) -> dict[str, Any]:
    """Return an object within a manifest; an empty one where there is something else."""
    found = project.json(file).get(key)
    return found if isinstance(found, dict) else {}
