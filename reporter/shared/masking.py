"""Secrets in commands, logs and result files: the one table of what is masked before anything is written.

Every pattern reads a text in time that grows with its length and no faster: a run of word characters is entered at its
beginning alone. ``tests/property/test_linear_patterns.py`` holds all patterns of the project to that.
"""

from __future__ import annotations

import re
from typing import Any

MASK = "***"

_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abeprs]-[\w-]{10,})",
        r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|npm_\w{36,}|hf_\w{30,}|[rs]k_(?:live|test)_\w{16,}|AIza[\w-]{35})",
        r"\bgl(?:pat|ptt|dt|rt|ft|cbt|imt|oas|soat|agent)-[\w-]{20,}",
        r"\b(?:pypi-[\w-]{50,}|dckr_pat_[\w-]{20,}|GOCSPX-[\w-]{20,})",
        r"(?<![\w-])sk-(?=[\w-]*[0-9])(?=[\w-]*[A-Z])[\w-]{20,}",
        r"eyJ(?:(?!eyJ)[\w-]){8,}\.[\w-]{8,}(?:\.[\w-]*)+",
    )
)
"""How large services write their tokens."""

_PLACES = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"(?<=://)[^\s/?#'\"]+@", f"{MASK}@"),
        (r"(\bauthorization:\s*(?:[a-z]+\s+)?|\bbearer\s+)[^\s'\"$]+", rf"\1{MASK}"),
        (r"(?<=[?&])((?:key|auth|code|jwt)=)(?=[\w.~%-]{0,200}\d)[\w.~%-]{16,}", rf"\1{MASK}"),
        (r"(?<![\w-])((?:set-)?cookie:[ \t]*)[^'\"\r\n]+", rf"\1{MASK}"),
        (r"(?<![\w-])(x-[\w-]+(?:(?<=key)|(?<=token)|(?<=secret)):[ \t]*)[^'\"\r\n]+", rf"\1{MASK}"),
    )
)
"""Where credentials stand in addresses and headers."""

_LOGIN = re.compile(r"((?<!\S)(?:-u|--user=?)\s*['\"]?[^\s:'\"-][^\s:'\"]*:)[^\s'\"]+")
"""``-u name:password`` of curl; of other programs the option means something else."""

_NAMED = re.compile(r"(?<![\w.-])(?:([\w.-]+)(?:=|['\"]\s*:\s*)|--([\w.-]+)\s+(?!-))")
"""A name that may be given a value: ``name=``, ``"name":``, ``--name``."""
_NAME = re.compile(r"[\w.-]+")
_VALUE = re.compile(
    r"""(?P<open>\\?["'])(?:(?<=")[^"\\]*(?=\\?")|(?<=')[^'\\]*(?=\\?')|[^"'\r\n]+)|[^\s\0'"$;|&][^\s\0'";|&]*"""
)
"""Up to the quote that closes it; up to the end of the line where it was cut off before."""
_SECRET_WORD = re.compile(
    r"token|passw(?:or)?d|passphrase|secrets?|signature|credentials?|(?:api|access|private|account|auth)[-_]?key",
    re.IGNORECASE,
)
_SECRET_NAMES = frozenset(("pwd", "sig", "sid", "sessionid", "session_id", "session-id"))

_HINTS = (
    *("://", "authorization:", "bearer", "cookie:", "x-", "curl", "eyj", "akia", "asia", "aiza", "gocspx-"),
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "_pat_", "xox", "npm_", "hf_", "k_live_", "k_test_", "pypi-", "sk-"),
    *("token", "passw", "passphrase", "secret", "signature", "credential", "key", "pwd", "sig", "sid", "session"),
    *("auth=", "code=", "jwt=", "glp", "gldt-", "glrt-", "glft-", "glcbt-", "glimt-", "gloas-", "glsoat-", "glagent-"),
)
"""One of these is in every secret that the table knows."""


def is_hinted(text: str) -> bool:
    """Return whether a text may hold a secret; most do not, and trying every pattern takes its time."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def masked(text: str) -> str:
    """Mask what is a secret by its shape, its place, or the name it is given to: ``--token=***``, ``https://***@host``.

    Masking a masked text changes nothing.
    """
    if not is_hinted(text):
        return text
    for shape in _SHAPES:
        text = shape.sub(MASK, text)
    for place, replacement in _PLACES:
        text = place.sub(replacement, text)
    if "curl" in text.lower():
        text = _LOGIN.sub(rf"\1{MASK}", text)
    return _without_named(text)


def masked_argument(argument: str) -> str:
    """Mask the whole rest of one argument of a command that gives a secret a value."""
    for named in _NAMED.finditer(argument):
        if named[0].endswith("=") and _is_secret_name(named[1]):
            return argument[: named.end()] + MASK
    return argument


def masked_pair(key: str, value: str) -> tuple[str, str]:
    """Mask a parameter of which the key may be the name of a secret."""
    return masked(key), MASK if value and _NAME.fullmatch(key) and _is_secret_name(key) else masked(value)


def masked_json(value: Any) -> Any:
    """Mask every text of a JSON value, also in the names of its members."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        pairs = ((key, item, masked_json(item)) for key, item in value.items())
        return dict(masked_pair(key, old) if isinstance(old, str) else (masked(key), new) for key, old, new in pairs)
    if isinstance(value, (list, tuple)):
        return [masked_json(item) for item in value]
    return value


def _without_named(text: str) -> str:
    pieces, done = [], 0
    for named in _NAMED.finditer(text):
        if named.start() < done or not _is_secret_name(named[1] or named[2]):
            continue
        value = _VALUE.match(text, named.end())
        if value:
            pieces += [text[done : named.end()], value["open"] or "", MASK]
            done = value.end()
    return "".join([*pieces, text[done:]])


def _is_secret_name(name: str) -> bool:
    """Return whether this names a secret: ``api_key``, ``accessToken``, but not ``tokenizer`` or ``max_tokens``."""
    if name.lstrip("-").lower() in _SECRET_NAMES:
        return True
    return any(_ends_a_word(word, name[word.end() : word.end() + 1]) for word in _SECRET_WORD.finditer(name))


def _ends_a_word(word: re.Match[str], after: str) -> bool:
    return not (after.isalpha() and (after.islower() or word[0].isupper()))
