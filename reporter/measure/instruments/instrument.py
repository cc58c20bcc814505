"""What an instrument is: what it needs, what it costs, and the variables through which its plugin learns what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable

from reporter.measure.paired.short_plan import names_pytest
from reporter.measure.pytest_plugin import benchverdict_valgrind
from reporter.measure.record import writing_to
from reporter.shared.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reporter.measure.plan import Plan


ONLY_PYTEST = "only benchmarks of pytest-benchmark can be counted"
ONLY_PROFILED = "only benchmarks of pytest-benchmark and `go test` can be profiled"


@dataclass(frozen=True)
class Instrument:
    """One way to look at a benchmark. It runs the command ``runs`` times a side, each in a fresh process.

    ``variable`` names the file that the plugin writes, one of ``schemas/NAME-v1.json``; ``settings`` are variables that
    the process gets besides. ``seconds_each`` is what a benchmark of ordinary length costs in one run. ``shared`` names
    a file that the first run leaves for all others. ``lacking`` says in words what this machine lacks to do all of it.
    Where no plugin gets into the user's command, ``command`` makes the plan that runs another one, and
    ``hidden`` says in words why it cannot be made of a plan.
    """

    name: str
    variable: str
    runs: int
    seconds_each: float
    settings: Mapping[str, str]
    shared: str | None = None
    lacking: Callable[[], str | None] = lambda: None
    command: Callable[[Plan], Plan] | None = None
    hidden: Callable[[Plan], str | None] = lambda _: None

    def unmet(self, plan: Plan) -> str | None:
        """Return what is missing for it, in words; ``None`` where nothing is known to be."""
        if plan.service is not None:
            return "the work of a benchmark with a service is done in another process"
        if self.command:
            return self.hidden(plan)
        if names_pytest(plan):
            return None
        return ONLY_PROFILED if self.name == "profile" else ONLY_PYTEST

    def cost_seconds(self, benchmarks: int) -> float:
        """Return what so many benchmarks cost on both sides, besides what the command takes without any."""
        return 2 * self.runs * benchmarks * self.seconds_each

    def variables(self, written: Path, names: Sequence[str]) -> dict[str, str]:
        """Return the variables of one run, which writes to a file that is not there before.

        Raises:
            UsageError: the names cannot be written beside it.
        """
        wanted = written.with_name(f"{self.name}-names.json")
        with writing_to(written):
            written.parent.mkdir(parents=True, exist_ok=True)
            written.unlink(missing_ok=True)
            write_whole(wanted, json.dumps(list(names)))
        shared = {self.shared: str(self._left(written.parent))} if self.shared else {}
        return {self.variable: str(written), "BENCHVERDICT_NAMES": str(wanted), **shared, **self.settings}

    def forget(self, folder: Path) -> None:
        """Remove what an earlier look left in a folder: for its own runs, and what its runs wrote.

        Raises:
            UsageError: a file cannot be removed.
        """
        with writing_to(folder):
            written = [path for side in ("base", "head") for path in folder.glob(f"{self.name}-{side}-*")]
            for path in (self._left(folder), *written):
                path.unlink(missing_ok=True)

    def _left(self, folder: Path) -> Path:
        return folder / f"{self.name}-shared.json"


PROFILE = Instrument(
    name="profile",
    variable="BENCHVERDICT_PROFILE",
    runs=2,
    seconds_each=1.5,
    # The order of sets and dicts by hash decides how much work some code has; it is to be the same on both sides.
    settings={"BENCHVERDICT_PROFILE_SECONDS": "1", "PYTHONHASHSEED": "0"},
)
"""Two runs a side: what differs between two runs of one side is noise."""

MEMORY = Instrument(
    name="memory",
    variable="BENCHVERDICT_MEMORY",
    runs=1,
    seconds_each=0.5,
    settings={"PYTHONHASHSEED": "0"},
)
"""One run a side: equal code allocates the same in every process."""

INSTRUCTIONS = Instrument(
    name="instructions",
    variable="BENCHVERDICT_INSTRUCTIONS",
    runs=1,
    seconds_each=1.5,
    settings={"PYTHONHASHSEED": "0"},
    shared="BENCHVERDICT_BLOCK_CALLS",
    lacking=benchverdict_valgrind.unmet,
)
"""One run a side: what differs between equal blocks of it is noise."""
INSTRUCTIONS_AGAIN = replace(INSTRUCTIONS, name="instructions-again", settings={"PYTHONHASHSEED": "1"})
"""What moved may have moved by the order of sets or the layout of memory, which another seed changes for both sides."""

REACH = Instrument(
    name="reach",
    variable="BENCHVERDICT_REACH",
    runs=1,
    seconds_each=0.2,
    settings={"PYTHONHASHSEED": "0"},
)
"""One run a side, before pairs: which functions run in which benchmark."""
