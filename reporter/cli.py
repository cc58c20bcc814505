"""``benchverdict``: the sub-commands, their arguments, and the exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

from reporter import __version__
from reporter.shared.errors import BenchverdictError, InputError, MeasuringInterruptedError, UsageError
from reporter.shared.printable import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporter.commands.build_report import GateOptions
    from reporter.commands.doctor import Project
    from reporter.commands.running import RunRequest
    from reporter.config import Config

    Commands = argparse._SubParsersAction["_CommandParser"]  # noqa: SLF001 - argparse has no public name for it

_MOST_MINUTES = 10_080
COMPARE_WAYS = ("auto", "baseline", "paired", "none")
EXPLAIN_WAYS = ("auto", "always", "never")
EXIT_CODES = """\
exit codes: 0 passed, or undecided (no baseline yet, too noisy to tell); 2 usage or configuration; 3 input unreadable,
nothing measured, or nothing in common with the baseline; 4 the benchmark command failed; 5 --require-baseline and none;
10 the gate failed; 130 interrupted; 1 only for a defect of Benchverdict"""


def console_main() -> NoReturn:
    """Run as a program. Output is UTF-8 wherever it goes, because names and units are not ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", write_through=True)
    # The process ends before garbage in cycles matters: looking for it among the objects of 10,000 benchmarks would
    # take a third of the time, half of that at the very end.
    gc.disable()
    code = main(sys.argv[1:], cast("TextIO", _Output(sys.stdout)), sys.stderr)
    gc.freeze()
    sys.exit(code)


