"""A log of objects, in a bucket or a folder: one for each measuring, and one more with its rounds.

``PLACE/v1/SUITE/sessions/NAME.json.gz`` is a ``snapshot/v1``, and ``PLACE/v1/SUITE/rounds/NAME.json.gz`` the same with
rounds. An object is put there whole and only where there is none, so nothing is ever overwritten. The rounds come
first: a writer that is killed between the two has added nothing. ``PLACE/v1/SUITE/packs`` has what makes the history
of one benchmark fast, and nothing that is not in the measurings.
"""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from reporter.config.store_rules import folder_of, scheme_of, shown_place
from reporter.shared.errors import InputError
from reporter.store import packs, snapshot
from reporter.store.directory import file_stem
from reporter.store.lasting import LARGEST, MOST_NAMES, LastingStore, Log
from reporter.store.measuring import parse_name
from reporter.store.object_errors import told
from reporter.store.ranges import Ranges
from reporter.store.refusals import IN_STORE, not_installed, refusal, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from obstore.store import ObjectStore

    from reporter.model import Session
    from reporter.store.lasting import Kept
    from reporter.store.measuring import Name

VERSION = "v1"
SUFFIX = ".json.gz"
AT_ONCE = 16
"""Objects that are read at the same time."""
MOST_WAITING = 4 * AT_ONCE
"""Objects that are read ahead."""
LEAST_PACKED, MOST_PACKED, PACKED_BYTES = 4, 64, 2**20
"""Measurings in a pack, and how much they have together."""

_PACK = re.compile(r"/packs/[0-9a-f]{16}-(\d{1,4})\.zip$")
_LATER = re.compile(r"v[1-9][0-9]{0,5}")
_WAIT = timedelta(seconds=10)


def open_objects(address: str, pinned: str | None = None) -> LastingStore:
    """Return the store at an address.

    Raises:
        UsageError: the packages for it are not installed.
    """
    return LastingStore(ObjectLog(address, _client(address)), pinned)


def _client(address: str) -> ObjectStore:
    try:
        from obstore.store import LocalStore, from_url
    except ImportError:
        raise not_installed(address, "obstore") from None
    with told(address):
        if scheme_of(address) == "file":
            return LocalStore(folder_of(address), mkdir=True)
        retries: Any = {"max_retries": 3, "retry_timeout": 3 * _WAIT}
        client: ObjectStore = from_url(address, retry_config=retries)  # timeouts and proxies: as the environment says
        return client


