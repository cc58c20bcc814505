"""``override.json``: who accepted the regressions of a commit, as fetch found it (``schemas/override-v1.json``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reporter.checked import Checked, Origin, keys
from reporter.ingest.opening import read_bytes
from reporter.model import Override
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

WORD_LIMIT = 200
_CODE = "broken-override"
_CURE = "run the job again; the step that finds the baseline writes this file"


def read_override(path: Path) -> Override:
    """Read the file.

    Raises:
        InputError: it cannot be read, or is not as the action writes it.
    """
    try:
        document = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(_CODE, "it is not JSON", where=str(path), cure=_CURE) from error
    table = Checked(document, Origin(where=str(path), code=_CODE, cure=_CURE), keys("schema label by at commit"))
    if table.text("schema") != "override/v1":
        raise table.wrong("schema", "does not say that it is override/v1")
    return Override(
        label=table.word("label", WORD_LIMIT),
        by=table.word("by", WORD_LIMIT),
        at=table.optional_number("at"),
        commit=table.word("commit", WORD_LIMIT),
    )