class _Output:
    """Standard output that outlives its reader: after ``| head`` the rest is lost, and the exit code is not."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            # The interpreter flushes the real standard output once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            return len(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run one sub-command and give its exit code; see ``EXIT_CODES``."""
    parser = build_parser(argv[0] if argv else None)
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else UsageError.exit_code
    try:
        run: Callable[[argparse.Namespace, TextIO, TextIO], int] = arguments.run
        return run(arguments, stdout, stderr)
    except BenchverdictError as error:
        stderr.write(f"error: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        stderr.write("interrupted\n")
        return MeasuringInterruptedError.exit_code
    except OSError as error:
        failure = InputError(
            "system-error",
            f"the system said no: {error.strerror or error}",
            where=str(error.filename or ""),
            cure="look at free space and permissions, then repeat the call",
        )
        stderr.write(f"error: {failure}\n")
        return failure.exit_code
    except Exception as error:
        if os.environ.get("BENCHVERDICT_DEBUG"):
            raise
        what = visible(f"{type(error).__name__}: {error}")
        stderr.write(f"error: a defect of Benchverdict, please report it: {what}\n")
        stderr.write("  what to do: set BENCHVERDICT_DEBUG=1 and repeat the call to see where it happened\n")
        return BenchverdictError.exit_code


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Build the whole command line, or what reading a call of one ``command`` takes: all of them take 5 ms more."""
    parser = argparse.ArgumentParser(
        prog="benchverdict",
        description="Performance verdicts that people can trust.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"benchverdict {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_CommandParser)
    for add in [_COMMANDS[command]] if command in _COMMANDS else _COMMANDS.values():
        add(commands)
    return parser


class _CommandParser(argparse.ArgumentParser):
    """Reads a sub-command; with ``has_name`` what stands behind ``--`` is the benchmark command.

    argparse by itself takes a command for empty where options stand between a name and ``--``.
    """

    has_name = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str], namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        own, command = list(args), []
        if self.has_name and "--" in own:
            at = own.index("--")
            own, command = own[:at], own[at + 1 :]
        found, unknown = super().parse_known_args(own, namespace)
        if self.has_name:
            found.command = command
        return found, unknown


def _add_run(commands: Commands) -> None:
    parser = commands.add_parser("run", help="measure and report on this machine")
    _measuring_arguments(parser)
    _format_argument(parser)
    _gate_arguments(parser)
    parser.add_argument("--compare", type=_word, choices=COMPARE_WAYS, help="what to compare with (default: auto)")
    parser.add_argument("--base", metavar="REF", help="the commit that pairs compare with")
    parser.add_argument("--time-limit", type=_seconds, metavar="TIME", help="measure pairs for at most 90s, 3min, …")
    _explain_argument(parser)
    parser.add_argument("--fresh-base", action="store_true", help="set the base up again, also where it is kept")
    parser.add_argument("--save-baseline", action="store_true", help="make these runs the new baseline")
    parser.add_argument("--report", type=Path, metavar="DIR", help="report folder (default: ROOT/report)")
    parser.set_defaults(run=_run)


def _explain_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--explain", type=_word, choices=EXPLAIN_WAYS, help="profile what is slower (default: auto)")


def _add_measure(commands: Commands) -> None:
    parser = commands.add_parser("measure", help="measure only; report later")
    _measuring_arguments(parser)
    unasked = dict.fromkeys(("compare", "report", "base", "time_limit", "format"))
    parser.set_defaults(run=_measure, save_baseline=False, **unasked)


def _measuring_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=_count, metavar="N", help="fresh processes to start")
    _selecting_arguments(parser)
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="the benchmark command, after --")
    _name_argument(parser)
    _config_argument(parser)


def _add_report(commands: Commands) -> None:
    parser = commands.add_parser("report", help="compare what was measured with the baseline and write the report")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--measure", type=Path, metavar="DIR", help="folder of measure.json")
    source.add_argument("--from", dest="verdict", type=Path, metavar="FILE", help="render this verdict.json again")
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="store with the baseline")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="report folder to write")
    parser.add_argument("--compare", type=_word, choices=COMPARE_WAYS, help="what to compare with (default: auto)")
    _explain_argument(parser)
    parser.add_argument("--override", type=Path, metavar="FILE", help="who lets the regressions of this commit pass")
    parser.add_argument("--saving", action="store_true", help="what was measured becomes the next baseline")
    parser.add_argument("--home", metavar="URL", help="repository of Benchverdict on GitHub, to which messages lead")
    _selecting_arguments(parser)
    _gate_arguments(parser)
    _format_argument(parser)
    _config_argument(parser)
    parser.set_defaults(run=_report)


def _add_compare(commands: Commands) -> None:
    parser = commands.add_parser("compare", help="compare result files; each file, or folder of files, is one run")
    parser.add_argument("--baseline", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--head", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--paired", action="store_true", help="the i-th files of both sides were measured together")
    parser.add_argument("--history", type=Path, metavar="DIR", help="store whose sessions tell the noise between jobs")
    _output_argument(parser)
    _selecting_arguments(parser)
    _gate_arguments(parser)
    _common_arguments(parser)
    parser.set_defaults(run=_compare)


def _add_check(commands: Commands) -> None:
    parser = commands.add_parser("check", help="hold the budgets against result files, without a baseline")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="each file, or folder of files, is one run")
    parser.add_argument(
        "--fail-on", metavar="WORDS", help="budget-critical, budget-warning, budget-not-measured; or never"
    )
    parser.add_argument("--no-fail", action="store_true", help="exit 0 where the gate failed")
    _output_argument(parser)
    _selecting_arguments(parser)
    _common_arguments(parser)
    parser.set_defaults(run=_check, strict=False, require_baseline=False)


def _selecting_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mode", metavar="NAME", help="a [modes.NAME] of the configuration")
    parser.add_argument("--category", action="append", default=[], metavar="NAME", help="report only this category")


def _output_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT[:PATH]",
        help="console, json, html, markdown, junit, openmetrics",
    )


def _add_explain(commands: Commands) -> None:
    parser = commands.add_parser("explain", help="one benchmark of a report, in words, numbers and a picture")
    parser.add_argument("benchmark", metavar="NAME", nargs="?", help="its name, a glob, or a part no other name has")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--from", dest="verdict", type=Path, metavar="FILE", help="a verdict.json")
    source.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and report")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--output", type=Path, metavar="FILE", help="write the picture as SVG too")
    shown.add_argument("--recompute", action="store_true", help="judge it, or all, again from verdict.json alone")
    parser.add_argument("--config", type=Path, metavar="FILE", help="benchverdict.toml (default: found here)")
    parser.set_defaults(run=_explain)


def _add_profile(commands: Commands) -> None:
    parser = commands.add_parser("profile", help="which function makes a benchmark slower than at the base")
    parser.add_argument("benchmark", metavar="NAME", help="its name, a glob, or a part of the names of some")
    parser.add_argument("--base", metavar="REF", help="the commit to compare with (default: where this branch began)")
    parser.add_argument("--mode", metavar="NAME", help="a [modes.NAME] of the configuration")
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    _config_argument(parser)
    parser.usage = f"{parser.prog} NAME [--base REF] [--mode NAME] [--root DIR] [--config FILE] [-- COMMAND]"
    parser.has_name = True
    parser.set_defaults(run=_profile, category=[])


def _add_count(commands: Commands) -> None:
    parser = commands.add_parser("count", help="whether benchmarks execute more instructions than at the base")
    parser.add_argument("benchmarks", metavar="NAME", nargs="*", help="names, globs, or parts of names (default: all)")
    parser.add_argument("--base", metavar="REF", help="the commit to compare with (default: where this branch began)")
    parser.add_argument("--mode", metavar="NAME", help="a [modes.NAME] of the configuration")
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    _config_argument(parser)
    parser.usage = f"{parser.prog} [NAME …] [--base REF] [--mode NAME] [--root DIR] [--config FILE] [-- COMMAND]"
    parser.has_name = True
    parser.set_defaults(run=_count, category=[])


def _add_read(commands: Commands) -> None:
    parser = commands.add_parser("read", help="show what result files are understood as, in JSON")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="each file, or folder of files, is one run")
    _common_arguments(parser)
    parser.set_defaults(run=_read)


def _add_baseline(commands: Commands) -> None:
    parser = commands.add_parser("baseline", help="the stored baselines of this machine")
    parser.add_argument("action", choices=("save", "show", "list"))
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    _common_arguments(parser)
    parser.set_defaults(run=_baseline)


def _add_history(commands: Commands) -> None:
    parser = commands.add_parser("history", help="the saved sessions of a suite: show, import from elsewhere, export")
    parser.add_argument("action", nargs="?", choices=("show", "import", "export"), default="show")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE", help="import: data.js, Bencher, asv folder, CSV")
    parser.add_argument("--entry", metavar="NAME", help="import: which history of a file that holds several")
    parser.add_argument("--as", dest="kind", choices=("csv", "jsonl", "openmetrics"), default="csv", help="export")
    parser.add_argument("--output", type=Path, metavar="FILE", help="export: a file instead of standard output")
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    _name_argument(parser)
    _config_argument(parser)
    parser.set_defaults(run=_history)


def _add_doctor(commands: Commands) -> None:
    parser = commands.add_parser("doctor", help="whether all is there that measuring needs; how noisy it is here")
    parser.add_argument("--noise", action="store_true", help="measure what this machine can find")
    parser.add_argument(
        "--seconds", type=_seconds, default=60.0, metavar="SECONDS", help="with --noise: how long (default: 60)"
    )
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    parser.add_argument("--config", type=Path, metavar="FILE", help="benchverdict.toml (default: found here)")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="with --noise: the benchmark command")
    parser.set_defaults(run=_doctor)


def _add_calibrate(commands: Commands) -> None:
    parser = commands.add_parser("calibrate", help="how often equal code raises an alarm here, and what can be found")
    parser.add_argument(
        "--minutes", type=_minutes, default=600.0, dest="seconds", metavar="N", help="how long (default: 10; 0: show)"
    )
    parser.add_argument("--mode", metavar="NAME", help="a [modes.NAME] of the configuration")
    parser.add_argument("--root", type=Path, default=Path(".benchverdict"), metavar="DIR", help="runs and store")
    parser.add_argument("--output", action="append", default=[], metavar="FORMAT[:PATH]", help="console, json")
    parser.add_argument("command", nargs="*", metavar="-- COMMAND", help="the benchmark command, after --")
    _common_arguments(parser)
    parser.set_defaults(run=_calibrate, category=[])


def _add_init(commands: Commands) -> None:
    parser = commands.add_parser("init", help="write the workflows and a configuration for this project")
    parser.add_argument("project", type=Path, nargs="?", default=Path(), metavar="PROJECT", help="default: here")
    parser.set_defaults(run=_init)


def _add_demo(commands: Commands) -> None:
    parser = commands.add_parser("demo", help="the main job on a small project with two planted changes")
    parser.add_argument("--output", type=Path, default=Path("benchverdict-demo"), metavar="DIR")
    parser.add_argument("--times", type=_count, default=1, metavar="N", help="repeat it and count (default: 1)")
    parser.set_defaults(run=_demo)


_COMMANDS: dict[str, Callable[[Commands], None]] = {
    "run": _add_run,
    "measure": _add_measure,
    "report": _add_report,
    "compare": _add_compare,
    "check": _add_check,
    "explain": _add_explain,
    "profile": _add_profile,
    "count": _add_count,
    "read": _add_read,
    "baseline": _add_baseline,
    "history": _add_history,
    "doctor": _add_doctor,
    "calibrate": _add_calibrate,
    "init": _add_init,
    "demo": _add_demo,
}


def _name_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="default", metavar="SUITE", help="name of the suite (default: default)")


def _format_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", type=_word, metavar="NAME", help="format of the result files (default: by content)")


def _config_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE", help="benchverdict.toml (default: found here)")


def _common_arguments(parser: argparse.ArgumentParser) -> None:
    _name_argument(parser)
    _format_argument(parser)
    _config_argument(parser)


def _gate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fail-on", metavar="WORDS", help="verdicts that fail the gate, with commas; or never")
    parser.add_argument("--rule", metavar="TEXT", help="decide by this rule alone: 'mean > 10%%', 'z > 5', benchstat …")
    parser.add_argument("--no-fail", action="store_true", help="exit 0 where the gate failed")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="inconclusive, not comparable, missing, errored and nothing to compare with fail the gate too",
    )
    parser.add_argument("--require-baseline", action="store_true", help="exit 5 when there is no baseline")


def _word(text: str) -> str:
    """Return a name as it is known, however it was written."""
    return text.strip().lower()


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1000")
    return int(text)


def _minutes(text: str) -> float:
    """Return the seconds of so many minutes."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes <= _MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes from 0 to {_MOST_MINUTES}")
    return 60 * minutes


