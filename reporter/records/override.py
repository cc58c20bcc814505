"""``override.json``: ``override/v1`` (``schemas/override-v1.json``)."""

from __future__ import annotations

from typing import Literal

from reporter.model import Override

SCHEMA = "override/v1"


class OverrideFile(Override, frozen=True, kw_only=True):
    """The whole file."""

    schema: Literal["override/v1"]
