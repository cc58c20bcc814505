"""Histories from one store to another, and what is removed from one that lasts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.commands.ending import complain
from reporter.config.store_rules import is_address, parse_keep, shown_place
from reporter.render.words import count_of
from reporter.shared.errors import InputError, UsageError
from reporter.shared.printable import visible
from reporter.store import history, snapshot
from reporter.store.directory import SUFFIX
from reporter.store.lasting import DAY, LastingStore
from reporter.store.protocol import Missing
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reporter.config import Config
    from reporter.model import Baseline
    from reporter.store.protocol import Store


def is_saved(source: str, suite: str) -> bool:
    """Return whether a source of an import is of ours: a store, a file that one holds, or a folder of such files."""
    if is_address(source):
        return True
    path = Path(source)
    return path.name.endswith(SUFFIX) if path.is_file() else bool(open_store(path).known(suite))


def saved_in(source: str, suite: str, problems: list[InputError]) -> Iterable[Baseline]:
    """Return the measurings of a suite in a store, file or folder of ours; those that are broken join ``problems``.

    Raises:
        InputError: there are none, or the whole cannot be read.
    """
    if not is_address(source) and Path(source).is_file():
        from reporter.ingest.opening import read_bytes

        return (_of_suite(snapshot.load(read_bytes(Path(source)), source), suite, source),)
    store = open_store(source)
    if isinstance(store, LastingStore) and store.has(suite):
        return store.measurings(suite, problems)
    return (_found(store, suite, source),)


def _of_suite(baseline: Baseline, suite: str, source: str) -> Baseline:
    if baseline.suite.name == suite:
        return baseline
    what = f"it holds the suite {baseline.suite.name!r}, not {suite!r}"
    raise InputError("other-suite", what, where=source, cure=f"name it: --name {baseline.suite.name}")


def _found(store: Store, suite: str, place: str) -> Baseline:
    found = store.find(suite)
    if isinstance(found, Missing):
        cure = "save one first: benchverdict run --save-baseline"
        raise InputError("no-baseline", found.reason, where=shown_place(place), cure=cure)
    return found


def add_all(target: Store, measurings: Iterable[Baseline]) -> int:
    """Add measurings to a store; return how many sessions it did not have.

    A folder keeps the last sessions of each kind of machine, a store that lasts keeps all.
    """
    if isinstance(target, LastingStore):
        return target.add(measurings)
    given = list(measurings)
    if not given:
        return 0
    known = target.known(given[-1].suite.name)
    newest = max([*given, *([known] if known else [])], key=_moment)
    united = history.unite(newest, [each for each in (known, *given) if each is not None and each is not newest])
    target.save(united)
    return len(united.history) - (len(known.history) if known else 0)


def _moment(baseline: Baseline) -> tuple[bool, float]:
    return baseline.suite.plan != history.AGAINST_ITSELF, baseline.suite.measured_at or 0.0


def export_to(suite: str, place: str, other: str, stdout: TextIO, stderr: TextIO) -> int:
    """Copy the history of a suite to another store; return the exit code, of bad input where a measuring is broken.

    Raises:
        InputError: there is nothing to copy, or it cannot be read or written.
    """
    problems: list[InputError] = []
    added = add_all(open_store(other), saved_in(place, suite, problems))
    complain(stderr, *problems)
    stdout.write(f"{count_of(added, 'measuring')} added: {shown_place(other)}\n")
    return InputError.exit_code if problems else 0


def prune(
    suite: str, place: str, config: Config, stdout: TextIO, *, keep: str | None = None, dry_run: bool = False
) -> int:
    """Remove what is older than is to be kept, and list it; return the exit code.

    Raises:
        UsageError: nothing says how long to keep it, or the store is a folder, which keeps few sessions anyhow.
        InputError: the store cannot be read or changed.
    """
    store = open_store(place, pinned=config.pinned)
    if not isinstance(store, LastingStore):
        what = f"a folder keeps the last {history.KEPT} sessions of each kind of machine, and nothing else"
        raise UsageError("nothing-to-prune", what, where=place, cure="name a store that lasts with --store")
    days = _days(keep) if keep is not None else config.store.keep_days
    if days is None:
        cure = "give --keep '2 years', or set keep in [store] of the configuration"
        raise UsageError("no-keep", "nothing says how long measurings are kept", cure=cure)
    older = store.older(suite, time.time() - days * DAY)
    stdout.writelines(f"{'would remove' if dry_run else 'removed'}: {visible(str(name))}\n" for name in older)
    if not dry_run:
        store.remove(suite, older)
    stdout.write(f"{count_of(len(older), 'measuring')} older than {days} days {'found' if dry_run else 'removed'}\n")
    return 0


def _days(keep: str) -> int:
    try:
        return parse_keep(keep)
    except ValueError as error:
        raise UsageError("no-keep", f"--keep: {error}", cure="write it like '400 days' or '2 years'") from error
