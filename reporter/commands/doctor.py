"""``benchverdict doctor``: whether all is there that measuring needs, and with ``--noise`` how noisy it is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands import running
from reporter.commands.calibrating import calibration_of
from reporter.commands.configured import config_of
from reporter.commands.doctor_tools import Check, is_python, spoiled, tools
from reporter.commands.outputs import terminal
from reporter.config.reading import load
from reporter.decide.advice import of_machine
from reporter.decide.machine_noise import noise_of
from reporter.decide.named_rules import parse_rule
from reporter.ingest import measured
from reporter.measure import address_space
from reporter.measure.console import Console
from reporter.measure.machine import MachineSample, measure_machine
from reporter.measure.noise import measure_equal_code
from reporter.measure.wording import in_brief
from reporter.model import RunConditions
from reporter.pipeline.plan import of_equal_code
from reporter.render import machine_text, words
from reporter.render.console import wrap
from reporter.shared.errors import (
    BenchverdictError,
    InputError,
)
from reporter.shared.model import Notice
from reporter.shared.printable import visible
from reporter.store.protocol import Missing
from reporter.store.registry import open_store
from reporter.units import format_percent

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from reporter.commands.parser import CommandParser
    from reporter.config import Config, MeasureSettings
    from reporter.measure.plan import Plan

PATIENCE_SECONDS = 20.0
PROJECT_SHARE = 0.75
"""Of the time, where a project's own benchmarks can be measured."""


def add_arguments(parser: CommandParser) -> None:
    """Add what ``doctor`` takes."""
    shared.add_command(parser, "with --noise: the benchmark command")
    group = parser.add_group("noise")
    group.add_argument("--noise", action="store_true", help="measure what this machine can find")
    group.add_argument(
        "--duration", type=shared.duration, default=60.0, metavar="TIME", help="with --noise: how long (default: 60s)"
    )
    parser.add_renamed("--seconds", "--duration")
    shared.add_place(parser, name=False)
    parser.add_examples(
        "benchverdict doctor",
        "benchverdict doctor --noise -- pytest benchmarks --benchmark-json={output}",
        page="docs/noisy-machines.md",
    )


