"""How long the texts of a reading may be. One limit for all formats, so that whatever is read can be stored again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import structs

from reporter.ingest.shape import MAX_NAME
from reporter.shared.errors import InputError
from reporter.shared.model import FINGERPRINT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reporter.ingest.reading import Reading
    from reporter.shared.model import Fingerprint

LONGEST_SHOWN = 1000
"""Longest text that is shown only; the rest is cut."""
MOST_PARAMS = 200


def bounded(reading: Reading, path: Path) -> Reading:
    """Return the reading with texts that are shown only cut to their limit.

    Raises:
        InputError: a text that belongs to the identity is too long; cutting it could make two benchmarks one.
    """
    if len(reading.params) + len(reading.details) <= MOST_PARAMS and _total(reading) <= LONGEST_SHOWN:
        return reading
    for what, text in _identity(reading):
        if len(text) > MAX_NAME:
            raise _too_long(f"{what} is {len(text)} characters long; at most {MAX_NAME} are read", reading, path)
    if len(reading.params) + len(reading.details) > MOST_PARAMS:
        raise _too_long(f"it has more than {MOST_PARAMS} parameters", reading, path)
    if all(len(text) <= LONGEST_SHOWN for text in _shown(reading)):
        return reading
    return structs.replace(
        reading,
        group=reading.group and _cut(reading.group),
        error=reading.error and _cut(reading.error),
        details=tuple((_cut(key), _cut(value)) for key, value in reading.details),
    )


def bounded_fingerprint(fingerprint: Fingerprint) -> Fingerprint:
    """Return the fingerprint with its texts cut, as they are shown and stored."""
    texts = [getattr(fingerprint, key) for key in FINGERPRINT_KEYS]
    if all(len(text) <= LONGEST_SHOWN for text in (*texts, *sum(fingerprint.details, ())) if isinstance(text, str)):
        return fingerprint
    pairs = zip(FINGERPRINT_KEYS, texts, strict=True)
    known: dict[str, Any] = {key: _cut(text) for key, text in pairs if isinstance(text, str)}
    details = tuple((_cut(key), _cut(value)) for key, value in fingerprint.details)
    return replace(fingerprint, **known, details=details)


def _total(reading: Reading) -> int:
    total = len(reading.name) + len(reading.metric.name) + len(reading.metric.unit)
    total += len(reading.group or "") + len(reading.error or "")
    for key, value in reading.params:
        total += len(key) + len(value)
    for key, value in reading.details:
        total += len(key) + len(value)
    return total


def _identity(reading: Reading) -> Iterator[tuple[str, str]]:
    yield "the name of the benchmark", reading.name
    yield "the name of the metric", reading.metric.name
    yield "the unit", reading.metric.unit
    for key, value in reading.params:
        yield "the name of a parameter", key
        yield "the value of a parameter", value


def _shown(reading: Reading) -> Iterator[str]:
    yield reading.group or ""
    yield reading.error or ""
    for key, value in reading.details:
        yield key
        yield value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _too_long(what: str, reading: Reading, path: Path) -> InputError:
    cure = "shorten it in the benchmark itself: data got into a name"
    return InputError("text-too-long", what, where=f"{path}, {reading.place[:200]}", cure=cure)
