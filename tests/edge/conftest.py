"""The server that the tests of the edge speak to, checked against GitHub's own description in every one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edge.job import seed
from tests.github_api import GitHubApi
from tests.github_api.description import Description

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def description() -> Description:
    return Description.load()


@pytest.fixture
def api(description: Description) -> Iterator[GitHubApi]:
    """Run the server with the small repository of ``job.seed``; at the end no exchange may be untrue to GitHub."""
    with GitHubApi(description=description) as running:
        seed(running.world)
        yield running
        assert running.world.violations == []
