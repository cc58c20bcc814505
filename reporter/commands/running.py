"""``benchverdict run`` and ``measure``: everything on this machine, with the store in ``.benchverdict/``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.ending import complain
from reporter.commands.keeping import keep
from reporter.commands.outputs import report_line, show
from reporter.commands.report_request import ReportRequest
from reporter.commands.reporting import report
from reporter.config import BY_COUNTS, Config
from reporter.ingest.known_files import KnownFiles
from reporter.measure import checkout, wording
from reporter.measure.requirements import unmet
from reporter.measure.series import measure
from reporter.pipeline.configured_below import configured_below
from reporter.pipeline.loop import measure_until_settled
from reporter.pipeline.plan import in_its_way, way_of, whole_plan, with_given
from reporter.render.words import count_of
from reporter.shared.errors import BenchverdictError, InputError, UsageError
from reporter.shared.printable import listed
from reporter.store.protocol import Missing
from reporter.store.registry import find, once, open_store

if TYPE_CHECKING:
    from reporter.commands.build_report import GateOptions
    from reporter.commands.report_request import Reported
    from reporter.config import MeasureSettings
    from reporter.measure.plan import Plan
    from reporter.measure.series import Outcome
    from reporter.model import Baseline, Report
    from reporter.pipeline.plan import Way


MODE_VARIABLE, CATEGORY_VARIABLE = "BENCHVERDICT_MODE", "BENCHVERDICT_CATEGORY"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What ``run`` was called with. ``root`` holds the runs and the report, ``store`` is the place of the baselines."""

    command: tuple[str, ...]
    suite: str
    runs: int | None
    compare: str | None
    mode: str | None
    root: Path
    store: str
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

    def settings(self, config: Config) -> MeasureSettings:
        """Return the settings of the mode, with what the command line gave in their place."""
        return with_given(
            config.in_mode(self.mode),
            runs=self.runs,
            baseline_runs=self.runs,
            compare=self.compare,
            time_limit_seconds=self.time_limit_seconds,
        )


