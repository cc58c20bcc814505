"""What the environment says, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``capacity`` is how many requests a second the server stands, 0 for no limit; ``overload`` what happens above."""

    database_url: str
    redis_url: str
    pool_size: int
    cache: bool
    uploads_per_second: int
    capacity: int
    overload: Literal["errors", "latency"]


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    return Settings(
        database_url=environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1/postgres"),
        redis_url=environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
        pool_size=int(environ.get("COACHING_POOL_SIZE", "10")),
        cache=environ.get("COACHING_CACHE", "on") == "on",
        uploads_per_second=int(environ.get("COACHING_UPLOADS_PER_SECOND", "20")),
        capacity=int(environ.get("COACHING_CAPACITY", "0")),
        overload="latency" if environ.get("COACHING_OVERLOAD") == "latency" else "errors",
    )
