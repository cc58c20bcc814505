"""Any value of the model without secrets, whatever types it is made of: texts are found by walking, not by a list."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from reporter.shared.masking import masked, masked_pair

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")

_NUMBERS = ("float", "int", "bool", "Frames", "FloatArray", "Whole", "Column", "PairCount", "PairCounts", "Values")
_NEVER_TEXT = frozenset((*_NUMBERS, "None", "Path", "tuple", "Sequence", "..."))
"""Words of a type that holds no text; fields of such types need no look."""
_TEXT_PAIR = 2


def without_secrets(value: Value) -> Value:
    """Mask the secrets in every text of a value; return the value itself where there is none."""
    clean: Value = _walked(value, {})
    return clean


def _walked(value: Any, seen: dict[str, str]) -> Any:
    kind: Any = type(value)
    if kind is str:
        found = seen.get(value)
        if found is None:
            found = seen[value] = masked(value)
        return found
    if kind in (tuple, list):
        return _sequence(value, seen)
    if kind is frozenset:
        return frozenset(_walked(part, seen) for part in value)
    if kind is dict:
        return _mapping(value, seen)
    return _record(value, seen) if _text_fields(kind) else value


def _sequence(value: Any, seen: dict[str, str]) -> Any:
    """Walk the parts; a pair of texts is a parameter and its value."""
    if len(value) == _TEXT_PAIR and type(value[0]) is str and type(value[1]) is str:
        parts = [*masked_pair(*value)]
    else:
        parts = [_walked(part, seen) for part in value]
    return value if all(map(_is, parts, value)) else type(value)(parts)


def _mapping(value: dict[Any, Any], seen: dict[str, str]) -> dict[Any, Any]:
    pairs = [(_walked(key, seen), _walked(item, seen)) for key, item in value.items()]
    same = all(key is old and item is value[old] for (key, item), old in zip(pairs, value, strict=True))
    return value if same else dict(pairs)


def _record(value: Any, seen: dict[str, str]) -> Any:
    changes: dict[str, Any] = {}
    kind: Any = type(value)
    for name in _text_fields(kind):
        before = getattr(value, name)
        after = _walked(before, seen)
        if after is not before:
            changes[name] = after
    return _replacing(type(value))(value, **changes) if changes else value


def _is(one: Any, other: Any) -> bool:
    return one is other


def _replacing(kind: type) -> Callable[..., Any]:
    from msgspec.structs import replace

    return replace if issubclass(kind, Struct) else dataclasses.replace


@cache
def _text_fields(kind: Any) -> tuple[str, ...]:
    """Name the fields of a dataclass or struct that may hold text; none for anything else."""
    if issubclass(kind, Struct):
        names = kind.__struct_fields__
    elif dataclasses.is_dataclass(kind):
        names = tuple(each.name for each in dataclasses.fields(kind))
    else:
        return ()
    return tuple(name for name in names if _may_hold_text(kind.__annotations__.get(name, "unknown")))


def _may_hold_text(annotation: object) -> bool:
    words = str(annotation).replace("|", " ").replace("[", " ").replace("]", " ").replace(",", " ").split()
    return not _NEVER_TEXT.issuperset(words)
