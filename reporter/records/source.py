"""``source.json`` beside a fetched baseline: ``source/v1`` (``schemas/source-v1.json``)."""

from __future__ import annotations

from typing import Literal

from reporter.record import Record, Text, Whole

SCHEMA = "source/v1"


class Source(Record, frozen=True):
    """What the look-up of a baseline found. ``reason`` says why nothing; ``ignored`` what was passed over and why."""

    schema: Literal["source/v1"]
    found: bool
    reason: Text | None
    commit: Text | None
    run_id: Whole | None
    artifact_id: Whole | None
    saved_at: float | None
    distance: Whole | None
    base_sha: Text | None
    head_sha: Text | None
    ignored: tuple[Text, ...]
