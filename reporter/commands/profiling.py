"""``benchverdict profile``: which function makes a benchmark slower, and whether this head changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

import msgspec

from reporter.commands.outputs import terminal
from reporter.commands.running import base_of_pairs
from reporter.commands.unknown import unknown_benchmark
from reporter.decide import changed_lines
from reporter.decide.cause import rows
from reporter.decide.flame import looked_at
from reporter.ingest import profile as profiles
from reporter.measure.console import Console
from reporter.measure.instruments.go import profile_of
from reporter.measure.instruments.sides import instrumented_sides
from reporter.measure.paired.steps import SideFailedError, StoppedError
from reporter.measure.wording import in_brief
from reporter.pipeline.plan import in_its_way
from reporter.render import cause_text, flame_page
from reporter.shared.errors import CommandFailedError, MeasuringInterruptedError, UsageError
from reporter.shared.files import write_atomically
from reporter.shared.masking import masked, masked_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.causes import Cause
    from reporter.commands.instrumented import InstrumentedRequest
    from reporter.decide.changed_lines import ChangedLines
    from reporter.decide.work import Difference
    from reporter.ingest.profile import Benchmark, Profile
    from reporter.measure.instruments.sides import InstrumentedSides

RUN_LIMIT_SECONDS = 600.0
"""Of one run of the command with the instrument, where somebody waits for it."""
FILE_NAME, PAGE_NAME = "profile.json", "profile.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The cause of one benchmark, and its functions that differ."""

    name: str
    cause: Cause
    rows: Sequence[Difference]


def profile(request: InstrumentedRequest, stdout: TextIO, stderr: TextIO) -> int:
    """Profile the benchmarks of a name on both sides, and print what makes them slower; return the exit code.

    Raises:
        UsageError: nothing can be profiled here, or no benchmark is called so.
        CommandFailedError: a side cannot be set up, or the command failed with the profiler.
    """
    base = base_of_pairs(request.base)
    plan = in_its_way(request.plan, request.settings, "paired", lambda _: base, has_budgets=False)
    missing = profile_of(plan).unmet(plan)
    if missing:
        cure = "give the command that runs pytest or go test itself, after --"
        raise UsageError("cannot-profile", f"nothing was profiled: {missing}", cure=cure)
    try:
        folder = request.root / "measure"
        with instrumented_sides(plan, folder, stream=stderr, environ=request.environ) as (sides, diff):
            found = look(sides, request.names, changed_lines.parse(diff), RUN_LIMIT_SECONDS)
            commits = sides.ready.base.commit, sides.ready.head.commit
    except StoppedError:
        raise MeasuringInterruptedError("interrupted", "profiling was interrupted") from None
    except SideFailedError as error:
        Console(stderr, request.environ).quote(f"note: {error}")
        raise CommandFailedError("profile-failed", in_brief(str(error)), cure=_FAILED_CURE) from None
    width = terminal(stdout).width
    stdout.write("\n".join(cause_text.render(each.name, each.cause, width=width) for each in found))
    write_atomically(request.root / FILE_NAME, _written(commits, found))
    write_atomically(request.root / PAGE_NAME, flame_page.render([(each.name, each.cause) for each in found]))
    stdout.write(f"\nprofile: {request.root / FILE_NAME}\nflame graph: {request.root / PAGE_NAME}\n")
    return 0


_FAILED_CURE = "run the command by itself on both commits until it succeeds"


def look(sides: InstrumentedSides, names: Sequence[str], diff: ChangedLines, limit_seconds: float) -> list[Found]:
    """Profile some benchmarks on both sides and name their causes.

    Raises:
        StoppedError: it was asked to stop.
        UsageError: no benchmark of both sides is called so.
        CommandFailedError: the command left no profile.
        InputError: a profile is broken.
    """
    looked = sides.look(profile_of(sides.plan), names, limit_seconds)
    if looked.interrupted:
        raise StoppedError
    base, head = ([profiles.read(path) for path in looked.files[side]] for side in ("base", "head"))
    if not base or not head:
        why = masked("\n".join(looked.problems))
        raise CommandFailedError("profile-failed", f"there is no profile: {why}", cure=_FAILED_CURE)
    found = list(_of_both(base, head, diff))
    if not found:
        raise unknown_benchmark(names[0], set(base[0].collected) & set(head[0].collected), "on both sides")
    return found


def _of_both(base: Sequence[Profile], head: Sequence[Profile], diff: ChangedLines) -> Iterator[Found]:
    for name in head[0].benchmarks:
        before, after = _runs_of(base, name), _runs_of(head, name)
        if before and after:
            yield Found(name=name, cause=looked_at(before, after, diff), rows=rows(before, after))


def _runs_of(found: Sequence[Profile], name: str) -> list[Benchmark]:
    return [each.benchmarks[name] for each in found if name in each.benchmarks]


def _written(commits: tuple[str, str], found: Sequence[Found]) -> str:
    content = {
        "schema": "cause/v1",
        "base_sha": commits[0],
        "head_sha": commits[1],
        "benchmarks": [_benchmark(each) for each in found],
    }
    return msgspec.json.format(msgspec.json.encode(masked_json(content)), indent=1).decode() + "\n"


def _benchmark(found: Found) -> dict[str, object]:
    return {
        "name": found.name,
        "cause": msgspec.to_builtins(msgspec.structs.replace(found.cause, functions=(), flame=None)),
        "functions": [_function(each) for each in found.rows],
    }


def _function(each: Difference) -> dict[str, object]:
    sides = {name: _side(work) for name, work in (("base", each.base), ("head", each.head))}
    return {"file": each.key[0], "name": each.key[1], "seconds": each.seconds, **sides}


def _side(work: object) -> dict[str, object] | None:
    if work is None:
        return None
    names = ("calls", "bytecodes", "seconds")
    return {name: getattr(work, name) for name in names}
