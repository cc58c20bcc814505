"""Both sides run once untimed before their pairs, and what the change cannot reach is left out of these."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.measure.instruments.instrument import REACH
from reporter.measure.selecting.code import EVERYWHERE, CodeChange, compare
from reporter.measure.selecting.decision import Selection, UnsureError, by_rules_alone, select
from reporter.measure.selecting.decision import Sides as Reaches
from reporter.measure.selecting.reached import read
from reporter.measure.wording import in_brief
from reporter.shared.files import read_regular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reporter.measure.instruments.sides import InstrumentedSides
    from reporter.measure.paired.pair_plan import PairPlan
    from reporter.measure.paired.sides import Sides
    from reporter.measure.selecting.reached import Reached

LONGEST_RUN = 300.0
MOST_FILES = 2000
"""Of a change that is looked into."""
_MOST_BYTES = 4 * 2**20


def select_benchmarks(found: InstrumentedSides, plan: PairPlan, differing: Sequence[str]) -> Selection | None:
    """Return what is measured of a change in these files; ``None`` where measuring was asked to stop.

    Raises:
        UnsureError: everything has to be measured.
        UsageError: the output folder cannot be written.
    """
    if found.plan.whole_too:
        raise UnsureError("budgets are held against every benchmark")
    _refuse_special(differing, found.ready)
    unmet = REACH.unmet(found.plan)
    if unmet:
        if by_rules_alone(differing, plan.select_paths):
            return Selection((), ())
        raise UnsureError(f"what benchmarks reach can be recorded only where pytest-benchmark runs them: {unmet}")
    if len(differing) > MOST_FILES:
        raise UnsureError(f"{len(differing)} files differ")
    looked = found.look(REACH, (), LONGEST_RUN)
    if looked.interrupted:
        return None
    if looked.problems or looked.failed or not all(looked.files.values()):
        said = [in_brief(text) for text in (*looked.problems, *looked.failed) if text]
        raise UnsureError(f"recording what benchmarks reach failed: {'; '.join(said) or 'it left nothing'}")
    base, head = (_read(looked.files[side][0]) for side in ("base", "head"))
    _refuse_named(differing, " ".join(filter(None, (plan.setup, found.plan.script))), base, head)
    named = lambda path: is_named(path, found.ready, base, head)  # noqa: E731
    return select(changes_of(differing, found.ready), Reaches(base, head, plan.select_paths, named))


def _refuse_special(differing: Sequence[str], ready: Sides) -> None:
    """Be unsure where nothing is known to differ, and of symbolic links."""
    if not differing:
        raise UnsureError("no file is known to differ")
    for path in differing:
        if any((side.tree / path).is_symlink() for side in ready.both):
            raise UnsureError(f"{path} differs, and is a symbolic link")


def _refuse_named(differing: Sequence[str], script: str, base: Reached, head: Reached) -> None:
    """Be unsure of a file that a script runs or builds, and pytest does not."""
    for path in differing:
        is_seen = path in base.imported or path in head.imported
        if not is_seen and PurePosixPath(path).name in script:
            raise UnsureError(f"{path} differs, and the command or its set-up names it")


def _read(path: Path) -> Reached:
    try:
        return read(path)
    except (OSError, ValueError) as error:
        raise UnsureError(f"what was recorded cannot be read: {error}") from None


def changes_of(differing: Sequence[str], ready: Sides) -> dict[str, CodeChange | None]:
    """Return how each of these files differs between the trees."""
    return {path: _change(path, ready) for path in differing}


def _change(path: str, ready: Sides) -> CodeChange | None:
    """Return how a file of code differs; a file that one side lacks differs everywhere."""
    if not path.endswith(".py"):
        return None
    base, head = (_content(side.tree / path) for side in ready.both)
    if base is None or head is None:
        return EVERYWHERE
    return compare(base, head)


def _content(path: Path) -> bytes | None:
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError:
        return None


def is_named(path: str, ready: Sides, base: Reached, head: Reached) -> bool:
    """Return whether a file that was imported has the name of another one in it; also where that cannot be read."""
    name = re.compile(rb"\b" + re.escape(PurePosixPath(path).stem.encode("utf-8", "replace")) + rb"\b")
    for side, reached in zip(ready.both, (base, head)):
        for other in reached.imported - {path}:
            content = _content(side.tree / other)
            if content is None or name.search(content):
                return True
    return False
