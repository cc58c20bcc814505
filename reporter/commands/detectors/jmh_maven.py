"""JMH with Maven, in a module that packs one jar with everything."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import below, folder_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_CORE = re.compile(r"<artifactId>\s*jmh-core\s*</artifactId>")
_NAME = re.compile(r"<finalName>\s*([^<$]+?)\s*</finalName>")
_BENCHMARK = re.compile(r"^\s*@Benchmark\b", re.MULTILINE)


def look(project: Project) -> Iterator[Found]:
    """Find the modules that depend on JMH and have benchmarks."""
    for pom in project.showing(project.named("pom.xml"), _CORE, "depends on JMH"):
        home = folder_of(pom.file)
        inside = [file for file in project.named("*.java", "*.kt", "*.scala") if _is_in(home, file)]
        evidence = project.showing(inside, _BENCHMARK, "has benchmarks of JMH")
        if evidence:
            yield _found(project, home, pom, evidence)


def _found(project: Project, home: str, pom: Evidence, evidence: list[Evidence]) -> Found:
    top = _top(project, home)
    module = "" if home == top else f" -pl {shlex.quote(below(top, home))} -am"
    named = _NAME.search(project.text(pom.file))
    jar = within("." if home == top else below(top, home), f"target/{named[1] if named else 'benchmarks'}.jar")
    maven = "./mvnw" if project.has(within(top, "mvnw")) else "mvn"
    return Found(
        tool="jmh",
        language="maven",
        evidence=(pom, *evidence),
        command=f"java -jar {shlex.quote(jar)} -rf json -rff {{output}}",
        folder=top,
        setup=f"{maven} -B -q -DskipTests{module} package",
    )


def _top(project: Project, home: str) -> str:
    """Return the uppermost folder whose pom names this module or one above it."""
    for above in map(str, PurePosixPath(home).parents):
        text = project.text(within(above, "pom.xml"))
        if f"<module>{below(above, home)}</module>" in re.sub(r"\s+", "", text):
            return _top(project, above)
    return home


def _is_in(home: str, file: str) -> bool:
    return home == "." or file.startswith(f"{home}/")
