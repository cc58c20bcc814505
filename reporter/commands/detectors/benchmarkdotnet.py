"""BenchmarkDotNet: projects of C# that run its benchmarks."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from reporter.commands.detectors.found import Evidence, Found
from reporter.commands.detectors.project import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.detectors.project import Project

_RUNS = re.compile(r"\bBenchmark(?:Switcher|Runner)\b")
_BENCHMARK = re.compile(r"^\s*\[Benchmark\b", re.MULTILINE)
_FRAMEWORKS = re.compile(r"<TargetFrameworks>\s*([^;<\s]+)\s*;")


def look(project: Project) -> Iterator[Found]:
    """Find the programs that run benchmarks; the one with the most is run, and the others are named."""
    homes = {folder_of(file): file for file in project.named("*.csproj")}
    programs = project.showing(project.named("*.cs"), _RUNS, "runs BenchmarkDotNet")
    suites: dict[str, list[Evidence]] = {}
    for program in programs:
        home = next((folder for folder in homes if program.file.startswith(f"{folder}/")), None)
        if home is not None and home not in suites:
            inside = [file for file in project.named("*.cs") if file.startswith(f"{home}/")]
            suites[home] = [program, *project.showing(inside, _BENCHMARK, "has benchmarks of BenchmarkDotNet")]
    if suites:
        yield _found(project, homes, suites)


def _found(project: Project, homes: dict[str, str], suites: dict[str, list[Evidence]]) -> Found:
    first, *others = sorted(suites, key=lambda folder: -len(suites[folder]))
    frameworks = _FRAMEWORKS.search(project.text(homes[first]))
    chosen = f" --framework {shlex.quote(frameworks[1])}" if frameworks else ""
    program = shlex.quote(homes[first])
    return Found(
        tool="benchmarkdotnet",
        language="dotnet",
        evidence=tuple(suites[first]),
        command=f"dotnet run -c Release{chosen} --project {program} -- --filter '*' --exporters fulljson",
        results=("BenchmarkDotNet.Artifacts/results/*-report-full.json",),
        setup=f"dotnet build -c Release{chosen} {program}",
        notes=tuple(f"not run: {homes[folder]}" for folder in others),
    )
