"""What all records have in common: no unknown members, texts and numbers within bounds."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from msgspec import Meta, Struct, field

TEXT_LIMIT = 20_000
LINE_LIMIT = 200
UNIT_LIMIT = 100
"""Characters of a text, a line and a unit; nothing we write comes near."""
WHOLE_LIMIT = 2**53
"""Beyond it a whole number is not exact as a float."""

ONE_LINE = {"one-line": True}
"""Marks texts of printable characters alone."""

Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
Line = Annotated[str, Meta(max_length=LINE_LIMIT, extra=ONE_LINE)]
Unit = Annotated[str, Meta(max_length=UNIT_LIMIT)]
Texts = Annotated[dict[Text, Text], Meta(max_length=1_000)]
Whole = Annotated[int, Meta(ge=0, le=WHOLE_LIMIT)]
Amount = Annotated[float, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0, le=WHOLE_LIMIT)]


def since(value: Any = None) -> Any:
    """Return the default of a member that files of older versions lack, and that is always written."""
    return field(default_factory=lambda: value)


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object with no other members than its own; one that equals its default is not written."""


class Lined(Record, frozen=True):
    """An object with texts of one line."""

    def __post_init__(self) -> None:
        """Raise for a text that holds more than printable characters.

        Raises:
            ValueError: it does; the message begins with the member.
        """
        for name in _lines_of(type(self)):
            line = getattr(self, name)
            if line is not None and not line.isprintable():
                raise ValueError(f"{name} holds control characters")


@cache
def _lines_of(kind: type[Struct]) -> tuple[str, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name, hint in hints.items() if any(map(_is_line, (hint, *get_args(hint)))))


def _is_line(hint: object) -> bool:
    return any(isinstance(meta, Meta) and meta.extra == ONE_LINE for meta in getattr(hint, "__metadata__", ()))
