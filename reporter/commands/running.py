"""``benchverdict run`` and ``measure``: everything on this machine, with the store in ``.benchverdict/``."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.keeping import keep
from reporter.commands.outputs import show
from reporter.commands.pairing import in_pairs, measure_in_pairs, reported, with_noise_pairs, with_pairs_first
from reporter.commands.reporting import ReportRequest, report
from reporter.measure import wording
from reporter.measure.noise import measure_with_noise
from reporter.measure.plan import Plan
from reporter.measure.requirements import unmet
from reporter.measure.series import measure
from reporter.render.words import count_of
from reporter.shared.errors import BenchverdictError, UsageError
from reporter.store.directory import DirectoryStore, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.commands.composing import GateOptions
    from reporter.commands.reporting import Reported
    from reporter.config import Config, MeasureSettings
    from reporter.measure.series import Outcome
    from reporter.model import Baseline, Report


MODE_VARIABLE, CATEGORY_VARIABLE = "BENCHVERDICT_MODE", "BENCHVERDICT_CATEGORY"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What ``run`` was called with. ``root`` holds the store, the runs and the report."""

    command: tuple[str, ...]
    suite: str
    runs: int | None
    compare: str | None
    mode: str | None
    root: Path
    report: Path | None
    format: str | None
    save_baseline: bool
    gate: GateOptions
    base: str | None = None
    time_limit_seconds: float | None = None
    categories: tuple[str, ...] = ()

    @property
    def measure_folder(self) -> Path:
        """Where the runs go."""
        return self.root / "measure"

    @property
    def store_folder(self) -> Path:
        """Where the baselines are kept."""
        return self.root / "baseline"


def plan_of(request: RunRequest, config: Config) -> Plan:
    """Make the plan from the command line and the configuration.

    Raises:
        UsageError: there is no command in either.
    """
    settings = config.in_mode(request.mode)
    runs = request.runs or (settings.baseline_runs if request.save_baseline else settings.runs)
    return replace(plan_for(request.command, request.suite, settings), runs=runs)


def plan_for(command: tuple[str, ...], suite: str, settings: MeasureSettings) -> Plan:
    """Make a plan from the settings of a mode; a ``command`` goes before that of the settings.

    Raises:
        UsageError: there is no command in either.
    """
    if not command and settings.command is None:
        raise UsageError(
            "no-command",
            "there is no benchmark command",
            cure="give it after --, or set command in [measure] of benchverdict.toml",
        )
    return Plan(
        name=suite,
        script=None if command else settings.command,
        command=command or None,
        results=settings.results,
        runs=settings.runs,
        confirm_runs=settings.second_look_runs,
        run_time_limit_seconds=settings.run_time_limit_seconds,
        service=settings.service,
    )


