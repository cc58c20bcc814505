"""Credentials that got into the name of a benchmark: load tests name requests by URL, hyperfine by command line.

They are masked before anything is stored, compared or shown. Both sides of a comparison are masked alike, so a name
stays the same name when only the credential in it changes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reporter.ingest.reading import Reading

MASK = "***"

_WORD = r"(?:[\w.-]*(?:token|secret|passw(?:or)?d|api[_-]?key|signature|credential)[\w.-]*|pwd|sig|sid|session_?id)"
_PATTERNS = (
    (re.compile(r"(?<=://)[^\s/@?#]{1,500}@"), MASK + "@"),
    (re.compile(rf"(?i)(?<![\w.-])({_WORD}[=])[^\s&;#'\"]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(?<=[?&])((?:key|auth|code|jwt)=)(?=[\w.~%-]{0,200}\d)[\w.~%-]{16,}"), rf"\1{MASK}"),
    (
        re.compile(r"(?i)(\bcurl\b[^|;]{0,500}?\s(?:-u\s*|--user[= ]\s*)['\"]?[^\s:'\"]{1,200}:)[^\s'\"]+"),
        rf"\1{MASK}",
    ),
    (re.compile(rf"(?i)(--{_WORD}\s+)[^\s'\"-][^\s'\"]*"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization:\s*(?:(?:bearer|basic|token|digest)\s+)?)[^\s'\"]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b((?:set-)?cookie:\s*|x-[\w-]*(?:key|token|secret):\s*)[^'\"]+"), rf"\1{MASK}"),
    (
        re.compile(r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*|AKIA[0-9A-Z]{16})"),
        MASK,
    ),
)
_HINTS = (
    *("://", "token", "secret", "passw", "api", "signature", "credential", "pwd", "sig", "sid", "session"),
    *("key=", "auth=", "code=", "jwt=", "curl"),
    *("authorization:", "cookie:", "x-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "eyj", "akia"),
)
"""Without any of these no pattern fits. One look at all texts of a file is far quicker than six patterns for each."""


def masked(text: str) -> str:
    """Replace what is a credential by its place or look; any other text stays as it is."""
    if not _may_hold_one(text):
        return text
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def without_secrets(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Give the readings with every text masked that came from the file."""
    texts = "\n".join(text for reading in readings for text in _texts(reading))
    return [_masked(reading) for reading in readings] if _may_hold_one(texts) else readings


def _masked(reading: Reading) -> Reading:
    if not any(map(_may_hold_one, _texts(reading))):
        return reading
    return replace(
        reading,
        name=masked(reading.name),
        group=reading.group and masked(reading.group),
        error=reading.error and masked(reading.error),
        params=_masked_pairs(reading.params),
        details=_masked_pairs(reading.details),
    )


def _may_hold_one(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def _texts(reading: Reading) -> Iterator[str]:
    yield reading.name
    if reading.group:
        yield reading.group
    if reading.error:
        yield reading.error
    for key, value in reading.params:
        yield f"{key}={value}"
    for key, value in reading.details:
        yield f"{key}={value}"


def _masked_pairs(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((key, masked(f"{key}={value}")[len(key) + 1 :]) for key, value in pairs)