def run(arguments: Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    """Look at what is here; return the exit code."""
    if arguments.noise:
        return doctor_noise(arguments.duration, stdout, _own_project(arguments))
    return doctor(arguments.root, arguments.config, stdout)


def _own_project(arguments: Namespace) -> Project | None:
    """Return the project whose benchmarks are measured; ``None`` where no command is known."""
    config = config_of(arguments)
    if not arguments.command and config.measure.command is None:
        return None
    plan = running.plan_for(tuple(arguments.command), "default", config.measure)
    return Project(plan=plan, settings=config.measure, config=config)


def doctor(root: Path, config: Path | None, stdout: TextIO) -> int:
    """Look at everything that measuring and comparing need; return the exit code of the first problem."""
    here = Path.cwd()
    python = [*_python(), _pytest_benchmark(), *_addresses()] if is_python(here) else []
    checks = [*python, *tools(here), _git(), *spoiled(here), _config(config), *_store(root / "baseline")]
    for check in checks:
        mark = words.CHECK_PROBLEM if check.exit_code else words.CHECK_GOOD if check.good else words.CHECK_NOTE
        stdout.write(f"{mark} {visible(check.text)}\n")
    return next((check.exit_code for check in checks if check.exit_code), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is measured of a project of the user's own."""

    plan: Plan
    settings: MeasureSettings
    config: Config


def doctor_noise(seconds: float, stdout: TextIO, project: Project | None = None) -> int:
    """Measure for so many seconds how noisy this machine is, and say what it can find; return the exit code.

    With a ``project`` most of the time goes into pairs of its commit and itself, set-up apart.

    Raises:
        UsageError: nothing can be started here.
    """
    own = seconds * PROJECT_SHARE if project else 0.0
    _machine_noise(seconds - own, stdout)
    stdout.write("\n")
    if project is None:
        stdout.writelines(f"{line}\n" for line in wrap(words.OWN_CURE, terminal(stdout).width))
        return 0
    try:
        text, code = _own_noise(own, project, stdout)
    except BenchverdictError as error:
        text, code = _not_measured(_one_line(error)), error.exit_code
    stdout.write(text)
    return code


def _not_measured(problem: str) -> str:
    return f"{words.CHECK_PROBLEM} {visible(words.own_not_measured(problem))}\n"


def _own_noise(seconds: float, project: Project, stdout: TextIO) -> tuple[str, int]:
    """Measure pairs of a project's commit and itself, and leave nothing; return what they tell and the exit code.

    Raises:
        BenchverdictError: they cannot be measured here.
    """
    plan = of_equal_code(project.plan, project.settings, seconds)
    with tempfile.TemporaryDirectory(prefix="benchverdict-doctor-") as name:
        folder = Path(name) / "pairs"
        outcome = measure_equal_code(plan, folder, stream=stdout, environ=os.environ)
        if outcome.exit_code:
            return _not_measured(in_brief(outcome.message or outcome.status)), outcome.exit_code
        measurement = measured.load(folder, project.settings.format)
        found = calibration_of(plan.name, [measurement], project.settings, project.config, folder)
        return machine_text.of_project(found, width=terminal(stdout).width), 0


def _machine_noise(seconds: float, stdout: TextIO) -> None:
    console = Console(stdout, os.environ)
    console.say(words.measuring_machine(seconds))
    console.show(words.MEASURING_MACHINE, seconds)

    def on_run(_passed: float) -> None:
        console.tick()

    sample = measure_machine(seconds, on_run)
    console.say("")
    stdout.write(report_of(sample, width=terminal(stdout).width))


def report_of(sample: MachineSample, *, width: int) -> str:
    """Return what was measured, what it means, and what would help."""
    around, clocks = sample.conditions, sample.clocks_hz
    whole = RunConditions(
        wall_seconds=sample.wall_seconds,
        cpu_seconds=sample.cpu_seconds,
        busy_seconds=around.busy_seconds,
        steal_seconds=around.steal_seconds,
    )
    notices = [*of_machine([whole, *(RunConditions(frequency_before_hz=clock) for clock in clocks)])]
    if sample.governor not in (None, "performance"):
        notices.append(Notice(code="noise-governor", text=words.governor_chooses(sample.governor or "")))
    facts = (
        ("Steal", _share(around.steal_seconds, sample.wall_seconds)),
        ("Other load", _cores(whole)),
        ("Load average", "" if sample.load_average is None else f"{sample.load_average:.2f} at the beginning"),
        ("Clock", f"{min(clocks) / 1e6:.0f} to {max(clocks) / 1e6:.0f} MHz" if clocks else ""),
        ("Governor", visible(sample.governor or "")),
        ("Turbo", "" if sample.turbo is None else "on" if sample.turbo else "off"),
    )
    return machine_text.render(noise_of(sample.values), facts, notices, width=width)


def _share(seconds: float | None, wall: float) -> str:
    return "" if seconds is None else f"{format_percent(seconds / wall)} of one core"


def _cores(whole: RunConditions) -> str:
    if whole.busy_seconds is None or whole.cpu_seconds is None or not whole.wall_seconds:
        return ""
    return f"{max(0.0, whole.busy_seconds - whole.cpu_seconds) / whole.wall_seconds:.2f} cores"


def _python() -> Iterator[Check]:
    own = ".".join(map(str, sys.version_info[:3]))
    yield Check(text=words.check_python(own, sys.executable))
    if not _python_of_commands():
        yield Check(text=words.CHECK_NO_PYTHON, good=False)


def _python_of_commands() -> str | None:
    return shutil.which("python") or shutil.which("python3")


def _git() -> Check:
    version = _answer(["git", "--version"])
    return Check(text=version) if version else Check(text=words.CHECK_NO_GIT, good=False)


def _addresses() -> list[Check]:
    """Return whether both processes of a pair get the same addresses; nothing outside Linux, where none can."""
    if not sys.platform.startswith("linux"):
        return []
    with address_space.fixed(wanted=True) as is_fixed:
        text = words.CHECK_ADDRESSES if is_fixed else words.CHECK_NO_ADDRESSES
        return [Check(text=text, good=is_fixed)]


def _pytest_benchmark() -> Check:
    """Look where the benchmark command would: in the Python on PATH, which need not be ours, but not in this folder.

    Older Pythons do not know the option for that, and ``-I`` would also hide what the environment names.
    """
    code = "import os, sys; sys.path[:] = [p for p in sys.path if p and os.path.realpath(p) != os.getcwd()]; "
    code += "import pytest_benchmark as p; print(p.__version__)"
    python = _python_of_commands()
    version = _answer([python, "-c", code]) if python else ""
    if version:
        return Check(text=words.check_pytest_benchmark(version, python or ""))
    return Check(text=words.CHECK_NO_PYTEST_BENCHMARK, good=False)


def _config(path: Path | None) -> Check:
    def read() -> str:
        config = load(path, Path.cwd())
        if config.rule is not None:
            parse_rule(config.rule, "rule in [gate]")
        return words.CHECK_CONFIG

    return _unless_error(read)


def _store(folder: Path) -> Iterator[Check]:
    try:
        kept = open_store(folder).kept()
    except BenchverdictError as error:
        yield Check(text=_one_line(error), exit_code=error.exit_code)
        return
    if not kept:
        yield Check(text=words.check_no_baseline(str(folder)), good=False)
    for path, found in kept:
        if isinstance(found, Missing):
            yield Check(text=found.reason, exit_code=InputError.exit_code)
        else:
            yield Check(text=words.check_baseline(found.suite.name, len(found.history), path))


def _unless_error(look: Callable[[], str]) -> Check:
    try:
        return Check(text=look())
    except BenchverdictError as error:
        return Check(text=_one_line(error), exit_code=error.exit_code)


def _one_line(error: BenchverdictError) -> str:
    return " ".join(str(error).split())


def _answer(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True)
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
