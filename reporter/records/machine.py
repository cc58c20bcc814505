"""What every file says of a machine in the same way: its fingerprint, memory over time, and notices."""

from itertools import pairwise
from typing import Annotated

from msgspec import Meta, structs

from reporter.record import Amount, Line, Record, Text, Texts, Whole
from reporter.shared import model

_Moments = Annotated[tuple[Amount, ...], Meta(max_length=1_000)]


class Fingerprint(Record, frozen=True):
    """What must be equal for two runs to be comparable; null is unknown."""

    cpu_model: Text | None
    cores: Whole | None
    architecture: Text | None
    os: Text | None
    image: Text | None
    language: Text | None
    details: Texts

    def known(self) -> model.Fingerprint:
        """Return it as the model has it."""
        return model.Fingerprint(**structs.asdict(self) | {"details": tuple(self.details.items())})


class Memory(Record, frozen=True):
    """Resident memory over time: two lists of equal length."""

    seconds: _Moments
    bytes: _Moments

    def __post_init__(self) -> None:
        """Raise a ``ValueError`` for lists that do not belong together, and for times that fall."""
        if len(self.seconds) != len(self.bytes):
            raise ValueError("bytes is not as long as seconds")
        if any(later < earlier for earlier, later in pairwise(self.seconds)):
            raise ValueError("seconds do not rise")


class Notice(Record, frozen=True):
    """A warning that travels with the result."""

    code: Line
    text: Text
