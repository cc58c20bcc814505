"""What explains a change, as ``verdict.json`` has it: the culprit of a benchmark, and what it allocates."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import Amount, Record, Whole, added

CauseKind = Literal[
    "changed-here",
    "called-more-often",
    "called-with-more",
    "c-called-with-more",
    "dependency-changed",
    "import-or-setup",
    "not-found",
]
NotFound = Literal["equal-calls", "spread", "not-more"]
MOST_FUNCTIONS = 10
"""Of one benchmark, those that differ most."""

Place = Annotated[str, Meta(max_length=300)]
"""The name of a function, or a file; foreign text."""
Share = Annotated[float, Meta(ge=0, le=1)]


class Changed(Record, frozen=True, kw_only=True):
    """What the diff changed: lines ``line`` to ``last`` of a ``file``, in a ``function``."""

    function: Place
    file: Place
    line: Whole
    last: Whole


class FunctionWork(Record, frozen=True, kw_only=True):
    """What a function does on one side in one call of the benchmark; counts are ``None`` where they are not known."""

    calls: Whole | None
    bytecodes: Whole | None
    seconds: Amount


class FunctionChange(Record, frozen=True, kw_only=True):
    """A function on both sides, where it is there, and the ``seconds`` that the head takes more for it."""

    file: Place
    name: Place
    seconds: float
    base: FunctionWork | None
    head: FunctionWork | None


class Cause(Record, frozen=True, kw_only=True):
    """What explains a change. ``share`` is the part of the extra time, ``calls`` are those of base and head.

    ``changed`` is what the diff changed there, or in the function that calls it more often; ``in_diff`` says that there
    is such a place. ``unchanged`` says that the diff is known and the function is not in it, and has the code that it
    had. A cause that was not found says nothing but ``why``. ``functions`` are those that differ most.
    """

    kind: CauseKind
    function: Place | None = added()
    file: Place | None = added()
    line: Whole | None = added()
    share: Share | None = added()
    calls: tuple[Whole, Whole] | None = added()
    in_diff: bool = added(False)
    unchanged: bool = added(False)
    changed: Changed | None = added()
    why: NotFound | None = added()
    functions: Annotated[tuple[FunctionChange, ...], Meta(max_length=MOST_FUNCTIONS)] = ()

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for a cause that is in the diff and nowhere in it, or unchanged there."""
        if self.in_diff is not (self.changed is not None):
            raise ValueError("in_diff is not what changed says")
        if self.unchanged and self.in_diff:
            raise ValueError("unchanged is true of what is in the diff")


class Allocated(Record, frozen=True, kw_only=True):
    """The bytes that one call has allocated at most, and the blocks that are there then; ``None``: not known."""

    peak: Whole
    blocks: Whole | None


class AllocatingLine(Record, frozen=True, kw_only=True):
    """The line that allocates most of what is more on the head; ``bytes`` are those more."""

    file: Place
    line: Whole
    bytes: Whole
    in_diff: bool


class MemoryUse(Record, frozen=True, kw_only=True):
    """What one call allocates on both sides; ``grew`` says that the peak is more by what counts."""

    base: Allocated
    head: Allocated
    grew: bool
    line: AllocatingLine | None
