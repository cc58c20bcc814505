"""What must be there before anything is measured: variables of the environment, and servers that answer."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PATIENCE_SECONDS = 5.0


def unmet(variables: Iterable[str], addresses: Iterable[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is missing, a clause for each thing; nothing when all is there.

    An empty variable counts as missing. Any answer of a server below 500 counts as its being there.
    """
    return (*_variables(variables, environ), *_servers(addresses))


def _variables(names: Iterable[str], environ: Mapping[str, str]) -> Iterator[str]:
    for name in names:
        if not environ.get(name, "").strip():
            yield f"the environment has no {name}"


def _servers(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        if (problem := _problem(address)) is not None:
            yield f"{address} does not answer ({problem})"


def _problem(address: str) -> str | None:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE_SECONDS):  # noqa: S310 # plan and configuration allow http only
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return None if error.code < 500 else f"status {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
