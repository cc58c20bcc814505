"""What a reader sees of rows, machines, commits and moments: printable, bounded, scaled for people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reporter.model import benchmark_label
from reporter.render import words
from reporter.render.view_text import NAME_LIMIT
from reporter.shared.model import COMMIT, FINGERPRINT_KEYS
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reporter.shared.model import Fingerprint
    from reporter.site.columns import Machine

UNKNOWN_MACHINE = "unknown machine"
_SHA_SHOWN = 10
_FIRST_MOMENT, _LAST_MOMENT = 0.0, 253_402_300_799.0
"""Of the years that a date can be written for."""


def name_text(name: str) -> str:
    """Return a name from outside as it is shown."""
    return shorten(visible(name), NAME_LIMIT) if name.strip() else words.NAMELESS


def row_label(name: str, params: tuple[tuple[str, str], ...]) -> str:
    """Return a benchmark with its parameters as it is shown."""
    return name_text(benchmark_label(name, params))


def params_label(params: tuple[tuple[str, str], ...]) -> str:
    """Return parameters alone as they are shown: ``size=10, kind=json``."""
    return shorten(visible(", ".join(f"{key}={value}" for key, value in params)), NAME_LIMIT)


def commit_label(commit: str | None) -> str:
    """Return the first digits of a commit; what is none is shown as it is."""
    if commit is None:
        return words.UNKNOWN_COMMIT
    return commit[:_SHA_SHOWN] if COMMIT.fullmatch(commit) else shorten(visible(commit), _SHA_SHOWN * 3)


def moment_text(measured_at: float | None) -> str:
    """Return a moment as ``2026-01-31 09:05`` in UTC; empty where it is unknown or no date."""
    known = known_moment(measured_at)
    return "" if known is None else datetime.fromtimestamp(known, UTC).strftime("%Y-%m-%d %H:%M")


def known_moment(measured_at: float | None) -> float | None:
    """Return a moment that a calendar has, else ``None``."""
    if measured_at is None or not _FIRST_MOMENT <= measured_at <= _LAST_MOMENT:
        return None
    return float(measured_at)


def machine_labels(machines: Sequence[Machine]) -> tuple[str, ...]:
    """Name the machines of a suite by what differs between them; one alone by its processor."""
    plans = {machine.plan for machine in machines}
    differing = [key for key in FINGERPRINT_KEYS if len({_field(one.fingerprint, key) for one in machines}) > 1]
    labels = []
    for machine in machines:
        parts = [_field(machine.fingerprint, key) for key in differing or FINGERPRINT_KEYS[:1]]
        known = ", ".join(part for part in parts if part) or UNKNOWN_MACHINE
        labels.append(name_text(f"{known}, {machine.plan}" if len(plans) > 1 else known))
    return tuple(labels)


def machine_key(machine: Machine) -> str:
    """Return what a machine is known by, whichever others there are: its plan and its fingerprint."""
    return json.dumps([machine.plan, *(getattr(machine.fingerprint, key) for key in FINGERPRINT_KEYS)])


def _field(fingerprint: Fingerprint, key: str) -> str:
    value = getattr(fingerprint, key)
    if value is None:
        return ""
    return words.count_of(value, "core") if key == "cores" else str(value)
