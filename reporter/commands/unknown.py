"""The error of a benchmark that is not there, for every command that is given a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.shared.errors import UsageError, did_you_mean
from reporter.shared.printable import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST_NAME = 200


def unknown_benchmark(name: str, known: Collection[str], where: str) -> UsageError:
    """Return the error of a name that none of the ``known`` benchmarks of a place has ("on both sides")."""
    shown = shorten(visible(name), _LONGEST_NAME)
    what = f"no benchmark {where} is called {shown!r}{visible(did_you_mean(name, known))}"
    return UsageError(
        "unknown-benchmark", what, cure=f"give a name, a glob or a part of a name; there are {len(known)} {where}"
    )
