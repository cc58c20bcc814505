"""What clients of object stores raise, as errors of ours: their words hold addresses, keys and signed requests."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reporter.store.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.shared.errors import InputError

_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_STATUS = re.compile(r"\b(?:status|response)[^\d]{0,20}([45]\d\d)\b", re.IGNORECASE)
_NO_ANSWER = re.compile(r"error sending request|connect|dns|timed? ?out|credential", re.IGNORECASE)
_KINDS = {
    "RequestTimeTooSkewed": "clock",
    "RequestExpired": "clock",
    "NoSuchBucket": "missing",
    "ContainerNotFound": "missing",
    "AccessDenied": "refused",
    "InvalidAccessKeyId": "refused",
    "SignatureDoesNotMatch": "refused",
    "ExpiredToken": "refused",
    "InvalidToken": "refused",
    "AuthenticationFailed": "refused",
    "SlowDown": "busy",
    "ServerBusy": "busy",
    "status 401": "refused",
    "status 403": "refused",
    "status 404": "missing",
    "status 429": "busy",
    "status 503": "busy",
}
"""What codes and statuses of the servers mean."""


@contextmanager
def told(address: str, *, missing_object: bool = False) -> Iterator[None]:
    """Turn what the client raises into an error of ours."""
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as error:
        if missing_object and isinstance(error, FileNotFoundError):
            raise
        raise _error(address, error) from None


def _kind_of(detail: str, words: str, error: Exception) -> str:
    """Return what kind of refusal an error is, by the code of the server, its status, or its type."""
    from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

    if detail in _KINDS:
        return _KINDS[detail]
    if isinstance(error, (PermissionDeniedError, UnauthenticatedError, PermissionError)):
        return "refused"
    if isinstance(error, FileNotFoundError):
        return "missing"
    return "unreachable" if not detail and _NO_ANSWER.search(words) else "failed"


def _error(address: str, error: Exception) -> InputError:
    words = str(error)
    found, status = _CODE.search(words), _STATUS.search(words)
    detail = found[1] if found else f"status {status[1]}" if status else ""
    return refusal(_kind_of(detail, words, error), address, detail)
