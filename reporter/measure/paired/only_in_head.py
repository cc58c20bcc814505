"""Does the base fail because only the head has what is measured? The commonest shape of it: a new benchmark file."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reporter.shared.printable import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reporter.measure.paired.plugin import Evidence
    from reporter.measure.paired.sides import Sides
    from reporter.measure.plan import Plan
    from reporter.measure.run import Attempt

_NAMED = 3
_NO_TESTS_COLLECTED = 5
_SEPARATORS = re.compile(r"[\s;&|()<>\"'=]+")


def missing_on_the_base(
    plan: Plan, ready: Sides, changed_benchmark_files: Sequence[str], attempt: Attempt, evidence: Evidence | None
) -> tuple[str, ...] | None:
    """Return the places that only the head has, where the base's run came to nothing for want of them; else ``None``.

    pytest leaves its own ``evidence``: it found no benchmark, and that was all that went wrong. Of other tools, the
    command names a place, or a benchmark file by its stem, that only the head has; or it ended well without a result.
    """
    new_files = tuple(path for path in changed_benchmark_files if _is_only_in_head(path, ready))
    if evidence:
        found_none = attempt.status == "empty" or _exit_code(attempt) == _NO_TESTS_COLLECTED
        return (evidence.only_in_head or new_files) if found_none and not evidence.benchmark_files else None
    words = tuple(dict.fromkeys(_words(plan)))
    named = tuple(word for word in words if _names_what_only_the_head_has(word, ready))
    by_stem = tuple(path for path in new_files if PurePosixPath(path).stem in words)
    return named or by_stem or (new_files if attempt.status == "empty" else ()) or None


def nothing_in_common(places: Sequence[str], *, from_head: bool) -> str:
    """Return why nothing can be compared and what to do; ``from_head``: the base has the head's benchmarks already."""
    what = (
        f"only the head has {listed(places, _NAMED)}" if places else "the base has no benchmark that the command runs"
    )
    cure = "" if from_head else '; `benchmarks-from = "head"` gives the base the benchmark files of the head'
    return f"{what}, so there is nothing to compare with yet{cure}"


def new_among_others(places: Sequence[str]) -> str:
    """Return that some of what is measured has nothing to be compared with."""
    return f"only the head has {listed(places, _NAMED)}: its benchmarks are new, and the others are compared"


def _is_only_in_head(path: str, ready: Sides) -> bool:
    return os.path.lexists(ready.head.tree / path) and not os.path.lexists(ready.base.tree / path)


def _names_what_only_the_head_has(word: str, ready: Sides) -> bool:
    """Whether a word of the command is a place, relative to where the command runs."""
    pure = PurePosixPath(word)
    if pure.is_absolute() or ".." in pure.parts or not pure.name or len(word) > 1000:
        return False
    return os.path.lexists(ready.head.folder / word) and not os.path.lexists(ready.base.folder / word)


def _words(plan: Plan) -> Iterator[str]:
    for part in _parts(plan):
        yield part
        for word in _SEPARATORS.split(part):
            yield word.partition("::")[0]


def _parts(plan: Plan) -> Iterable[str]:
    if plan.script is None:
        return plan.command or ()
    try:
        return shlex.split(plan.script, comments=True)
    except ValueError:
        return plan.script.split()


def _exit_code(attempt: Attempt) -> int | None:
    return attempt.record.exit_code if attempt.record else None
