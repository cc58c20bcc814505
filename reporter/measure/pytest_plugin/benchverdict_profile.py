"""The instrument "profile": what a benchmark does, function by function (``schemas/profile-v1.json``).

First one call is counted: the calls of each function and where they come from, its bytecodes, and its calls of C.
These counts are exact and the same on a busy machine. Then blocks of calls run under cProfile, and the minimum over the
blocks is the own time of a function: what runs in C counts for the function that called it, because only that has a
line in the project.

Comprehensions, generator expressions and lambdas belong to the function around them, as in newer Pythons.

BENCHVERDICT_PROFILE names the file to write, and BENCHVERDICT_PROFILE_SECONDS is how long one benchmark may be under
cProfile.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from reporter.measure.pytest_plugin.benchverdict_calls import Counts

    Call = Callable[[], object]


class Profile:
    """Counts one call of a benchmark, and times blocks of calls."""

    schema = "profile/v1"
    facts: Mapping[str, Any] = {}

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.seconds = float(environ.get("BENCHVERDICT_PROFILE_SECONDS", "1"))
        self.tree = environ.get("BENCHVERDICT_TREE")
        self.calls: Any = import_module("benchverdict_calls")

    def look(self, _name: str, prepare: Callable[[], Call], *, many: bool) -> dict[str, Any]:
        """Count and time what is prepared."""
        counts, times, bytecodes = self.calls.profiled(prepare, self.seconds, many=many)
        return self._described(len(times.blocks), counts, times.fastest(), bytecodes=bytecodes)

    def look_once(self, call: Call) -> dict[str, Any]:
        """Count the one call."""
        return self._described(0, self.calls.counted_once(call), {}, bytecodes=True)

    def _described(
        self, blocks: int, counts: Counts | None, seconds: Mapping[CodeType, float], *, bytecodes: bool
    ) -> dict[str, Any]:
        own = (__file__, self.calls.__file__, import_module("benchverdict_looking").__file__)
        describe = import_module("benchverdict_functions").describe
        return {"blocks": blocks, "functions": describe(counts, seconds, self.tree, own, bytecodes=bytecodes)}


instrument = Profile
"""What ``benchverdict_pairing`` makes of the variables."""
