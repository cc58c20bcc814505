"""What all benchmarks stand on: the running service, its database and its cache, seen from outside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from coaching.cache import Cache
from coaching.database import Database
from coaching.settings import from_environment

CATEGORIES = os.environ.get("BENCHVERDICT_CATEGORY", "").split()
QUICK = os.environ.get("BENCHVERDICT_MODE", "quick") == "quick"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the files of other categories than those asked for: ``test_cache.py`` is of the category cache."""
    category = collection_path.stem.removeprefix("test_")
    return (bool(CATEGORIES) and collection_path.suffix == ".py" and category not in CATEGORIES) or None


@pytest.fixture(scope="session")
def port() -> int:
    return int(os.environ["BENCHVERDICT_PORT"])


@pytest.fixture(scope="session")
def client(port: int) -> Iterator[httpx.Client]:
    as_many_as_asked = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, limits=as_many_as_asked) as client:
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
