"""One benchmark for each kind of work. Copied beside ``work.py`` into a folder, and run there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import work

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("do", work.SIZES, ids=lambda do: do.__name__)
def test_work(benchmark: Any, do: Callable[[int], object]) -> None:
    benchmark(do, work.scaled(work.SIZES[do]))


def test_arrays(benchmark: Any) -> None:
    numpy = pytest.importorskip("numpy")
    array = numpy.arange(work.scaled(20_000)) / 3
    benchmark(lambda: (numpy.sqrt(array) * array + 1).sum())
