"""The configuration that decides about a report of another run: never the one that a stranger brings with it."""

from __future__ import annotations

import base64
import binascii
import tempfile
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING

from entrypoint.failures import ApiError
from reporter import config
from reporter.config import Config

if TYPE_CHECKING:
    from entrypoint.api import Api
    from entrypoint.inputs import Inputs

_PLACES = ("benchverdict.toml", "pyproject.toml")


def configuration(inputs: Inputs, api: Api, commit: str | None) -> Config:
    """Return the configuration at a commit of this repository, of the default branch for none; else the defaults.

    Raises:
        ApiError: GitHub does not answer. Not to be allowed to read it is no error: then the defaults hold.
        UsageError: it is wrong.
    """
    for place in (inputs.config,) if inputs.config else _PLACES:
        content = _content(place, api, commit)
        if content is not None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, Path(place).name)
                path.write_bytes(content)
                return config.load(path, path.parent)
    return Config()


def _content(place: str, api: Api, commit: str | None) -> bytes | None:
    """Return a file's bytes; ``None`` where there is none, or none that this token may read."""
    at = {"ref": commit} if commit else {}
    try:
        found = api.get(f"/contents/{urllib.parse.quote(place)}", **at)
        return base64.b64decode(str(found.get("content") or ""))
    except ApiError as problem:
        if problem.status in (403, 404):
            return None
        raise
    except binascii.Error as problem:
        raise ApiError(None, f"an answer that cannot be understood: {place} is not in base64") from problem
