"""Yes and no as people write them, in inputs and in the configuration."""

from __future__ import annotations

import pytest

from reporter.config import reading


@pytest.mark.parametrize("value", ["no", 0, "OFF", False])
def test_the_configuration_takes_them(value: object) -> None:
    assert reading.parse({"measure": {"confirm": value}}, "").measure.confirm is False
