"""What explains a change, as ``verdict.json`` has it: the culprit of a benchmark, and what it allocates."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reporter.record import MANY, Amount, Record, Whole, added

CauseKind = Literal[
    "changed-here",
    "called-more-often",
    "called-with-more",
    "c-called-with-more",
    "dependency-changed",
    "import-or-setup",
    "not-found",
]
NotFound = Literal["equal-calls", "no-functions", "spread", "not-more"]
MOST_FUNCTIONS = 10
"""Of one benchmark, those that differ most."""
MOST_FRAMES, MOST_FLAME_FUNCTIONS = 10_000, 300
"""Of a flame graph; smaller ones belong to the frame above."""

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


class Frame(Record, frozen=True, array_like=True):
    """A function below all that called it, on both sides; ``above`` is the index of that frame, or -1.

    ``base`` and ``head`` are its own time in units of the graph, the others how often it is called there.
    """

    above: Annotated[int, Meta(ge=-1, lt=MOST_FRAMES)]
    function: Annotated[int, Meta(ge=0, lt=MOST_FLAME_FUNCTIONS)]
    base: Whole
    head: Whole
    base_calls: Whole
    head_calls: Whole


Frames = Annotated[tuple[Frame, ...], MANY]


class Flame(Record, frozen=True, kw_only=True):
    """The calls of both sides as one tree, in which a frame comes after the one above it.

    ``unit`` is in seconds. ``functions`` are those that the frames name by their index.
    """

    unit: Amount
    functions: Annotated[tuple[FunctionChange, ...], Meta(max_length=MOST_FLAME_FUNCTIONS)]
    frames: Frames

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for a frame that is not below an earlier one, or of no function."""
        for index, frame in enumerate(self.frames):
            if frame.above >= index or frame.function >= len(self.functions):
                raise ValueError(f"frames has the frame {index}, which is below none or of no function")


class Cause(Record, frozen=True, kw_only=True):
    """What explains a change. ``share`` is the part of the extra time, ``calls`` are those of base and head.

    ``changed`` is what the diff changed there, or in the function that calls it more often; ``in_diff`` says that there
    is such a place. ``unchanged`` says that the diff is known and the function is not in it, and has the code that it
    had. A cause that was not found says nothing but ``why``. ``functions`` are those that differ most. ``flame`` has
    the calls of both sides.
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
    flame: Flame | None = None

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
