"""Typed values out of the tables of a TOML file; a wrong one is an error that says where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from reporter.shared.booleans import parse_boolean
from reporter.shared.errors import UsageError, did_you_mean
from reporter.shared.model import COMMIT

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class Tables:
    """Reads typed values out of tables. ``where`` is what they came from; ``prefix`` is the path to a table's keys."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, what: str, cure: str) -> UsageError:
        """Return the error about a value, to raise."""
        return UsageError("config-value", what, where=self.where, cure=cure)

    def only(self, table: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
        """Raise for a key that is not known."""
        for key in table:
            if key not in known:
                raise UsageError(
                    "config-unknown-key",
                    f"unknown key {prefix}{key}{did_you_mean(key, known)}",
                    where=self.where,
                    cure=f"known here: {', '.join(known)}",
                )

    def table(self, table: dict[str, Any], key: str, prefix: str = "") -> dict[str, Any]:
        """Return a table of a table; an empty one where it is not given."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(f"{prefix}{key} is not a table", f"write [{prefix}{key}] and its keys below")
        return value

    def tables(self, table: dict[str, Any], key: str) -> list[dict[str, Any]]:
        """Return a list of tables."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.fail(f"{key} is not a list of tables", f"write [[{key}]]")
        return value

    def text(self, table: dict[str, Any], key: str, prefix: str) -> str | None:
        """Return a text that is not blank; ``None`` where it is not given."""
        value = table.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.fail(f"{prefix}{key} = {value!r} is not a text", "put it in quotes")
        return value

    def texts(self, table: dict[str, Any], key: str, prefix: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of texts; one text alone is a list, too."""
        value = table.get(key, list(default))
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise self.fail(f"{prefix}{key} = {value!r} is not a list of texts", f'write {key} = ["…"]')
        return tuple(entries)

    def commit(self, table: dict[str, Any], key: str, prefix: str) -> str | None:
        """Return the SHA of a commit, whole or short."""
        value = self.text(table, key, prefix)
        if value is not None and not COMMIT.fullmatch(value):
            raise self.fail(f"{prefix}{key} = {value!r} is not a commit", "give 7 to 64 digits of its SHA")
        return value

    def addresses(self, table: dict[str, Any], key: str, prefix: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of web addresses."""
        found = self.texts(table, key, prefix, default)
        for address in found:
            if not address.startswith(("http://", "https://")):
                raise self.fail(f"{prefix}{key}: {address!r} is not a web address", "begin it with http:// or https://")
        return found

    def match(self, table: dict[str, Any], prefix: str) -> str:
        """Return the glob of a rule, which must be there."""
        match = self.text(table, "match", prefix)
        if match is None:
            raise self.fail(f"{prefix}match is missing", 'say which names it is for: match = "test_api_*"')
        return match

    def word(self, table: dict[str, Any], key: str, prefix: str, known: tuple[str, ...]) -> str | None:
        """Return one of the known words."""
        value = self.text(table, key, prefix)
        if value is not None and value not in known:
            raise self.fail(
                f"{prefix}{key} = {value!r} is not known{did_you_mean(value, known)}", "use " + ", ".join(known)
            )
        return value

    def count(self, table: dict[str, Any], key: str, prefix: str, default: int, lowest: int) -> int:
        """Return a whole number from ``lowest`` to 1000."""
        value = table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= 1000:
            raise self.fail(
                f"{prefix}{key} = {value!r} is not a whole number from {lowest} to 1000",
                f"write for example {key} = {default}",
            )
        return value

    def switch(self, table: dict[str, Any], key: str, prefix: str, *, default: bool) -> bool:
        """Return what is true or false, in any of its words."""
        try:
            return parse_boolean(table.get(key, default))
        except ValueError as error:
            raise self.fail(f"{prefix}{key}: {error}", f"its default is {str(default).lower()}") from None

    def measured(self, table: dict[str, Any], key: str, prefix: str, read: Callable[[Any], Value]) -> Value | None:
        """Return a value with a unit, as ``read`` gives it; ``None`` where it is not given."""
        if key not in table:
            return None
        try:
            return read(table[key])
        except (ValueError, TypeError, AttributeError) as error:
            raise self.fail(
                f"{prefix}{key}: {error}", 'write it in quotes with its unit, such as "3m", "5%" or "80 ms"'
            ) from error
