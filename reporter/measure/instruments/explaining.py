"""Why benchmarks are slower: what instruments find of some of them, after all that is timed, within a limit of time.

``OUTPUT/instruments`` then holds the files of the instruments, ``diff.txt`` (``git diff --unified=0`` of the sides) and
``explained.json``, which says what all that belongs to. A benchmark that cannot be looked at is one line there, and no
failure: what was measured stands.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reporter.measure import record
from reporter.measure.console import Console
from reporter.measure.instruments.go import profile_of
from reporter.measure.instruments.instrument import INSTRUCTIONS, INSTRUCTIONS_AGAIN, MEMORY
from reporter.measure.instruments.sides import FOLDER, InstrumentedSides, Looked
from reporter.measure.interrupt import Interrupt
from reporter.measure.lock import held
from reporter.measure.paired import sides, trees
from reporter.measure.record import writing_to
from reporter.measure.series import EXIT_CODES, Outcome
from reporter.shared.errors import UsageError
from reporter.shared.files import write_whole
from reporter.shared.masking import masked
from reporter.shared.printable import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reporter.measure.instruments.instrument import Instrument
    from reporter.measure.plan import Plan
    from reporter.shared.next_step import Step

SCHEMA = "explained/v1"
FILE_NAME, DIFF_NAME = "explained.json", "diff.txt"
MOST_DIFF = 32 * 2**20
"""Bytes of a diff that is read; one of whole libraries or data tells nothing about a line."""
LONGEST_PROBLEM = 2000
INTERRUPTED = "the profiles were interrupted"
SHORTEST_COUNT = 5.0
"""Seconds that are left for counts, or they are not begun: under valgrind pytest alone takes that long."""
ALL = ("*",)
NO_TIME = "the time was used up"
NO_SIDES = "both sides are gone: they are kept only where their pairs were complete"


def explain(
    plan: Plan,
    output: Path,
    step: Step,
    *,
    stream: TextIO | None = None,
    environ: Mapping[str, str] | None = None,
) -> Outcome:
    """Look at the benchmarks of a step on the sides that pairs left in ``output``, in a process of its own.

    Raises:
        UsageError: the folder cannot be used, or nothing was measured there.
    """
    environ = os.environ if environ is None else environ
    real_output = Path(os.path.realpath(output))
    with held(real_output), Interrupt().listening() as interrupt:
        console = Console(stream or sys.stderr, environ)
        ready = sides.kept(real_output, plan)
        found = InstrumentedSides(plan, real_output, Path.cwd(), environ, console, interrupt, ready) if ready else None
        return explain_sides(real_output, found, step)


def explain_sides(output: Path, found: InstrumentedSides | None, step: Step) -> Outcome:
    """Look at the benchmarks of a step, and leave in ``output`` what comes of it. Raises as ``explain`` does."""
    began, measured = time.monotonic(), record.load(output)
    looked = list(_look(found, step)) if found else []
    problems = [text for each in looked for text in _problems(each)] if looked else [NO_SIDES]
    files = [path.name for each in looked for paths in each.files.values() for path in paths]
    content = {
        "schema": SCHEMA,
        "started_at": measured.started_at,
        "names": list(step.explain),
        "seconds": time.monotonic() - began,
        "files": files,
        "problems": [shorten(masked(text), LONGEST_PROBLEM) for text in problems],
    }
    _write(output, FILE_NAME, json.dumps(content))
    status = "interrupted" if any(each.interrupted for each in looked) else "complete"
    message = INTERRUPTED if EXIT_CODES[status] else None
    return Outcome(status, message, output / record.FILE_NAME)


def _look(found: InstrumentedSides, step: Step) -> Iterator[Looked]:
    """Profile first; what time that leaves is for memory and then for counts, unless nothing came of it.

    What is counted of all benchmarks has a time of its own, and is not looked at twice.
    """
    _write(found.output, DIFF_NAME, _diff(found))
    began = time.monotonic()
    if step.explain:
        instrument = profile_of(found.plan)
        profiled = found.look(instrument, step.explain, step.seconds, limit_of_all=step.seconds)
        yield profiled
        if profiled.interrupted:
            return
        if all(profiled.files.values()) and not instrument.command:  # the others are plugins of pytest
            others = [
                each for each in ((MEMORY, 0.0), (INSTRUCTIONS, SHORTEST_COUNT)) if each[0].name not in step.count
            ]
            yield from _within(found, others, step.explain, step.seconds - (time.monotonic() - began))
    wanted = {"memory": ((MEMORY, 0.0),), "instructions": ((INSTRUCTIONS, 0.0), (INSTRUCTIONS_AGAIN, 0.0))}
    yield from _within(found, [each for name in step.count for each in wanted[name]], ALL, step.count_seconds)


def _within(
    found: InstrumentedSides, instruments: Sequence[tuple[Instrument, float]], names: Sequence[str], seconds: float
) -> Iterator[Looked]:
    """Look with some instruments, one after the other; each needs more time than the ``shortest`` beside it."""
    began = time.monotonic()
    for instrument, shortest in instruments:
        left = seconds - (time.monotonic() - began)
        if left <= shortest:
            yield Looked({}, (f"{instrument.name}: {NO_TIME}",))
            return
        looked = found.look(instrument, names, left, limit_of_all=left)
        yield looked
        if looked.interrupted:
            return


def _problems(looked: Looked) -> tuple[str, ...]:
    return (*looked.problems, INTERRUPTED) if looked.interrupted else looked.problems


def _diff(found: InstrumentedSides) -> bytes:
    """Return the diff of both sides; nothing where git has none, or more than tells anything."""
    assert found.plan.pairs is not None  # noqa: S101 - there are no sides without them
    try:
        commits = trees.find_commits(found.plan.pairs, found.folder, found.environ)
        diff = trees.diff_of(found.plan.pairs, commits).encode("utf-8", "surrogateescape")
    except UsageError as error:
        found.console.quote(f"note: {error}")
        return b""
    return diff if len(diff) <= MOST_DIFF else b""


def _write(output: Path, name: str, content: bytes | str) -> None:
    path = output / FOLDER / name
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
