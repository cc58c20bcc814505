"""Settings of all tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.processor_time import ProcessorTime
from tests.schedule import Schedule
from tests.shown_features import ShownFeatures, ids_of

if TYPE_CHECKING:
    from xdist.remote import Producer

# No deadline: tests never assert on wall time. In CI the examples are the same each time, so that a red build is due
# to the change; locally each run tries new ones.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


SLOW = Path(__file__).parent / "slow"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in the folder of slow tests."""
    for item in items:
        if SLOW in item.path.parents:
            item.add_marker("slow")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Schedule:
    """Keep together what cannot run at the same time."""
    return Schedule(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Hold a run against the table of features and against what a test may cost."""
    config.pluginmanager.register(ProcessorTime(), "processor-time")
    if hasattr(config, "workerinput"):  # a worker of pytest-xdist: the controller sees the tests of all
        for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
            os.environ.pop(
                name, None
            )  # what the tests start is no part of this run; pytest-benchmark would measure nothing
        return
    wanted = ids_of(Path(__file__).parents[1] / "docs" / "features.md")
    config.pluginmanager.register(ShownFeatures(wanted, strict=os.environ.get("CI") == "true"), "shown-features")