def measure_only(request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Measure and leave the runs for ``benchverdict report``; return the exit code."""
    if is_skipped(request.mode, config, stdout):
        return 0
    make_root(request.root)
    plan = plan_for(request.command, request.suite, request.settings(config))
    environ = environment_of(request.mode, request.categories)
    outcome = measure(plan, request.measure_folder, stream=stdout, environ=environ)
    if outcome.message:
        complain(stderr, outcome.message)
    return outcome.exit_code


def run(request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Do all that ``run`` does, unless the mode needs something that is missing; return the exit code.

    Raises:
        UsageError: a baseline of some categories only was to be saved.
    """
    if request.save_baseline and request.categories:
        raise UsageError(
            "part-of-baseline",
            "--save-baseline and --category together would save a baseline without the other categories",
            cure="leave out one of the two",
        )
    if is_skipped(request.mode, config, stdout):
        return 0
    unread = _elsewhere() if request.command and config == Config() else ""
    if unread:
        stderr.write(f"warning: no configuration is read here; {unread}\n")
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


def environment_of(mode: str | None, categories: tuple[str, ...] = ()) -> dict[str, str]:
    """Return this environment with what was asked for, so that the benchmark command can select."""
    return {**os.environ, MODE_VARIABLE: mode or "", CATEGORY_VARIABLE: " ".join(categories)}


def _run(request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Measure, compare, measure more where that is needed, and report; return the exit code."""
    settings = request.settings(config)
    wanted = _report_request(request, settings)
    plan = in_its_way(
        plan_for(request.command, request.suite, settings, saving=request.save_baseline),
        settings,
        way_of(settings, saving=request.save_baseline),
        partial(_base, request, wanted, config),
        has_budgets=bool(config.budgets),
    )

    def look(outcome: Outcome) -> Reported | None:
        done = _reported(outcome, wanted, config)
        if done and done.report.confirm:
            stdout.write(f"a second look at {count_of(_suspects(done), 'suspect')}: {plan.confirm_runs} more runs\n")
        return done

    environ = environment_of(request.mode, request.categories)
    outcome, done = measure_until_settled(plan, request.measure_folder, look, stream=stdout, environ=environ)
    code = _finish(outcome, done, request, wanted, stdout, stderr)
    if request.save_baseline and done:
        _save(done.snapshot, request, config, stdout, stderr)
    return code


def plan_for(command: tuple[str, ...], suite: str, settings: MeasureSettings, *, saving: bool = False) -> Plan:
    """Return the plan of runs of the head, from the command line and the settings of a mode.

    Raises:
        UsageError: there is no command in either, or a value is unusable.
    """
    if not command and settings.command is None:
        raise UsageError(
            "no-command",
            "there is no benchmark command",
            cure=_elsewhere() or "give it after --, or set command in [measure] of benchverdict.toml",
        )
    return whole_plan(suite, settings, command, saving=saving)


def _elsewhere() -> str:
    """Return what to call where the only configurations lie in folders below this one; empty without any."""
    found = configured_below(Path.cwd())
    return f"there is a configuration in {listed(found)}: call `benchverdict -C` with it" if found else ""


def base_of_pairs(given: str | None) -> str:
    """Return the commit that pairs compare with: the one that was ``given``, or what the checkout left.

    Raises:
        UsageError: there is none.
    """
    found = given or checkout.default_base(Path.cwd())
    if found is None:
        what = "there is no commit to compare this checkout with"
        raise UsageError("no-base", what, cure="name a commit, such as --base main; this has to be a git checkout")
    return found


def _base(request: RunRequest, wanted: ReportRequest, config: Config, way: Way) -> str | None:
    """Return what pairs compare with: the commit that was named, or what the checkout left.

    On the main branch itself that is the commit at which the baseline was saved, if pairs were not asked for: the
    question there is what changed since. ``None`` outside of a git checkout.

    Raises:
        UsageError: pairs were asked for, and there is nothing to compare with.
    """
    folder = Path.cwd()
    if way == "paired":
        return base_of_pairs(request.base)
    if checkout.read(folder).sha is None:
        return None
    if way == "noise":
        return "HEAD"
    saved = _commit_of_baseline(request, wanted, config)
    return request.base or checkout.branch_point(folder) or saved or checkout.default_base(folder)


def _reported(outcome: Outcome, wanted: ReportRequest, config: Config) -> Reported | None:
    """Report as far as measuring went; ``None`` when it did not get to anything complete."""
    try:
        return report(wanted, config)
    except InputError:
        if outcome.exit_code:
            return None
        raise


def _finish(
    outcome: Outcome,
    done: Reported | None,
    request: RunRequest,
    wanted: ReportRequest,
    stdout: TextIO,
    stderr: TextIO,
) -> int:
    """Show how it ended, and keep the report unless it went to a folder of the user's; return the exit code."""
    if outcome.message:
        complain(stderr, outcome.message)
    if done is None:
        return outcome.exit_code
    complain(stderr, *done.problems)
    show(done.report, stdout)
    stdout.write(report_line(wanted.output))
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


def _commit_of_baseline(request: RunRequest, wanted: ReportRequest, config: Config) -> str | None:
    try:
        found = wanted.find(request.store, request.suite, config.pinned)
    except InputError:
        return None  # the report says so, where it compares with the baseline
    return None if isinstance(found, Missing) else found.suite.commit


def _suspects(done: Reported) -> int:
    return len({row.comparison.name for row in done.report.assessments if row.suspect})


def _report_request(request: RunRequest, settings: MeasureSettings) -> ReportRequest:
    return ReportRequest(
        measure=request.measure_folder,
        baseline=request.store,
        output=request.report or request.root / "report",
        format=request.format or settings.format,
        gate=request.gate,
        may_confirm=settings.confirm,
        compare=settings.compare != "none",
        saving=request.save_baseline,
        needs_pairs=settings.compare in ("paired", BY_COUNTS),
        by_counts=settings.compare == BY_COUNTS,
        workspace=Path.cwd(),
        read=KnownFiles(),
        find=once(find),  # a store far away is asked once, and not at every look
    )


def _save(snapshot: Baseline | None, request: RunRequest, config: Config, stdout: TextIO, stderr: TextIO) -> None:
    """Save what was measured; where the store does not take it, the report folder keeps it."""
    if snapshot is None:
        stderr.write("no baseline was saved: only complete runs become one\n")
        return
    try:
        place = open_store(request.store, pinned=config.pinned).save(snapshot)
    except InputError as error:
        folder = request.report or request.root / "report"
        error.cure += f"; what was measured is kept: benchverdict history import {folder / 'baseline.json.gz'}"
        raise
    stdout.write(f"baseline saved: {place}\n")
