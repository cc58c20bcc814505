from __future__ import annotations

import time

import pytest


def test_quick() -> None:
    time.sleep(0.01)


class TestShop:
    @pytest.mark.parametrize("n", [1, 2])
    def test_buy(self, n: int) -> None:
        time.sleep(n / 100)

    def test_broken(self) -> None:
        raise AssertionError("on purpose")

    @pytest.mark.skip
    def test_later(self) -> None:
        pass
