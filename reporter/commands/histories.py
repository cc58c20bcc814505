"""``benchverdict history import|export``: a past that other tools kept, and ours for other tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from reporter.commands.ending import complain
from reporter.commands.suites import is_usable, suite_from
from reporter.ingest.assemble import Provenance
from reporter.ingest.past import read_past
from reporter.masking import without_secrets
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.printable import visible
from reporter.store import history
from reporter.store.export import EXPORTS
from reporter.store.protocol import Missing
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.config import Config
    from reporter.ingest.past import PastRun
    from reporter.model import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What ``history import`` was called with."""

    suite: str
    paths: tuple[Path, ...]
    entry: str | None
    store: Path


def import_history(request: ImportRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Add past runs to the history of a suite; the newest becomes its baseline when it has none.

    What cannot be read is listed, the rest is imported; then the exit code is that of bad input.

    Raises:
        InputError: a source is of no known kind, or nothing in it can be used.
        UsageError: no source is named, or it holds several histories and none is chosen.
    """
    if not request.paths:
        raise UsageError("no-history-file", "no file to import is named", cure="benchverdict history import FILE")
    runs: list[PastRun] = []
    problems: list[InputError] = []
    for path in request.paths:
        past = read_past(path, request.entry)
        runs.extend(past.runs)
        problems.extend(past.problems)
    suites: list[Suite] = []
    for run in runs:
        try:
            suites.append(_suite(run, request.suite, config))
        except InputError as error:
            problems.append(error)
    complain(stderr, *problems)
    usable = [past_suite for past_suite in suites if is_usable(past_suite)]
    if not usable:
        cure = "see the messages above; a history needs runs with values"
        raise InputError("nothing-imported", "no past run can be used", where=str(request.paths[0]), cure=cure)
    kept_in = open_store(request.store)
    baseline = history.with_past(kept_in.known(request.suite), usable, pinned=config.pinned)
    place = kept_in.save(baseline)
    kept = f"{len(baseline.history)} sessions in the history (at most {history.KEPT} of each machine)"
    stdout.write(f"{len(usable)} past runs imported, {kept}: {place}\n")
    return InputError.exit_code if problems else 0


def _suite(run: PastRun, name: str, config: Config) -> Suite:
    files = [[file] for file in run.files]
    known = Provenance(commit=run.commit, measured_at=run.measured_at, plan=run.plan)
    return suite_from(files, config, name, known)


def export_history(suite: str, store: Path, kind: str, output: Path | None, stdout: TextIO) -> int:
    """Write the history of a suite in one of ``EXPORTS``, to a file or standard output.

    Raises:
        InputError: the suite has no baseline.
    """
    found = open_store(store).find(suite)
    if isinstance(found, Missing):
        cure = "save one first: benchverdict run --save-baseline"
        raise InputError("no-baseline", found.reason, where=str(store), cure=cure)
    text = EXPORTS[kind](without_secrets(found))
    if output is None:
        stdout.write(text)
    else:
        write_atomically(output, text)
        stdout.write(f"{len(found.history)} sessions written: {visible(str(output))}\n")
    return 0
