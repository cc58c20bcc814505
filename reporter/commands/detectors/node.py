"""Projects of Node: their packages, lock files and scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reporter.commands.detectors.project import within

if TYPE_CHECKING:
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


def _table(project: Project, file: str, key: str) -> dict[str, Any]:
    """Return an object within a manifest; an empty one where there is something else."""
    found = project.json(file).get(key)
    return found if isinstance(found, dict) else {}
