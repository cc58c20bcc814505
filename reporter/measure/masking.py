"""Secrets in commands and logs, masked before they reach a record, a report or a terminal."""

from __future__ import annotations

import re

_SECRET_WORD = r"[\w-]*(?:token|passw(?:or)?d|passphrase|secret|api[-_]?key|access[-_]?key)(?:[-_\d][\w-]*)?"  # noqa: S105 - a pattern
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s'"$;|&][^\s'";|&]*)"""
_SHAPES = (
    (re.compile(r"(?<=://)[^\s/@'\"]+@"), "***@"),
    (re.compile(r"(?i)(\bauthorization:\s*(?:\w+\s+)?|\bbearer\s+)[^\s'\"$]+"), r"\1***"),
    (re.compile(r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,})"), "***"),
    (re.compile(r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|npm_\w{36,}|pypi-[\w-]{50,}|sk-[\w-]{20,})"), "***"),
    (re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"), "***"),
)
"""Credentials in addresses and headers, and the shapes that large services give theirs."""

_ASSIGNED = (
    (re.compile(rf"(?i)({_SECRET_WORD}=){_VALUE}"), r"\1***"),
    (re.compile(rf"(?i)(--{_SECRET_WORD}\s+)(?!-){_VALUE}"), r"\1***"),
)
_SECRET_ARGUMENT = re.compile(rf"(?i)({_SECRET_WORD}=).+", re.DOTALL)


_HINTS = (
    *("://", "authorization:", "bearer", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox"),
    *("akia", "asia", "npm_", "pypi-", "sk-", "eyj", "token", "passw", "passphrase", "secret", "key"),
)
"""One of these is in every secret that the patterns know."""


def is_hinted(text: str) -> bool:
    """Say quickly whether a text may hold a secret; most do not, and trying every pattern takes its time."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def masked(text: str) -> str:
    """Mask what is a secret by its shape or by the name it is given to: ``--token=***``, ``https://***@host``."""
    for pattern, replacement in (*_SHAPES, *_ASSIGNED):
        text = pattern.sub(replacement, text)
    return text


def masked_name(name: str) -> str:
    """Mask what is a secret by its shape alone: a benchmark's ``[password=short]`` is a parameter."""
    for pattern, replacement in _SHAPES:
        name = pattern.sub(replacement, name)
    return name


def masked_argument(argument: str) -> str:
    """Mask the whole rest of one argument of a command that gives a secret a value."""
    return _SECRET_ARGUMENT.sub(r"\1***", argument)
