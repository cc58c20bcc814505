"""What the tests of stores save, and the store that they save it in."""

from __future__ import annotations

from dataclasses import replace

from reporter.model import Baseline, BaselineSource
from reporter.store.history import AGAINST_ITSELF, session_of
from reporter.store.lasting import LastingStore
from reporter.store.registry import open_store
from tests.suites import suite_of

KINDS = ("file", "s3", "postgresql")
NOW = 1_700_000_000.0


def measuring(suite: str, number: int, *, machine: int = 0, noise: bool = False, level: float = 1.0) -> Baseline:
    """Make what one job saves."""
    values = {name: [[level + number / 1000, level + number / 900]] for name in ("parse", "render")}
    made = suite_of(values, commit=f"{number:040x}")
    made = replace(made, name=suite, measured_at=NOW + number)
    made = replace(made, fingerprint=replace(made.fingerprint, cores=machine))
    sessions = [session_of(made)]
    if noise:
        sessions.insert(0, replace(sessions[0], plan=AGAINST_ITSELF))
    return Baseline(suite=made, history=tuple(sessions), source=BaselineSource(commit=made.commit))


def lasting(place: str) -> LastingStore:
    store = open_store(place)
    assert isinstance(store, LastingStore)
    return store
