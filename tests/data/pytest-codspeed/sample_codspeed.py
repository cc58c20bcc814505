from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("n", [10, 200])
def test_sort(benchmark: Any, n: int) -> None:
    benchmark(sorted, range(n, 0, -1))


@pytest.mark.benchmark
def test_sum() -> None:
    sum(range(1000))


def test_fails(benchmark: Any) -> None:
    benchmark(lambda: 1 / 0)
