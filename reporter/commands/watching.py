"""The work of ``benchverdict watch``: from the history, and what is known from before, to ``watch.json``.

The file in the output folder is where the last call ended; the next one goes on there. ``next.txt`` beside it has what
is to be measured next in lines that a workflow takes as outputs: nothing but names and commits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, TextIO

import msgspec

from reporter.commands.outputs import terminal
from reporter.config.store_rules import shown_place
from reporter.decide.watch_evidence import with_bisection, with_pairs
from reporter.decide.watch_states import watch as watch_history
from reporter.masking import without_secrets
from reporter.records import bisection, json_v1
from reporter.records import watch as record
from reporter.records.reading import Origin, decode
from reporter.records.writing import to_json
from reporter.render import watch_text
from reporter.shared.errors import GATE_FAILED, InputError
from reporter.shared.files import FILE_LIMIT, read_regular, write_atomically
from reporter.shared.masking import masked_json
from reporter.store.protocol import Missing
from reporter.store.registry import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.model import Report
    from reporter.records.watch import Watch

FILE_NAME, NEXT_NAME = "watch.json", "next.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRequest:
    """What ``watch`` was called with. ``pinned`` is a commit of which the history is read however old it is."""

    suite: str
    store: str
    pinned: str | None
    output: Path
    pairs: tuple[Path, ...]
    bisections: tuple[Path, ...]
    no_fail: bool


def watch(request: WatchRequest, stdout: TextIO) -> int:
    """Print and keep what the history of a suite shows; return the exit code.

    Raises:
        InputError: there is no history, or a file is broken or about something else.
    """
    store = open_store(request.store, pinned=request.pinned)
    baseline = store.find(request.suite)
    if isinstance(baseline, Missing):
        cure = "save one first: benchverdict run --save-baseline"
        raise InputError("no-baseline", baseline.reason, where=shown_place(request.store), cure=cure)
    path = request.output / FILE_NAME
    found = watch_history(baseline.suite, store.history(request.suite), _kept(path, request.suite))
    found = reduce(with_pairs, map(_report, request.pairs), found)
    found = reduce(with_bisection, map(_bisection, request.bisections), found)
    write_atomically(path, written(found))
    write_atomically(request.output / NEXT_NAME, next_lines(found))
    stdout.write(watch_text.render(found, width=terminal(stdout).width))
    stdout.write(f"\nwatch: {path}\n")
    return _exit_code(found, no_fail=request.no_fail)


def written(found: Watch) -> str:
    """Return the text of the file, without secrets."""
    content = masked_json(to_json(found, record.Watch))
    return msgspec.json.format(msgspec.json.encode(content), indent=1).decode() + "\n"


def next_lines(found: Watch) -> str:
    """Return what is to be measured next, a line each: the base of pairs, and the ends of a search."""
    pairs = f"pairs-base={found.next.base}\n" if found.next else ""
    return pairs + (f"search-good={found.search.base}\nsearch-bad={found.search.head}\n" if found.search else "")


def _kept(path: Path, suite: str) -> Watch | None:
    """Return what the last call has left."""
    try:
        known = record.read(read_regular(path, FILE_LIMIT), str(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        what = f"it cannot be read: {error.strerror or error}"
        raise InputError("broken-watch", what, where=str(path), cure="remove it to begin again") from error
    if known.suite != suite:
        what = f"it is about the suite {known.suite}"
        raise InputError("broken-watch", what, where=str(path), cure="give each suite its own --output-dir")
    return known


def _report(path: Path) -> Report:
    text = _content(path, "verdict-unreadable").decode("utf-8", "replace")
    return without_secrets(json_v1.load(text, str(path)))


def _bisection(path: Path) -> bisection.Bisection:
    cure = "use bisect.json as `benchverdict bisect` wrote it"
    origin = Origin(schema=bisection.SCHEMA, where=str(path), code="broken-bisection", cure=cure)
    return decode(_content(path, "broken-bisection"), bisection.Bisection, origin)


def _content(path: Path, code: str) -> bytes:
    try:
        return read_regular(path, FILE_LIMIT)
    except OSError as error:
        what = f"the file cannot be read ({error.strerror or error})"
        raise InputError(
            code, what, where=str(path), cure="name the file that the command before has written"
        ) from error


def _exit_code(found: Watch, *, no_fail: bool) -> int:
    """Return 10 while the history shows what pairs have confirmed, 3 while a suspicion is open; else 0."""
    states = {cause.state for cause in found.causes if not cause.is_past and not no_fail}
    if "confirmed" in states:
        return GATE_FAILED
    return InputError.exit_code if "suspected" in states else 0
