"""What all benchmarks stand on: the running service, its database and its cache, seen from outside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import httpx
import pytest

from coaching.cache import Cache
from coaching.database import Database
from coaching.settings import from_environment

QUICK = os.environ.get("BENCHVERDICT_MODE", "quick") == "quick"


@pytest.fixture(scope="session")
def port() -> int:
    return int(os.environ["BENCHVERDICT_PORT"])


@pytest.fixture(scope="session")
def client(port: int) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def get(client: httpx.Client) -> Callable[..., object]:
    """Ask the service, and fail when it does not answer well."""

    def get(path: str, **parameters: object) -> object:
        return client.get(path, params=parameters).raise_for_status().json()

    return get


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    settings = from_environment()
    database = Database(settings.database_url, settings.pool_size)
    database.open()
    yield database
    database.close()


@pytest.fixture
def cache() -> Iterator[Cache]:
    """A cache as the service has it, without what an earlier benchmark left."""
    settings = from_environment()
    cache = Cache(settings.redis_url, enabled=settings.cache)
    cache.invalidate("suite:*")
    yield cache
    cache.invalidate("suite:*")
    cache.close()


def size(quick: int, full: int) -> int:
    """How much of something: less in the mode quick."""
    return quick if QUICK else full
