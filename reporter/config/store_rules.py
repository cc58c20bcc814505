"""``[store]``: where it is, a folder or the address of one that lasts, and for how long measurings are kept there.

An address that is printed shows no credentials, and one that holds any is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from reporter.shared.errors import UsageError, did_you_mean
from reporter.shared.masking import MASK

ARTIFACT = "artifact"
"""The folder of the job, which the action keeps as an artifact of its run."""
OBJECTS = ("file", "s3", "gs", "az")
DATABASES = ("postgresql", "postgres")
SCHEMES = (*OBJECTS, DATABASES[0])
LONGEST = 2_000

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,30}", re.IGNORECASE)
_OPTIONS = re.compile(r"[?#]")
_USER = re.compile(r"[^:/?#@]+@[^@]*")
"""An address of a database may name a user, and has no other @: clients find the password up to the last one."""
_SECRET_OPTIONS = ("password", "sslpassword")
_DATABASE_CURE = "set PGPASSWORD, PGPASSFILE or PGSERVICE in the job that opens the store"
_BUCKET_CURE = "let the environment or OIDC give them, as docs/history.md shows"
_KEEP = re.compile(r"(\d{1,5})\s*(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRule:
    """``place`` of the store, ``None`` for the usual folder; ``history prune`` removes what is older than that."""

    place: str | None = None
    keep_days: int | None = None


def parse_keep(text: str) -> int:
    """Return the days of a text such as ``400 days`` or ``2 years``.

    Raises:
        ValueError: it is none.
    """
    found = _KEEP.fullmatch(text.strip().lower())
    if not found or not int(found[1]):
        raise ValueError(f"{text!r} is not a number of days, weeks, months or years, like '400 days'")
    return int(found[1]) * _DAYS[found[2]]


def is_address(place: str) -> bool:
    """Return whether a place is an address and not a folder."""
    return "://" in place


def scheme_of(address: str) -> str:
    """Return what kind of store an address leads to."""
    return address.partition("://")[0].lower()


def shown_place(address: str) -> str:
    """Return an address as it may be printed: without user, password and options, and of a strange one the scheme."""
    if not is_address(address):
        return address
    scheme, _, rest = address.partition("://")
    place, *options = _OPTIONS.split(rest, maxsplit=1)
    if not _SCHEME.fullmatch(scheme):
        return "…"
    if not _is_whole(address) or "@" in "".join(options):
        return f"{scheme}://…"
    _, mark, shown = place.rpartition("@")
    return f"{scheme}://{MASK}@{shown}" if mark else f"{scheme}://{shown}"


def _is_whole(address: str) -> bool:
    try:
        _ = urlsplit(address).port
    except ValueError:
        return False
    return True


def check_place(place: str) -> str:
    """Return the place of a store, unless it cannot be one.

    Raises:
        UsageError: no such kind of store is known, or the address holds credentials or is not whole.
    """
    if not is_address(place):
        return place
    scheme, _, rest = place.partition("://")
    if len(place) > LONGEST or not place.isprintable() or " " in place:
        raise _wrong(place, "the address is too long, or has characters that no address has", "correct it")
    if not _SCHEME.fullmatch(scheme):
        raise _wrong(place, "this is no address", "write it like s3://bucket/folder")
    if scheme_of(place) not in (*OBJECTS, *DATABASES):
        what = f"there is no kind of store {scheme_of(place)!r}{did_you_mean(scheme_of(place), SCHEMES)}"
        raise _wrong(place, what, f"use {', '.join(f'{each}://…' for each in SCHEMES)}, a folder, or {ARTIFACT}")
    is_database = scheme_of(place) in DATABASES
    if "@" in rest and not (is_database and _USER.fullmatch(rest)):
        raise _credentials(place, _DATABASE_CURE if is_database else _BUCKET_CURE)
    if not _is_whole(place):
        raise _wrong(place, "this is no address", "write it like s3://bucket/folder")
    if is_database:
        _check_database(place)
    elif scheme_of(place) == "file":
        _check_folder(place)
    else:
        _check_bucket(place)
    return place


def _check_database(place: str) -> None:
    named = {key.lower() for key, _ in parse_qsl(urlsplit(place).query, keep_blank_values=True)}
    if named.intersection(_SECRET_OPTIONS):
        raise _credentials(place, _DATABASE_CURE)


def _check_bucket(place: str) -> None:
    parts = urlsplit(place)
    if parts.query or parts.fragment:
        raise _credentials(place, _BUCKET_CURE)
    if not parts.netloc:
        raise _wrong(place, "the address names no bucket", f"write it like {scheme_of(place)}://bucket/folder")


def _check_folder(place: str) -> None:
    parts = urlsplit(place)
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        cure = "write it with three slashes and a path from the root: file:///var/benchmarks"
        raise _wrong(place, "the address of a folder is not whole", cure)


def folder_of(address: str) -> Path:
    """Return the folder that a ``file://`` address names."""
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(address).path))


def _wrong(place: str, what: str, cure: str) -> UsageError:
    return UsageError("store-address", what, where=shown_place(place), cure=cure)


def _credentials(place: str, cure: str) -> UsageError:
    what = "the address of the store holds credentials, which would be in logs and files"
    return UsageError("store-credentials", what, where=shown_place(place), cure=f"take them out of it and {cure}")
