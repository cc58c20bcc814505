"""Reading a record that a stranger may have written: it has exactly its type, or an error names the place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec
from msgspec import Struct
from msgspec.inspect import DictType, ListType, LiteralType, StructType, UnionType, VarTupleType, type_info

from reporter.record import ONE_LINE
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec.inspect import Type

Kind = TypeVar("Kind", bound=Struct)

_PLACE = " - at `$"
_NAME_LIMIT = 40
_STEP = re.compile(r"\.(\w+)|\[")
_UNKNOWN = "Object contains unknown field"
_MEMBER = re.compile(rf"(?:{_UNKNOWN}|Object missing required field) `(.*)`", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The file being read: its schema, how its errors name it, begin (``lead``), and what they advise.

    ``code`` is that of all errors, but of a file that is no JSON (``not_json``), one of a newer version (``newer``) and
    one of another kind (``foreign``), where these are given.
    """

    schema: str
    where: str
    code: str
    cure: str
    lead: str = ""
    not_json: str = ""
    newer: str = ""
    foreign: str = ""

    def broken(self, what: str) -> InputError:
        """Return the error of a file that is not as we write it."""
        return InputError(self.code, f"{self.lead}{what}", where=self.where, cure=self.cure)

    def refused(self, schema: object) -> InputError | None:
        """Return the error of a file of another version or kind; ``None`` for one of the right schema."""
        if schema == self.schema:
            return None
        family = re.escape(self.schema.partition("/v")[0])
        if isinstance(schema, str) and re.fullmatch(rf"{family}/v[1-9][0-9]{{0,5}}", schema):
            what = f"the file ({schema}) was made by a newer version of Benchverdict; this one reads {self.schema}"
            cure = "use the same version of Benchverdict everywhere, or make the file again with this one"
            return InputError(self.newer or self.code, what, where=self.where, cure=cure)
        what = f"{self.lead}the file does not say that it is {self.schema}"
        return InputError(self.foreign or self.code, what, where=self.where, cure=self.cure)


def decode(content: bytes | str, kind: type[Kind], origin: Origin) -> Kind:
    """Read a record of a kind.

    Raises:
        InputError: the content is no JSON, of another version, or not of this kind; nothing else is ever raised.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (ValueError, RecursionError) as error:
        raise _refusal(content, kind, origin, error) from None


def _refusal(content: bytes | str, kind: type[Struct], origin: Origin, error: Exception) -> InputError:
    """Return why it is refused; of what is no JSON, in the words of Python's parser, which names the place."""
    try:
        text = content if isinstance(content, str) else content.decode()
        document = json.loads(text, parse_constant=_refuse_constant)
        schema = document.get("schema") if isinstance(document, dict) else None
        refused = origin.refused(schema)
        if refused or isinstance(error, msgspec.ValidationError):
            return refused or origin.broken(_explained(str(error), kind))
        place = next(_halves(document, ""), "").removeprefix(".") or "a text"
        return origin.broken(f"{place} holds half a character (a lone surrogate)")
    except (ValueError, RecursionError) as problem:
        what = f"{origin.lead}this is not a JSON file ({problem})"
        return InputError(origin.not_json or origin.code, what, where=origin.where, cure=origin.cure)


def _halves(value: Any, place: str) -> Iterator[str]:
    """Yield the places of texts that cannot be written as UTF-8."""
    if isinstance(value, str):
        yield from [place] if any("\ud800" <= c <= "\udfff" for c in value) else []
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _halves(name, f"{place}[...]")
            known = name.isidentifier() and len(name) <= _NAME_LIMIT
            yield from _halves(part, f"{place}.{name}" if known else f"{place}[...]")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _halves(part, f"{place}[{index}]")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _explained(message: str, kind: type[Struct]) -> str:
    """Return what is wrong in which member, without a word of the file but the name of an unknown member."""
    what, _, at = message.rpartition(_PLACE)
    what, place = (what, at.removesuffix("`")) if what else (message, "")
    shown = place.removeprefix(".") or "the file"
    member = _MEMBER.fullmatch(what)
    if member and what.startswith(_UNKNOWN):
        return f"{shown} has an unknown member {member[1][:_NAME_LIMIT]!r}"
    if member:
        what = f"{member[1]} is missing"
    if what.startswith("Invalid enum value"):
        return f"{shown} is not one of {', '.join(map(str, _choices(kind, place)))}"
    if what.startswith("Expected") and repr(ONE_LINE) in what:
        return f"{shown} holds control characters"
    if what.startswith(("Expected", "Number", "Integer")):
        return f"{shown}: {what[0].lower()}{what[1:]}"
    return f"{place}.{what}".removeprefix(".")  # what a check of ours finds begins with the member, too


def _choices(kind: type[Struct], place: str) -> Iterator[Any]:
    """Return what may stand in a place, as far as it is one of some words."""
    found = [type_info(kind)]
    for step in _STEP.finditer(place):
        found = [inner for each in _plain(found) for inner in _inside(each, step[1])]
    for each in _plain(found):
        if isinstance(each, LiteralType):
            yield from each.values


def _plain(kinds: list[Type]) -> Iterator[Type]:
    for kind in kinds:
        if isinstance(kind, UnionType):
            yield from _plain(list(kind.types))
        else:
            yield kind


def _inside(kind: Type, name: str | None) -> list[Type]:
    if isinstance(kind, StructType):
        return [member.type for member in kind.fields if member.encode_name == name]
    if isinstance(kind, (ListType, VarTupleType)) and name is None:
        return [kind.item_type]
    return [kind.value_type] if isinstance(kind, DictType) and name is None else []
