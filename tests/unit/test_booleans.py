"""Yes and no as people write them, in inputs and in the configuration."""

from __future__ import annotations

import pytest

from reporter import config
from reporter.shared.booleans import parse_boolean
from reporter.shared.errors import UsageError


@pytest.mark.parametrize(
    ("text", "meant"),
    [("yes", True), ("On", True), ("1", True), (" TRUE ", True), ("no", False), ("0", False), ("", None), ("2", None)],
)
def test_the_usual_words_are_understood_and_no_other(text: str, meant: bool | None) -> None:
    assert parse_boolean(text) is meant


@pytest.mark.parametrize("value", ["no", 0, "OFF", False])
def test_the_configuration_takes_them(value: object) -> None:
    assert config.parse({"measure": {"confirm": value}}, "").measure.confirm is False


@pytest.mark.parametrize("value", ["perhaps", 2, 0.5, []])
def test_what_is_neither_is_refused_as_it_was_written(value: object) -> None:
    with pytest.raises(UsageError) as caught:
        config.parse({"measure": {"confirm": value}}, "")
    assert f"measure.confirm = {value!r} is not true or false" in caught.value.what