@dataclass(frozen=True, slots=True)
class ObjectLog(Log):
    """Measurings as objects below an address."""

    address: str
    client: ObjectStore

    @property
    def place(self) -> str:
        """Return its address as it may be printed."""
        return shown_place(self.address)

    def key(self, suite: str) -> str:
        """Return the folder of a suite."""
        return file_stem(suite)

    def keys(self) -> list[str]:
        """Return the folders that there are."""
        import obstore

        with told(self.address):
            found = obstore.list_with_delimiter(self.client, VERSION)["common_prefixes"]
            self._refuse_newer(obstore.list_with_delimiter(self.client)["common_prefixes"])
        return [each.rstrip("/").rpartition("/")[2] for each in found][:MOST_NAMES]

    def names(self, key: str) -> list[Name]:
        """Return the names of a suite's measurings, in order.

        Raises:
            InputError: there are more than any suite has, or they cannot be listed.
        """
        names: list[Name] = []
        for path, _ in self._listed(f"{VERSION}/{key}/sessions/"):
            name = parse_name(path.rpartition("/")[2].removesuffix(SUFFIX))
            if name and path.endswith(SUFFIX):
                names.append(name)
            if len(names) > MOST_NAMES:
                raise refusal("too large", self.address)
        if not names and not key.startswith("."):
            self.keys()  # a newer version keeps them elsewhere
        return sorted(names)

    def _listed(self, prefix: str) -> Iterator[tuple[str, int]]:
        import obstore

        with told(self.address):
            for chunk in obstore.list(self.client, prefix, chunk_size=1_000):
                yield from ((str(entry["path"]), int(entry["size"])) for entry in chunk)

    def _refuse_newer(self, folders: Sequence[str]) -> None:
        found = [each.rstrip("/").rpartition("/")[2] for each in folders]
        if VERSION not in found and any(_LATER.fullmatch(each) for each in found):
            raise refusal("newer", self.address)

    def read(self, key: str, names: Sequence[Name]) -> Iterator[tuple[Name, bytes | InputError]]:
        """Yield the bytes of each measuring, in order."""

        def one(name: Name) -> tuple[Name, bytes | InputError | None]:
            try:
                return name, self._get(f"{VERSION}/{key}/sessions/{name}{SUFFIX}")
            except InputError as error:
                if error.code in IN_STORE:
                    raise
                return name, error

        with ThreadPoolExecutor(AT_ONCE) as readers:
            for start in range(0, len(names), MOST_WAITING):
                for name, content in readers.map(one, names[start : start + MOST_WAITING]):
                    if content is not None:
                        yield name, content

    def rounds(self, key: str, name: Name) -> bytes | None:
        """Return the bytes of a measuring with its rounds, if they are kept."""
        return self._get(f"{VERSION}/{key}/rounds/{name}{SUFFIX}")

    def _get(self, path: str) -> bytes | None:
        import obstore

        with told(self.address, missing_object=True):
            try:
                found = obstore.get(self.client, path)
                if found.meta["size"] > LARGEST:
                    raise too_large(f"{self.place} ({path})")
                return bytes(found.bytes())
            except FileNotFoundError:
                return None

    def add(self, key: str, name: Name, kept: Kept) -> bool:
        """Put a measuring in place, its rounds first."""
        if kept.rounds is not None:
            self._put(f"{VERSION}/{key}/rounds/{name}{SUFFIX}", kept.rounds)
        return self._put(f"{VERSION}/{key}/sessions/{name}{SUFFIX}", kept.statistics)

    def _put(self, path: str, content: bytes) -> bool:
        import obstore
        from obstore.exceptions import AlreadyExistsError

        with told(self.address):
            try:
                obstore.put(self.client, path, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                self._expect(path)
                return False
        return True

    def _expect(self, path: str) -> None:
        """Raise where an object is not there: a server that met a conflict says that it is, and keeps nothing."""
        import obstore

        try:
            obstore.head(self.client, path)
        except FileNotFoundError:
            raise refusal("busy", self.address) from None

    def remove(self, key: str, names: Sequence[Name]) -> None:
        """Remove measurings, rounds last."""
        for folder in ("sessions", "rounds"):
            for name in names:
                self._delete(f"{VERSION}/{key}/{folder}/{name}{SUFFIX}")
        for pack in self._packs(key) if names else ():
            self._delete(pack)

    def _delete(self, path: str) -> None:
        import obstore

        with told(self.address), suppress(FileNotFoundError):
            obstore.delete(self.client, path)

    def series(self, key: str, benchmark: str, names: Sequence[Name]) -> dict[Name, list[Session]]:
        """Return the sessions of one benchmark that are in packs."""
        found: dict[Name, list[Session]] = {}
        with ThreadPoolExecutor(AT_ONCE) as readers:
            wanted = {str(name): name for name in names}
            for pack in readers.map(lambda path: self._of_pack(path, benchmark), self._packs(key)):
                own: dict[Name, list[Session]] = {}
                for measuring, session in pack:
                    if measuring in wanted:
                        own.setdefault(wanted[measuring], []).extend([session] if session.statistics else [])
                found = own | found
        return found

    def _packs(self, key: str) -> list[str]:
        return [path for path, _ in self._listed(f"{VERSION}/{key}/packs/") if _PACK.search(path)]

    def _of_pack(self, path: str, benchmark: str) -> list[tuple[str, Session]]:
        """Return what a pack has of a benchmark; nothing of one that is broken or gone: its measurings are read."""
        import obstore

        try:
            with told(self.address, missing_object=True):
                size = obstore.head(self.client, path)["size"]
                stream = Ranges(size, lambda start, end: self._range(path, start, end))
                return packs.load(stream, f"{self.place} ({path})", benchmark)
        except FileNotFoundError:
            return []
        except InputError as error:
            if error.code in IN_STORE:
                raise
            return []

    def _range(self, path: str, start: int, end: int) -> bytes:
        import obstore

        return bytes(obstore.get_range(self.client, path, start=start, end=end))

    def tidy(self, key: str) -> None:
        """Put measurings that are in no pack into new ones, once there are enough of them."""
        sizes = [size for _, size in self._listed(f"{VERSION}/{key}/sessions/")]
        most = _pack_size(sizes)
        if len(sizes) - sum(_count_of(path) for path in self._packs(key)) < most:
            return
        names = self.names(key)
        packed = self.series(key, "", names)
        loose = [name for name in names if name not in packed]
        for start in range(0, len(loose) - most + 1, most):
            self._pack(key, loose[start : start + most])

    def _pack(self, key: str, names: Sequence[Name]) -> None:
        measurings = {}
        for name, content in self.read(key, names):
            with suppress(InputError):  # one that cannot be read stays out of every pack
                measurings[str(name)] = snapshot.load(content if isinstance(content, bytes) else b"", str(name))
        digest = hashlib.sha256(" ".join(measurings).encode()).hexdigest()[:16]
        self._put(f"{VERSION}/{key}/packs/{digest}-{len(measurings)}.zip", packs.dump(measurings))


def _pack_size(sizes: Sequence[int]) -> int:
    """Return how many measurings make a pack: the larger they are, the longer it takes to read one outside of it."""
    return min(MOST_PACKED, max(LEAST_PACKED, PACKED_BYTES * len(sizes) // max(1, sum(sizes))))


def _count_of(pack: str) -> int:
    found = _PACK.search(pack)
    return int(found[1]) if found else 0