def _seconds(text: str) -> float:
    from reporter.units import parse_seconds

    try:
        return parse_seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _config(arguments: argparse.Namespace) -> Config:
    from reporter.config import load

    config = load(arguments.config, Path.cwd())
    if hasattr(arguments, "mode"):
        config = config.only(arguments.mode, tuple(arguments.category))
    if getattr(arguments, "explain", None):
        config = replace(config, measure=replace(config.measure, explain=arguments.explain))
    asked = getattr(arguments, "rule", None)
    rule = config.rule if asked is None else asked
    if rule is not None:
        from reporter.decide.named_rules import parse_rule

        # Read again where it decides; here a wrong one is refused before anything is measured.
        parse_rule(rule, "rule in [gate]" if asked is None else "--rule")
    return replace(config, rule=rule)


def _gate(arguments: argparse.Namespace) -> GateOptions:
    from reporter.commands.build_report import GateOptions
    from reporter.config import parse_fail_on

    words = None if arguments.fail_on is None else parse_fail_on(arguments.fail_on.split(","), "--fail-on")
    return GateOptions(
        fail_on=words,
        strict=arguments.strict,
        no_fail=arguments.no_fail,
        require_baseline=arguments.require_baseline,
    )


def _run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import running
    from reporter.measure.lock import held
    from reporter.measure.paired.kept_base import clear as forget_bases

    request, config = _run_request(arguments, _gate(arguments)), _config(arguments)
    _check_format(request.format or config.in_mode(request.mode).format)
    running.make_root(request.root)
    with held(arguments.root):
        if arguments.fresh_base:
            forget_bases(request.measure_folder)
        return running.run(request, config, stdout, stderr)


