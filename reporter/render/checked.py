"""Reading one object of a JSON file that somebody else may have written: every member is checked for its type and size.

A ``Checked`` names the place of what it refuses (``benchmarks[3].change.low``). Each method that reads raises
``InputError`` with the code given to the outermost object; nothing else is ever raised, whatever the file holds.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

from reporter.errors import InputError

Word = TypeVar("Word", bound=str)

_LARGEST = sys.float_info.max


class Checked:
    """One JSON object with exactly the members ``required``, and perhaps those of ``optional``."""

    __slots__ = ("_code", "_members", "_path", "_where")

    def __init__(
        self,
        value: Any,
        where: str,
        path: str,
        code: str,
        required: frozenset[str],
        optional: frozenset[str] = frozenset(),
    ) -> None:
        self._where = where
        self._path = path
        self._code = code
        if not isinstance(value, dict):
            raise self._wrong("", "is not an object")
        self._members = value
        if value.keys() != required:
            self._check_keys(required, optional)

    def text(self, key: str, limit: int) -> str:
        """Give a text of at most ``limit`` characters that can be written as UTF-8."""
        value = self._members[key]
        if not isinstance(value, str):
            raise self._wrong(key, "is not a text")
        return self._text(key, value, limit)

    def optional_text(self, key: str, limit: int) -> str | None:
        """Give such a text, or ``None``."""
        return None if self._members[key] is None else self.text(key, limit)

    def absent_or_text(self, key: str, limit: int) -> str | None:
        """Give such a text, or ``None`` where it or its member is absent."""
        return None if self._members.get(key) is None else self.text(key, limit)

    def word(self, key: str, limit: int) -> str:
        """Give a text of one line of printable characters."""
        value = self.text(key, limit)
        if not value.isprintable():
            raise self._wrong(key, "holds control characters")
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
        raise self._wrong(key, f"is not one of {', '.join(choices)}")

    def optional_choice(self, key: str, choices: tuple[Word, ...]) -> Word | None:
        """Give one of ``choices``, or ``None``."""
        return None if self._members[key] is None else self.choice(key, choices)

    def flag(self, key: str) -> bool:
        """Give true or false."""
        value = self._members[key]
        if not isinstance(value, bool):
            raise self._wrong(key, "is not true or false")
        return value

    def number(self, key: str) -> float:
        """Give a finite number."""
        return self._number(key, self._members[key])

    def optional_number(self, key: str) -> float | None:
        """Give a finite number, or ``None`` (also where an optional member is absent)."""
        value = self._members.get(key)
        return None if value is None else self._number(key, value)

    def integer(self, key: str, low: int, high: int) -> int:
        """Give a whole number within both bounds."""
        value = self._members[key]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(key, f"is not a whole number from {low} to {high}")
        return value

    def optional_integer(self, key: str, low: int, high: int) -> int | None:
        """Give such a whole number, or ``None``."""
        return None if self._members[key] is None else self.integer(key, low, high)

    def optional_flag(self, key: str) -> bool | None:
        """Give true, false, or ``None``."""
        return None if self._members[key] is None else self.flag(key)

    def texts(self, key: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Give an object of texts as pairs, in the order of the file."""
        value = self._members[key]
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self._wrong(key, "is not an object of texts")
        return tuple((self._text(key, name, limit), self._text(key, item, limit)) for name, item in value.items())

    def lines(self, key: str, limit: int) -> tuple[str, ...]:
        """Give a list of texts."""
        values = self._list(key)
        if not all(isinstance(item, str) for item in values):
            raise self._wrong(key, "is not a list of texts")
        return tuple(self._text(key, item, limit) for item in values)

    def number_lists(self, key: str) -> tuple[tuple[float, ...], ...]:
        """Give a list of lists of finite numbers."""
        rows = self._list(key)
        if not all(isinstance(row, list) for row in rows):
            raise self._wrong(key, "is not a list of lists")
        return tuple(tuple(self._number(key, value) for value in row) for row in rows)

    def member(self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()) -> Checked:
        """Give the object at ``key``."""
        return Checked(self._members[key], self._where, self._place(key), self._code, required, optional)

    def optional_member(
        self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()
    ) -> Checked | None:
        """Give the object at ``key``, or ``None``."""
        return None if self._members.get(key) is None else self.member(key, required, optional)

    def members(self, key: str, required: frozenset[str], optional: frozenset[str] = frozenset()) -> list[Checked]:
        """Give the objects of the list at ``key``."""
        place = self._place(key)
        return [
            Checked(item, self._where, f"{place}[{index}]", self._code, required, optional)
            for index, item in enumerate(self._list(key))
        ]

    def _list(self, key: str) -> list[Any]:
        value = self._members[key]
        if not isinstance(value, list):
            raise self._wrong(key, "is not a list")
        return value

    def _number(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._wrong(key, "is not a number")
        if not -_LARGEST <= value <= _LARGEST:
            raise self._wrong(key, "is not a finite number")
        return float(value)

    def _text(self, key: str, value: str, limit: int) -> str:
        if len(value) > limit:
            raise self._wrong(key, f"is longer than {limit} characters")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise self._wrong(key, "holds half a character (a lone surrogate)") from None
        return value

    def _check_keys(self, required: frozenset[str], optional: frozenset[str]) -> None:
        for key in sorted(required - self._members.keys()):
            raise self._wrong(key, "is missing")
        for key in sorted(self._members.keys() - required - optional):
            raise self._wrong("", f"has an unknown member {key[:40]!r}")

    def _place(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path and key else self._path or key

    def _wrong(self, key: str, why: str) -> InputError:
        place = self._place(key)
        what = f"{place} {why}" if place else f"the file {why}"
        cure = "use the file as `benchverdict report` wrote it; do not edit it"
        return InputError(self._code, what, where=self._where, cure=cure)
