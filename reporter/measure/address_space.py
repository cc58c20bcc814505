"""Where a process has its stack, libraries and what it allocates: at random addresses, or at the same ones each time.

Linux places every process at random addresses (address space layout randomisation). Which cache sets and pages a
benchmark meets depends on them, so a part of the difference between two processes of equal code is this chance.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Callable

_ADDR_NO_RANDOMIZE = 0x0040000
"""From linux/personality.h. It holds for the thread that sets it, and for the programs that it starts."""
_ASK = 0xFFFFFFFF


@contextmanager
def fixed(*, wanted: bool) -> Iterator[bool]:
    """Place processes that this thread starts inside at the same addresses each time; yield whether that is so.

    A system may refuse: the engine of a container does, by default.
    """
    personality = _personality() if wanted else None
    before = -1 if personality is None else personality(_ASK)
    is_fixed = personality is not None and before >= 0 and personality(before | _ADDR_NO_RANDOMIZE) >= 0
    try:
        yield is_fixed
    finally:
        if personality is not None and is_fixed:
            personality(before)


def _personality() -> Callable[[int], int] | None:
    """Return the system call personality(2); ``None`` where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        import ctypes

        function = ctypes.CDLL(None).personality
    except (ImportError, OSError, AttributeError):
        return None
    function.argtypes = [ctypes.c_ulong]
    return lambda persona: int(function(persona))
