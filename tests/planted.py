"""A text put behind every text of a report that may be any text: what a stranger could write, everywhere at once."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, get_origin, get_type_hints

import numpy as np
from msgspec import Struct

from reporter import causes, counts, failed_side, model

NAMES = {**vars(causes), **vars(counts), **vars(failed_side), **vars(model), "np": np, "FloatArray": np.ndarray}


def planted(value: Any, text: str, hint: Any = None) -> Any:
    """Return the value with the text behind each of its texts; fields that hold one of a few words stay."""
    if isinstance(value, str):
        return value if get_origin(hint) is Literal or "Literal" in str(hint) else f"{value} {text}"
    if isinstance(value, tuple):
        return tuple(planted(part, text) for part in value)
    if not dataclasses.is_dataclass(value) and not isinstance(value, Struct):
        return value
    kind: Any = type(value)
    hints = get_type_hints(kind, globalns=NAMES)
    return kind(**{name: planted(getattr(value, name), text, hints[name]) for name in hints})
