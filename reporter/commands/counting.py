"""``benchverdict count``: whether benchmarks execute more instructions than at the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import msgspec

from reporter.commands.outputs import terminal
from reporter.commands.running import base_of_pairs
from reporter.commands.unknown import unknown_benchmark
from reporter.decide.counts import needs_another, settled
from reporter.ingest import instructions
from reporter.measure.instruments.instrument import INSTRUCTIONS, INSTRUCTIONS_AGAIN
from reporter.measure.instruments.sides import instrumented_sides
from reporter.measure.paired.steps import SideFailedError, StoppedError
from reporter.pipeline.plan import in_its_way
from reporter.render import count_text
from reporter.shared.errors import CommandFailedError, MeasuringInterruptedError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.masking import masked, masked_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.commands.instrumented import InstrumentedRequest
    from reporter.counts import Instructions
    from reporter.measure.instruments.instrument import Instrument
    from reporter.measure.instruments.sides import InstrumentedSides
    from reporter.records.instructions import Counts

RUN_LIMIT_SECONDS = 1800.0
"""Of one run of the command under valgrind, where somebody waits for it."""
FILE_NAME = "instructions.json"
_FAILED_CURE = "run the command by itself on both commits until it succeeds"


def count(request: InstrumentedRequest, stdout: TextIO, stderr: TextIO) -> int:
    """Count the benchmarks of some names on both sides, and print which moved; return the exit code.

    Raises:
        UsageError: nothing can be counted here, or no benchmark is called so.
        CommandFailedError: a side cannot be set up, or the command failed meanwhile.
    """
    base = base_of_pairs(request.base)
    plan = in_its_way(request.plan, request.settings, "paired", lambda _: base, has_budgets=False)
    missing = INSTRUCTIONS.unmet(plan)
    if missing:
        cure = "give the command that runs pytest itself, after --"
        raise UsageError("cannot-profile", f"nothing was counted: {missing}", cure=cure)
    try:
        with instrumented_sides(plan, request.root / "measure", stream=stderr, environ=request.environ) as (sides, _):
            found, why = look(sides, request.names)
            commits = sides.ready.base.commit, sides.ready.head.commit
    except StoppedError:
        raise MeasuringInterruptedError("interrupted", "counting was interrupted") from None
    except SideFailedError as error:
        raise CommandFailedError("count-failed", masked(str(error)), cure=_FAILED_CURE) from None
    stdout.write(count_text.render(found, why, width=terminal(stdout).width))
    write_atomically(request.root / FILE_NAME, _written(commits, found))
    stdout.write(f"\ninstructions: {request.root / FILE_NAME}\n")
    return 0


def look(sides: InstrumentedSides, names: Sequence[str]) -> tuple[dict[str, Instructions], str | None]:
    """Count some benchmarks on both sides, those that moved twice; return why bytecodes had to do, if they had to.

    Raises:
        StoppedError: it was asked to stop.
        UsageError: no benchmark of both sides is called so.
        CommandFailedError: the command left no counts.
        InputError: counts are broken.
    """
    first = _look(sides, INSTRUCTIONS, names)
    found = settled(_of_one_tool(first))
    if not found:
        raise unknown_benchmark(names[0], set(first[0].collected) & set(first[1].collected), "on both sides")
    moved = [name for name, each in found.items() if needs_another(each)]
    if moved:
        again = _look(sides, INSTRUCTIONS_AGAIN, moved)
        found = settled(_of_one_tool(first, again))
    return found, first[0].why or first[1].why


def _look(sides: InstrumentedSides, instrument: Instrument, names: Sequence[str]) -> tuple[Counts, Counts]:
    looked = sides.look(instrument, names, RUN_LIMIT_SECONDS)
    if looked.interrupted:
        raise StoppedError
    found = [instructions.read(path) for side in ("base", "head") for path in looked.files[side]]
    if len(found) != len(("base", "head")):
        why = masked("\n".join(looked.problems)) or "pytest ran without the plugin that counts"
        raise CommandFailedError("count-failed", f"there are no counts: {why}", cure=_FAILED_CURE)
    return found[0], found[1]


def _of_one_tool(*looks: tuple[Counts, Counts]) -> Sequence[tuple[Counts, Counts]]:
    """Return the looks.

    Raises:
        CommandFailedError: one side counted bytecodes and the other instructions.
    """
    if len({side.tool for look in looks for side in look}) > 1:
        what = "one side ran under callgrind and the other did not"
        raise CommandFailedError("count-failed", what, cure=_FAILED_CURE)
    return looks


def _written(commits: tuple[str, str], found: Mapping[str, Instructions]) -> str:
    rows = [{"name": name, "instructions": msgspec.to_builtins(each)} for name, each in found.items()]
    content = {"schema": "counts/v1", "base_sha": commits[0], "head_sha": commits[1], "benchmarks": rows}
    return msgspec.json.format(msgspec.json.encode(masked_json(content)), indent=1).decode() + "\n"
