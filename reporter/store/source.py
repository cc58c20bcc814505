"""``source.json`` beside a fetched baseline: where it came from, or why there is none (``schemas/source-v1.json``)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reporter.checked import Checked
from reporter.ingest.opening import read_bytes
from reporter.model import Baseline, BaselineSource
from reporter.shared.errors import InputError
from reporter.store.tables import origin

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "source.json"

_KEYS = frozenset(
    (
        "schema",
        "found",
        "reason",
        "commit",
        "run_id",
        "artifact_id",
        "saved_at",
        "distance",
        "base_sha",
        "head_sha",
        "ignored",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the look-up of a baseline found. ``reason`` says why nothing; ``ignored`` what was passed over and why."""

    found: bool
    reason: str | None
    commit: str | None
    run_id: int | None
    distance: int | None
    ignored: tuple[str, ...]


def read_source(folder: Path) -> Source | None:
    """Read the file in a store's folder; ``None`` when nobody looked anything up (a local store).

    Raises:
        InputError: the file is there and not as the look-up writes it.
    """
    path = folder / FILE_NAME
    try:
        table = Checked(json.loads(read_bytes(path)), origin(str(path)), _KEYS)
    except InputError as error:
        if error.code == "no-such-file":
            return None
        raise
    except (ValueError, RecursionError) as error:
        raise InputError("broken-source", "it is not JSON", where=str(path), cure="fetch the baseline again") from error
    if table.text("schema") != "source/v1":
        raise table.wrong("schema", "does not say that it is source/v1")
    return Source(
        found=table.flag("found"),
        reason=table.optional_text("reason"),
        commit=table.optional_text("commit"),
        run_id=table.optional_integer("run_id"),
        distance=table.optional_integer("distance"),
        ignored=table.lines("ignored"),
    )


def with_source(baseline: Baseline, source: Source | None) -> Baseline:
    """Fill in where a loaded baseline came from."""
    if source is None:
        return baseline
    found = BaselineSource(
        commit=source.commit or baseline.suite.commit, run_id=source.run_id, distance=source.distance
    )
    return replace(baseline, source=found)
