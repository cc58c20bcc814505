"""Values in Redis as JSON, long ones compressed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import redis

PREFIX = "coaching:"
COMPRESSED_FROM = 1_000
TTL_SECONDS = 600.0


def pack(value: object) -> bytes:
    """Turn a value into bytes; the first one says whether the rest is compressed."""
    data = json.dumps(value, default=str, separators=(",", ":")).encode()
    return b"z" + zlib.compress(data, 1) if len(data) >= COMPRESSED_FROM else b"j" + data


def unpack(data: bytes) -> Any:
    return json.loads(zlib.decompress(data[1:]) if data[:1] == b"z" else data[1:])


class Cache:
    """``hits`` and ``misses`` count what ``get_or_fetch`` found. Switched off, it always fetches."""

    def __init__(self, url: str, *, enabled: bool = True) -> None:
        self.redis = redis.Redis.from_url(url)
        self.enabled = enabled
        self.hits = self.misses = 0

    def close(self) -> None:
        self.redis.close()

    def get(self, key: str) -> Any:
        """Return the value of a key, ``None`` when there is none."""
        data = self.redis.get(PREFIX + key)
        return None if data is None else unpack(data)

    def set(self, key: str, value: object, ttl: float = TTL_SECONDS) -> None:
        self.redis.set(PREFIX + key, pack(value), px=round(ttl * 1000))

    def delete(self, key: str) -> None:
        self.redis.delete(PREFIX + key)

    def get_or_fetch(self, key: str, fetch: Callable[[], Any]) -> Any:
        found = self.get(key) if self.enabled else None
        if found is not None:
            self.hits += 1
            return found
        self.misses += 1
        value = fetch()
        if self.enabled:
            self.set(key, value)
        return value

    def get_many(self, keys: Iterable[str]) -> list[Any]:
        found = self.redis.mget([PREFIX + key for key in keys])
        return [None if data is None else unpack(data) for data in found]

    def set_many(self, values: Mapping[str, object], ttl: float = TTL_SECONDS) -> None:
        with self.redis.pipeline(transaction=False) as pipeline:
            for key, value in values.items():
                pipeline.set(PREFIX + key, pack(value), px=round(ttl * 1000))
            pipeline.execute()

    def invalidate(self, pattern: str) -> int:
        """Remove all keys that match; give how many there were."""
        keys = list(self.redis.scan_iter(PREFIX + pattern, count=1_000))
        return self.redis.delete(*keys) if keys else 0

    def allow(self, who: str, per_second: int) -> bool:
        """Count one request of somebody; say whether it is within the limit of this second."""
        key = f"{PREFIX}limit:{who}:{self.redis.time()[0]}"
        with self.redis.pipeline() as pipeline:
            used, _ = pipeline.incr(key).expire(key, 2).execute()
        return used <= per_second
