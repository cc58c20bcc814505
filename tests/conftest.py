"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: tests never assert on wall time. In CI the examples are the same each time, so that a red build is due
# to the change; locally each run tries new ones.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")
