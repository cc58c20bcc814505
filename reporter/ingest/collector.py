"""Python's cyclic garbage collector, off while a stage builds many objects that all stay alive.

Each of its full passes visits every object made so far and finds nothing: reading 10,000 benchmarks twice takes three
times as long with it.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause it, as ``with`` block or decorator; leaves it as it was."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
