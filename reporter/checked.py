"""Reading one object of a JSON file that somebody else may have written: every member is checked for its type and size.

A ``Checked`` names the place of what it refuses (``benchmarks[3].change.low``). Each method that reads raises the
``InputError`` of the file's ``Origin``; nothing else is ever raised, whatever the file holds.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sized

Word = TypeVar("Word", bound=str)

TEXT_LIMIT = 20_000
"""Characters of a text; nothing we write comes near."""
WHOLE_LIMIT = 2**53
"""Beyond it a whole number is not exact as a float."""
_LARGEST = sys.float_info.max


def keys(names: str) -> frozenset[str]:
    """Give the names of members, written with spaces between them."""
    return frozenset(names.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The file being read: how its errors name it, begin (``lead``), and what they advise.

    ``bounds`` has the most entries that a list or an object of texts may have, by the name of its member.
    """

    where: str
    code: str
    cure: str
    lead: str = ""
    bounds: Mapping[str, int] = field(default_factory=dict)

    def broken(self, what: str) -> InputError:
        """Make the error of a file that is not as we write it."""
        return InputError(self.code, f"{self.lead}{what}", where=self.where, cure=self.cure)


class Checked:
    """One JSON object with exactly the members ``required``, and perhaps those of ``optional``."""

    __slots__ = ("_members", "_origin", "_path")

    def __init__(
        self,
        value: Any,
        origin: Origin,
        required: frozenset[str],
        optional: frozenset[str] = frozenset(),
        *,
        path: str = "",
    ) -> None:
        self._origin = origin
        self._path = path
        if not isinstance(value, dict):
            raise self.wrong("", "is not an object")
        self._members = value
        if value.keys() != required:
            self._check_keys(required, optional)

    def wrong(self, key: str, why: str) -> InputError:
        """Make the error that names a member of this object (or the object itself) and says what is wrong with it."""
        return self._origin.broken(f"{self._place(key) or 'the file'} {why}")

    def text(self, key: str, limit: int = TEXT_LIMIT) -> str:
        """Give a text of at most ``limit`` characters that can be written as UTF-8."""
        return self.as_text(key, self._members[key], limit)

    def optional_text(self, key: str, limit: int = TEXT_LIMIT) -> str | None:
        """Give such a text, or ``None``."""
        return None if self._members[key] is None else self.text(key, limit)

    def absent_or_text(self, key: str) -> str | None:
        """Give such a text, or ``None`` where it or its member is absent."""
        return None if self._members.get(key) is None else self.text(key)

    def word(self, key: str, limit: int) -> str:
        """Give a text of one line of printable characters."""
        value = self.text(key, limit)
        if not value.isprintable():
            raise self.wrong(key, "holds control characters")
        return value

    def optional_word(self, key: str, limit: int) -> str | None:
        """Give such a line, or ``None``."""
        return None if self._members[key] is None else self.word(key, limit)

    def choice(self, key: str, choices: tuple[Word, ...]) -> Word:
        """Give one of ``choices``."""
        value = self._members[key]
        for choice in choices:
            if value == choice:
                return choice
        raise self.wrong(key, f"is not one of {', '.join(choices)}")

    def optional_choice(self, key: str, choices: tuple[Word, ...]) -> Word | None:
        """Give one of ``choices``, or ``None``."""
        return None if self._members.get(key) is None else self.choice(key, choices)

    def flag(self, key: str) -> bool:
        """Give true or false."""
        value = self._members[key]
        if not isinstance(value, bool):
            raise self.wrong(key, "is not true or false")
        return value

    def optional_flag(self, key: str) -> bool | None:
        """Give true, false, or ``None`` (also where an optional member is absent)."""
        return None if self._members.get(key) is None else self.flag(key)

    def number(self, key: str, low: float = -_LARGEST, high: float = _LARGEST) -> float:
        """Give a finite number within both bounds."""
        value = self._number(key, self._members[key])
        if not low <= value <= high:
            raise self.wrong(key, f"is not a number from {low:g} to {high:g}")
        return value

    def optional_number(self, key: str, low: float = -_LARGEST, high: float = _LARGEST) -> float | None:
        """Give such a number, or ``None`` (also where an optional member is absent)."""
        return None if self._members.get(key) is None else self.number(key, low, high)

    def integer(self, key: str, low: int = 0, high: int = WHOLE_LIMIT) -> int:
        """Give a whole number within both bounds."""
        value = self._members[key]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(key, f"is not a whole number from {low} to {high}")
        return value

    def optional_integer(self, key: str, low: int = 0, high: int = WHOLE_LIMIT) -> int | None:
        """Give such a whole number, or ``None``."""
        return None if self._members[key] is None else self.integer(key, low, high)

    def texts(self, key: str, limit: int = TEXT_LIMIT) -> tuple[tuple[str, str], ...]:
        """Give an object of texts as pairs, in the order of the file."""
        return self.as_pairs(key, self._members[key], limit)

    def lines(self, key: str, limit: int = TEXT_LIMIT) -> tuple[str, ...]:
        """Give a list of texts (none where an optional member is absent)."""
        values = self.entries(key) if key in self._members else []
        if not all(isinstance(item, str) for item in values):
            raise self.wrong(key, "is not a list of texts")
        return tuple(self.as_text(key, item, limit) for item in values)

    def number_lists(self, key: str) -> tuple[tuple[float, ...], ...]:
        """Give a list of lists of finite numbers."""
        rows = self.entries(key)
        if not all(isinstance(row, list) for row in rows):
            raise self.wrong(key, "is not a list of lists")
        for row in rows:
            self._check_size(key, row)
        return tuple(tuple(self._number(key, value) for value in row) for row in rows)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Give a list of finite numbers."""
        return tuple(self._number(key, value) for value in self.entries(key))

    def optional_numbers(self, key: str) -> tuple[float | None, ...]:
        """Give a list of finite numbers or nulls; empty where it is absent."""
        if key not in self._members:
            return ()
        return tuple(None if value is None else self._number(key, value) for value in self.entries(key))

    def member(self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()) -> Self:
        """Give the object at ``key``."""
        return type(self)(self._members[key], self._origin, required, optional, path=self._place(key))

    def optional_member(
        self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()
    ) -> Self | None:
        """Give the object at ``key``, or ``None``."""
        return None if self._members.get(key) is None else self.member(key, required, optional)

    def members(self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()) -> list[Self]:
        """Give the objects of the list at ``key``."""
        place = self._place(key)
        return [
            type(self)(item, self._origin, required, optional, path=f"{place}[{index}]")
            for index, item in enumerate(self.entries(key))
        ]

    def optional_members(
        self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()
    ) -> list[Self]:
        """Give the objects of the list at ``key``; none where it is absent."""
        return self.members(key, required, optional) if key in self._members else []

    def entries(self, key: str) -> list[Any]:
        """Give the list at ``key``, its entries unchecked."""
        value = self._members[key]
        if not isinstance(value, list):
            raise self.wrong(key, "is not a list")
        self._check_size(key, value)
        return value

    def optional_entries(self, key: str) -> list[Any]:
        """Return the list at ``key``; none where it is absent."""
        return self.entries(key) if key in self._members else []

    def as_text(self, key: str, value: Any, limit: int = TEXT_LIMIT) -> str:
        """Give a value that belongs to ``key`` as such a text."""
        if not isinstance(value, str):
            raise self.wrong(key, "is not a text")
        if len(value) > limit:
            raise self.wrong(key, f"is longer than {limit} characters")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise self.wrong(key, "holds half a character (a lone surrogate)") from None
        return value

    def as_pairs(self, key: str, value: Any, limit: int = TEXT_LIMIT) -> tuple[tuple[str, str], ...]:
        """Give a value that belongs to ``key`` and is an object of texts as pairs."""
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.wrong(key, "is not an object of texts")
        self._check_size(key, value)
        return tuple((self.as_text(key, name, limit), self.as_text(key, item, limit)) for name, item in value.items())

    def _number(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(key, "is not a number")
        if not -_LARGEST <= value <= _LARGEST:
            raise self.wrong(key, "is not a finite number")
        return float(value)

    def _check_size(self, key: str, value: Sized) -> None:
        most = self._origin.bounds.get(key)
        if most is not None and len(value) > most:
            raise self.wrong(key, f"has more than {most} entries")

    def _check_keys(self, required: frozenset[str], optional: frozenset[str]) -> None:
        for key in sorted(required - self._members.keys()):
            raise self.wrong(key, "is missing")
        for key in sorted(self._members.keys() - required - optional):
            raise self.wrong("", f"has an unknown member {key[:40]!r}")

    def _place(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path and key else self._path or key
