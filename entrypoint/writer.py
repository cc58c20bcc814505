"""Who writes a check or a comment: one use of the action in one attempt of a run. Two uses of one name show by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.shared.errors import UsageError

if TYPE_CHECKING:
    from entrypoint.inputs import Inputs

_WRITER = re.compile(r"(\d{1,19})\.(\d{1,9})\.([0-9a-f]{1,32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """``run`` and ``attempt`` are those of the job that writes, and not of what it writes about.

    ``use`` is drawn by the set-up; it is empty where a verb is called by hand.
    """

    run: int
    attempt: int
    use: str

    def __str__(self) -> str:
        return f"{self.run}.{self.attempt}.{self.use}" if self.use else ""

    def is_beside(self, other: Writer | None) -> bool:
        """Return whether the other is another use in the same attempt: of two with one name, one is in the way."""
        if other is None or not (self.use and other.use):
            return False
        return (self.run, self.attempt) == (other.run, other.attempt) and self.use != other.use


def of(inputs: Inputs) -> Writer:
    """Return who this use of the action is."""
    return Writer(run=inputs.run_id or 0, attempt=inputs.run_attempt, use=inputs.use)


def parse(text: str) -> Writer | None:
    """Parse what ``str`` of a writer has made; anything else is none."""
    found = _WRITER.fullmatch(text)
    return Writer(run=int(found[1]), attempt=int(found[2]), use=found[3]) if found else None


def name_taken(suite: str) -> UsageError:
    """Return the error of a job whose name another job of the same run has."""
    return UsageError(
        "name-taken",
        f"another job of this run has the name {suite!r} too, and each would replace the other's check, comment and "
        "artifacts",
        cure="give each job a name of its own with the input 'name', such as `name: benchmarks-${{ matrix.os }}`",
    )
