"""``override.json``: ``override/v1`` (``schemas/override-v1.json``)."""

from __future__ import annotations

from typing import Literal

from reporter.records.base import Line, Lined

SCHEMA = "override/v1"


class Override(Lined, frozen=True):
    """Who accepted the regressions of a commit, by setting a label."""

    schema: Literal["override/v1"]
    label: Line
    by: Line
    at: float | None
    commit: Line