def _measure(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import running
    from reporter.commands.build_report import GateOptions

    config = _config(arguments)
    _check_format(config.in_mode(arguments.mode).format)
    return running.measure_only(_run_request(arguments, GateOptions()), config, stdout, stderr)


def _check_format(name: str | None) -> None:
    """Refuse a name of a format that there is none of before anything is measured for it."""
    from reporter.ingest.registry import named

    if name:
        named(name)


def _run_request(arguments: argparse.Namespace, gate: GateOptions) -> RunRequest:
    from reporter.commands.running import RunRequest

    return RunRequest(
        command=tuple(arguments.command),
        suite=arguments.name,
        runs=arguments.runs,
        compare=arguments.compare,
        mode=arguments.mode,
        root=arguments.root,
        report=arguments.report,
        format=arguments.format,
        save_baseline=arguments.save_baseline,
        gate=gate,
        base=arguments.base,
        time_limit_seconds=arguments.time_limit,
        categories=tuple(arguments.category),
    )


def _report(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import reporting
    from reporter.commands.overriding import read_override

    if arguments.verdict is not None:
        return reporting.render_again(arguments.verdict, arguments.output, stdout, home=arguments.home)
    config = _config(arguments)
    settings = config.in_mode(arguments.mode)
    request = reporting.ReportRequest(
        measure=arguments.measure,
        baseline=arguments.baseline,
        output=arguments.output,
        format=arguments.format or settings.format,
        gate=_gate(arguments),
        may_confirm=settings.confirm,
        compare=(arguments.compare or settings.compare) != "none",
        needs_pairs=(arguments.compare or settings.compare) == "paired",
        workspace=Path.cwd(),
        override=read_override(arguments.override) if arguments.override else None,
        saving=arguments.saving,
        home=arguments.home,
    )
    return reporting.run(request, config, stdout, stderr)


def _compare(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import compare, outputs

    request = compare.CompareRequest(
        baseline=tuple(arguments.baseline),
        head=tuple(arguments.head),
        paired=arguments.paired,
        history=arguments.history,
        format=arguments.format,
        suite=arguments.name,
        gate=_gate(arguments),
        outputs=tuple(outputs.parse_destination(text) for text in arguments.output or ["console"]),
    )
    return compare.compare(request, _config(arguments), stdout, stderr)


def _check(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import checking, outputs

    request = checking.CheckRequest(
        files=tuple(arguments.files),
        format=arguments.format,
        suite=arguments.name,
        gate=_gate(arguments),
        outputs=tuple(outputs.parse_destination(text) for text in arguments.output or ["console"]),
    )
    return checking.check(request, _config(arguments), stdout, stderr)


def _explain(arguments: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    from reporter.commands import explain

    request = explain.ExplainRequest(
        name=arguments.benchmark,
        verdict=arguments.verdict,
        root=arguments.root,
        output=arguments.output,
        recompute=arguments.recompute,
    )
    return explain.explain(request, _config(arguments), stdout)


def _profile(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import profiling, running
    from reporter.measure.lock import held

    config = _config(arguments)
    if running.is_skipped(arguments.mode, config, stdout):
        return 0
    settings = config.in_mode(arguments.mode)
    request = profiling.ProfileRequest(
        name=arguments.benchmark,
        plan=running.plan_for(tuple(arguments.command), "default", settings),
        settings=settings,
        base=arguments.base,
        root=arguments.root,
        environ=running.environment_of(arguments.mode),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return profiling.profile(request, stdout, stderr)


def _count(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import counting, running
    from reporter.measure.lock import held

    config = _config(arguments)
    if running.is_skipped(arguments.mode, config, stdout):
        return 0
    settings = config.in_mode(arguments.mode)
    request = counting.CountRequest(
        names=tuple(arguments.benchmarks) or ("*",),
        plan=running.plan_for(tuple(arguments.command), "default", settings),
        settings=settings,
        base=arguments.base,
        root=arguments.root,
        environ=running.environment_of(arguments.mode),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return counting.count(request, stdout, stderr)


def _read(arguments: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    from reporter.commands import reading

    return reading.read(tuple(arguments.files), arguments.format, arguments.name, _config(arguments), stdout)


def _baseline(arguments: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    from reporter.commands import baselines

    store = arguments.root / "baseline"
    if arguments.action == "save":
        source, config = arguments.root / "measure", _config(arguments)
        return baselines.save(arguments.name, source, store, config, stdout, format_name=arguments.format)
    if arguments.action == "show":
        return baselines.show(arguments.name, store, stdout)
    return baselines.list_baselines(store, stdout)


def _history(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import baselines, histories

    name, store = arguments.name, arguments.root / "baseline"
    if arguments.action == "import":
        files, entry = tuple(arguments.files), arguments.entry
        return histories.import_history(name, files, entry, store, _config(arguments), stdout, stderr)
    if arguments.action == "export":
        return histories.export_history(name, store, arguments.kind, arguments.output, stdout)
    return baselines.show_history(arguments.name, arguments.root / "baseline", stdout)


def _doctor(arguments: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    from reporter.commands import doctor

    if arguments.noise:
        return doctor.doctor_noise(arguments.seconds, stdout, _own_project(arguments))
    return doctor.doctor(arguments.root, arguments.config, stdout)


def _own_project(arguments: argparse.Namespace) -> Project | None:
    """Return the project whose benchmarks ``doctor`` measures; ``None`` where no command is known."""
    from reporter.commands import doctor, running

    config = _config(arguments)
    if not arguments.command and config.measure.command is None:
        return None
    plan = running.plan_for(tuple(arguments.command), "default", config.measure)
    return doctor.Project(plan=plan, settings=config.measure, config=config)


def _calibrate(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import calibrating, outputs, running
    from reporter.measure.lock import held

    config = _config(arguments)
    settings = config.in_mode(arguments.mode)
    _check_format(arguments.format or settings.format)
    request = calibrating.CalibrateRequest(
        plan=running.plan_for(tuple(arguments.command), arguments.name, settings),
        settings=settings,
        mode=arguments.mode,
        seconds=arguments.seconds,
        root=arguments.root,
        format=arguments.format or settings.format,
        outputs=tuple(outputs.parse_destination(text, calibrating.FORMATS) for text in arguments.output or ["console"]),
    )
    running.make_root(arguments.root)
    with held(arguments.root):
        return calibrating.calibrate(request, config, stdout, stderr)


def _init(arguments: argparse.Namespace, stdout: TextIO, _stderr: TextIO) -> int:
    from reporter.commands import init

    return init.init(arguments.project, stdout)


def _demo(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    from reporter.commands import demo

    return demo.run_demo(arguments.output, arguments.times, stdout, stderr)
