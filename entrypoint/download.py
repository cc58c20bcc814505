"""Fetching an artifact's zip from the storage that GitHub redirects to. The token goes to GitHub only."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from entrypoint.api import PASSING
from entrypoint.archive import ArchiveError
from entrypoint.failures import ApiError

if TYPE_CHECKING:
    import requests

    from entrypoint.api import Api

ARCHIVE_LIMIT = 64 * 2**20
BLOCK = 2**16


def artifact_zip(api: Api, artifact_id: int) -> bytes:
    """Download one artifact, at most ``ARCHIVE_LIMIT`` bytes of it.

    Raises:
        ApiError: GitHub or its storage refuses, or the connection breaks.
        ArchiveError: it is too large.
    """
    address = api.redirect(f"/actions/artifacts/{artifact_id}/zip")
    if urllib.parse.urlsplit(api.url).scheme == "https" != urllib.parse.urlsplit(address).scheme:
        raise ApiError(None, "the download was redirected to an address without https")
    return api.patiently(lambda: _stored(address, api.patience.timeout))


def _stored(address: str, timeout: int) -> bytes:
    """Read from the storage without any credentials; an ``auth`` of our own keeps a .netrc out of it."""
    import requests

    try:
        with (
            requests.Session() as session,
            session.get(
                address, stream=True, timeout=timeout, allow_redirects=False, auth=lambda request: request
            ) as answer,
        ):
            if answer.status_code != requests.codes.ok:
                status = answer.status_code
                what = f"the storage answered the download with HTTP {status}"
                raise ApiError(None, what, passing=status in (429, *PASSING))
            return _bounded(answer)
    except requests.RequestException as problem:
        host = urllib.parse.urlsplit(address).hostname
        raise ApiError(
            None, f"the download from {host} broke off ({type(problem).__name__})", passing=True
        ) from problem


def _bounded(answer: requests.Response) -> bytes:
    content = bytearray()
    for block in answer.iter_content(BLOCK):
        content += block
        if len(content) > ARCHIVE_LIMIT:
            raise ArchiveError(f"the archive is larger than {ARCHIVE_LIMIT} bytes")
    return bytes(content)
