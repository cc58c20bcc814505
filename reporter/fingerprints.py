"""A fingerprint as JSON: the same object in every file of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reporter.model import FINGERPRINT_KEYS, Fingerprint

if TYPE_CHECKING:
    from reporter.checked import Checked

MEMBERS = frozenset((*FINGERPRINT_KEYS, "details"))


def to_json(fingerprint: Fingerprint) -> dict[str, Any]:
    """Give the object; unknown is null."""
    return {**{key: getattr(fingerprint, key) for key in FINGERPRINT_KEYS}, "details": dict(fingerprint.details)}


def from_json(member: Checked) -> Fingerprint:
    """Read the object, which has exactly ``MEMBERS``."""
    return Fingerprint(
        cpu_model=member.optional_text("cpu_model"),
        cores=member.optional_integer("cores"),
        architecture=member.optional_text("architecture"),
        os=member.optional_text("os"),
        image=member.optional_text("image"),
        language=member.optional_text("language"),
        details=member.texts("details"),
    )
