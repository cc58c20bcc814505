"""Writing records: what reading would refuse is made valid, by the same types."""

from __future__ import annotations

from functools import lru_cache, partial
from math import isfinite
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from msgspec import NODEFAULT
from msgspec.inspect import (
    DictType,
    FloatType,
    ListType,
    NoneType,
    StrType,
    StructType,
    UnionType,
    VarTupleType,
    type_info,
)

from reporter.records.base import ONE_LINE
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Struct
    from msgspec.inspect import Type

    Writer = Callable[[Any], Any]


def to_json(value: Any, kind: type[Struct]) -> dict[str, Any]:
    """Return the members of a record of this kind as JSON has them; ``value`` is an object or a dict that has them too.

    Texts that are too long keep their ends, lines show what cannot be printed, numbers that are not finite are null.
    """
    write = _known.get(kind) or _writer(type_info(kind)) or _same
    written: dict[str, Any] = write(value)
    return written


_known: dict[type, Writer] = {}
"""What writes each kind of record, once it was needed: looking at a type takes longer than writing it."""


def _same(value: Any) -> Any:
    return value


def _writer(kind: Type) -> Writer | None:
    """Return what writes values of a kind but null; ``None`` where they stay as they are."""
    if isinstance(kind, UnionType):
        return _writer(next(each for each in kind.types if not isinstance(each, NoneType)))
    if isinstance(kind, StructType):
        return _known.get(kind.cls) or _object(kind)
    if isinstance(kind, StrType) and kind.max_length is not None:
        return partial(_line if kind.pattern == ONE_LINE else _text, limit=kind.max_length)
    if isinstance(kind, (ListType, VarTupleType)):
        return _list(kind.item_type)
    if isinstance(kind, DictType):
        return partial(_dict, key=_writer(kind.key_type) or _same, item=_writer(kind.value_type) or _same)
    return _finite if isinstance(kind, FloatType) else None


def _object(kind: StructType) -> Writer:
    names = [member.encode_name for member in kind.fields]
    writers = [(member.encode_name, _writer(member.type), member.default) for member in kind.fields]
    items, attributes = itemgetter(*names), attrgetter(*names)

    def write(value: Any) -> Any:
        parts = items(value) if type(value) is dict else attributes(value)
        written = {
            name: part if write is None or part is None else write(part)
            for (name, write, default), part in zip(writers, parts, strict=True)
            if default is NODEFAULT or part != default
        }
        return list(written.values()) if kind.array_like else written

    _known[kind.cls] = write
    return write


def _list(item: Type) -> Writer:
    write = _writer(item)
    if write is None:
        return list
    if write is _finite:
        return lambda values: [v if v is None or isfinite(v) else None for v in values]
    return lambda values: [v if v is None else write(v) for v in values]


def _dict(pairs: Any, key: Writer, item: Writer) -> dict[str, Any]:
    return {key(name): item(value) for name, value in dict(pairs).items()}


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _text(value: str, limit: int) -> str:
    return value if len(value) <= limit else shorten(value, limit)


@lru_cache(maxsize=256)
def _line(value: str, limit: int) -> str:
    return shorten(visible(value), limit)
