"""Writing records: what reading would refuse is made valid, by the same types."""

from __future__ import annotations

from functools import cache, lru_cache, partial
from math import isfinite
from operator import attrgetter, itemgetter
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from msgspec import NODEFAULT, Struct, structs

from reporter.record import ONE_LINE, TEXT_LIMIT
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Meta

    Writer = Callable[[Any], Any]


def to_json(value: Any, kind: type[Struct]) -> dict[str, Any]:
    """Return the members of a record of this kind as JSON has them; ``value`` is an object or a dict that has them too.

    Texts that are too long keep their ends, lines show what cannot be printed, numbers that are not finite are null.
    """
    written: dict[str, Any] = _object(kind)(value)
    return written


@cache
def _object(kind: type[Struct]) -> Writer:
    members = [(each.encode_name, _writer(each.type), each.default) for each in structs.fields(kind)]
    names = [name for name, _, _ in members]
    items, attributes = itemgetter(*names), attrgetter(*names)
    is_list = kind.__struct_config__.array_like
    unknown = [name for name, write, default in members if default is None and write is _finite]

    def write(value: Any) -> Any:
        parts = items(value) if type(value) is dict else attributes(value)
        written = {
            name: part if write is None or part is None else write(part)
            for (name, write, default), part in zip(members, parts, strict=True)
            if default is NODEFAULT or part != default
        }
        for name in unknown:
            if written.get(name, 0.0) is None:
                del written[name]
        return list(written.values()) if is_list else written

    return write


def _writer(kind: Any) -> Writer | None:
    """Return what writes values of a kind but null; ``None`` where they stay as they are."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _object(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _text_writer(parts[1]) if parts[0] is str else _writer(parts[0])
    if origin in (Union, UnionType):
        return _writer(next(each for each in parts if each is not NoneType))
    if origin is tuple:
        return _list(parts[0])
    if origin is dict:
        return partial(_dict, key=_writer(parts[0]) or _same, item=_writer(parts[1]) or _same)
    return _finite if kind is float else None


def _text_writer(bounds: Meta) -> Writer:
    return partial(_line if bounds.pattern == ONE_LINE else _text, limit=bounds.max_length or TEXT_LIMIT)


def _same(value: Any) -> Any:
    return value


def _list(item: Any) -> Writer:
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
