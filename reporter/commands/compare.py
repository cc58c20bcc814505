"""``benchverdict compare``: result files in, verdicts out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands import arguments as shared
from reporter.commands.build_report import Context, GateOptions, build_report, exit_code
from reporter.commands.configured import config_of, gate_of
from reporter.commands.deciding import Sides, decide, source_of
from reporter.commands.ending import complain
from reporter.commands.outputs import Destination, parse_destination, write_outputs
from reporter.commands.suites import suite_from
from reporter.ingest.run_files import read_run, together
from reporter.model import Baseline, BaselineSource, Measured
from reporter.shared.errors import InputError, UsageError
from reporter.shared.model import Notice
from reporter.store import history
from reporter.store.protocol import Missing

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from reporter.commands.parser import CommandParser
    from reporter.config import Config
    from reporter.ingest import FileReading
    from reporter.model import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """What ``compare`` was called with; the i-th file of each side is one run."""

    baseline: tuple[Path, ...]
    head: tuple[Path, ...]
    paired: bool
    history: Path | None
    format: str | None
    suite: str
    gate: GateOptions
    outputs: tuple[Destination, ...]


def add_arguments(parser: CommandParser) -> None:
    """Add what ``compare`` takes."""
    group = parser.add_group("input")
    group.add_argument(
        "--baseline", type=Path, nargs="+", required=True, metavar="FILE", help="result files of the base"
    )
    group.add_argument("--head", type=Path, nargs="+", required=True, metavar="FILE", help="result files of the head")
    group.add_argument("--paired", action="store_true", help="the i-th files of both sides were measured together")
    group.add_argument(
        "--store", type=Path, metavar="DIR", help="folder of baselines, whose sessions show the noise between jobs"
    )
    parser.add_renamed("--history", "--store")
    shared.add_input_format(parser, group)
    shared.add_outputs(parser)
    shared.add_selection(parser)
    shared.add_gate(parser)
    shared.add_place(parser, root=False)
    parser.add_examples(
        "benchverdict compare --baseline old.json --head new.json",
        "benchverdict compare --baseline old/*.json --head new/*.json --output-format html:report.html",
        page="docs/formats.md",
    )


def run(arguments: Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Compare; return the exit code."""
    request = CompareRequest(
        baseline=tuple(arguments.baseline),
        head=tuple(arguments.head),
        paired=arguments.paired,
        history=arguments.store,
        format=arguments.input_format,
        suite=arguments.name,
        gate=gate_of(arguments),
        outputs=tuple(parse_destination(text) for text in arguments.output_format or ["console"]),
    )
    return compare(request, config_of(arguments), stdout, stderr)


def compare(request: CompareRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Compare and write the outputs; return the exit code.

    A file that cannot be read is reported and the others are still compared; the exit code tells.

    Raises:
        UsageError: ``--paired`` with unequal counts, or a file twice on one side.
        InputError: a side has no readable file, or a benchmark twice in one run.
    """
    _refuse_wrong(request)
    problems: list[InputError] = []
    files = [read_runs(paths, request.format, problems) for paths in (request.baseline, request.head)]
    complain(stderr, *problems)
    if request.paired:
        _refuse_unequal(*files)
    if not all(any(run) for run in files):
        return InputError.exit_code
    before, head = (suite_from(_runs(side, request), config, request.suite) for side in files)
    baseline = _baseline(before, request)
    sides = Sides(head=head, baseline=baseline, paired=request.paired, may_confirm=config.measure.confirm)
    measured = measured_here(before, head)
    decision = decide(sides, config)
    report = build_report(
        decision,
        head,
        measured,
        Context(
            fail_on=request.gate.verdicts(config),
            source=source_of(sides, decision, measured),
            undecided=str(problems[0].what) if problems else None,
            config=config,
            wanted="verdict" if config.measure.confirm else "advice",
            warnings=(*_copies(request.baseline), *_copies(request.head)),
        ),
    )
    write_outputs(report, request.outputs, stdout)
    return exit_code(report, request.gate, problems=bool(problems))


def _refuse_wrong(request: CompareRequest) -> None:
    if request.paired:
        _refuse_unequal(request.baseline, request.head)
    for option, paths in (("--baseline", request.baseline), ("--head", request.head)):
        _refuse_repeated(option, paths)


def _refuse_unequal(baseline: Sequence[object], head: Sequence[object]) -> None:
    if len(baseline) != len(head):
        raise UsageError(
            "unequal-pairs",
            f"--paired needs as many head files as baseline files: {len(baseline)} baseline, {len(head)} head",
            cure="give the i-th file of each side for pair i",
        )


def _refuse_repeated(option: str, paths: tuple[Path, ...]) -> None:
    """Refuse a file that is given twice: it would count as two runs that agree to the last digit."""
    seen: dict[str, Path] = {}
    for path in paths:
        first = seen.setdefault(os.path.realpath(path), path)
        if first is not path:
            raise UsageError(
                "same-file-twice",
                f"{option} names the same file twice, also as {first}",
                where=str(path),
                cure="give each run's file once; a file counts as one run, however many its tool made for it",
            )


def _copies(paths: tuple[Path, ...]) -> Iterator[Notice]:
    """Yield which files of a side are copies of another one, byte for byte: no two runs are that alike."""
    if len(paths) < 2:
        return
    import hashlib

    first: dict[tuple[int, bytes], Path] = {}
    for path in paths:
        try:
            with path.open("rb") as stream:
                content = (os.fstat(stream.fileno()).st_size, hashlib.file_digest(stream, "sha256").digest())
        except OSError:
            continue  # told by the reading of it
        original = first.setdefault(content, path)
        if original is not path:
            text = f"{path} is a copy of {original}: two runs that never differ make noise look smaller than it is"
            yield Notice(code="copied-run", text=text)


def read_runs(paths: tuple[Path, ...], format_name: str | None, problems: list[InputError]) -> list[list[FileReading]]:
    """Read every file or folder as a run of its own; what cannot be read joins ``problems`` and leaves an empty run.

    What a tool wrote beside its results belongs to the run before it.
    """
    return together([read_run(path, format_name, problems) for path in paths])


def _runs(side: list[list[FileReading]], request: CompareRequest) -> list[list[FileReading]]:
    """Keep the place of an unreadable file in pairs, where run i belongs to pair i; elsewhere it is no run."""
    return side if request.paired else [run for run in side if run]


def _baseline(suite: Suite, request: CompareRequest) -> Baseline:
    earlier = None
    if request.history is not None:
        from reporter.store.registry import open_store

        found = open_store(request.history).find(request.suite)
        if isinstance(found, Missing):
            raise InputError("no-history", found.reason, where=str(request.history), cure="save a baseline there first")
        earlier = found
    return Baseline(
        suite=suite,
        history=history.extend(earlier, suite),
        source=BaselineSource(commit=suite.commit, distance=None),
    )


def measured_here(before: Suite | None, head: Suite) -> Measured:
    """Return how the head was measured, as far as its files say."""
    return Measured(
        base_sha=before.commit if before else None,
        head_sha=head.commit,
        plan=head.plan,
        runs=head.runs,
        seconds=None,
        fingerprint=head.fingerprint,
        finished_at=head.measured_at,
    )
