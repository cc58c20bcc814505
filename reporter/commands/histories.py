"""``benchverdict history import|export``: a past that other tools kept, and ours for other tools."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.copying import add_all, is_saved, saved_in
from reporter.commands.ending import complain
from reporter.commands.suites import is_usable, suite_from
from reporter.config.store_rules import shown_place
from reporter.ingest.assemble import Provenance
from reporter.ingest.past import read_past
from reporter.masking import without_secrets
from reporter.model import Baseline, BaselineSource
from reporter.render.words import count_of
from reporter.shared.errors import InputError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.printable import visible
from reporter.store import history
from reporter.store.export import EXPORTS
from reporter.store.lasting import LastingStore
from reporter.store.protocol import Missing
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.config import Config
    from reporter.ingest.past import PastRun
    from reporter.model import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What ``history import`` was called with."""

    suite: str
    sources: tuple[str, ...]
    entry: str | None
    store: str


def import_history(request: ImportRequest, config: Config, stdout: TextIO, stderr: TextIO) -> int:
    """Add past runs to the history of a suite; the newest becomes its baseline when it has none.

    What cannot be read is listed, the rest is imported; then the exit code is that of bad input.

    Raises:
        InputError: a source is of no known kind, or nothing in it can be used.
        UsageError: no source is named, or it holds several histories and none is chosen.
    """
    if not request.sources:
        raise UsageError("no-history-file", "no file to import is named", cure="benchverdict history import FILE")
    saved = [source for source in request.sources if is_saved(source, request.suite)]
    problems: list[InputError] = []
    for source in saved:
        added = add_all(open_store(request.store, pinned=config.pinned), saved_in(source, request.suite, problems))
        stdout.write(f"{count_of(added, 'measuring')} added from {visible(shown_place(source))}\n")
    complain(stderr, *problems)
    others = tuple(Path(source) for source in request.sources if source not in saved)
    code = _import_files(others, request, config, stdout, stderr) if others else 0
    return code or (InputError.exit_code if problems else 0)


def _import_files(
    paths: tuple[Path, ...], request: ImportRequest, config: Config, stdout: TextIO, stderr: TextIO
) -> int:
    problems: list[InputError] = []
    usable = [suite for suite in _suites(paths, request, config, problems) if is_usable(suite)]
    complain(stderr, *problems)
    if not usable:
        cure = "see the messages above; a history needs runs with values"
        raise InputError("nothing-imported", "no past run can be used", where=str(paths[0]), cure=cure)
    stdout.write(f"{len(usable)} past runs imported, {_keep(usable, request, config)}\n")
    return InputError.exit_code if problems else 0


def _suites(
    paths: tuple[Path, ...], request: ImportRequest, config: Config, problems: list[InputError]
) -> Iterator[Suite]:
    for path in paths:
        past = read_past(path, request.entry)
        problems.extend(past.problems)
        for run in past.runs:
            try:
                yield _suite(run, request.suite, config)
            except InputError as error:
                problems.append(error)


def _keep(usable: list[Suite], request: ImportRequest, config: Config) -> str:
    """Keep past runs; return how many sessions there are now, and where."""
    kept_in = open_store(request.store, pinned=config.pinned)
    if isinstance(kept_in, LastingStore):
        added = add_all(kept_in, (_alone(suite) for suite in usable))
        return f"{added} of them new: {shown_place(request.store)}"
    baseline = history.with_past(kept_in.known(request.suite), usable, pinned=config.pinned)
    place = kept_in.save(baseline)
    return f"{len(baseline.history)} sessions in the history (at most {history.KEPT} of each machine): {place}"


def _alone(suite: Suite) -> Baseline:
    return Baseline(suite=suite, history=(history.session_of(suite),), source=BaselineSource(commit=suite.commit))


def _suite(run: PastRun, name: str, config: Config) -> Suite:
    files = [[file] for file in run.files]
    known = Provenance(commit=run.commit, measured_at=run.measured_at, plan=run.plan)
    return suite_from(files, config, name, known)


def export_history(suite: str, store: str, kind: str, output: Path | None, stdout: TextIO) -> int:
    """Write the history of a suite in one of ``EXPORTS``, to a file or standard output.

    Raises:
        InputError: the suite has no baseline.
    """
    kept_in = open_store(store)
    found = kept_in.find(suite)
    if isinstance(found, Missing):
        cure = "save one first: benchverdict run --save-baseline"
        raise InputError("no-baseline", found.reason, where=shown_place(store), cure=cure)
    found = replace(found, history=kept_in.history(suite))
    text = EXPORTS[kind](without_secrets(found))
    if output is None:
        stdout.write(text)
    else:
        write_atomically(output, text)
        stdout.write(f"{len(found.history)} sessions written: {visible(str(output))}\n")
    return 0
