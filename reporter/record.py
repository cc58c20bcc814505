"""What all records have in common: no unknown members, texts and numbers within bounds."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Annotated, Any

from msgspec import Meta, Struct, field

TEXT_LIMIT = 20_000
LINE_LIMIT = 200
UNIT_LIMIT = 100
"""Characters of a text, a line and a unit; nothing we write comes near."""
WHOLE_LIMIT = 2**53
"""Beyond it a whole number is not exact as a float."""
ONE_LINE = (
    r"^[^\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u3000\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000f0000-\U0010ffff]*\Z"
)
"""Neither controls, formats (directions, zero width) nor spaces but the plain one."""

Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
Line = Annotated[str, Meta(max_length=LINE_LIMIT, pattern=ONE_LINE)]
Unit = Annotated[str, Meta(max_length=UNIT_LIMIT)]
Whole = Annotated[int, Meta(ge=0, le=WHOLE_LIMIT)]
ROWS = Meta(max_length=20_000)
MANY = Meta(max_length=10_000)
SOME = Meta(max_length=1_000)
"""The most entries of a list: of rows, of runs and pairs, of anything else."""
Column = Annotated[tuple[float | None, ...], SOME]
Texts = Annotated[dict[Text, Text], SOME]
Amount = Annotated[float, Meta(ge=0)]
Seconds = Annotated[float, Meta(ge=0, le=WHOLE_LIMIT)]


def added(value: Any = None) -> Any:
    """Return the default of a member that files of older versions lack, and that is always written."""
    return field(default_factory=lambda: value)


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object with no other members than its own; one that equals its default is not written.

    What ``__post_init__`` raises of a record begins with the member that is wrong.
    """


def members(kind: type, *sources: object, **given: Any) -> dict[str, Any]:
    """Return the members of a struct or dataclass: those given, and the others from the first source that has each."""
    for name, source in _origins(kind, tuple(map(type, sources)), tuple(given)):
        given[name] = getattr(sources[source], name)
    return given


@cache
def _origins(kind: Any, sources: tuple[type, ...], given: tuple[str, ...]) -> list[tuple[str, int]]:
    names = kind.__struct_fields__ if issubclass(kind, Struct) else [each.name for each in fields(kind)]
    missing = [name for name in names if name not in given]
    return [(name, next(i for i, source in enumerate(sources) if hasattr(source, name))) for name in missing]