def measure_only(request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Measure and leave the runs for ``benchverdict report``; gives the exit code."""
    if is_skipped(request.mode, config, stdout):
        return 0
    make_root(request.root)
    with told(request.mode, request.categories):
        outcome = _measure(plan_of(request, config), request, stdout)
    if outcome.message:
        stderr.write(f"error: {outcome.message}\n")
    return outcome.exit_code


def run(request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Do all that ``run`` does, unless the mode needs something that is missing; gives the exit code.

    Raises:
        UsageError: a baseline of some categories only was to be saved.
    """
    if request.save_baseline and request.categories:
        raise UsageError(
            "part-of-baseline",
            "a baseline of some categories would lose all others",
            cure="leave out --category, or --save-baseline",
        )
    if is_skipped(request.mode, config, stdout):
        return 0
    with told(request.mode, request.categories):
        return _run(request, config, stdout, stderr)


def is_skipped(mode: str | None, config: Config, stdout: TextIO) -> bool:
    """Return whether a mode needs something that is missing, which is written then."""
    settings = config.in_mode(mode)
    missing = unmet(settings.requires_env, settings.requires_url, os.environ)
    if missing:
        stdout.write(f"skipped: {wording.needs(mode, missing)}\n")
    return bool(missing)


def make_root(root: Path) -> None:
    """Make the folder of store and runs, out of git's sight; one that is there already is left as it is.

    Raises:
        UsageError: it cannot be made.
    """
    if root.exists():
        return
    try:
        root.mkdir(parents=True)
        (root / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        what = f"the folder for runs and baselines cannot be made: {error.strerror or error}"
        raise UsageError("cannot-write", what, where=str(root), cure="name another one with --root") from error


@contextmanager
def told(mode: str | None, categories: tuple[str, ...] = ()) -> Iterator[None]:
    """Hand what was asked for to the benchmark command, in its environment, so that it can select."""
    asked = {MODE_VARIABLE: mode or "", CATEGORY_VARIABLE: " ".join(categories)}
    before = {name: os.environ.get(name) for name in asked}
    os.environ.update(asked)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _run(request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Measure, compare, measure more where that is needed, and report; gives the exit code."""
    settings = config.in_mode(request.mode)
    wanted = _report_request(request, settings)
    plan = _plan_in_its_way(request, config)
    if plan.begins_with_pairs:
        outcome, done = measure_in_pairs(plan, wanted, config, stdout)
    else:
        outcome = _measure(plan, request, stdout)
        done = reported(outcome, wanted, config)
    if done and done.report.confirm and not outcome.exit_code:
        stdout.write(f"a second look at {count_of(_suspects(done), 'suspect')}: {plan.confirm_runs} more runs\n")
        outcome = _measure(plan.alone(plan.not_paired), request, stdout, confirm=True)
        done = report(wanted, config)
    code = _finish(outcome, done, request, wanted, stdout, stderr)
    if request.save_baseline and done:
        _save(done.snapshot, request.store_folder, stdout, stderr)
    return code


def _plan_in_its_way(request: RunRequest, config: Config) -> Plan:
    """Return the plan of runs, of pairs, or of runs that pairs follow, as was asked for.

    Raises:
        UsageError: there is no command; or pairs were asked for, and cannot be had.
    """
    settings, plan = config.in_mode(request.mode), plan_of(request, config)
    way, limit = request.compare or settings.compare, request.time_limit_seconds
    if request.save_baseline:
        wants_noise = settings.confirm and way in ("auto", "paired")
        return with_noise_pairs(plan, settings, limit) if wants_noise else plan
    if way == "paired":
        return in_pairs(plan, settings, request.base, limit)
    if way == "auto" and settings.confirm:
        plan = replace(plan, whole_too=bool(config.budgets))
        return with_pairs_first(plan, settings, request.base, _commit_of_baseline(request), limit)
    return plan


def _finish(
    outcome: Outcome,
    done: Reported | None,
    request: RunRequest,
    wanted: ReportRequest,
    stdout: TextIO,
    stderr: TextIO,
) -> int:
    """Show how it ended, and keep the report unless it went to a folder of the user's; gives the exit code."""
    if outcome.message:
        stderr.write(f"error: {outcome.message}\n")
    if done is None:
        return outcome.exit_code
    stderr.writelines(f"error: {problem}\n" for problem in done.problems)
    show(done.report, stdout)
    stdout.write(f"report: {wanted.output / 'report.html'}\n")
    if request.report is None:
        _keep(done.report, wanted.output, request.root / "reports", stdout, stderr)
    return done.exit_code


def _keep(shown: Report, folder: Path, reports: Path, stdout: TextIO, stderr: TextIO) -> None:
    try:
        kept = keep(folder, reports, shown.suite, shown.measured.finished_at)
    except (OSError, BenchverdictError) as error:
        stderr.write(f"warning: a copy of the report could not be kept in {reports}: {error}\n")
        return
    stdout.write(f"kept as: {kept}\n")


def _commit_of_baseline(request: RunRequest) -> str | None:
    found = DirectoryStore(root=request.store_folder).find(request.suite)
    return None if isinstance(found, Missing) else found.suite.commit


def _suspects(done: Reported) -> int:
    return len({row.comparison.name for row in done.report.assessments if row.suspect})


def _report_request(request: RunRequest, settings: MeasureSettings) -> ReportRequest:
    return ReportRequest(
        measure=request.measure_folder,
        baseline=request.store_folder,
        output=request.report or request.root / "report",
        format=request.format or settings.format,
        gate=request.gate,
        may_confirm=settings.confirm,
        compare=(request.compare or settings.compare) != "none",
        saving=request.save_baseline,
        needs_pairs=(request.compare or settings.compare) == "paired",
        workspace=Path.cwd(),
    )


def _measure(plan: Plan, request: RunRequest, stdout: TextIO, *, confirm: bool = False) -> Outcome:
    if plan.noise_pairs:
        return measure_with_noise(plan, request.measure_folder, stream=stdout, environ=os.environ)
    return measure(plan, request.measure_folder, confirm=confirm, stream=stdout, environ=os.environ)


def _save(snapshot: Baseline | None, folder: Path, stdout: TextIO, stderr: TextIO) -> None:
    if snapshot is None:
        stderr.write("no baseline was saved: only complete runs become one\n")
        return
    stdout.write(f"baseline saved: {DirectoryStore(root=folder).save(snapshot)}\n")
