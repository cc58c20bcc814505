"""Reading a fingerprint, which is the same object in every file of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.shared.model import FINGERPRINT_KEYS, Fingerprint

if TYPE_CHECKING:
    from reporter.checked import Checked

MEMBERS = frozenset((*FINGERPRINT_KEYS, "details"))


def from_json(member: Checked) -> Fingerprint:
    """Return the fingerprint of an object, which has exactly ``MEMBERS``."""
    return Fingerprint(
        cpu_model=member.optional_text("cpu_model"),
        cores=member.optional_integer("cores"),
        architecture=member.optional_text("architecture"),
        os=member.optional_text("os"),
        image=member.optional_text("image"),
        language=member.optional_text("language"),
        details=member.texts("details"),
    )
