"""The machine: how a fingerprint names its parts, and one for a suite from the recorded one and those of the files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from reporter.shared.model import FINGERPRINT_KEYS, Fingerprint, Notice

if TYPE_CHECKING:
    from collections.abc import Iterable


def merge(
    given: Fingerprint | None, files: Iterable[Fingerprint], *, compiled: bool = False
) -> tuple[Fingerprint, tuple[Notice, ...]]:
    """Combine them, with a notice when the files come from different machines.

    Of what is ``compiled`` the Python of the machine tells nothing.

    What was recorded while measuring goes first (a file's core count ignores the affinity), except for the language:
    the file knows which interpreter ran.
    """
    distinct = tuple(dict.fromkeys(files))
    if not distinct:
        return _without_python(given) if given and compiled else given or Fingerprint(), ()
    merged = distinct[0]
    for other in distinct[1:]:
        merged = _filled(merged, other)
    notices = _mixed(merged, distinct)
    if given is not None:
        given = _without_python(given) if compiled else given
        merged = replace(_filled(given, merged), language=merged.language or given.language)
    return merged, notices


def _without_python(given: Fingerprint) -> Fingerprint:
    is_python = re.match("CPython|PyPy", given.language or "") is not None
    kept = tuple((key, value) for key, value in given.details if key != "language_version")
    return replace(given, language=None, details=kept) if is_python else given


def language(implementation: str | None, version: str | None) -> str | None:
    """Return a language with its minor version, ``CPython 3.11``; ``None`` unless both are known."""
    minor = re.match(r"\d+\.\d+", version or "")
    return f"{implementation} {minor[0]}" if implementation and minor else None


def _filled(first: Fingerprint, second: Fingerprint) -> Fingerprint:
    """Take what the first does not know from the second."""
    known = {key: getattr(second, key) for key in FINGERPRINT_KEYS if getattr(first, key) is None}
    details = {**dict(second.details), **dict(first.details)}
    return replace(first, **known, details=tuple(sorted(details.items())))


def _mixed(first: Fingerprint, others: Iterable[Fingerprint]) -> tuple[Notice, ...]:
    differences = dict.fromkeys(line for other in others for line in other.differences(first))
    if not differences:
        return ()
    text = (
        f"The result files come from different machines or interpreters ({'; '.join(differences)}), "
        "so their runs cannot be taken for repetitions; measure all runs of one side in the same place."
    )
    return (Notice(code="mixed-machines", text=text),)
