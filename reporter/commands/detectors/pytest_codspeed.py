"""pytest-codspeed, measuring wall time on this machine and without its service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.commands.detectors import pytest_fixture
from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

PACKAGE = "pytest-codspeed"


def look(project: Project) -> Iterator[Found]:
    """Find the tests with its marks or its fixture, where the project needs it."""
    seen = pytest_fixture.users(project)
    if not seen or not pytest_fixture.declares(project, PACKAGE):
        return
    if all(by_fixture for _, by_fixture in seen) and pytest_fixture.declares(project, "pytest-benchmark"):
        return  # the very tests of pytest-benchmark, which keeps every round
    files = [entry.file for entry, _ in seen]
    home = pytest_fixture.home_of(project, files)
    named, _ = pytest_fixture.arguments(project, files, home)
    undone, why = pytest_fixture.in_the_way(project, home)
    yield Found(
        tool=PACKAGE,
        language="python",
        evidence=tuple(entry for entry, _ in seen),
        command=f"pytest {named} --codspeed --codspeed-mode=walltime{undone.replace(' --benchmark-enable', '')}",
        folder=home,
        results=(".codspeed/results_*.json",),
        packages=(PACKAGE,),
        notes=tuple(line for line in why if not line.startswith("--benchmark-enable")),
    )
