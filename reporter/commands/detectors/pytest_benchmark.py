"""pytest-benchmark: tests that take its fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.commands.detectors import pytest_fixture
from reporter.commands.detectors.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

PACKAGE = "pytest-benchmark"


def look(project: Project) -> Iterator[Found]:
    """Find the tests that take the fixture, unless only pytest-codspeed is there to bring it."""
    evidence = tuple(entry for entry, by_fixture in pytest_fixture.users(project) if by_fixture)
    declared = pytest_fixture.declares(project, PACKAGE)
    if not evidence or (not declared and pytest_fixture.declares(project, "pytest-codspeed")):
        return
    files = [entry.file for entry in evidence]
    home = pytest_fixture.home_of(project, files)
    named, has_other_tests = pytest_fixture.arguments(project, files, home)
    undone, why = pytest_fixture.in_the_way(project, home)
    only = " --benchmark-only" if has_other_tests else ""
    yield Found(
        tool=PACKAGE,
        language="python",
        evidence=evidence,
        command=f"pytest {named}{only} --benchmark-json={{output}}{undone}",
        folder=home,
        packages=(PACKAGE,),
        notes=why,
    )
