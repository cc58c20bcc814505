"""What a mode needs before it can be measured: variables of the environment, and servers that answer."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reporter.config import MeasureSettings

_PATIENCE_SECONDS = 5.0


def unmet(settings: MeasureSettings, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Say what is missing, a clause for each thing; nothing when all is there.

    An empty variable counts as missing. Any answer of a server below 500 counts as its being there.
    """
    return (*_variables(settings, environ), *_servers(settings))


def _variables(settings: MeasureSettings, environ: Mapping[str, str]) -> Iterator[str]:
    for name in settings.requires_env:
        if not environ.get(name, "").strip():
            yield f"the environment has no {name}"


def _servers(settings: MeasureSettings) -> Iterator[str]:
    for address in settings.requires_url:
        if (problem := _problem(address)) is not None:
            yield f"{address} does not answer ({problem})"


def _problem(address: str) -> str | None:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE_SECONDS):  # noqa: S310 # the configuration allows http only
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return None if error.code < 500 else f"status {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
