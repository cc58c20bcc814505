"""JMH with the plugin of Gradle."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import folder_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_PLUGIN = re.compile(r"me\.champeau\.(?:gradle\.)?jmh")
_BENCHMARK = re.compile(r"^\s*@Benchmark\b", re.MULTILINE)
_BUILDS = ("build.gradle", "build.gradle.kts")
_SOURCES = ("*.java", "*.kt", "*.scala", "*.groovy")


def look(project: Project) -> Iterator[Found]:
    """Find the builds with the plugin, and their benchmarks."""
    for build in project.showing(project.named(*_BUILDS), _PLUGIN, "has the JMH plugin"):
        home = folder_of(build.file)
        inside = [file for file in project.named(*_SOURCES) if home == "." or file.startswith(f"{home}/")]
        evidence = project.showing(inside, _BENCHMARK, "has benchmarks of JMH")
        if evidence:
            yield _found(project, home, build, evidence)


def _found(project: Project, home: str, build: Evidence, evidence: list[Evidence]) -> Found:
    gradle = "./gradlew" if project.has("gradlew") else "gradle"
    task = "jmhJar" if home == "." else f":{home.replace('/', ':')}:jmhJar"
    return Found(
        tool="jmh",
        language="gradle",
        evidence=(build, *evidence),
        command=f"java -jar {shlex.quote(within(home, 'build/libs'))}/*-jmh.jar -rf json -rff {{output}}",
        setup=f"{gradle} {shlex.quote(task)}",
    )
