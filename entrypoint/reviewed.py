"""The configuration that decides about a report of another run: never the one that a stranger brings with it."""

from __future__ import annotations

import base64
import tempfile
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING

from entrypoint.failures import ApiError
from reporter.config import Config, reading
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from entrypoint.api import Api
    from entrypoint.inputs import Inputs

_UNREAD = (403, 404)
_PLACES = ("benchverdict.toml", "pyproject.toml")


def configuration(inputs: Inputs, api: Api, commit: str | None) -> tuple[Config, tuple[Notice, ...]]:
    """Return the configuration at a commit of this repository, of the default branch for none; else the defaults.

    With the defaults comes a notice, unless it is certain that there is no configuration.

    Raises:
        ApiError: GitHub does not answer, or not with the content of a file.
        UsageError: the configuration is wrong.
    """
    refused = None
    for place in map(inputs.in_folder, (inputs.config,) if inputs.config else _PLACES):
        try:
            content = _content(place, api, commit)
        except ApiError as problem:
            if problem.status not in _UNREAD:
                raise
            refused = refused or problem
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, Path(place).name)
            path.write_bytes(content)
            return reading.load(path, path.parent), ()
    return Config(), _not_read(inputs, api, commit, refused)


def _not_read(inputs: Inputs, api: Api, commit: str | None, refused: ApiError | None) -> tuple[Notice, ...]:
    """Return a notice where a configuration may be there. GitHub answers 404 for missing and hidden alike."""
    if inputs.config and _may_read(api, commit):
        named = inputs.in_folder(inputs.config)
        text = f"There is no {named} at the commit that decides, so the defaults decided about this report."
    elif refused and not _may_read(api, commit):
        text = (
            f"The configuration could not be read, so the defaults decided about this report: {refused}. "
            f"Give this job `permissions: {refused.permission}`."
        )
    else:
        return ()
    return (Notice(code="configuration-not-read", text=text),)


def _may_read(api: Api, commit: str | None) -> bool:
    """Return whether the token may read the repository's content."""
    try:
        next(api.pages("/commits", **({"sha": commit} if commit else {})), None)
    except ApiError as problem:
        if problem.status in _UNREAD:
            return False
        raise
    return True


def _content(place: str, api: Api, commit: str | None) -> bytes:
    """Return the bytes of a file.

    Raises:
        ApiError: there is none, or none that this token may read, or the answer is not the content of a file: GitHub
            sends none of a file above 1 MiB, and a list of a folder.
    """
    found = api.get(f"/contents/{urllib.parse.quote(place)}", **({"ref": commit} if commit else {}))
    content = found.get("content")
    if found.get("encoding") != "base64" or not isinstance(content, str):
        raise ApiError(None, f"{place} is not a file of at most 1 MiB")
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except ValueError as problem:
        raise ApiError(None, f"an answer that cannot be understood: {place} is not in base64") from problem
